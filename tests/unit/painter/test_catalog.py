"""What the catalogue promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import painter
from painter.catalog import get_style

STYLES = painter.list_styles()


def test_the_eleven_styles_are_listed_with_the_flagship_first() -> None:
    assert " ".join(style.style_id for style in STYLES) == (
        "watercolour oil ink_wash pastel pencil colour_pencil cel woodcut stained_glass sepia riso_print"
    )


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.style_id)
def test_every_style_is_named_and_described_in_both_languages(style: painter.StyleInfo) -> None:
    for texts in (style.name, style.description):
        assert set(texts) == {"ko", "en"}
        assert re.search(r"[가-힣]", texts["ko"])
        assert not re.search(r"[가-힣]", texts["en"])


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.style_id)
def test_every_source_names_a_year(style: painter.StyleInfo) -> None:
    assert style.sources
    assert all(re.search(r"\b(19|20)\d\d\b", source) for source in style.sources)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.style_id)
def test_every_default_lies_in_its_range_and_is_explained(style: painter.StyleInfo) -> None:
    for parameter in style.parameters:
        assert parameter.minimum <= parameter.default <= parameter.maximum
        assert parameter.description.endswith(".")


def test_given_parameters_replace_the_defaults() -> None:
    filled = get_style("watercolour").fill_parameters({"border": 0})
    assert filled["border"] == 0.0
    assert filled["wetness"] == 1.0


def test_an_unknown_parameter_is_refused_with_the_known_ones() -> None:
    with pytest.raises(painter.InvalidParameterError, match=r"no parameter 'glow'.*granulation"):
        get_style("watercolour").fill_parameters({"glow": 1.0})


@pytest.mark.parametrize("value", [-0.1, 2.1, float("nan")])
def test_a_parameter_out_of_range_is_refused_with_the_range(value: float) -> None:
    with pytest.raises(painter.InvalidParameterError, match="wetness must lie between 0 and 2"):
        get_style("watercolour").fill_parameters({"wetness": value})


def test_an_unknown_style_is_refused_with_the_known_ones() -> None:
    with pytest.raises(painter.UnknownStyleError, match=r"no style 'fresco'.*watercolour, oil, ink_wash"):
        get_style("fresco")


STYLES_PAGE = Path(__file__).parents[3] / "docs" / "styles.md"


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.style_id)
def test_the_page_of_styles_tells_every_parameter_as_it_is(style: painter.StyleInfo) -> None:
    section = STYLES_PAGE.read_text(encoding="utf-8").partition(f"## `{style.style_id}`")[2].partition("\n## ")[0]
    assert style.name["ko"] in section
    assert style.name["en"] in section
    for parameter in style.parameters:
        row = f"| `{parameter.name}` | {parameter.default:g} | {parameter.minimum:g}-{parameter.maximum:g} |"
        assert row in section
