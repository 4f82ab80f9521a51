"""Ink wash on hanji, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, LINE, PIGMENT, SMEAR, SMOOTH

INFO = StyleInfo(
    style_id="ink_wash",
    name={"ko": "수묵담채", "en": "Ink wash on hanji"},
    description={
        "ko": "한지에 먹의 농담과 옅은 색으로 그린 수묵담채화입니다.",
        "en": "Ink in few tones with a breath of colour, on hanji paper.",
    },
    parameters=(
        ParameterInfo("wetness", 1.0, 0.0, 2.0, "How far the ink runs into the damp paper."),
        ParameterInfo("colourfulness", 1.0, 0.0, 2.0, "Strength of the light colour; 0 is ink alone."),
        ParameterInfo("brush", 1.0, 0.0, 2.0, "Weight of the drawn brush lines."),
        ParameterInfo("mist", 1.0, 0.0, 1.0, "How much of the background dissolves into the paper."),
        ParameterInfo("seal", 1.0, 0.0, 1.0, "Opacity of the red seal; 0 leaves it out."),
    ),
    sources=(
        PIGMENT,
        "Ink diffusion on paper, as a look: Chu and Tai 2005",
        SMOOTH,
        FLOW,
        SMEAR,
        LINE,
        FACE,
    ),
)
