"""Training of an adapter: our loop against a plain one at the same batch, rank and precision, on the same draws.

The plain loop works as the LoRA example of diffusers does: in each step pictures are read and encoded by the
autoencoder, captions by the text encoder, and nothing is kept. Both see the same pictures, noise and timesteps in the
same order, so that their losses can be compared step by step.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from benchmarks.budget import Budget
from benchmarks.full_size_model import write_full_size
from benchmarks.plain_training import PlainTraining
from benchmarks.report import Cell, quantile, write_result
from lora_training.config import TrainingConfig
from lora_training.dataset.loading import Dataset, DatasetPicture
from lora_training.devices import choose_device, settle_precision
from lora_training.learning import Learner
from lora_training.preparation import prepare
from lora_training.training_state import start_state

OURS, PLAIN = "ours: latents and captions kept", "plain: everything encoded in each step"
GOAL = 1.5
NEAR_LOSS = 2e-2
"""How far two losses of one step may lie apart, relative: encoders and noise are the same, the sums' order is not."""
PICTURES = 8


@dataclass
class Track:
    """What one loop did: seconds and loss of each step that counts, and pictures per step."""

    step: Callable[[], float]
    seconds: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)

    def run(self, steps: int, settle: Callable[[], None]) -> None:
        """Take steps, each measured to its very end."""
        for _ in range(steps):
            settle()
            started = time.perf_counter()
            loss = self.step()
            settle()
            self.seconds.append(time.perf_counter() - started)
            self.losses.append(loss)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="a tiny model, for a machine without a GPU")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of steps; the loops take turns")
    parser.add_argument("--steps", type=int, default=4, help="steps of each loop in a round")
    parser.add_argument("--batch", type=int, default=4, help="pictures in a step")
    parser.add_argument(
        "--precision", choices=("auto", "fp32", "bf16", "fp16"), default="auto", help="auto is what suits the device"
    )
    parser.add_argument("--compile", action="store_true", help="compile our denoiser; the plain loop's stays as it is")
    parser.add_argument("--budget-s", type=float, help="begin no round after so many seconds, the first one aside")
    parser.add_argument("--to", type=Path, help="folder of the report")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        tracks = measure(arguments, Path(folder), lambda tracks: write(arguments, tracks))
    print(write(arguments, tracks).read_text())
    return 0 if is_same_training(tracks) else 1


def write(arguments: argparse.Namespace, tracks: dict[str, Track]) -> Path:
    """The page of what was measured so far."""
    notes = describe_notes(arguments, tracks)
    rows = [describe(name, track, tracks[PLAIN], arguments.batch) for name, track in tracks.items()]
    title = f"Training of an adapter, {'tiny' if arguments.tiny else 'full-size'} SD 1.5 of random weights"
    where = {} if arguments.to is None else {"folder": arguments.to}
    return write_result("training", title, rows, notes=notes, **where)


def measure(
    arguments: argparse.Namespace, folder: Path, keep: Callable[[dict[str, Track]], object]
) -> dict[str, Track]:
    """Both loops, in turns, after one step each that does not count; `keep` gets all there is after each round."""
    budget = Budget(arguments.budget_s)
    device = choose_device(TrainingConfig())
    if arguments.tiny:
        # Tiny tensors gain nothing from more threads.
        torch.set_num_threads(1)
    side = 64 if arguments.tiny else 512
    asked = TrainingConfig(
        batch_size=arguments.batch,
        precision=arguments.precision,
        compile=arguments.compile,
        resolution=side,
        bucket_step_px=64,
        caption_dropout=0.0,
        min_snr_gamma=0.0,
        validation_share=0.0,
        steps=10_000,
    )
    config = settle_precision(asked, None)
    pictures = paint_set(folder / "set", side)
    base = write_base(folder / "base", is_tiny=arguments.tiny)
    settle = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    prepared = prepare(config, pictures, base, None, on_progress=lambda stage, done, total: None)
    state = start_state(config, prepared.adapter, prepared.drawer, None, device)
    learner = Learner(config, prepared, state)

    def step_ours() -> float:
        loss = learner.take_step().loss
        state.step += 1
        return loss

    tracks = {OURS: Track(step_ours), PLAIN: Track(PlainTraining(config, pictures, base, device).take_step)}
    for track in tracks.values():
        track.step()
    for number in range(arguments.rounds):
        if number and budget.is_spent:
            break
        for track in tracks.values():
            track.run(arguments.steps, settle)
        keep(tracks)
    return tracks


def describe(name: str, track: Track, plain: Track, batch: int) -> dict[str, Cell]:
    """One row: speed, how many times the plain loop's, and losses."""
    step_s, plain_s = quantile(track.seconds, 0.5), quantile(plain.seconds, 0.5)
    return {
        "loop": name,
        "images/s": batch / step_s,
        "ms/step": step_s * 1000,
        "x plain": plain_s / step_s,
        "goal": GOAL if track is not plain else "",
        "mean loss": f"{sum(track.losses) / len(track.losses):.5f}",
    }


def find_loss_gap(tracks: dict[str, Track]) -> float:
    """The largest difference between both losses of one step, relative to the plain one."""
    pairs = zip(tracks[OURS].losses, tracks[PLAIN].losses, strict=True)
    return max(abs(ours - plain) / plain for ours, plain in pairs)


def is_same_training(tracks: dict[str, Track]) -> bool:
    """True when both loops learnt the same, step by step."""
    return find_loss_gap(tracks) < NEAR_LOSS


def describe_notes(arguments: argparse.Namespace, tracks: dict[str, Track]) -> list[str]:
    device = choose_device(TrainingConfig())
    place = torch.cuda.get_device_name() if device.type == "cuda" else "processor"
    return [
        f"On the {place}; batch {arguments.batch}, rank 8; the loops in turns, {len(tracks[OURS].losses)} steps each "
        f"of {arguments.rounds * arguments.steps}.",
        "Medians; the first step of each does not count.",
        f"Largest difference of the two losses in one step: {find_loss_gap(tracks):.1e} of the loss.",
        "A tiny model says little about a full-size one: encoders and denoiser are not in proportion there."
        if arguments.tiny
        else "Keeping the latents and captions of the set took place before; it is done once for a training.",
    ]


def paint_set(folder: Path, side: int) -> Dataset:
    """Seeded pictures of soft colour, as a prepared data set."""
    import hashlib

    folder.mkdir(parents=True)
    chance = np.random.default_rng(3)
    entries = []
    for number in range(PICTURES):
        path = folder / f"{number}.png"
        coarse = chance.integers(0, 255, (6, 6, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC).save(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        entries.append(DatasetPicture(path, sha256, side, side, f"mb-soft, a picture of colours {number}"))
    return Dataset(folder, "soft", "mb-soft", side, "painted here", "CC0-1.0", "a benchmark", tuple(entries))


def write_base(folder: Path, *, is_tiny: bool) -> Path:
    """A base model of random weights in diffusers' layout."""
    from tests.tiny_diffusion import write_model

    return write_model(folder) if is_tiny else write_full_size(folder)


if __name__ == "__main__":
    raise SystemExit(main())
