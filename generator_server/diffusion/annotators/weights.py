"""Reading an annotator's network and its weights: tensors only, in evaluation mode, on one device."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from generator_server.diffusion.annotators.annotator import Annotator
from generator_server.diffusion.annotators.aux_package import is_installed
from generator_server.diffusion.failures import BrokenPictureError, ModelFileError
from generator_server.diffusion.model_files import read_header

if TYPE_CHECKING:
    from torch import Tensor

# Where the published files differ from each other, the safe kind is taken first.
SUFFIXES = (".safetensors", ".pth")
FLOAT_BYTES = 4


class NetworkAnnotator(Annotator):
    """An annotator with a network of the package controlnet-aux. `stem` is its file's name without the suffix.

    `build` makes the network without weights; left out, it is the package's.
    """

    stem: ClassVar[str]

    def __init__(self, folder: Path, device: str = "auto", build: Callable[[], Any] | None = None) -> None:
        self._folder = folder
        self._device = device
        self._build = build
        self._net: Any = None

    def find_obstacle(self) -> str | None:
        """The missing package or file."""
        if self._build is None and not is_installed():
            return f"The annotator {self.name} needs the Python package controlnet-aux, which is not installed."
        if find_weights(self._folder, self.stem) is None:
            return f"The annotator {self.name} needs {self.stem}.safetensors or .pth in the folder of annotators."
        return None

    @property
    def is_loaded(self) -> bool:
        return self._net is not None

    def count_bytes(self) -> int:
        """Its file's numbers in float32; a `.pth` file's size, which is about the same."""
        path = find_weights(self._folder, self.stem)
        if path is None:
            return 0
        return read_header(path).count_values() * FLOAT_BYTES if path.suffix == SUFFIXES[0] else path.stat().st_size

    def release(self) -> None:
        self._net = None

    @abstractmethod
    def build_net(self) -> Any:
        """The package's network, without weights."""

    def pick_state(self, loaded: Mapping[str, Any], net: Any) -> Mapping[str, Tensor]:
        """The network's tensors by its own names, out of what the file holds."""
        return loaded

    def get_net(self) -> Any:
        """The network, loaded when it is not there. Raises ModelFileError."""
        if self._net is None:
            path = find_weights(self._folder, self.stem)
            if path is None:
                raise ModelFileError(reason=f"{self.stem} is not in the folder of annotators any more.")
            net = (self._build or self.build_net)()
            load_state(net, self.pick_state(read_tensors(path), net), path)
            self._net = settle(net, self._device)
        return self._net


def settle(net: Any, device: str) -> Any:
    """`net` on its device, in float32 and in evaluation mode, where no call changes it."""
    from generator_server.diffusion.devices import choose_place

    return net.float().requires_grad_(False).eval().to(choose_place(device, "float32").device)


def find_weights(folder: Path, stem: str) -> Path | None:
    """The file of weights with this name, in one of the known kinds."""
    return next((path for suffix in SUFFIXES if (path := folder / f"{stem}{suffix}").is_file()), None)


def read_tensors(path: Path) -> Mapping[str, Any]:
    """What a file holds: tensors by name, nested or not. Nothing else is unpickled. Raises ModelFileError."""
    import pickle

    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = f"{path.name} holds more than tensors, or is cut off; convert it to .safetensors."
        raise ModelFileError(reason=reason) from error
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError) as error:
        raise ModelFileError(reason=f"{path.name} cannot be read: it is cut off or no file of weights.") from error
    if not isinstance(loaded, dict):
        raise ModelFileError(reason=f"{path.name} holds no table of tensors.")
    return loaded


def load_state(net: Any, state: Mapping[str, Tensor], path: Path) -> None:
    """Put all tensors into `net`. Raises ModelFileError unless each has its place and each place its tensor."""
    try:
        net.load_state_dict(dict(state), strict=True)
    except (RuntimeError, AttributeError, TypeError) as error:
        raise ModelFileError(reason=f"{path.name} does not hold the weights of this network.") from error


def check_numbers(name: str, values: Any) -> None:
    """Raise BrokenPictureError when an array holds NaN or infinities."""
    import numpy as np

    if not np.isfinite(values).all():
        raise BrokenPictureError(reason=f"the numbers of the annotator {name} ran away.")
