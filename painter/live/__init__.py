"""Quick twins of the styles for a live preview. Importing this compiles nothing; the first frame does."""

from painter.live.lut import Lut, learn_lut
from painter.live.painter import LivePainter, list_live_styles

__all__ = ["LivePainter", "Lut", "learn_lut", "list_live_styles"]
