"""Cel animation, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, LINE, SMEAR, SMOOTH

INFO = StyleInfo(
    style_id="cel",
    name={"ko": "셀 애니메이션", "en": "Cel animation"},
    description={
        "ko": "셀에 평평하게 칠한 색과 또렷한 선, 필름의 빛 번짐이 있는 90년대 애니메이션 그림입니다.",
        "en": "Flat paint and clear ink lines on celluloid, shot on film, as in the animation of the 1990s.",
    },
    parameters=(
        ParameterInfo("flatness", 1.0, 0.0, 1.0, "How flat the paint lies inside a shape."),
        ParameterInfo("outline", 1.0, 0.0, 1.5, "Strength of the ink lines."),
        ParameterInfo("glow", 1.0, 0.0, 2.0, "How far bright parts bloom on the film."),
        ParameterInfo("grain", 1.0, 0.0, 2.0, "Film grain."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
    ),
    sources=(
        "Flat shapes and lines: Winnemöller, Olsen and Gooch 2006",
        "Palette: Lloyd 1957; Orchard and Bouman 1991",
        SMOOTH,
        FLOW,
        SMEAR,
        LINE,
        FACE,
    ),
)
