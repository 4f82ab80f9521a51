"""`memorial-booth style evaluate`: how visitors will look, checkpoint by checkpoint, and which one to take."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lora_training.evaluation.cells import Evaluation
    from lora_training.run_record import RunRecord

INTERRUPTED = 3
"""Exit code, as that of a training."""
_STAGES = {
    "encode": "그림 읽는 중 · reading pictures",
    "draw": "시험 그림 그리는 중 · drawing test pictures",
}


def add_command(commands: Any) -> None:
    """Add `evaluate` to the commands of `memorial-booth style`."""
    sentence = "draw test faces with every checkpoint at several weights, measure them, and suggest one"
    parser: argparse.ArgumentParser = commands.add_parser("evaluate", help=sentence, description=sentence)
    parser.add_argument("folder", metavar="set", type=Path, help="folder that `style prepare` made")
    parser.add_argument("out", metavar="run", type=Path, help="folder that `style train` wrote (its --out)")
    parser.add_argument("--base", type=Path, help="base model it was trained on; not for a look without a model")
    parser.add_argument("--faces", type=Path, help="folder of test photographs; a sample portrait when not given")
    parser.add_argument(
        "--weights", type=_read_weights, help="weights to compare (0.6,0.8,1.0); for a look without a model, strengths"
    )
    parser.add_argument(
        "--keep-suggested", action="store_true", help="write the suggested checkpoint as the style's adapter file"
    )
    parser.add_argument(
        "--file-precision", choices=("fp16", "fp32"), default="fp16", help="numbers of the adapter file (fp16)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Draw, measure, write and say what is suggested. 0 when it is done; 3 when interrupted, with nothing written."""
    from boothkit.data_folder import DataFolderLock
    from lora_training.console import ProgressLine, say
    from lora_training.dataset import load_dataset
    from lora_training.evaluation.evaluating import EvaluationStoppedError
    from lora_training.evaluation.running import evaluate_run, keep_suggested
    from lora_training.run_record import read_run
    from lora_training.stopping import stop_on_signals

    record, pictures = read_run(arguments.out), load_dataset(arguments.folder)
    with DataFolderLock(arguments.out), stop_on_signals() as stop:
        try:
            result = evaluate_run(
                record,
                pictures,
                arguments.out,
                base=arguments.base,
                faces=arguments.faces,
                weights=arguments.weights,
                on_progress=ProgressLine(_STAGES).show,
                is_stop_asked=stop.is_set,
            )
        except EvaluationStoppedError:
            say("멈췄습니다. 아무것도 바꾸지 않았습니다.", "Stopped. Nothing was changed.")
            return INTERRUPTED
        _report(result, record, arguments.out)
        if arguments.keep_suggested:
            _report_kept(keep_suggested(record, arguments.out, result.suggested.step, arguments.file_precision))
    return 0


def _report(result: Evaluation, record: RunRecord, folder: Path) -> None:
    from lora_training.console import print_lines, say

    print_lines(*list_rows(result))
    say(*result.describe(is_weightless=record.kind == "weightless"))
    say("이 그림을 열어 확인해 주세요:", "Please look at this picture:")
    print_lines(str(folder / "evaluation" / "grid.png"))


def list_rows(result: Evaluation) -> list[str]:
    """The numbers as a table for the terminal."""
    rows = ["  step  weight  style  change  shape    loss"]
    for cell in result.cells:
        loss = "      -" if cell.validation_loss is None else f"{cell.validation_loss:7.4f}"
        numbers = f"{cell.distance_to_style:5.2f}  {cell.distance_to_base:6.2f}  {cell.likeness:5.2f} {loss}"
        mark = " <" if cell == result.suggested else ""
        rows.append(f"{cell.step:6d}  {cell.weight:6g}  {numbers}{mark}")
    return rows


def _report_kept(kept: Path | None) -> None:
    from lora_training.console import print_lines, say

    if kept is None:
        say("바꿀 어댑터 파일이 없습니다.", "There is no other adapter file to write.")
    else:
        say("제안한 단계의 어댑터를 저장했습니다:", "The suggested step's adapter was written:")
        print_lines(str(kept))


def _read_weights(text: str) -> tuple[float, ...]:
    weights = tuple(float(part) for part in text.split(","))
    if not all(math.isfinite(weight) and 0 < weight <= 2 for weight in weights):
        raise argparse.ArgumentTypeError("weights lie above 0 and at most at 2")
    return weights
