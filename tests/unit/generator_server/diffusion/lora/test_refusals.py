"""Files that must not touch a model, each refused with a sentence that names file and key."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.lora.files import scan_adapters
from tests.unit.generator_server.diffusion.lora.lora_files import (
    TEXT_LAYERS,
    choose,
    make_updates,
    save,
    write_diffusers,
    write_kohya,
)

LAYER = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"
DOWN, UP, ALPHA = f"{LAYER}.lora_down.weight", f"{LAYER}.lora_up.weight", f"{LAYER}.alpha"
CROSS = "down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k"
WIDTH = 16
Change = Callable[[dict[str, Tensor]], object]

MISTAKES: dict[str, tuple[Change, str]] = {
    "NaN": (lambda tensors: tensors[UP].view(-1)[3:4].fill_(float("nan")), f"{UP} holds numbers that are not finite"),
    "infinity": (lambda tensors: tensors.update({ALPHA: torch.tensor(float("inf"))}), f"{ALPHA} holds numbers"),
    "integers": (lambda tensors: tensors.update({UP: torch.ones(WIDTH, 2, dtype=torch.int32)}), f"{UP} holds int32"),
    "unknown kind": (lambda tensors: tensors.update({f"{LAYER}.hada_w1_a": torch.ones(2)}), "hada_w1_a is no part"),
    "dora": (lambda tensors: tensors.update({f"{LAYER}.dora_scale": torch.ones(2)}), "dora_scale is no part"),
    "no up": (lambda tensors: tensors.pop(UP), f"{LAYER} lacks its up part"),
    "no down": (lambda tensors: tensors.pop(DOWN), f"{LAYER} lacks its down part"),
    "unknown layer": (
        lambda tensors: tensors.update({"lora_unet_attic.lora_up.weight": torch.ones(2, 2)}),
        "lora_unet_attic is not a layer of this model",
    ),
    "wrong inputs": (
        lambda tensors: tensors.update({DOWN: torch.ones(2, WIDTH + 1)}),
        r"\(down\) has the shape 2 x 17, the layer takes 2 x 16",
    ),
    "wrong outputs": (
        lambda tensors: tensors.update({UP: torch.ones(WIDTH, 3)}),
        r"\(up\) has the shape 16 x 3, the layer takes 16 x 2",
    ),
    "a number for a matrix": (lambda tensors: tensors.update({DOWN: torch.tensor(1.0)}), f"{LAYER} has rank 0"),
    "two alphas": (lambda tensors: tensors.update({ALPHA: torch.ones(2)}), f"{LAYER}.alpha is not a single number"),
    "too high a rank": (
        lambda tensors: tensors.update({DOWN: torch.ones(129, WIDTH), UP: torch.ones(WIDTH, 129)}),
        f"{LAYER} has rank 129; 1 to 128 fit",
    ),
    "the same layer twice": (
        lambda tensors: tensors.update(
            {
                key.replace("lora_unet_", "lora_unet_middle_block_1_").replace(
                    "mid_block_attentions_0_", ""
                ): value.clone()
                for key, value in tensors.items()
            }
        ),
        "mean the same layer",
    ),
    "nothing": (lambda tensors: tensors.clear(), "it holds no LoRA"),
}


@pytest.fixture
def bank(sd15: Components) -> AdapterBank:
    return AdapterBank(sd15)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_bad_file_is_refused_and_leaves_the_model_alone(
    name: str, tmp_path: Path, bank: AdapterBank, sd15: Components
) -> None:
    change, sentence = MISTAKES[name]
    tensors = {DOWN: torch.ones(2, WIDTH), UP: torch.ones(WIDTH, 2), ALPHA: torch.tensor(1.0)}
    change(tensors)
    file = save(tmp_path / "bad.safetensors", tensors)
    before = answer(sd15)
    with pytest.raises(ModelFileError, match=rf"bad\.safetensors: .*{sentence}"):
        bank.wear([choose(file)])
    assert torch.equal(answer(sd15), before)
    assert bank.list_kept() == ()


def test_a_bad_file_beside_a_good_one_leaves_what_was_worn(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    good = write_kohya(tmp_path / "good.safetensors", make_updates(sd15))
    bad = save(tmp_path / "bad.safetensors", {DOWN: torch.ones(2, WIDTH)})
    plain = answer(sd15)
    bank.wear([choose(good)])
    worn = answer(sd15)
    with pytest.raises(ModelFileError):
        bank.wear([choose(good, 0.1), choose(bad)])
    assert torch.equal(answer(sd15), worn)
    assert not torch.equal(worn, plain)
    bank.wear([])
    assert torch.equal(answer(sd15), plain)


@pytest.mark.parametrize("written", [write_kohya, write_diffusers])
def test_an_sdxl_lora_does_not_fit_a_15_model(
    written: Callable[..., Path], tmp_path: Path, bank: AdapterBank, sdxl: Components
) -> None:
    file = written(tmp_path / "xl.safetensors", make_updates(sdxl, unet=(CROSS,), text=TEXT_LAYERS))
    with pytest.raises(ModelFileError, match=r"xl\.safetensors: .* made for another"):
        bank.wear([choose(file)])


def test_what_its_trainer_wrote_tells_the_family(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    metadata = {"ss_base_model_version": "sdxl_base_v1-0"}
    file = write_kohya(tmp_path / "xl.safetensors", make_updates(sd15), metadata=metadata)
    with pytest.raises(ModelFileError, match=r"trained for Stable Diffusion XL; this model is Stable Diffusion 1\.5"):
        bank.wear([choose(file)])
    same = write_kohya(tmp_path / "same.safetensors", make_updates(sd15), metadata={"ss_base_model_version": "sd_v1"})
    assert bank.wear([choose(same)]) > 0
    bank.wear([])


def test_too_many_ranks_together_are_refused(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    files = [
        write_kohya(tmp_path / f"{number}.safetensors", make_updates(sd15, rank=80, seed=number)) for number in range(2)
    ]
    before = answer(sd15)
    with pytest.raises(ModelFileError, match=r"together have rank 160 in .*; 128 fit"):
        bank.wear([choose(file) for file in files])
    assert torch.equal(answer(sd15), before)


def test_a_torn_file_is_refused(tmp_path: Path, bank: AdapterBank, sd15: Components) -> None:
    file = write_kohya(tmp_path / "loras" / "torn.safetensors", make_updates(sd15))
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ModelFileError, match=r"torn\.safetensors has \d+ bytes instead of \d+: it is cut off"):
        bank.wear([choose(file)])
    assert "cut off" in scan_adapters(tmp_path, ()).refused["torn"]


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    pickle = tmp_path / "loras" / "evil.pt"
    pickle.parent.mkdir()
    pickle.write_bytes(b"cos\nsystem\n(S'touch /tmp/never'\ntR.")
    shelf = scan_adapters(tmp_path, ())
    assert shelf.find("evil") is None
    assert "evil.pt is a pickle" in shelf.refused["evil"]


def test_a_file_that_went_away_is_said_in_words(tmp_path: Path, bank: AdapterBank) -> None:
    with pytest.raises(ModelFileError, match=r"gone\.safetensors cannot be read: No such file"):
        bank.wear([choose(tmp_path / "gone.safetensors")])


def test_half_precision_must_hold_the_numbers(tmp_path: Path, sd15: Components) -> None:
    unet: torch.nn.Module = deepcopy(sd15.unet)
    halves: Any = replace(sd15, unet=unet.to(torch.float16))  # type: ignore[arg-type]
    tensors = {DOWN: torch.full((2, WIDTH), 1e6), UP: torch.ones(WIDTH, 2)}
    with pytest.raises(ModelFileError, match="numbers too large for float16"):
        AdapterBank(halves).wear([choose(save(tmp_path / "large.safetensors", tensors))])


def answer(components: Components) -> Tensor:
    """What the UNet says to a fixed question."""
    generator = torch.Generator().manual_seed(3)
    noise = torch.randn((1, 4, 8, 8), generator=generator)
    words = torch.randn((1, 77, components.text_encoders[0].config.hidden_size), generator=generator)
    with torch.inference_mode():
        said: Tensor = components.unet(noise, torch.tensor(500), encoder_hidden_states=words, return_dict=False)[0]
    return said
