"""Engines whose pace and mistakes a test decides. They keep the protocol's promises, so the runner's are on trial."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from generator_server.engines import (
    Adapter,
    ControlNet,
    GenerationRequest,
    Model,
    Output,
    Progress,
    Sampler,
    Schedule,
    Trouble,
)
from generator_server.engines.annotating import NoAnnotators
from generator_server.engines.holding import JoinRules, Preparation
from generator_server.engines.protocol import Pixels
from generator_server.errors import GenerationCancelledError
from generator_server.runner import GenerationJob

PLAIN = Model(name="plain", sha256="a" * 64, filename="plain", revision="1")


class StepEngine:
    """Makes black pictures in `steps` steps; each waits for `gate`. Sees what it was asked in `asked`."""

    name = "steps"
    annotators = NoAnnotators()

    def __init__(self, *, steps: int = 3, load_error: Exception | None = None, obstacle: str | None = None) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.started = threading.Event()
        self.asked: list[str] = []
        self.failure: Exception | None = None
        self.failures: list[Exception] = []
        self.is_deaf = False
        self.previews: dict[int, Pixels] = {}
        self.requests: list[GenerationRequest] = []
        self.troubles: list[Trouble] = []
        self._steps = steps
        self.load_error = load_error
        self._obstacle = obstacle

    def list_models(self) -> tuple[Model, ...]:
        return (PLAIN,)

    def list_samplers(self) -> tuple[Sampler, ...]:
        return (Sampler("Euler a", ("k_euler_a",)),)

    def list_schedules(self) -> tuple[Schedule, ...]:
        return (Schedule("automatic", "Automatic"), Schedule("karras", "Karras"))

    def list_controlnets(self) -> tuple[ControlNet, ...]:
        return ()

    def list_adapters(self) -> tuple[Adapter, ...]:
        return ()

    def refresh_adapters(self) -> None:
        return None

    def find_obstacle(self, request: GenerationRequest) -> str | None:
        return self._obstacle

    def find_lora_obstacle(self, name: str) -> str | None:
        return "No LoRAs here."

    def find_unit_obstacle(self, model: str, module: str) -> str | None:
        return "No units here."

    def load(self) -> None:
        if self.load_error is not None:
            raise self.load_error

    def generate(
        self, request: GenerationRequest, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> tuple[Output, ...]:
        self.asked.append(request.task_id)
        self.requests.append(request)
        self.started.set()
        for step in range(self._steps):
            report(Progress((step + 0.5) / self._steps, step, self._steps, self.previews))
            while not self.gate.wait(0.005):
                if is_cancelled() and not self.is_deaf:
                    raise GenerationCancelledError
            if self.failure is not None:
                raise self.failure
        if self.failures:
            raise self.failures.pop(0)
        black = np.zeros((request.height_px, request.width_px, 3), np.uint8)
        return tuple(Output(black, seed, {"Engine": self.name}) for seed in request.seeds)

    def recover(self, trouble: Trouble) -> None:
        self.troubles.append(trouble)


class JoiningEngine(StepEngine):
    """A `StepEngine` that holds weights, so it may join requests, rests when idle, and says that it prepares."""

    def __init__(self, *, most_pictures: int = 4, window_s: float = 0.0, idle_unload_s: float | None = None) -> None:
        super().__init__()
        self.join_rules = JoinRules(most_pictures, window_s)
        self.preparation = Preparation()
        self.idle_unload_s = idle_unload_s
        self.rests = 0
        self.has_weights = True

    def generate(
        self, request: GenerationRequest, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> tuple[Output, ...]:
        self.has_weights = True
        return super().generate(request, report, is_cancelled)

    def rest(self) -> None:
        self.has_weights = False
        self.rests += 1


def make_job(
    task_id: str = "task", *, deadline_s: float = 30.0, seeds: tuple[int, ...] = (1,), prompt: str = ""
) -> GenerationJob:
    """A job for `StepEngine`'s model."""
    request = GenerationRequest(
        task_id=task_id,
        kind="txt2img",
        model=PLAIN,
        prompt=prompt,
        negative_prompt="",
        seeds=seeds,
        width_px=64,
        height_px=64,
    )
    return GenerationJob(request=request, deadline_at=time.monotonic() + deadline_s)
