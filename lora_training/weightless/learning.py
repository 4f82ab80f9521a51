"""Learning a look without a model: from a prepared data set to a run folder that can be published."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

import painter
from boothkit.data_folder import DataFolderLock
from boothkit.errors import BoothError
from boothkit.files import publish_file
from boothkit.folders import FolderDraft, sweep_drafts
from lora_training.console import ProgressLine, print_lines, say
from lora_training.dataset import Dataset, load_dataset
from lora_training.pictures import compute_set_digest
from lora_training.progress import JsonLines, Pace
from lora_training.run_record import RUN_NAME, RunRecord, RunState, read_run
from lora_training.stopping import stop_on_signals
from lora_training.training_errors import ResumeRefusedError
from lora_training.weightless.look import MAX_PICTURES, Look, Photo, choose_pictures, learn_look
from lora_training.weightless.record import LEARNT_FOLDER, SAMPLE_NAME, LearntRecord, Remark

INTERRUPTED = 3
"""Exit code, as that of a training with a model."""
SAMPLE_SEED = 1
_STAGES = {"learn": "화풍 배우는 중 · learning", "paint": "견본 그리는 중 · painting a sample"}


class _StoppedError(Exception):
    """Somebody asked to stop."""


def learn(dataset_folder: Path, run_folder: Path) -> int:
    """Learn, paint a sample and say what staff should know. 0 when it is done, 3 when it was interrupted.

    The result is there whole or not at all, an older one until then. Raises an error of `lora_training.errors`,
    ResumeRefusedError, DataFolderInUseError, StorageFullError or StorageError.
    """
    pictures = load_dataset(dataset_folder)
    with DataFolderLock(run_folder), stop_on_signals() as stop:
        _check_kind(run_folder)
        run = _Run(pictures, run_folder, stop.is_set)
        try:
            with run.recorded():
                run.learn()
        except _StoppedError:
            say("멈췄습니다. 같은 명령으로 다시 시작합니다.", "Stopped. The same command starts again.")
            return INTERRUPTED
    return 0


def _check_kind(run_folder: Path) -> None:
    if (run_folder / RUN_NAME).is_file() and read_run(run_folder).kind != "weightless":
        raise ResumeRefusedError(folder=run_folder, reason="It holds a training with a base model. Choose another.")


class _Run:
    """One learning in one folder, which this process owns."""

    def __init__(self, pictures: Dataset, folder: Path, is_stop_asked: Callable[[], bool]) -> None:
        self._set = pictures
        self._chosen = choose_pictures(pictures.pictures)
        self._folder = folder
        self._is_stop_asked = is_stop_asked
        self._log = JsonLines(folder / "progress.jsonl", resumed_at=0)
        self._line = ProgressLine(_STAGES)
        self._pace = Pace(done=0, steps=len(self._chosen))
        self._done = 0

    @contextlib.contextmanager
    def recorded(self) -> Iterator[None]:
        """Keeps `run.json` true, whatever happens inside."""
        self._record("running")
        try:
            yield
        except _StoppedError:
            self._log.report("ended", self._done, ending="interrupted")
            self._record("interrupted")
            raise
        except BaseException as error:
            with contextlib.suppress(BoothError):  # on a full disk the first error is the one to tell
                self._record("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
            raise
        self._log.report("ended", self._done, ending="finished")
        self._record("finished")

    def learn(self) -> None:
        look = learn_look(self._chosen, self._on_learnt)
        sample = look.paint(painter.sample_portrait(), seed=SAMPLE_SEED, on_progress=self._on_painted)
        record = self._describe(look)
        sweep_drafts(self._folder, LEARNT_FOLDER, older_than_s=0.0)
        with FolderDraft(self._folder / LEARNT_FOLDER) as draft:
            look.save(draft.path)
            draft.publish(replace=True)
        record.save(self._folder)
        publish_file(self._folder / SAMPLE_NAME, encode_png(sample), mode=0o644)
        _report(record, self._folder)

    def _on_learnt(self, number: int) -> None:
        self._check_stop()
        self._done = number
        self._log.report("step", number, **self._pace.describe(number, 1))
        self._line.show("learn", number, len(self._chosen))

    def _on_painted(self, fraction: float) -> None:
        self._check_stop()
        self._line.show("paint", round(100 * fraction), 100)

    def _check_stop(self) -> None:
        if self._is_stop_asked():
            raise _StoppedError

    def _record(self, state: RunState) -> None:
        record = RunRecord(
            kind="weightless",
            style_id=self._set.style_id,
            trigger=self._set.trigger,
            base=None,
            dataset=str(self._set.folder.resolve()),
            state=state,
            steps=self._done,
        )
        record.save(self._folder)

    def _describe(self, look: Look) -> LearntRecord:
        remarks = [Remark(**note.text) for note in look.atlas.notes]
        total = len(self._set.pictures)
        if total > MAX_PICTURES:
            remarks.append(
                Remark(
                    ko=f"그림 {total}장 가운데 고르게 {MAX_PICTURES}장만 사용했습니다.",
                    en=f"Of {total} pictures only {MAX_PICTURES} were used, spread evenly.",
                )
            )
        return LearntRecord(
            set_sha256=compute_set_digest(self._set.pictures),
            pictures=len(self._chosen),
            palette=look.atlas.palette,
            remarks=tuple(remarks),
        )


def encode_png(picture: Photo) -> bytes:
    """The same picture gives the same bytes."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def _report(record: LearntRecord, folder: Path) -> None:
    for remark in record.remarks:
        say(remark.ko, remark.en)
    say(f"그림 {record.pictures}장에서 화풍을 배웠습니다.", f"Pictures learnt from: {record.pictures}.")
    say("이 그림을 열어 확인해 주세요:", "Please look at this picture:")
    print_lines(str(folder / SAMPLE_NAME))
