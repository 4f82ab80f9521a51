"""Networks of the transformers library, each in a folder with `config.json` and `.safetensors` weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generator_server.diffusion.annotators.weights import settle
from generator_server.diffusion.model_files import check_weights


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

    def get(self) -> Any:
        """The network, ready to be called. Raises ModelFileError."""
        if self._net is None:
            import transformers

            from generator_server.diffusion.components import load_whole, quiet_loading, translate_failures

            check_weights(self._folder)
            with translate_failures(self._folder.name), quiet_loading():
                self._net = settle(load_whole(getattr(transformers, self._kind), self._folder), self._device)
        return self._net
