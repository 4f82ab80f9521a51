"""What makes pictures: one protocol, and the engines behind it."""

from generator_server.engines.noise import Churn, Randomness
from generator_server.engines.painter_engine import PainterEngine
from generator_server.engines.protocol import (
    Adapter,
    ControlNet,
    ControlUnit,
    Engine,
    EngineState,
    GenerationRequest,
    HiresFix,
    MaskUse,
    Model,
    Output,
    Progress,
    Sampler,
    Schedule,
    Trouble,
)

__all__ = [
    "Adapter",
    "Churn",
    "ControlNet",
    "ControlUnit",
    "Engine",
    "EngineState",
    "GenerationRequest",
    "HiresFix",
    "MaskUse",
    "Model",
    "Output",
    "PainterEngine",
    "Progress",
    "Randomness",
    "Sampler",
    "Schedule",
    "Trouble",
]
