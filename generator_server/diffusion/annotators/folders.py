"""Networks of the transformers library, each in a folder with `config.json` and `.safetensors` weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from generator_server.diffusion.annotators.annotator import Annotator
from generator_server.diffusion.annotators.weights import FLOAT_BYTES, settle
from generator_server.diffusion.model_files import check_weights, count_values


class FolderNetwork:
    """One network, loaded by the first `get`. One thread at a time."""

    def __init__(self, annotator: str, folder: Path, kind: str, device: str) -> None:
        self._annotator = annotator
        self._folder = folder
        self._kind = kind
        self._device = device
        self._net: Any = None

    def find_obstacle(self) -> str | None:
        """What is missing in the folder."""
        if (self._folder / "config.json").is_file() and any(self._folder.glob("*.safetensors")):
            return None
        return (
            f"The annotator {self._annotator} needs a folder {self._folder.name} with config.json and .safetensors "
            "weights in the folder of annotators."
        )

    @property
    def is_loaded(self) -> bool:
        """True while it is in memory."""
        return self._net is not None

    def count_bytes(self) -> int:
        """Its numbers in float32; 0 where it is missing."""
        return 0 if self.find_obstacle() else count_values(self._folder) * FLOAT_BYTES

    def release(self) -> None:
        """Let go of it."""
        self._net = None

    def get(self) -> Any:
        """The network, ready to be called. Raises ModelFileError."""
        if self._net is None:
            import transformers

            from generator_server.diffusion.components import load_whole, quiet_loading, translate_failures

            check_weights(self._folder)
            with translate_failures(self._folder.name), quiet_loading():
                self._net = settle(load_whole(getattr(transformers, self._kind), self._folder), self._device)
        return self._net


class FolderAnnotator(Annotator):
    """An annotator with one such network, in the folder `folder_name` of the annotators' folder."""

    folder_name: ClassVar[str]
    kind: ClassVar[str]

    def __init__(self, folder: Path, device: str = "auto") -> None:
        self._network = FolderNetwork(self.name, folder / self.folder_name, self.kind, device)

    def find_obstacle(self) -> str | None:
        """The missing folder."""
        return self._network.find_obstacle()

    @property
    def is_loaded(self) -> bool:
        return self._network.is_loaded

    def count_bytes(self) -> int:
        return self._network.count_bytes()

    def release(self) -> None:
        self._network.release()
