"""What makes pictures: one protocol, and the engines behind it."""

from generator_server.engines.painter_engine import PainterEngine
from generator_server.engines.protocol import (
    ControlUnit,
    Engine,
    EngineState,
    GenerationRequest,
    Model,
    Output,
    Progress,
    Sampler,
)

__all__ = [
    "ControlUnit",
    "Engine",
    "EngineState",
    "GenerationRequest",
    "Model",
    "Output",
    "PainterEngine",
    "Progress",
    "Sampler",
]
