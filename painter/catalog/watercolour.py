"""Watercolour, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, LINE, PIGMENT, SMEAR, SMOOTH

INFO = StyleInfo(
    style_id="watercolour",
    name={"ko": "수채화", "en": "Watercolour"},
    description={
        "ko": "젖은 물감이 종이에 번지고, 가장자리는 칠하지 않고 남겨 둔 수채화입니다.",
        "en": "Wet pigment on rough paper, with an unpainted border.",
    },
    parameters=(
        ParameterInfo("wetness", 1.0, 0.0, 2.0, "How far the washes run into each other and bloom."),
        ParameterInfo("granulation", 1.0, 0.0, 2.0, "How strongly pigment settles in the paper's hollows."),
        ParameterInfo("edge_darkening", 1.0, 0.0, 2.0, "Dark rims where a wash has dried."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the unpainted border; 0 paints to the sides."),
        ParameterInfo("pencil", 0.5, 0.0, 1.0, "Strength of the pencil drawing under the paint."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
    ),
    sources=(
        PIGMENT,
        "Washes, edge darkening and granulation: Curtis, Anderson, Seims, Fleischer and Salesin 1997",
        SMOOTH,
        FLOW,
        SMEAR,
        LINE,
        FACE,
    ),
)
