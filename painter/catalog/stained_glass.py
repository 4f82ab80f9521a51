"""Stained glass, as the catalogue describes it."""

from painter.catalog.info import ParameterInfo, StyleInfo
from painter.catalog.sources import FACE, FLOW, LINE, SMOOTH

INFO = StyleInfo(
    style_id="stained_glass",
    name={"ko": "스테인드글라스", "en": "Stained glass"},
    description={
        "ko": "색유리 조각을 납선으로 이어 빛을 비춘 창입니다.",
        "en": "A window of coloured panes set in lead, lit from outside.",
    },
    parameters=(
        ParameterInfo("pane_size", 1.0, 0.6, 2.0, "Size of the panes."),
        ParameterInfo("lead", 1.0, 0.5, 1.5, "Width of the lead."),
        ParameterInfo("glow", 1.0, 0.0, 2.0, "Light that spreads around bright panes."),
        ParameterInfo("texture", 1.0, 0.0, 2.0, "Streaks in the glass."),
        ParameterInfo("border", 1.0, 0.0, 2.0, "Width of the frame of short pieces; 0 leaves it out."),
        ParameterInfo("colourfulness", 1.0, 0.0, 1.5, "Chroma against the style's own."),
    ),
    sources=(
        "Panes: Neubert and Protzel 2014 (compact watershed); Cook 1986 (dart throwing)",
        "Palette of the frame: Lloyd 1957; Orchard and Bouman 1991",
        SMOOTH,
        FLOW,
        LINE,
        FACE,
    ),
)
