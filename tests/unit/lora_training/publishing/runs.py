"""Small data sets and runs, written as `prepare` and `train` write them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from lora_training.dataset import load_dataset
from lora_training.dataset.manifest import Manifest, PictureEntry
from lora_training.pictures import compute_set_digest
from lora_training.run_record import RunRecord
from lora_training.weightless.look import learn_look
from lora_training.weightless.record import LearntRecord
from tests.unit.lora_training.dataset.pictures import make_drawing, save

STYLE_ID = "warm_ink"


def write_set(folder: Path, count: int = 3, side_px: int = 256, **terms: Any) -> Path:
    """A data set of `count` square drawings."""
    entries = tuple(_write_picture(folder, number, side_px) for number in range(1, count + 1))
    said = {"source": "Scrolls of the hall", "licence": "CC-BY-4.0", "author": "Kim Hwaga", "style_id": STYLE_ID}
    manifest = Manifest.model_validate(
        {"trigger": "mb-warm_ink", "resolution": 512, "warnings": (), "left_out": (), "pictures": entries}
        | said
        | terms
    )
    manifest.save(folder)
    return folder


def _write_picture(folder: Path, number: int, side_px: int) -> PictureEntry:
    file = f"pictures/{number:04d}.png"
    path = save(make_drawing(number, (side_px, side_px)), folder / file)
    return PictureEntry(
        file=file,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        width_px=side_px,
        height_px=side_px,
        original_file=f"{number}.png",
        original_sha256="1" * 64,
        original_width_px=side_px,
        original_height_px=side_px,
        crop=(0, 0, side_px, side_px),
        is_padded=False,
        faces=(),
        warnings=(),
        caption="mb-warm_ink, a drawing",
        caption_from="sidecar",
    )


def write_look_run(folder: Path, dataset: Path, *, state: str = "finished") -> Path:
    """A run that learnt a look without a model; its sample is a plain picture, which takes no time to paint."""
    pictures = load_dataset(dataset)
    look = learn_look(pictures.pictures)
    (folder / "learnt").mkdir(parents=True)
    look.save(folder / "learnt")
    digest = compute_set_digest(pictures.pictures)
    LearntRecord(set_sha256=digest, pictures=1, palette=look.atlas.palette, remarks=()).save(folder)
    write_sample(folder / "sample.png", (30, 120, 60))
    _record(folder, dataset, "weightless", state)
    return folder


def write_adapter_run(folder: Path, dataset: Path, **metadata: str) -> Path:
    """A run that trained an adapter for 40 steps; the weights are zeros."""
    folder.mkdir()
    said = {"ss_steps": "40", "ss_base_model_version": "sd_v1"}
    said |= {"modelspec.license": "CC-BY-4.0", "modelspec.author": "Kim Hwaga"}
    weights = {"lora_unet_mid.lora_down.weight": np.zeros((2, 4), dtype=np.float16)}
    save_file(weights, folder / f"{STYLE_ID}.safetensors", said | metadata)
    write_sample(folder / "samples" / "step-000040" / "woman.png", (200, 40, 40))
    write_sample(folder / "samples" / "step-000020" / "woman.png", (40, 40, 200))
    _record(folder, dataset, "lora", "finished")
    return folder


def write_sample(path: Path, colour: tuple[int, int, int], size: tuple[int, int] = (96, 128)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


def _record(folder: Path, dataset: Path, kind: Any, state: Any) -> None:
    base = "tiny" if kind == "lora" else None
    RunRecord(
        kind=kind, style_id=STYLE_ID, trigger="mb-warm_ink", base=base, dataset=str(dataset), state=state, steps=40
    ).save(folder)
