"""What staff and the pack's maker should know of a look without a model, `learnt.json`."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from boothkit.files import publish_file
from lora_training.run_record import RunMissingError

LEARNT_FOLDER, LEARNT_NAME, SAMPLE_NAME = "learnt", "learnt.json", "sample.png"


class Remark(BaseModel):
    """A hint about the pictures."""

    model_config = ConfigDict(frozen=True)

    ko: str
    en: str


class LearntRecord(BaseModel):
    """A look and the set that it was learnt from."""

    model_config = ConfigDict(frozen=True)

    set_sha256: str = Field(description="Over hashes and captions of the set's pictures.")
    pictures: int = Field(ge=1, description="How many were learnt from.")
    palette: tuple[str, ...] = Field(description="Main colours, #rrggbb, the commonest first.")
    remarks: tuple[Remark, ...] = Field(description="What staff should know about the pictures.")

    def save(self, run_folder: Path) -> None:
        """Replace the record whole. Raises StorageFullError or StorageError."""
        text = json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=1)
        publish_file(run_folder / LEARNT_NAME, f"{text}\n".encode(), mode=0o644)


def read_learnt(run_folder: Path) -> LearntRecord:
    """Raises RunMissingError for a run without a readable record."""
    try:
        return LearntRecord.model_validate_json((run_folder / LEARNT_NAME).read_bytes())
    except (OSError, ValidationError):
        raise RunMissingError(folder=run_folder) from None
