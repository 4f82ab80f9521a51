"""Arrays of pixels: framing, and bytes for the screen. No Qt types."""
