"""Files of weights: tensors only, whole, for the right network; and the package's networks without the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from generator_server.diffusion.annotators import aux_package
from generator_server.diffusion.annotators.aux_package import import_aux
from generator_server.diffusion.annotators.depth import Leres
from generator_server.diffusion.annotators.weights import find_weights, read_tensors
from generator_server.diffusion.failures import ModelFileError
from tests.unit.generator_server.diffusion.annotators.stand_ins import TinyDepth, wrap_for_several_gpus


class Bomb:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise AssertionError('code was run')",)


def test_a_pickle_that_runs_code_is_refused_and_not_run(tmp_path: Path) -> None:
    torch.save({"depth_model": Bomb()}, tmp_path / "res101.pth")
    with pytest.raises(ModelFileError, match="more than tensors"):
        read_tensors(tmp_path / "res101.pth")


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
@pytest.mark.parametrize("kept", [0, 10, 900])
def test_files_that_are_cut_off_are_refused(suffix: str, kept: int, tmp_path: Path) -> None:
    path = tmp_path / f"res101{suffix}"
    tensors = {"weight": torch.arange(4000.0)}
    torch.save(tensors, path) if suffix == ".pth" else save_file(tensors, path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelFileError, match="cut off"):
        read_tensors(path)


def test_a_lone_tensor_is_no_table(tmp_path: Path) -> None:
    torch.save(torch.zeros(3), tmp_path / "res101.pth")
    with pytest.raises(ModelFileError, match="no table"):
        read_tensors(tmp_path / "res101.pth")


def test_safetensors_are_taken_first(tmp_path: Path) -> None:
    assert find_weights(tmp_path, "res101") is None
    for suffix in (".pth", ".safetensors"):
        (tmp_path / f"res101{suffix}").touch()
        assert find_weights(tmp_path, "res101") == tmp_path / f"res101{suffix}"


def test_both_kinds_of_file_fill_the_network(tmp_path: Path) -> None:
    net = TinyDepth()
    torch.nn.init.constant_(net.depth_model[0].weight, 7.0)
    torch.save(wrap_for_several_gpus(net), tmp_path / "res101.pth")
    first = Leres(tmp_path, "cpu", TinyDepth).get_net()
    (tmp_path / "res101.pth").unlink()
    save_file(net.state_dict(), tmp_path / "res101.safetensors")
    second = Leres(tmp_path, "cpu", TinyDepth).get_net()
    assert [float(loaded.depth_model[0].weight.mean()) for loaded in (first, second)] == [7.0, 7.0]


@pytest.mark.parametrize("change", ["less", "more", "other shape"])
def test_weights_of_another_network_are_refused(change: str, tmp_path: Path) -> None:
    state = TinyDepth().state_dict()
    if change == "less":
        state.pop("depth_model.0.bias")
    elif change == "more":
        state["depth_model.9.bias"] = torch.zeros(1)
    else:
        state["depth_model.0.weight"] = torch.zeros(2, 3, 1, 1)
    save_file(state, tmp_path / "res101.safetensors")
    with pytest.raises(ModelFileError, match="not hold the weights of this network"):
        Leres(tmp_path, "cpu", TinyDepth).get_net()


def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert "package controlnet-aux" in (Leres(tmp_path).find_obstacle() or "")
    write_package(tmp_path)
    assert "needs res101.safetensors" in (Leres(tmp_path).find_obstacle() or "")
    (tmp_path / "res101.pth").touch()
    assert Leres(tmp_path).find_obstacle() is None


def test_weights_that_went_away_are_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="not in the folder"):
        Leres(tmp_path, "cpu", TinyDepth).get_net()


def write_package(folder: Path) -> None:
    """A package of the same name and shape: every `__init__` fails, the networks import their neighbours."""
    nets = folder / "controlnet_aux" / "leres" / "leres"
    nets.mkdir(parents=True)
    for place in (nets, nets.parent, nets.parent.parent):
        (place / "__init__.py").write_text("raise AssertionError('the whole package was imported')")
    (nets / "parts.py").write_text("import warnings\nwarnings.warn('old', DeprecationWarning)\nSIZE = 3\n")
    (nets / "network.py").write_text("from . import parts\nSIZE = parts.SIZE\n")


def test_single_modules_come_without_the_package_around_them(tmp_path: Path) -> None:
    write_package(tmp_path)
    script = (
        "import sys; from generator_server.diffusion.annotators.aux_package import import_aux; "
        "assert import_aux('leres.leres.network').SIZE == 3; "
        "assert import_aux('leres.leres.network') is import_aux('leres.leres.network'); "
        "assert 'controlnet_aux' not in sys.modules"
    )
    command = [sys.executable, "-W", "error", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {script}"]
    subprocess.run(command, check=True, timeout=60, cwd=Path(__file__).parents[5], capture_output=True)


def test_without_the_package_importing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert not aux_package.is_installed()
    with pytest.raises(ImportError, match="not installed"):
        import_aux("leres.leres.network")
