"""The commands of `memorial-booth style` that each step of the studio runs. Values are never taken for options."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from boothkit.files import publish_file
from lora_training.dataset.manifest import Manifest
from lora_training.studio.work.job import Command
from lora_training.studio.work.job_process import LOOK
from lora_training.studio.work.project import Project, Publication, Recipe
from lora_training.studio.work.projects import ProjectFolder
from lora_training.studio.work.revisions import revisions_file

_MEASUREMENTS = 10
"""A training saves and measures so often; every second time it draws samples too."""
_WARMUP_STEPS = 50


def prepare(project: Project, folder: ProjectFolder, *, keeps_captions: bool) -> tuple[Command, ...]:
    """A data set from the uploads; captions that people wrote are carried over to the new one."""
    details = project.details
    made = (
        "prepare",
        str(folder.uploads),
        f"--to={folder.dataset}",
        f"--name={details.style_id}",
        f"--source={details.source}",
        f"--licence={details.licence}",
        f"--author={details.author}",
        f"--resolution={project.resolution}",
        "--replace",
    )
    return (made, import_captions(folder)) if keeps_captions else (made,)


def import_captions(folder: ProjectFolder) -> Command:
    """The table of captions, read back into the data set."""
    return ("caption", str(folder.dataset), f"--import={folder.captions}")


def write_captions(folder: ProjectFolder, captions: Mapping[str, str]) -> None:
    """The table itself: captions by the picture's file in the data set or by its original name."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(("file", "caption"))
    table.writerows(captions.items())
    publish_file(folder.captions, text.getvalue().encode("utf-8-sig"))


def list_written_captions(manifest: Manifest) -> dict[str, str]:
    """Captions that say something about their picture, by its original name."""
    return {entry.original_file: entry.caption for entry in manifest.pictures if entry.caption_from != "template"}


def train(recipe: Recipe, folder: ProjectFolder, models: Path | None, faces: Path | None) -> tuple[Command, ...]:
    """Learning; the same command goes on where it stopped."""
    learn = ("train", str(folder.dataset), f"--out={folder.run}")
    if recipe.base is None or models is None:
        return (learn,)
    return (
        (
            *learn,
            *_show_faces(faces),
            f"--base={models / recipe.base}",
            f"--steps={recipe.steps}",
            f"--batch-size={recipe.batch_size}",
            f"--save-every={max(1, recipe.steps // _MEASUREMENTS)}",
            f"--sample-every={2 * max(1, recipe.steps // _MEASUREMENTS)}",
            f"--warmup-steps={min(_WARMUP_STEPS, recipe.steps // _MEASUREMENTS)}",
            *(("--gradient-checkpointing",) if recipe.saves_memory else ()),
        ),
    )


def evaluate(recipe: Recipe, folder: ProjectFolder, models: Path | None, faces: Path | None) -> tuple[Command, ...]:
    """Comparing; the suggested checkpoint becomes the style's adapter."""
    command = ("evaluate", str(folder.dataset), str(folder.run))
    base = (f"--base={models / recipe.base}", "--keep-suggested") if recipe.base and models else ()
    return ((*command, *base, *_show_faces(faces)),)


def publish(
    project: Project, folder: ProjectFolder, given: Publication, token_file: Path | None
) -> tuple[Command, ...]:
    """A style pack to all chosen generators, as a new revision where there is one; the earlier ones are kept there."""
    described = [
        f"--description-{language}={text}"
        for language, text in (("ko", given.description_ko), ("en", given.description_en))
        if text
    ]
    weight = (f"--weight={given.weight}",) if project.recipe and project.recipe.base else ()
    return (
        (
            "publish",
            str(folder.dataset),
            str(folder.run),
            *_show_all(given.generators),
            f"--name-ko={given.name_ko}",
            f"--name-en={given.name_en}",
            *described,
            *weight,
            *([f"--memorial={memorial_id}" for memorial_id in given.memorial_ids] or ["--all-memorials"]),
            "--replace",
            *_show_token(token_file),
        ),
    )


def roll_back(style_id: str, revision: int, generators: Sequence[str], token_file: Path | None) -> tuple[Command, ...]:
    """An earlier revision again, on each generator that can be reached."""
    return (("rollback", *_show_all(generators), *_show_token(token_file), style_id, str(revision)),)


def withdraw(style_id: str, generators: Sequence[str], token_file: Path | None) -> tuple[Command, ...]:
    """No longer offered, on each generator that can be reached; its revisions are kept there."""
    return (("withdraw", *_show_all(generators), *_show_token(token_file), style_id),)


def ask_revisions(
    folder: ProjectFolder, style_id: str, generators: Sequence[str], token_file: Path | None
) -> tuple[Command, ...]:
    """What each generator holds now, into a file for each."""
    return tuple(
        (LOOK, f"--to={address}", f"--save={revisions_file(folder, number)}", *_show_token(token_file), style_id)
        for number, address in enumerate(generators)
    )


def _show_all(generators: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"--to={address}" for address in generators)


def _show_faces(faces: Path | None) -> tuple[str, ...]:
    return (f"--faces={faces}",) if faces else ()


def _show_token(token_file: Path | None) -> tuple[str, ...]:
    return (f"--token-file={token_file}",) if token_file else ()
