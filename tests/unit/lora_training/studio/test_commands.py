"""Each step's commands are understood by the program that carries them out."""

from __future__ import annotations

import csv
from argparse import Namespace
from pathlib import Path

import pytest

from lora_training.__main__ import _build_parser
from lora_training.studio.work import commands
from lora_training.studio.work.job import Command
from lora_training.studio.work.project import Project, Publication, Recipe
from lora_training.studio.work.projects import ProjectFolder
from tests.unit.lora_training.studio.test_projects import make_details

MODELS = Path("/models")


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder(tmp_path)


def make_project(**changes: object) -> Project:
    return Project(details=make_details(source="-x --replace", author="--to=/etc"), created_at="now").model_copy(
        update=changes
    )


def parse(command: Command) -> Namespace:
    return _build_parser().parse_args(list(command))


def test_prepare_takes_words_that_look_like_options_as_words(folder: ProjectFolder) -> None:
    (command,) = commands.prepare(make_project(resolution=768), folder, keeps_captions=False)
    given = parse(command)
    assert (given.source, given.author, given.to) == ("-x --replace", "--to=/etc", folder.dataset)
    assert (given.name, given.resolution, given.folder) == ("hall_ink", 768, folder.uploads)


def test_written_captions_are_carried_over(folder: ProjectFolder) -> None:
    _, command = commands.prepare(make_project(), folder, keeps_captions=True)
    assert parse(command).table == folder.captions
    commands.write_captions(folder, {"a.png": '=1+1, "hills"'})
    with folder.captions.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["file", "caption"], ["a.png", '=1+1, "hills"']]


@pytest.mark.parametrize("steps", [10, 120, 1000])
def test_training_with_a_model(folder: ProjectFolder, steps: int) -> None:
    (command,) = commands.train(Recipe(base="sd", steps=steps, saves_memory=True), folder, MODELS, Path("/faces"))
    given = parse(command)
    assert given.faces == Path("/faces")
    assert (given.base, given.out, given.steps, given.gradient_checkpointing) == (
        MODELS / "sd",
        folder.run,
        steps,
        True,
    )
    assert given.warmup_steps < steps
    assert steps / given.save_every == 10


def test_training_without_a_model_says_nothing_of_steps(folder: ProjectFolder) -> None:
    (command,) = commands.train(Recipe(), folder, MODELS, Path("/faces"))
    given = parse(command)
    assert (given.base, given.faces) == (None, None)
    assert not any(word.startswith("--steps") for word in command)


def test_comparing(folder: ProjectFolder) -> None:
    (command,) = commands.evaluate(Recipe(base="sd"), folder, MODELS, Path("/faces"))
    given = parse(command)
    assert (given.base, given.faces, given.keep_suggested) == (MODELS / "sd", Path("/faces"), True)


def test_publishing(folder: ProjectFolder) -> None:
    given = Publication(
        name_ko="수묵", name_en="Ink", description_en="-", weight=0.8, generators=("http://a", "http://b")
    )
    project = make_project(recipe=Recipe(base="sd"))
    (command,) = commands.publish(project, folder, given, Path("/token"))
    read = parse(command)
    assert (read.to, read.weight, read.name_ko, read.token_file) == (
        ["http://a", "http://b"],
        0.8,
        "수묵",
        Path("/token"),
    )
    assert (read.memorial, read.all_memorials, read.replace) == (None, True, True)
    assert read.description_en == "-"
    some = given.model_copy(update={"memorial_ids": ("kim",)})
    (command,) = commands.publish(make_project(publication=given), folder, some, None)
    read = parse(command)
    assert (read.memorial, read.all_memorials, read.replace, read.weight) == (["kim"], False, True, None)


def test_taking_back_asks_every_generator(folder: ProjectFolder) -> None:
    addresses = ("http://a", "http://b")
    (command,) = commands.roll_back("hall_ink", 2, addresses, None)
    assert (parse(command).style_id, parse(command).revision, parse(command).to) == ("hall_ink", 2, list(addresses))
    (command,) = commands.withdraw("hall_ink", addresses, Path("/token"))
    assert (parse(command).style_id, parse(command).to) == ("hall_ink", list(addresses))
    asked = [parse(command) for command in commands.ask_revisions(folder, "hall_ink", addresses, None)]
    assert [one.to for one in asked] == [["http://a"], ["http://b"]]
    assert len({one.save for one in asked}) == 2
