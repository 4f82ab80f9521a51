"""Woodcut, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, SMEAR, SMOOTH

INFO = StyleInfo(
    style_id="woodcut",
    name={"ko": "목판화", "en": "Woodcut"},
    description={
        "ko": "먹판과 여러 장의 색판을 종이에 문질러 찍은 다색 목판화입니다.",
        "en": "A carved key block over a few colour blocks, printed by hand on warm paper.",
    },
    parameters=(
        ParameterInfo("key_block", 1.0, 0.5, 1.4, "How much black the knife leaves standing."),
        ParameterInfo("carving", 1.0, 0.0, 2.0, "Marks of the knife around the blacks."),
        ParameterInfo("wood_grain", 1.0, 0.0, 2.0, "The plank's grain in the printed colour."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the paper margin; 0 prints to the sides."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
    ),
    sources=(
        "Key block: Winnemöller, Kyprianidis and Olsen 2012",
        "Palette: Lloyd 1957; Orchard and Bouman 1991",
        SMOOTH,
        FLOW,
        SMEAR,
        FACE,
    ),
)
