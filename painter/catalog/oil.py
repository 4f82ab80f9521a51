"""Oil, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, SMOOTH

INFO = StyleInfo(
    style_id="oil",
    name={"ko": "유화", "en": "Oil"},
    description={
        "ko": "넓은 붓에서 가는 붓으로, 물감을 두텁게 쌓아 올린 유화입니다.",
        "en": "Thick paint laid from broad brushes to fine ones, on canvas.",
    },
    parameters=(
        ParameterInfo("brush_size", 1.0, 0.6, 1.8, "Width of the brushes."),
        ParameterInfo("impasto", 1.0, 0.0, 2.0, "Thickness of the paint, seen by its light and shade."),
        ParameterInfo("looseness", 1.0, 0.0, 2.0, "How much the colours of neighbouring strokes differ."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
        ParameterInfo("background", 0.6, 0.0, 1.0, "How fully the background is worked out."),
    ),
    sources=(
        "Curved brush strokes of several sizes: Hertzmann 1998",
        "Height and light of the paint: Hertzmann 2002",
        SMOOTH,
        FLOW,
        FACE,
    ),
)
