"""One model of the transformers library that writes words, in one folder: its network, and its tokens' reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from generator_server.diffusion.annotators.weights import FLOAT_BYTES, settle
from generator_server.diffusion.failures import DeviceFullError, ModelFileError
from generator_server.diffusion.model_files import check_weights, count_values


class WordNetwork:
    """Loaded by the first `get`, in float32. Only `.safetensors` is read, and nothing is fetched. One thread at a time.

    `kind` and `reader_kind` are classes of the transformers library; one of `reader_files` must lie in the folder.
    """

    kind: ClassVar[str]
    reader_kind: ClassVar[str]
    reader_files: ClassVar[tuple[str, ...]]

    def __init__(self, folder: Path, name: str, device: str) -> None:
        self.name = name
        self._folder = folder
        self._device = device
        self._held: tuple[Any, Any] | None = None
        self._held_bytes = 0

    def find_obstacle(self) -> str | None:
        """What is missing in the folder. Reads headers only."""
        for wanted in (("config.json",), self.reader_files):
            if not any((self._folder / name).is_file() for name in wanted):
                return f"The model {self.name} lacks {' or '.join(wanted)}."
        try:
            check_weights(self._folder)
        except ModelFileError as error:
            return str(error)
        return None

    @property
    def is_loaded(self) -> bool:
        """True while it is in memory."""
        return self._held is not None

    def count_bytes(self) -> int:
        """Its numbers in float32; 0 where it cannot be used. What is in memory counts, also when its files are gone."""
        if self._held is not None:
            return self._held_bytes
        return 0 if self.find_obstacle() else count_values(self._folder) * FLOAT_BYTES

    def release(self) -> None:
        """Let go of it."""
        self._held = None

    def get(self) -> tuple[Any, Any]:
        """Network and reader, ready to be called. Raises ModelFileError."""
        if self._held is None:
            import transformers

            from generator_server.diffusion.components import load_whole, quiet_loading, translate_failures

            self._held_bytes = self.count_bytes()
            with translate_failures(self.name), quiet_loading():
                reader = getattr(transformers, self.reader_kind).from_pretrained(self._folder, local_files_only=True)
                self._held = settle(load_whole(getattr(transformers, self.kind), self._folder), self._device), reader
        return self._held


@contextmanager
def computing() -> Iterator[None]:
    """Around a network's work: nothing is learnt, and a full memory becomes DeviceFullError."""
    import torch

    try:
        with torch.inference_mode():
            yield
    except torch.OutOfMemoryError as error:
        raise DeviceFullError from error
