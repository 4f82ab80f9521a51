"""What every page of one style shows: how far it is, and what is being done for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from lora_training.dataset.manifest import Manifest, read_manifest
from lora_training.errors import DatasetBrokenError, DatasetMissingError
from lora_training.failure_note import read_note
from lora_training.studio.web.site import Site
from lora_training.studio.work.evaluation_view import EvaluationView, find_evaluation
from lora_training.studio.work.failure_words import explain_failure
from lora_training.studio.work.job_process import NOTE_NAME
from lora_training.studio.work.processes import read_last_lines
from lora_training.studio.work.project import Project
from lora_training.studio.work.projects import ProjectFolder
from lora_training.studio.work.run_view import RunView, view_run

StepName = Literal["pictures", "captions", "training", "compare", "publish"]
STEPS: tuple[StepName, ...] = ("pictures", "captions", "training", "compare", "publish")
_LAST_LINES = 12


@dataclass(frozen=True)
class StyleView:
    """One style as pages show it."""

    project: Project
    folder: ProjectFolder
    manifest: Manifest | None
    run: RunView
    evaluation: EvaluationView | None
    place: int

    @property
    def is_done(self) -> dict[StepName, bool]:
        """For each step, whether it is done."""
        return {
            "pictures": self.manifest is not None,
            "captions": self.manifest is not None and _has_words(self.manifest),
            "training": self.run.has_result,
            "compare": self.evaluation is not None or (self.is_weightless and self.run.has_result),
            "publish": self.project.is_offered,
        }

    @property
    def is_open(self) -> dict[StepName, bool]:
        """For each step, whether it can be begun."""
        has_set = self.manifest is not None
        return {
            "pictures": True,
            "captions": has_set,
            "training": has_set,
            "compare": self.run.has_result,
            "publish": self.run.has_result,
        }

    @property
    def failed_step(self) -> StepName | None:
        """The step whose last job failed."""
        job = self.project.job
        return _STEP_OF[job.kind] if job is not None and job.state == "failed" else None

    @property
    def current(self) -> StepName:
        """Where a person goes on: the step that is at work or went wrong, or else the first that is not done."""
        job = self.project.job
        if job is not None and (job.is_active or self.failed_step):
            return _STEP_OF[job.kind]
        if self.is_done["publish"]:
            return "publish"
        return next((name for name in STEPS if name != "captions" and not self.is_done[name]), "publish")

    @property
    def mark(self) -> str:
        """A word that changes when a page that shows this style has to be loaded anew."""
        job = self.project.job
        told = (job.job_id, job.state) if job else ("", "")
        return "-".join(map(str, (*told, len(self.run.samples), len(self.run.measured))))

    @property
    def share(self) -> float | None:
        """How much of the training is done, 0-1; None before one was begun."""
        return min(1.0, self.run.step / self.last_step) if self.last_step else None

    @property
    def last_step(self) -> int:
        """Steps of the whole training; without a model each picture is one. 0 before one was begun."""
        recipe = self.project.recipe
        if recipe is None or self.manifest is None:
            return 0
        return len(self.manifest.pictures) if recipe.base is None else recipe.steps

    @property
    def is_weightless(self) -> bool:
        """True when the style is learnt without a model: there is one result and nothing to choose from."""
        return self.project.recipe is not None and self.project.recipe.base is None

    def list_failures(self, language: str) -> list[str]:
        """Why the job failed, a sentence for each cause; none when it ended without saying why."""
        return [explain_failure(failure, language) for failure in read_note(self.folder.job / NOTE_NAME)]

    def list_last_lines(self) -> list[str]:
        """The last lines of the job, for whoever helps."""
        return read_last_lines(self.folder.job, _LAST_LINES)


_STEP_OF: dict[str, StepName] = {
    "prepare": "pictures",
    "captions": "captions",
    "train": "training",
    "evaluate": "compare",
    "publish": "publish",
    "rollback": "publish",
    "withdraw": "publish",
}


def view_style(site: Site, style_id: str) -> StyleView:
    """Raises NotFoundError."""
    project = site.store.get(style_id)
    folder = site.store.folder(style_id)
    return StyleView(
        project=project,
        folder=folder,
        manifest=find_manifest(folder),
        run=view_run(folder.run),
        evaluation=find_evaluation(folder.run),
        place=site.keeper.find_place(style_id),
    )


def describe(view: StyleView, step: StepName) -> dict[str, Any]:
    """What the templates of all five steps know."""
    project = view.project
    return {"view": view, "step": step, "project": project, "job": project.job, "home": f"/styles/{project.style_id}"}


def find_manifest(folder: ProjectFolder) -> Manifest | None:
    """The prepared data set; None when there is none that can be used."""
    try:
        return read_manifest(folder.dataset)
    except (DatasetMissingError, DatasetBrokenError):
        return None


def _has_words(manifest: Manifest) -> bool:
    return any(entry.caption_from != "template" for entry in manifest.pictures)
