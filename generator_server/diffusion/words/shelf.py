"""The models that write words: which are ready, and room for them beside the annotators' networks."""

from __future__ import annotations

import threading
from pathlib import Path

from generator_server.diffusion.annotators.room import NetworkRoom
from generator_server.diffusion.words.captioner import Captioner
from generator_server.diffusion.words.prompt_model import PromptModel
from generator_server.engines.protocol import Pixels
from generator_server.engines.wording import OnProgress, PromptOrder
from generator_server.errors import CannotGenerateError

CAPTIONER = "captioner"
PROMPT_MODELS = "prompt_models"


class Words:
    """A WordShelf over the folder of models. New prompt models are found when they are asked for."""

    def __init__(self, models: Path, device: str, room: NetworkRoom) -> None:
        self._models = models
        self._device = device
        self._room = room
        self._captioner = Captioner(models / CAPTIONER, CAPTIONER, device)
        self._prompt_models: dict[str, PromptModel] = {}
        self._lock = threading.Lock()
        room.add(self._captioner)
        self._scan()

    def find_captioner_obstacle(self) -> str | None:
        """What the operator has to put where."""
        obstacle = self._captioner.find_obstacle()
        if obstacle is None:
            return None
        return f"{obstacle} To have pictures described, put BLIP with .safetensors weights into {CAPTIONER}/."

    def describe(self, image: Pixels) -> str:
        """By the captioner. Raises CannotGenerateError, ModelFileError and DeviceFullError."""
        obstacle = self.find_captioner_obstacle()
        if obstacle is not None:
            raise CannotGenerateError(reason=obstacle)
        with self._room.use(self._captioner):
            return self._captioner.describe(image)

    def list_prompt_models(self) -> tuple[str, ...]:
        """Names of folders in `prompt_models`, those without an obstacle."""
        return tuple(name for name, model in self._scan().items() if model.find_obstacle() is None)

    def find_prompt_obstacle(self, model: str) -> str | None:
        """That it is not there, or what it lacks."""
        found = self._find(model)
        if found is not None:
            return found.find_obstacle()
        names = ", ".join(self.list_prompt_models())
        there = f"There are {names}." if names else f"Put one with .safetensors weights into {PROMPT_MODELS}/NAME/."
        return f"There is no prompt model {model[:100]} here. {there}"

    def write_prompts(self, order: PromptOrder, on_progress: OnProgress) -> tuple[str, ...]:
        """By the model that is named. Raises CannotGenerateError, ModelFileError and DeviceFullError."""
        found, obstacle = self._find(order.model), self.find_prompt_obstacle(order.model)
        if obstacle is not None or found is None:
            raise CannotGenerateError(reason=obstacle or "This prompt model has just been removed.")
        with self._room.use(found):
            return found.write(order, on_progress)

    def _find(self, asked: str) -> PromptModel | None:
        """By its folder's name, also with its maker's name before it, as hubs write it. Never a path."""
        models = self._scan()
        return models.get(asked) or models.get(asked.rpartition("/")[2])

    def _scan(self) -> dict[str, PromptModel]:
        """The folders as they lie there now; one that is known keeps its network."""
        shelf = self._models / PROMPT_MODELS
        paths = sorted(path for path in shelf.iterdir() if path.is_dir()) if shelf.is_dir() else []
        with self._lock:
            for path in paths:
                if path.name not in self._prompt_models and not path.name.startswith("."):
                    model = PromptModel(path, f"{PROMPT_MODELS}/{path.name}", self._device)
                    self._room.add(model)
                    self._prompt_models[path.name] = model
            there = {path.name for path in paths}
            return {name: model for name, model in sorted(self._prompt_models.items()) if name in there}
