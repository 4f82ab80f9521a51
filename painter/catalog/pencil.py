"""Pencil, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, LINE, SMEAR, SMOOTH

INFO = StyleInfo(
    style_id="pencil",
    name={"ko": "연필 소묘", "en": "Pencil"},
    description={
        "ko": "윤곽을 긋고 빗금을 겹쳐 명암을 쌓은 연필 소묘입니다.",
        "en": "Graphite on white paper: outlines, hatching in few directions, soft smudged skin.",
    },
    parameters=(
        ParameterInfo("hatching", 1.0, 0.0, 1.5, "How dark the single strokes stand on the paper."),
        ParameterInfo("outline", 1.0, 0.0, 2.0, "Strength of the drawn outlines."),
        ParameterInfo("smudge", 1.0, 0.0, 1.5, "How much graphite is rubbed into soft tones."),
        ParameterInfo("background", 0.4, 0.0, 1.0, "How fully the background is shaded."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the margin in which strokes run out; 0 fills the sheet."),
    ),
    sources=(
        "Pencil tone and line: Lu, Xu and Jia 2012",
        "Strokes that make a tone: Winkenbach and Salesin 1994",
        "Graphite on the paper's grain: Sousa and Buchanan 1999",
        SMOOTH,
        FLOW,
        SMEAR,
        LINE,
        FACE,
    ),
)
