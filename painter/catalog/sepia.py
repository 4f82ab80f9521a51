"""Sepia print, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE

INFO = StyleInfo(
    style_id="sepia",
    name={"ko": "세피아 사진", "en": "Sepia print"},
    description={
        "ko": "오래된 사진첩에서 꺼낸 듯한 갈색 조의 사진입니다.",
        "en": "A toned print as from an old family album.",
    },
    parameters=(
        ParameterInfo("softness", 1.0, 0.0, 2.0, "Glow and soft edges of the old lens."),
        ParameterInfo("vignette", 1.0, 0.0, 2.0, "Darker corners."),
        ParameterInfo("grain", 1.0, 0.0, 2.0, "Grain of the emulsion."),
        ParameterInfo("age", 1.0, 0.0, 2.0, "Fading, dust and hairs."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the card around the print; 0 prints to the sides."),
    ),
    sources=(
        "Tone curve of the print: Hurter and Driffield 1890; Mees 1942",
        "Noise of the grain: Fournier, Fussell and Carpenter 1982",
        FACE,
    ),
)
