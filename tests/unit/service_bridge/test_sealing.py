"""The label inside a delivered picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from service_bridge.workflow.sealing import build_manifest, build_xmp, is_ai_generated
from tests.unit.service_bridge.builders import done, finish, parts

IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
BOOTH = "{urn:memorial-booth:xmp:1}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


@pytest.mark.parametrize(
    ("engine", "term", "is_ai"),
    [
        ("painter", "algorithmicallyEnhanced", False),
        ("diffusion", "compositeWithTrainedAlgorithmicMedia", True),
        ("neural_style", "compositeWithTrainedAlgorithmicMedia", True),
    ],
)
def test_the_packet_names_the_kind_of_process(engine: str, term: str, is_ai: bool) -> None:
    packet = build_xmp(engine=engine, style_id="watercolour", visit_id="1234")
    description = next(iter(ElementTree.fromstring(packet.decode()).iter(f"{RDF}Description")))
    assert description.get(f"{IPTC}DigitalSourceType") == f"http://cv.iptc.org/newscodes/digitalsourcetype/{term}"
    assert (description.get(f"{BOOTH}engine"), description.get(f"{BOOTH}style")) == (engine, "watercolour")
    assert is_ai_generated(engine) is is_ai


def test_a_family_is_told_where_a_style_comes_from() -> None:
    source = {"author": "김화가", "licence": "CC0-1.0", "training_data": "홀 소장"}
    for given, told in ((source, {"style_source": source}), (None, {})):
        manifest = build_manifest(parts(generation=done(style_source=given), finish=finish()), 1)
        described = manifest["files"]["picture"]
        assert {name: value for name, value in described.items() if name == "style_source"} == told


def test_odd_names_cannot_break_out_of_the_packet() -> None:
    packet = build_xmp(engine="painter", style_id='"><script/>&', visit_id="1234")
    description = next(iter(ElementTree.fromstring(packet.decode()).iter(f"{RDF}Description")))
    assert description.get(f"{BOOTH}style") == '"><script/>&'
    assert not list(description)
