"""What the bridge reads of a style pack is what the generator's manifest promises to hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator_server.settings import SHIPPED_STYLES
from generator_server.styles import StyleCatalog, StyleManifest
from service_bridge.clients.style_packs import StylePack, read_packs
from tests.contracts.agreement import Side, find_disagreements


def test_the_bridges_reader_takes_every_manifest() -> None:
    reader: dict[str, Any] = StylePack.model_json_schema(ref_template="#/$defs/{model}")
    writer: dict[str, Any] = StyleManifest.model_json_schema(ref_template="#/$defs/{model}", mode="serialization")
    assert list(find_disagreements(Side(reader, reader), Side(writer, writer))) == []


def test_both_read_the_shipped_packs_alike() -> None:
    theirs = {pack.style_id: pack.manifest for pack in StyleCatalog(Path(SHIPPED_STYLES)).list_packs()}
    ours = read_packs(Path(SHIPPED_STYLES))
    assert [pack.style_id for pack in ours] == list(theirs)
    for pack in ours:
        other = theirs[pack.style_id].model_dump(mode="json")
        mine = pack.model_dump(mode="json")
        assert mine["name"] == other["name"]
        if pack.diffusion is not None:
            assert mine["diffusion"] == {name: other["diffusion"][name] for name in mine["diffusion"]}
