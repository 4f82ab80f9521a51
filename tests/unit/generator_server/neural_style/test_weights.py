"""Only a VGG-19 is taken for one, and no pickle whose hash is not the one in its name."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from generator_server.engines.neural_style.weights import load_weights
from generator_server.errors import WeightsRefusedError


def save_as_torchvision(tensors: object, folder: Path, *, digits: str | None = None) -> Path:
    """A torch file, named after its SHA-256 unless other digits are given."""
    draft = folder / "draft"
    torch.save(tensors, draft)
    name = digits or hashlib.sha256(draft.read_bytes()).hexdigest()[:8]
    return draft.rename(folder / f"vgg19-{name}.pth")


def refuse(path: Path) -> str:
    with pytest.raises(WeightsRefusedError) as caught:
        load_weights(path)
    return str(caught.value.details["reason"])


def test_both_kinds_of_file_give_the_same_tensors(
    tiny_weights: dict[str, Tensor], weights_file: Path, tmp_path: Path
) -> None:
    extra = {**tiny_weights, "classifier.0.weight": torch.zeros(2, 2)}  # torchvision's file has more than we need
    for path in (weights_file, save_as_torchvision(extra, tmp_path)):
        loaded = load_weights(path)
        assert set(loaded) == set(tiny_weights)
        assert all(torch.equal(loaded[name], tensor) for name, tensor in tiny_weights.items())


def test_a_pickle_is_not_even_opened_unless_its_hash_fits(tmp_path: Path) -> None:
    class Attack:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (Path(tmp_path / "attacked"),))  # type: ignore[return-value]

    wrong = tmp_path / "vgg19-00000000.pth"
    wrong.write_bytes(pickle.dumps(Attack()))
    assert "SHA-256" in refuse(wrong)
    nameless = tmp_path / "vgg19.pth"
    nameless.write_bytes(pickle.dumps(Attack()))
    assert "safetensors" in refuse(nameless)
    assert not (tmp_path / "attacked").exists()


def test_what_is_no_vgg_is_refused_with_the_reason(tiny_weights: dict[str, Tensor], tmp_path: Path) -> None:
    assert "not there" in refuse(tmp_path / "nothing.safetensors")
    (tmp_path / "noise.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0notjson!")
    assert "cannot be read" in refuse(tmp_path / "noise.safetensors")
    few = {name: tensor for name, tensor in tiny_weights.items() if not name.startswith("features.28")}
    save_file(few, tmp_path / "few.safetensors")
    assert "features.28.bias" in refuse(tmp_path / "few.safetensors")
    bent = {**tiny_weights, "features.2.weight": torch.zeros(4, 5, 3, 3)}
    save_file(bent, tmp_path / "bent.safetensors")
    assert "features.2 has the shape (4, 5, 3, 3)" in refuse(tmp_path / "bent.safetensors")
    assert "no table" in refuse(save_as_torchvision([1, 2], tmp_path))
