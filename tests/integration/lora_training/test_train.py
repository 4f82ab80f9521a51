"""From a folder of pictures to an adapter that draws, by the commands that staff type, on a tiny base model."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionImg2ImgPipeline
from PIL import Image

from generator_server.diffusion.components import load_folder
from generator_server.diffusion.devices import Place
from generator_server.diffusion.img2img import LoadedModel
from lora_training.__main__ import main
from lora_training.checkpoint import Checkpoint, CheckpointFolder
from lora_training.config import TrainingConfig
from lora_training.dataset import load_dataset
from lora_training.export import export_checkpoint
from lora_training.preparation import prepare
from lora_training.run_record import read_run
from tests.tiny_diffusion import write_model
from tests.unit.generator_server.diffusion.lora.lora_files import choose
from tests.unit.generator_server.diffusion.lora.test_pictures import NEAR, SEEN, differ, draw, draw_with_diffusers
from tests.unit.generator_server.diffusion.requests import load
from tests.unit.lora_training.dataset.pictures import make_drawing, save

REPOSITORY = Path(__file__).resolve().parents[3]
TERMS = ["--name", "ink_wash", "--source", "drawn by a test", "--licence", "CC0-1.0", "--author", "a test"]
QUICK = ["--steps", "2", "--warmup-steps", "0", "--batch-size", "1", "--rank", "2", "--learning-rate", "0.1"]
SAMPLES = ["--sample-every", "2", "--sample-steps", "2"]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for seed in range(3):
        save(make_drawing(seed, (320, 256)), folder / f"drawing_{seed}.png")
    target = tmp_path_factory.mktemp("sets") / "ink_wash"
    assert main(["prepare", str(folder), "--to", str(target), *TERMS]) == 0
    return target


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def trained(dataset: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder that `style train` made, in a process of its own."""
    out = tmp_path_factory.mktemp("runs") / "ink"
    words = ["train", str(dataset), "--base", str(base), "--out", str(out), "--file-precision", "fp32"]
    command = [sys.executable, "-m", "lora_training", *words, *QUICK, *SAMPLES, "--text-encoder"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == ["The training is finished.", str(out / "ink_wash.safetensors")]
    return out


def test_the_run_folder_holds_what_others_read(trained: Path, dataset: Path) -> None:
    record = read_run(trained)
    assert (record.kind, record.style_id, record.trigger, record.state) == (
        "lora",
        "ink_wash",
        "mb-ink_wash",
        "finished",
    )
    assert (record.base, record.dataset, record.steps) == ("tiny", str(dataset.resolve()), 2)
    events = [json.loads(line)["event"] for line in (trained / "progress.jsonl").read_text().splitlines()]
    assert events == ["sampled", "step", "step", "measured", "saved", "sampled", "ended"]
    names = sorted(path.relative_to(trained).as_posix() for path in trained.glob("samples/*/*"))
    assert names == ["samples/step-000000/portrait.png", "samples/step-000002/portrait.png"]
    before, after = (np.asarray(Image.open(trained / name).convert("RGB")).astype(int) for name in names)
    assert before.shape == after.shape == (576, 384, 3)
    assert np.abs(after - before).mean() > 1


def test_the_same_command_finds_nothing_left_to_do(trained: Path, dataset: Path, base: Path) -> None:
    before = (trained / "progress.jsonl").read_bytes()
    words = ["train", str(dataset), "--base", str(base), "--out", str(trained), "--file-precision", "fp32"]
    assert main([*words, *QUICK, *SAMPLES, "--text-encoder"]) == 0
    lines = (trained / "progress.jsonl").read_bytes().removeprefix(before).decode().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["ended"]


@pytest.fixture(scope="module")
def model(base: Path) -> LoadedModel:
    """The same base as the generator has it in memory."""
    return load(load_folder(base, "sd15", Place(torch.device("cpu"), torch.float32)))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Already found a `peft_config`:UserWarning")
def test_diffusers_and_the_generator_draw_the_same_picture(trained: Path, model: LoadedModel, tmp_path: Path) -> None:
    """Without the text encoder's part, which diffusers 0.39 cannot read with transformers 5."""
    path = export_denoiser_only(trained, tmp_path / "ink_wash.safetensors")
    theirs = draw_with_diffusers(StableDiffusionImg2ImgPipeline, model.components, {path: 1.0})
    ours = draw(model, choose(path))
    assert differ(ours, theirs) < NEAR
    assert differ(ours, draw(model)) > SEEN


def export_denoiser_only(run_folder: Path, path: Path) -> Path:
    checkpoint = CheckpointFolder(run_folder / "checkpoints").find_latest()
    assert checkpoint is not None
    tensors = {name: value for name, value in checkpoint.tensors.items() if "/text_encoder" not in name}
    made_at = datetime(2026, 3, 1, tzinfo=UTC)
    export_checkpoint(Checkpoint(2, tensors, checkpoint.record), path, precision="fp32", made_at=made_at)
    return path


def test_the_generator_understands_prompts_as_the_training_did(
    trained: Path, dataset: Path, base: Path, model: LoadedModel
) -> None:
    record = CheckpointFolder(trained / "checkpoints").find_latest()
    assert record is not None
    config = TrainingConfig(**record.record["about"]["config"])
    prepared = prepare(config, load_dataset(dataset), base, None, on_progress=lambda stage, done, total: None)
    prepared.adapter.set_weights(record.select("weights"))
    model.wear([choose(trained / "ink_wash.safetensors")])
    tokens = model.components.tokenizers[0](
        "mb-ink_wash, a portrait", padding="max_length", max_length=77, return_tensors="pt"
    )
    with torch.no_grad():
        learnt = prepared.embed(["mb-ink_wash, a portrait"])[0].hidden
        worn = model.components.text_encoders[0](tokens.input_ids).last_hidden_state[0]
        model.wear([])
        plain = model.components.text_encoders[0](tokens.input_ids).last_hidden_state[0]
    torch.testing.assert_close(worn, learnt, rtol=1e-4, atol=1e-4)
    assert float((worn - plain).abs().max()) > 1e-4


def test_without_a_base_the_look_is_learnt_for_the_painter(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(dataset), "--out", str(tmp_path), "--steps", "7", "--faces", "somewhere"]) == 0
    said = capsys.readouterr().out
    assert "Without a base model (--base)" in said
    assert "not used: --faces --steps" in said
    record = read_run(tmp_path)
    assert (record.kind, record.base, record.state) == ("weightless", None, "finished")
    assert not list(tmp_path.glob("*.safetensors"))


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--steps", "0"], 2, "steps: Input should be greater than or equal to 1"),
        (["--optimizer", "prodigy", "--text-encoder"], 2, "prodigy has one learning rate"),
        (["--faces", "no/such/folder"], 1, "no/such/folder cannot be used. There is no such folder."),
    ],
)
def test_wrong_words_are_refused_in_a_sentence(
    dataset: Path, base: Path, tmp_path: Path, words: list[str], code: int, sentence: str, capsys: Any
) -> None:
    assert main(["train", str(dataset), "--base", str(base), "--out", str(tmp_path), *words]) == code
    assert sentence in capsys.readouterr().err


def test_a_model_in_one_file_is_refused_with_the_way_out(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    single = tmp_path / "model.safetensors"
    single.write_bytes(b"weights")
    assert main(["train", str(dataset), "--base", str(single), "--out", str(tmp_path / "run")]) == 1
    assert "It is one file. Give a folder in diffusers' layout" in capsys.readouterr().err
