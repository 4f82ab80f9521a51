"""`memorial-booth style train`: from a prepared folder of pictures to an adapter file, or to a look without a model."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError

from lora_training.config import TrainingConfig

UNASKED = frozenset({"resolution"})
"""Numbers of a training that the set decides, not the command."""


def add_command(commands: Any) -> None:
    """Add `train` to the commands of `memorial-booth style`."""
    sentence = "learn a style from a prepared folder of pictures; the same command goes on where it stopped"
    parser: argparse.ArgumentParser = commands.add_parser("train", help=sentence, description=sentence)
    parser.add_argument("folder", type=Path, help="folder that `style prepare` made")
    parser.add_argument(
        "--base",
        type=Path,
        help="base model: a folder in diffusers' layout; without one the look is learnt for the painter",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, progress and what was learnt")
    parser.add_argument("--faces", type=Path, help="folder of photographs for sample pictures (the painter's portrait)")
    parser.add_argument("--prior-folder", type=Path, help="class pictures of your own (the base makes them)")
    parser.add_argument(
        "--file-precision", choices=("fp16", "fp32"), default="fp16", help="numbers of the adapter file (fp16)"
    )
    for name, field in TrainingConfig.model_fields.items():
        if name in UNASKED:
            continue
        sentence = f"{field.description} ({field.default})".replace("%", "%%")
        if field.annotation is bool:
            parser.add_argument(
                name_option(name), action=argparse.BooleanOptionalAction, default=field.default, help=sentence
            )
        else:
            kind: Any = str if get_origin(field.annotation) else field.annotation
            parser.add_argument(name_option(name), type=kind, default=field.default, help=sentence)
    parser.set_defaults(run=run)


def name_option(name: str) -> str:
    """The command's option for a number of the training."""
    return f"--{name.replace('_', '-')}"


def run(arguments: argparse.Namespace) -> int:
    """Train, and write what was learnt. 0 when it ended, 2 for wrong numbers, 3 when interrupted."""
    from lora_training.console import print_lines
    from lora_training.dataset import load_dataset

    chosen = {name: value for name, value in vars(arguments).items() if name in TrainingConfig.model_fields}
    if arguments.base is None:
        return _learn_without_model(arguments, chosen)
    pictures = load_dataset(arguments.folder)
    try:
        config = TrainingConfig(resolution=pictures.resolution, **chosen)
    except ValidationError as error:
        wrong = [f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in error.errors()]
        print_lines(*wrong, to=sys.stderr)
        return 2
    from lora_training.adapter_training import train

    return train(
        config,
        pictures,
        arguments.base,
        arguments.out,
        arguments.file_precision,
        faces=arguments.faces,
        prior_folder=arguments.prior_folder,
    )


def _learn_without_model(arguments: argparse.Namespace, chosen: dict[str, Any]) -> int:
    """The painter learns the look from the pictures alone; numbers of a training mean nothing to it."""
    from lora_training.console import print_lines, say
    from lora_training.weightless import learn

    say(
        "기본 모델(--base)이 없어, 모델 없이 그림의 색과 결을 배웁니다. 어댑터(LoRA)는 만들어지지 않습니다.",
        "Without a base model (--base) the colours and textures are learnt for the painter. There will be no adapter.",
    )
    unused = [name_option(name) for name, value in chosen.items() if value != TrainingConfig.model_fields[name].default]
    unused += [f"--{name.replace('_', '-')}" for name in ("faces", "prior_folder") if getattr(arguments, name)]
    if unused:
        print_lines(f"쓰지 않는 값 · not used: {' '.join(sorted(unused))}")
    return learn(arguments.folder, arguments.out)
