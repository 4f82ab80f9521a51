"""What the bank keeps, when it reads again, and what switching costs: copies, never new tensors or graphs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.lora.checking import Adapter, Layer
from generator_server.diffusion.lora.side_path import SLOTS
from generator_server.diffusion.lora.slots import Slots, Worn
from generator_server.diffusion.lora.targets import Target
from tests.unit.generator_server.diffusion.lora.lora_files import TEXT_LAYERS, choose, make_updates, write_kohya
from tests.unit.generator_server.diffusion.lora.test_refusals import answer


@pytest.fixture
def bank(sd15: Components) -> Iterator[AdapterBank]:
    made = AdapterBank(sd15)
    yield made
    made.wear([])


def write(folder: Path, components: Components, name: str, **options: Any) -> Path:
    return write_kohya(folder / f"{name}.safetensors", make_updates(components, **options))


def test_a_switch_copies_three_tensors_a_layer_and_none_when_nothing_changes(
    tmp_path: Path, bank: AdapterBank, sd15: Components
) -> None:
    first, second = (write(tmp_path, sd15, name, seed=seed) for seed, name in enumerate(("first", "second")))
    assert bank.wear([choose(first)]) == 15
    assert bank.wear([choose(first)]) == 0
    assert bank.wear([choose(second)]) == 15
    assert bank.wear([choose(second), choose(first, is_few_step=True)]) == 15
    assert bank.wear([choose(first, is_few_step=True)]) == 0
    assert bank.wear([]) == 0


def test_slots_do_not_depend_on_what_was_worn_before(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    style = write(tmp_path, sd15, "style", seed=1, rank=2)
    large = write(tmp_path, sd15, "large", seed=2, rank=16)
    steps = write(tmp_path, sd15, "steps", seed=3)
    chosen = [choose(style), choose(steps, 0.5, is_few_step=True)]
    bank.wear(chosen)
    first = answer(sd15)
    for worn in ([choose(large)], [choose(large, is_few_step=True)], [choose(style, 0.1)], []):
        bank.wear(worn)
        assert not torch.equal(answer(sd15), first)
    bank.wear(chosen)
    assert torch.equal(answer(sd15), first)


def test_a_changed_file_is_read_again(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    file = write(tmp_path, sd15, "a", seed=1)
    bank.wear([choose(file)])
    first = answer(sd15)
    write(tmp_path, sd15, "a", seed=2)
    os.utime(file, (1, 1))
    assert bank.wear([choose(file)]) == 15
    assert not torch.equal(answer(sd15), first)


def test_a_touched_file_is_not_checked_or_copied_again(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    file = write(tmp_path, sd15, "a")
    bank.wear([choose(file)])
    known = bank.get(file)
    os.utime(file, (1, 1))
    assert bank.get(file) is known
    assert bank.wear([choose(file)]) == 0


def test_a_file_that_broke_is_no_longer_worn_from_memory(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    file = write(tmp_path, sd15, "a")
    bank.wear([choose(file)])
    file.write_bytes(b"torn")
    for _ in range(2):
        with pytest.raises(ModelFileError, match=r"a\.safetensors is not a safetensors file"):
            bank.wear([choose(file)])


def test_only_the_last_used_are_kept(tmp_path: Path, sd15: Components) -> None:
    files = [write(tmp_path, sd15, str(number), seed=number) for number in range(3)]
    one = AdapterBank(sd15).get(files[0]).count_bytes()
    bank = AdapterBank(sd15, kept_bytes=2 * one)
    for file in (files[0], files[1], files[0], files[2]):
        bank.get(file)
    assert bank.list_kept() == (files[0], files[2])
    tight = AdapterBank(sd15, kept_bytes=1)
    for file in files:
        tight.get(file)
    assert tight.list_kept() == (files[2],)


def test_text_mark_follows_what_the_text_encoders_wear(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    unet, text = write(tmp_path, sd15, "unet"), write(tmp_path, sd15, "text", unet=(), text=TEXT_LAYERS)
    marks = []
    for worn in ([], [choose(unet)], [choose(text)], [choose(text, 0.5)], [choose(text, 0.5), choose(unet)]):
        bank.wear(worn)
        marks.append(bank.text_mark)
    assert marks[0] == marks[1] == ()
    assert marks[3] == marks[4]
    assert len(set(marks)) == 3


def make_layers() -> tuple[nn.Module, list[Target]]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Flatten(), nn.Linear(64, 5)).requires_grad_(False)
    return model, [Target("unet", "0", model[0]), Target("unet", "2", model[2])]


def make_adapter(targets: list[Target], name: str, rank: int) -> Adapter:
    layers = []
    for target in targets:
        down, up = torch.randn(rank, *target.down_shape), torch.randn(target.outputs, rank, *target.up_shape)
        layers.append(Layer(target, down, up, torch.full((rank,), 0.5)))
    return Adapter(name, name, tuple(layers))


@pytest.mark.filterwarnings("ignore:`torch.jit.script_method` is deprecated:DeprecationWarning")
def test_a_compiled_model_is_not_compiled_again_by_a_switch() -> None:
    model, targets = make_layers()
    picture = torch.randn(2, 3, 8, 8)
    plain = model(picture)
    large, small = make_adapter(targets, "large", 6), make_adapter(targets[:1], "small", 2)
    graphs: list[int] = []

    def count(graph: Any, inputs: Any) -> Any:
        graphs.append(1)
        return graph.forward

    slots = Slots(runs_always=True)
    for slot in SLOTS:
        slots.reserve(slot, [(layer.target, layer.rank) for layer in large.layers])
    compiled = torch.compile(model, backend=count)
    assert torch.equal(compiled(picture), plain)
    for worn, weight in ((large, 1.0), (small, 1.0), (small, 0.3), (large, -1.0)):
        slots.wear("style", [Worn(worn, weight, weight)])
        assert torch.allclose(compiled(picture), patch(model, worn, weight, picture), atol=1e-4)
    slots.wear("few_step", [Worn(small, 1.0, 1.0)])
    assert not torch.equal(compiled(picture), plain)
    for slot in SLOTS:
        slots.take_off(slot)
    assert torch.equal(compiled(picture), plain)
    assert len(graphs) == 1


def patch(model: nn.Module, worn: Adapter, weight: float, picture: Tensor) -> Tensor:
    """What copies of the layers answer whose weights hold the update themselves."""
    parts = [nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.Flatten(), nn.Linear(64, 5)]
    patched = nn.Sequential(*parts).requires_grad_(False)
    patched.load_state_dict(model.state_dict())
    for layer in worn.layers:
        update = (layer.up.flatten(1) @ layer.down.flatten(1)) * layer.scale[0] * weight
        weights = patched.get_parameter(f"{layer.target.path}.weight")
        weights.add_(update.view_as(weights))
    answered: Tensor = patched(picture)
    return answered
