"""Riso print, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, SMOOTH

INFO = StyleInfo(
    style_id="riso_print",
    name={"ko": "리소 인쇄", "en": "Riso print"},
    description={
        "ko": "세 가지 별색 잉크의 망점을 겹쳐 찍은 리소그래프 인쇄물입니다.",
        "en": "Dots of three spot inks overprinted on uncoated paper, as from a stencil duplicator.",
    },
    parameters=(
        ParameterInfo("dot_size", 1.0, 0.6, 2.0, "Size of the printed dots."),
        ParameterInfo("misregistration", 1.0, 0.0, 3.0, "How far the three inks miss each other."),
        ParameterInfo("ink_texture", 1.0, 0.0, 2.0, "Uneven rollers and the paper's grain in the ink."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the unprinted margin; 0 prints to the sides."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
    ),
    sources=(
        "Screens: Ulichney 1987",
        "Inks and dot areas: Murray 1936; Yule 1967",
        SMOOTH,
        FACE,
    ),
)
