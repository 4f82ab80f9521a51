"""Models that write words: descriptions of pictures, and prompts. torch is loaded by the first one that is asked."""

from generator_server.diffusion.words.shelf import Words

__all__ = ["Words"]
