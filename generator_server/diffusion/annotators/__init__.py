"""Annotators: what turns a photograph into a control image. torch is loaded by the first one that needs it."""

from generator_server.diffusion.annotators.shelf import Annotators, open_annotators

__all__ = ["Annotators", "open_annotators"]
