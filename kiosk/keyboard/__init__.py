"""Writing on the screen: Hangul from single letters, keys as data, and limits of length."""
