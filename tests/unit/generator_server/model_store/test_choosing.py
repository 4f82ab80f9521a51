"""Which files of a repository are fetched: what is needed, once, and never a pickle."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from generator_server.model_store.failures import IncompleteRepositoryError, PicklesOnlyError
from generator_server.model_store.hub import HubFile, Listing
from generator_server.model_store.known import choose_wish, load_known_models
from generator_server.model_store.pull import choose_files
from tests.unit.generator_server.model_store.hub_server import git_hash

KNOWN = load_known_models()
ANY = choose_wish("someone/ink", "main", KNOWN)
TAESD = choose_wish("taesd", None, KNOWN)


def list_names(*names: str) -> Listing:
    return Listing("someone/ink", "c" * 40, tuple(HubFile(name, len(name), None, None) for name in names))


def choose(*names: str) -> list[str]:
    return sorted(file.name for file in choose_files(ANY, list_names(*names)))


def test_small_files_come_first() -> None:
    listing = Listing("a/b", "c", (HubFile("x.safetensors", 90, None, None), HubFile("config.json", 9, None, None)))
    assert [file.name for file in choose_files(ANY, listing)] == ["config.json", "x.safetensors"]


def test_code_hidden_files_and_foreign_manifests_stay_out() -> None:
    names = (
        "x.safetensors",
        "README.md",
        "LICENSE.txt",
        "run.py",
        ".cache/a.json",
        "manifest.json",
        "x.onnx",
        "x.gguf",
    )
    assert choose(*names) == ["LICENSE.txt", "README.md", "x.safetensors"]


@pytest.mark.parametrize("pickle", ["x.bin", "x.ckpt", "x.pt", "x.pth", "X.PTH", "unet/x.pkl"])
def test_pickles_stay_out(pickle: str) -> None:
    assert choose("x.safetensors", pickle) == ["x.safetensors"]
    with pytest.raises(PicklesOnlyError, match=pickle):
        choose("config.json", pickle)


def test_weights_come_once() -> None:
    names = (
        "model_index.json",
        "unet/w.safetensors",
        "unet/w.fp16.safetensors",
        "vae/w.safetensors",
        "all.safetensors",
    )
    assert choose(*names) == ["model_index.json", "unet/w.fp16.safetensors", "vae/w.safetensors"]


def test_without_weights_there_is_nothing_to_pull() -> None:
    with pytest.raises(IncompleteRepositoryError, match="safetensors"):
        choose("config.json", "README.md")


def test_a_known_model_needs_all_of_its_files() -> None:
    with pytest.raises(IncompleteRepositoryError, match=r"config\.json"):
        choose_files(TAESD, list_names("diffusion_pytorch_model.safetensors"))


def test_content_is_told_by_the_hash_that_the_hub_has(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(b"{}")
    sha256 = hashlib.sha256(b"{}").hexdigest()
    assert HubFile("a", 2, sha256, None).is_content_of(path, sha256)
    assert not HubFile("a", 2, "0" * 64, None).is_content_of(path, sha256)
    assert HubFile("a", 2, None, git_hash(b"{}")).is_content_of(path, sha256)
    assert not HubFile("a", 2, None, git_hash(b"[]")).is_content_of(path, sha256)
    assert HubFile("a", 2, None, None).is_content_of(path, sha256)
    assert not HubFile("a", 3, None, None).is_content_of(path, sha256)


def test_gits_hash_is_gits() -> None:
    # What `git hash-object` says of an empty file.
    assert git_hash(b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
