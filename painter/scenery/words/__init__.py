"""The words that a scene can be described with, in Korean and English."""
