"""From a data set and what was learnt from it to the folder of a style pack."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

import painter
from boothkit.files import publish_file, translate_disk_errors
from lora_training.dataset import Dataset, load_dataset
from lora_training.packing.adapter_file import is_for_sdxl, read_metadata
from lora_training.packing.manifest import MANIFEST_NAME, describe_diffusion, describe_style, write_manifest
from lora_training.packing.words import MAX_WEIGHT, PackWords
from lora_training.pictures import compute_set_digest
from lora_training.publishing_errors import PackTermsError, RunOfOtherSetError, RunUnfinishedError
from lora_training.run_record import RunRecord, read_run
from lora_training.weightless.look import EXEMPLAR_NAME, Kind, choose_pictures, learn_look
from lora_training.weightless.record import LEARNT_FOLDER, SAMPLE_NAME, read_learnt

SAMPLE_PX = (480, 640)
"""Width and height of the pack's sample picture."""
SAMPLE_SEED = 1
DEFAULT_WEIGHT = 1.0


@dataclass(frozen=True)
class Pack:
    """A style pack in `folder`, and its manifest without the revision."""

    folder: Path
    style: dict[str, Any]

    @property
    def style_id(self) -> str:
        """Id of the style, the same as the folder's name."""
        return self.folder.name


def build_pack(dataset_folder: Path, run_folder: Path, words: PackWords, parent: Path) -> Pack:
    """Make the folder of a pack in `parent`, which has none of its name; `number_pack` completes it.

    The same set, run and words give the same bytes. A look with an adapter gets what the painter learns from the same
    pictures too, for hosts without a GPU. Raises an error of `lora_training.errors` or `publishing_errors`,
    RunMissingError, AdapterRefusedError, StorageFullError or StorageError.
    """
    pictures, run = load_dataset(dataset_folder), read_run(run_folder)
    if not run.has_result:
        raise RunUnfinishedError(folder=run_folder, state=run.state)
    if run.style_id != pictures.style_id:
        raise RunOfOtherSetError(folder=run_folder)
    folder = parent / pictures.style_id
    with translate_disk_errors():
        folder.mkdir(parents=True)
    make = _pack_adapter if run.kind == "lora" else _pack_look
    return Pack(folder, make(_Order(pictures, run, run_folder, words), folder))


def number_pack(pack: Pack, revision: int) -> None:
    """Write the pack's manifest with this revision."""
    publish_file(pack.folder / MANIFEST_NAME, write_manifest(pack.style, revision), mode=0o644)


@dataclass(frozen=True)
class _Order:
    pictures: Dataset
    run: RunRecord
    run_folder: Path
    words: PackWords


def _pack_look(order: _Order, folder: Path) -> dict[str, Any]:
    """A look without a model: the files that were learnt, and the sample that staff saw."""
    if order.words.weight is not None or order.words.prompt is not None:
        raise PackTermsError(
            field="--weight, --prompt",
            why_ko="기본 모델 없이 배운 화풍에는 쓸 수 없습니다.",
            why_en="a look that was learnt without a base model has neither.",
        )
    if read_learnt(order.run_folder).set_sha256 != compute_set_digest(order.pictures.pictures):
        raise RunOfOtherSetError(folder=order.run_folder)
    with translate_disk_errors():
        shutil.copytree(order.run_folder / LEARNT_FOLDER, folder, dirs_exist_ok=True)
    _add_sample(order.run_folder / SAMPLE_NAME, folder)
    kind: Kind = "exemplar" if (folder / EXEMPLAR_NAME).is_file() else "atlas"
    return describe_style(order.pictures, order.words, kind)


def _pack_adapter(order: _Order, folder: Path) -> dict[str, Any]:
    """An adapter, with the painter's own look of the same pictures beside it."""
    name = f"{order.run.style_id}.safetensors"
    metadata = read_metadata(order.run_folder / name)
    said = (metadata.get("modelspec.license"), metadata.get("modelspec.author"))
    if said != (order.pictures.licence, order.pictures.author):
        raise RunOfOtherSetError(folder=order.run_folder)
    look = learn_look(choose_pictures(order.pictures.pictures))
    look.save(folder)
    with translate_disk_errors():
        shutil.copyfile(order.run_folder / name, folder / name)
    step = _read_step(metadata.get("ss_steps", ""))
    own = find_sample(order.run_folder, step)
    if own is None:
        Image.fromarray(look.paint(painter.sample_portrait(), seed=SAMPLE_SEED)).save(folder / SAMPLE_NAME)
    _add_sample(own or folder / SAMPLE_NAME, folder)
    style = describe_style(order.pictures, order.words, look.kind)
    weight = order.words.weight or find_suggested_weight(order.run_folder, step) or DEFAULT_WEIGHT
    style["diffusion"] = describe_diffusion(
        name, order.run.trigger, order.words, weight=weight, is_for_sdxl=is_for_sdxl(metadata)
    )
    return style


def find_sample(run_folder: Path, step: int) -> Path | None:
    """A picture that was made with the adapter at this step, or at the last one before it; None when there is none."""
    places = ((_read_step(place.name), place) for place in (run_folder / "samples").glob("step-*"))
    made = sorted(((at, place) for at, place in places if 0 < at <= step), reverse=True)
    pictures = (min(place.glob("*.png"), default=None) for _, place in made)
    return next((picture for picture in pictures if picture is not None), None)


def find_suggested_weight(run_folder: Path, step: int) -> float | None:
    """The weight that the evaluation suggests for the adapter of this step; None when it suggests another or none."""
    try:
        suggested = json.loads((run_folder / "evaluation" / "evaluation.json").read_bytes())["suggested"]
        weight = float(suggested["weight"]) if suggested["step"] == step else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return weight if weight is not None and 0 < weight <= MAX_WEIGHT else None


def _read_step(text: str) -> int:
    """The number at the end of `step-000100`, or a number alone; 0 for anything else."""
    number = text.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


def _add_sample(picture: Path, folder: Path) -> None:
    """The picture at the size of samples, its sides cut where the shape differs."""
    with translate_disk_errors(), Image.open(picture, formats=("PNG",)) as opened:
        image = opened.convert("RGB")
    width, height = SAMPLE_PX
    shape = min(image.width / width, image.height / height)
    left, top = (image.width - width * shape) / 2, (image.height - height * shape) / 2
    box = (left, top, left + width * shape, top + height * shape)
    file = io.BytesIO()
    image.resize(SAMPLE_PX, Image.Resampling.LANCZOS, box=box).save(file, "PNG")
    publish_file(folder / SAMPLE_NAME, file.getvalue(), mode=0o644)
