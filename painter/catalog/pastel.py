"""Pastel, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, SMOOTH

INFO = StyleInfo(
    style_id="pastel",
    name={"ko": "파스텔화", "en": "Pastel"},
    description={
        "ko": "색이 있는 거친 종이에 파스텔을 문지르고 그어, 가장자리는 종이로 남긴 그림입니다.",
        "en": "Chalk rubbed and hatched on rough toned paper that stays bare at the margins.",
    },
    parameters=(
        ParameterInfo("tooth", 1.0, 0.0, 1.8, "How strongly the paper's grain breaks the chalk."),
        ParameterInfo("looseness", 1.0, 0.0, 2.0, "How much the colours of neighbouring strokes differ."),
        ParameterInfo("blending", 0.4, 0.0, 1.0, "How far the chalk in faces is blended with a finger."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
        ParameterInfo("background", 0.5, 0.0, 1.0, "How fully the background is worked out."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the margin in which strokes run out; 0 fills the sheet."),
    ),
    sources=(
        "Curved brush strokes of several sizes: Hertzmann 1998",
        "Pigment on the hills of the paper: Curtis, Anderson, Seims, Fleischer and Salesin 1997",
        SMOOTH,
        FLOW,
        FACE,
    ),
)
