"""Which models can be pulled, and which of their files: by a known name, or as `owner/name` at a revision."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from generator_server.model_store.failures import RevisionNeededError, UnknownModelError

KNOWN_MODELS_FILE = Path(__file__).with_name("known_models.toml")
# What a repository that is not known may bring: weights without code, their descriptions, tokenizers.
ANY_FILES = ("*.safetensors", "*.json", "*.txt")
# Papers that belong to the weights; taken where they are.
PAPERS = ("README.md", "LICENSE*")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True)
class Wish:
    """One model to be pulled.

    `place` is its folder under the folder of models, None when the files are to tell. `is_known` means that `files`
    are patterns each of which must be there, otherwise they say what may be taken.
    """

    name: str
    repository: str
    revision: str
    files: tuple[str, ...]
    licence: str | None
    place: PurePosixPath | None
    is_known: bool


@dataclass(frozen=True)
class KnownModel:
    """One entry of known_models.toml; `commit` is None where the operator has to name the revision."""

    name: str
    repository: str
    commit: str | None
    files: tuple[str, ...]
    licence: str
    place: PurePosixPath
    about: Mapping[str, str]


def load_known_models(file: Path = KNOWN_MODELS_FILE) -> dict[str, KnownModel]:
    """The models that are known by name, in the file's order."""
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        name: KnownModel(
            name=name,
            repository=table["repository"],
            commit=table.get("commit"),
            files=tuple(table["files"]),
            licence=table["licence"],
            place=PurePosixPath(table["place"]),
            about=table["about"],
        )
        for name, table in tables.items()
    }


def choose_wish(asked: str, revision: str | None, known: Mapping[str, KnownModel]) -> Wish:
    """What to pull for a known name or an `owner/name`. Raises UnknownModelError or RevisionNeededError."""
    model = known.get(asked) or next((model for model in known.values() if model.repository == asked), None)
    if model is not None:
        wanted = revision or model.commit
        if wanted is None:
            raise RevisionNeededError(name=asked, repository=model.repository)
        return Wish(model.name, model.repository, wanted, model.files, model.licence, model.place, is_known=True)
    if _REPOSITORY.fullmatch(asked) is None:
        raise UnknownModelError(name=asked, known=", ".join(known))
    if revision is None:
        raise RevisionNeededError(name=asked, repository=asked)
    return Wish(asked.partition("/")[2], asked, revision, ANY_FILES, None, None, is_known=False)
