"""Coloured pencil, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, LINE, PIGMENT, SMEAR

INFO = StyleInfo(
    style_id="colour_pencil",
    name={"ko": "색연필화", "en": "Coloured pencil"},
    description={
        "ko": "형태를 따라 겹겹이 그은 색연필 선으로 그린 그림입니다.",
        "en": "Layers of coloured strokes that follow the form.",
    },
    parameters=(
        ParameterInfo("stroke_contrast", 1.0, 0.0, 1.5, "How clearly single strokes stand out."),
        ParameterInfo("outline", 1.0, 0.0, 2.0, "Strength of the drawn outlines."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
        ParameterInfo("background", 0.6, 0.0, 1.0, "How fully the background is shaded."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the margin in which strokes run out; 0 fills the sheet."),
    ),
    sources=(
        "Pencil tone and line: Lu, Xu and Jia 2012",
        "Strokes along the form: Mao, Nagasaka and Imamiya 2002 (LIC pencil drawing); " + SMEAR,
        PIGMENT,
        FLOW,
        LINE,
        FACE,
    ),
)
