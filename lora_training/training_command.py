"""`memorial-booth style train`: from a prepared folder of pictures to an adapter file."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

from pydantic import ValidationError

from lora_training.config import TrainingConfig

if TYPE_CHECKING:
    from lora_training.progress import Reporter

_STAGES = {"encode": "그림 읽는 중 · reading pictures"}
_SENTENCES = {
    "finished": ("학습을 마쳤습니다.", "The training is finished."),
    "overtrained": ("더 배우면 나빠져서 멈췄습니다.", "Stopped: more training only made it worse."),
    "interrupted": ("멈추고 저장했습니다. 같은 명령으로 이어집니다.", "Stopped and saved. The same command goes on."),
}


def add_command(commands: Any) -> None:
    """Add `train` to the commands of `memorial-booth style`."""
    sentence = "learn a style from a prepared folder of pictures; the same command goes on where it stopped"
    parser: argparse.ArgumentParser = commands.add_parser("train", help=sentence, description=sentence)
    parser.add_argument("folder", type=Path, help="folder that `style prepare` made")
    parser.add_argument("--base", type=Path, required=True, help="base model: a folder in diffusers' layout")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, progress and the adapter")
    parser.add_argument(
        "--file-precision", choices=("fp16", "fp32"), default="fp16", help="numbers of the adapter file"
    )
    for name, field in TrainingConfig.model_fields.items():
        if name == "resolution":
            continue
        option, sentence = f"--{name.replace('_', '-')}", f"{field.description} ({field.default})".replace("%", "%%")
        if field.annotation is bool:
            parser.add_argument(option, action=argparse.BooleanOptionalAction, default=field.default, help=sentence)
        else:
            kind: Any = str if get_origin(field.annotation) else field.annotation
            parser.add_argument(option, type=kind, default=field.default, help=sentence)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train, and write the adapter of the best checkpoint. 0 when it ended, 2 for wrong numbers, 3 when interrupted."""
    from lora_training.console import print_lines
    from lora_training.dataset import load_dataset

    pictures = load_dataset(arguments.folder)
    chosen = {name: value for name, value in vars(arguments).items() if name in TrainingConfig.model_fields}
    try:
        config = TrainingConfig(resolution=pictures.resolution, **chosen)
    except ValidationError as error:
        wrong = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        print_lines(*wrong, to=sys.stderr)
        return 2
    return train(config, pictures, arguments.base, arguments.out, arguments.file_precision)


def train(config: TrainingConfig, pictures: Any, base: Path, out: Path, precision: Any) -> int:
    """As `run`, with a set that is loaded already."""
    from boothkit.data_folder import DataFolderLock
    from lora_training.checkpoint import CheckpointFolder
    from lora_training.console import ProgressLine, print_lines, say
    from lora_training.export import export_checkpoint
    from lora_training.preparation import prepare
    from lora_training.progress import Reporters
    from lora_training.trainer import Trainer

    with DataFolderLock(out), _stop_on_signals() as stop:
        checkpoints = CheckpointFolder(out / "checkpoints")
        line = ProgressLine(_STAGES)
        prepared = prepare(config, pictures, base, out / "cache", on_progress=line.show)
        trainer = Trainer(config, prepared, checkpoints)
        reporters = Reporters(_build_reporters(config, out, trainer.step))
        result = trainer.run(reporters, stop.is_set)
        say(*_SENTENCES[result.ending])
        if result.ending == "interrupted":
            return 3
        best = checkpoints.find(result.best_step) or checkpoints.find_latest()
        if best is None:
            raise RuntimeError("the checkpoint that was just written is gone")
        path = out / f"{pictures.style_id}.safetensors"
        export_checkpoint(best, path, precision=precision, made_at=datetime.now(UTC))
        print_lines(str(path))
    return 0


def _build_reporters(config: TrainingConfig, out: Path, resumed_at: int) -> list[Reporter]:
    from lora_training.progress import JsonLines, TerminalBar, find_tensorboard

    reporters: list[Reporter] = [JsonLines(out / "progress.jsonl", resumed_at=resumed_at)]
    if sys.stderr.isatty():
        reporters.append(TerminalBar(sys.stderr, steps=config.steps))
    board = find_tensorboard(out / "tensorboard", resumed_at=resumed_at)
    return reporters if board is None else [*reporters, board]


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C (or SIGTERM) sets; the second ends the program as usual."""
    asked = threading.Event()
    usual: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _: object) -> None:
        asked.set()
        signal.signal(number, usual[number])

    for number in usual:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
