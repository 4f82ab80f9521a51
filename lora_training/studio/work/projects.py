"""The folders of all styles in the making: `DATA/STYLE_ID/{project.json,uploads/,set/,run/,job/}`."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from boothkit.clock import now, to_text
from boothkit.errors import NotFoundError
from boothkit.files import publish_file, translate_disk_errors
from boothkit.logs import get_logger
from lora_training.studio.errors import ProjectBrokenError, StyleExistsError
from lora_training.studio.work.project import STYLE_ID_PATTERN, Project, StyleDetails
from lora_training.studio.work.shipped import list_shipped

RECORD_NAME = "project.json"
_log = get_logger(__name__)


@dataclass(frozen=True)
class ProjectFolder:
    """Where everything of one style lies."""

    root: Path

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def thumbnails(self) -> Path:
        return self.root / "thumbnails"

    @property
    def dataset(self) -> Path:
        return self.root / "set"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def job(self) -> Path:
        return self.root / "job"

    @property
    def captions(self) -> Path:
        """The table that edited captions are handed over in."""
        return self.root / "captions.csv"


class ProjectStore:
    """Reads and changes records. Safe for several threads of the one process that owns the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = threading.RLock()

    def folder(self, style_id: str) -> ProjectFolder:
        """The folder of a style, whether or not it is there. Raises NotFoundError for what can be no id."""
        if re.fullmatch(STYLE_ID_PATTERN, style_id) is None:
            raise NotFoundError
        return ProjectFolder(self._data_dir / style_id)

    def create(self, details: StyleDetails) -> Project:
        """Raises StyleExistsError, also for an id under which no generator takes a style."""
        with self._lock:
            if details.style_id in list_shipped() or self.folder(details.style_id).root.exists():
                raise StyleExistsError(style_id=details.style_id)
            return self._save(Project(details=details, created_at=to_text(now())))

    def get(self, style_id: str) -> Project:
        """Raises NotFoundError or ProjectBrokenError."""
        try:
            return Project.model_validate_json((self.folder(style_id).root / RECORD_NAME).read_bytes())
        except FileNotFoundError:
            raise NotFoundError from None
        except ValidationError as error:
            raise ProjectBrokenError(style_id=style_id, cause=error.errors()[0]["msg"]) from None

    def list(self) -> list[Project]:
        """All styles, the latest first. A damaged record is told to the operator and left out."""
        projects = []
        for record in self._data_dir.glob(f"*/{RECORD_NAME}"):
            try:
                projects.append(self.get(record.parent.name))
            except (ProjectBrokenError, NotFoundError) as error:
                _log.error(
                    "The record of a style cannot be read.",
                    action="studio.project_broken",
                    folder=str(record.parent),
                    cause=error.details.get("cause"),
                )
        return sorted(projects, key=lambda project: project.created_at, reverse=True)

    def change(self, style_id: str, move: Callable[[Project], Project]) -> Project:
        """Read, move, write: nobody else changes the record meanwhile. Raises what `move` raises."""
        with self._lock:
            project = self.get(style_id)
            changed = move(project)
            return changed if changed == project else self._save(changed)

    def remove(self, style_id: str) -> None:
        """Take a style with all its pictures away for good; the record goes first, so that no half of it is shown."""
        with self._lock, translate_disk_errors():
            folder = self.folder(style_id)
            (folder.root / RECORD_NAME).unlink(missing_ok=True)
            shutil.rmtree(folder.root)

    def _save(self, project: Project) -> Project:
        text = project.model_dump_json(indent=1)
        publish_file(self.folder(project.style_id).root / RECORD_NAME, f"{text}\n".encode())
        return project
