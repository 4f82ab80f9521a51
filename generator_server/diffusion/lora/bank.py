"""The adapters of one model: read and checked once, kept in memory, and worn as prompts ask."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch

from boothkit.logs import get_logger
from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.checking import Adapter, check_adapter
from generator_server.diffusion.lora.files import AdapterFile
from generator_server.diffusion.lora.reading import read_adapter
from generator_server.diffusion.lora.side_path import SLOTS, Slot
from generator_server.diffusion.lora.slots import Slots, Worn
from generator_server.diffusion.lora.tags import ChosenFile
from generator_server.diffusion.lora.targets import name_targets

KEPT_BYTES = 2**30
Stamp = tuple[int, int]
_log = get_logger(__name__)


class AdapterBank:
    """Keeps adapters on the model's device, those used last up to `kept_bytes`. One thread at a time."""

    def __init__(self, components: Components, *, is_compiled: bool = False, kept_bytes: int = KEPT_BYTES) -> None:
        self._family = components.family
        self._targets = name_targets(components)
        self._slots = Slots(runs_always=is_compiled)
        self._is_compiled = is_compiled
        self._kept_bytes = kept_bytes
        self._kept: OrderedDict[Path, tuple[Stamp, Adapter]] = OrderedDict()

    @property
    def text_mark(self) -> tuple[tuple[str, float], ...]:
        """Equal as long as the text encoders answer the same."""
        return self._slots.text_mark

    def wear(self, chosen: Sequence[ChosenFile]) -> int:
        """Let exactly these adapters act on the model; how many tensors were copied.

        Raises ModelFileError; the model is then as it was before.
        """
        worn: dict[Slot, list[Worn]] = {slot: [] for slot in SLOTS}
        for item in chosen:
            worn[_choose_slot(item.file)].append(Worn(self.get(item.file.path), item.text_weight, item.unet_weight))
        for slot in SLOTS:
            self._slots.check(worn[slot])
        return sum(self._slots.wear(slot, worn[slot]) for slot in SLOTS)

    def get(self, path: Path) -> Adapter:
        """The checked adapter of a file. A file that was touched is read again, and checked again if it changed."""
        stamp = _read_stamp(path)
        known = self._kept.pop(path, None)
        if known is None or known[0] != stamp:
            raw = read_adapter(path)
            is_same = known is not None and known[1].sha256 == raw.sha256
            known = (stamp, known[1] if is_same and known else check_adapter(raw, self._targets, self._family))
        self._kept[path] = known
        self._shrink()
        return known[1]

    def find_obstacle(self, path: Path) -> str | None:
        """Why the model cannot wear a file; None when it can. Any thread: it takes no memory of the model's device."""
        try:
            check_adapter(read_adapter(path), self._targets, self._family, device=torch.device("cpu"))
        except ModelFileError as error:
            return str(error)
        return None

    def list_kept(self) -> tuple[Path, ...]:
        """Files in memory, the one used last at the end."""
        return tuple(self._kept)

    def make_room(self, files: Iterable[AdapterFile]) -> None:
        """For a compiled model: reserve what these files will need, so that none of them costs a compilation later.

        Files that cannot be used are left out; they are refused when a prompt calls them.
        """
        for file in files if self._is_compiled else ():
            try:
                layers = self.get(file.path).layers
            except ModelFileError as error:
                _log.warning(str(error), action="lora.refused")
                continue
            self._slots.reserve(_choose_slot(file), [(layer.target, layer.rank) for layer in layers])

    def _shrink(self) -> None:
        while len(self._kept) > 1 and sum(item.count_bytes() for _, item in self._kept.values()) > self._kept_bytes:
            self._kept.popitem(last=False)


def _choose_slot(file: AdapterFile) -> Slot:
    return "few_step" if file.is_few_step else "style"


def _read_stamp(path: Path) -> Stamp:
    try:
        state = path.stat()
    except OSError as error:
        raise ModelFileError(reason=f"{path.name} cannot be read: {error.strerror}.") from error
    return state.st_mtime_ns, state.st_size
