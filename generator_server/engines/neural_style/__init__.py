"""Style transfer by optimisation, where a VGG-19's weights are at hand. Importing this loads no torch."""

from generator_server.engines.neural_style.engine import NeuralStyleEngine

__all__ = ["NeuralStyleEngine"]
