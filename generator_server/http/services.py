"""What the endpoints work with."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from boothkit.images import ImageIntake
from generator_server.engines import Model
from generator_server.errors import ModelNotFoundError
from generator_server.http.access import Gate, PublishingGate
from generator_server.runner import Router, SampleShelf, StudioWorker
from generator_server.settings import GeneratorSettings
from generator_server.styles import StyleCatalog
from generator_server.styles.publications import PublishedStyles


class ChosenModel:
    """Model and CLIP skip that requests without `override_settings` get: one for all clients, as in web UIs."""

    def __init__(self, router: Router) -> None:
        self._router = router
        self._name: str | None = None
        self.clip_skip = 1
        self._lock = threading.Lock()

    def choose(self, asked: str) -> None:
        """Make the model of this title, name or hash the chosen one. Raises ModelNotFoundError."""
        model = self._router.get_model(asked)
        with self._lock:
            self._name = model.name

    def get(self) -> Model:
        """The chosen model, the first one when none was chosen. Raises ModelNotFoundError when there is none."""
        with self._lock:
            name = self._name
        if name is not None:
            return self._router.get_model(name)
        models = self._router.list_models()
        if not models:
            raise ModelNotFoundError(model="")
        return models[0]


@dataclass(frozen=True)
class Services:
    """Everything that was put together in `app`."""

    settings: GeneratorSettings
    catalog: StyleCatalog
    router: Router
    studio: StudioWorker
    intake: ImageIntake
    shelf: SampleShelf
    gate: Gate
    published: PublishedStyles
    publishing_gate: PublishingGate
    chosen: ChosenModel = field(init=False)
    offering: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chosen", ChosenModel(self.router))

    def offer_anew(self) -> None:
        """Let the catalogue and the engines see the style packs as they lie on the disk now."""
        with self.offering:  # one after the other: the last one has seen everything
            self.catalog.reload()
            for worker in self.router.workers:
                worker.engine.refresh_adapters()


def get_services(request: Request) -> Services:
    """The services of the app that serves this request."""
    return cast(Services, request.app.state.services)


Here = Annotated[Services, Depends(get_services)]
