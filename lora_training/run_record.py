"""What a run folder is about, `run.json`: how a look was learnt, of which set, and how that ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from boothkit.errors import BoothError
from boothkit.files import publish_file

RUN_NAME = "run.json"

RunState = Literal["running", "finished", "overtrained", "interrupted", "failed"]


class RunMissingError(BoothError):
    """The folder holds no run. Detail: `folder`."""

    status = 404
    code = "run_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "학습 결과 없음", "en": "No training there"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}에 학습 결과가 없습니다. 먼저 train으로 학습해 주세요.",
        "en": "There is no training in {folder}. Learn the style with `train` first.",
    }


class RunRecord(BaseModel):
    """One run. A `running` one whose process is gone was killed; its folder's lock tells."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["lora", "weightless"] = Field(description="An adapter for diffusion models, or a look to paint.")
    style_id: str = Field(description="Id of the style.")
    trigger: str = Field(description="Word that calls the style.")
    base: str | None = Field(description="Name of the base model; none for a look without a model.")
    dataset: str = Field(description="Folder of the data set.")
    state: RunState = Field(description="How far it is.")
    steps: int = Field(ge=0, description="Steps that are done; for a look without a model, pictures.")
    precision: Literal["fp32", "bf16", "fp16"] | None = Field(
        None, description="Numbers that it reckons with; none before they are chosen, and for a look without a model."
    )

    @property
    def has_result(self) -> bool:
        """True when what was learnt can be used."""
        return self.state in ("finished", "overtrained")

    def save(self, folder: Path) -> None:
        """Replace the run's record whole. Raises StorageFullError or StorageError."""
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1)
        publish_file(folder / RUN_NAME, f"{text}\n".encode(), mode=0o644)


def read_run(folder: Path) -> RunRecord:
    """Raises RunMissingError for a folder without a readable record."""
    try:
        return RunRecord.model_validate_json((folder / RUN_NAME).read_bytes())
    except (OSError, ValidationError):
        raise RunMissingError(folder=folder) from None
