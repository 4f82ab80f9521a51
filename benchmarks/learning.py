"""The proof that a training learns: how far an adapter moves what a small model draws, with its controls.

    python -m benchmarks.learning [FOLDER] [--pictures learning.png] [--short]

A Stable Diffusion of a million parameters is trained from nothing on procedural portraits in one look. Our training
then learns a look that the model has never seen. Judged are held-out subjects and seeds, drawn by diffusers'
own pipeline. Controls: the adapter at weight 0, and a training on shuffled pictures of the look that the model knows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image

from benchmarks.learning_proof.base_model import make_base
from benchmarks.learning_proof.proof import LONG, SHORT, Moved, Proof, prove
from benchmarks.report import RESULTS, Cell, write_result

GOAL = 0.8
SHOWN = 12
ENLARGED = 4
_ROWS = {
    "base": "base model",
    "base_again": "LoRA of the base look, captions shuffled",
    "half": "LoRA of the held-out look, weight 0.5",
    "style": f"LoRA of the held-out look (goal: {GOAL})",
}


def show_row(name: str, moved: Moved) -> dict[str, Cell]:
    """One row of the table."""
    return {
        "what": _ROWS[name],
        "moved, statistics": round(moved.by_statistics, 3),
        "moved, encoder": round(moved.by_encoder, 3),
        "left, statistics": round(moved.left_by_statistics, 3),
        "left, encoder": round(moved.left_by_encoder, 3),
    }


def draw_sheet(proof: Proof) -> Image.Image:
    """The same 12 subjects in each row: the base look itself, the model's outputs, and the style itself."""
    rows = ["base itself", *_list_rows(proof), "style itself"]
    sheet = np.vstack([np.hstack(proof.outputs[name][:SHOWN]) for name in rows])
    return Image.fromarray(cv2.resize(sheet, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_NEAREST))


def _list_rows(proof: Proof) -> list[str]:
    return [name for name in _ROWS if name in proof.moved]


def main(argv: list[str] | None = None) -> int:
    """Prove, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?", default=RESULTS)
    parser.add_argument("--pictures", type=Path, help="also write the outputs, to be looked at")
    parser.add_argument("--base", type=Path, help="keep the small base model here, and use it when it is there")
    parser.add_argument("--short", action="store_true", help="the form of the test suite")
    arguments = parser.parse_args(argv)
    plan = SHORT if arguments.short else LONG
    started, used = time.perf_counter(), time.process_time()

    def say(sentence: str) -> None:
        print(f"{time.perf_counter() - started:6.0f} s  {sentence}", flush=True)

    with tempfile.TemporaryDirectory() as temporary:
        base = arguments.base or Path(temporary) / "base"
        if not base.is_dir():
            make_base(base, plan.effort, say)
        proof = prove(base, plan, Path(temporary), say)
    if arguments.pictures:
        draw_sheet(proof).save(arguments.pictures)
    rows = [show_row(name, proof.moved[name]) for name in _list_rows(proof)]
    passed_s, cpu_s = time.perf_counter() - started, time.process_time() - used
    notes = [*_describe(proof), f"One thread: {cpu_s:.0f} CPU seconds, {passed_s:.0f} seconds by the clock."]
    page = write_result("learning", "What a training learns", rows, notes=notes, folder=arguments.folder)
    print(page.read_text())
    style = proof.moved["style"]
    return 0 if min(style.by_statistics, style.by_encoder) >= GOAL and not proof.unlike else 1


def _describe(proof: Proof) -> list[str]:
    plan, effort = proof.plan, proof.plan.effort
    return [
        f"Judged on {plan.seeds} held-out subjects and seeds, drawn by diffusers' own pipeline from the exported file. "
        f"At weight 0 the adapter changed {proof.unlike} of {plan.seeds} pictures (compared to the bit).",
        "Moved: place on the line from the base model's outputs (0) to the style itself (1) of mean features; "
        "each feature in units of its spread among pictures of one look. Left: distance to the style itself, the base "
        "model's being 1; it counts whatever goes aside from the line, too.",
        "Statistics: mean and spread of CIE L*a*b*, edges by direction (8 shares), edge strength. Encoder: means and "
        "spreads of the channels in the frozen VAE's encoder. The style itself is shown as the same VAE shows it: no "
        "output can be nearer.",
        f"Base: {effort.autoencoder_steps} steps of the autoencoder (the base look and textures of no look), "
        f"{effort.denoiser_steps} of the denoiser (the base look alone), {effort.batch_size} pictures each. "
        f"Trainings: {plan.pictures} pictures, {plan.steps} steps of 8, rank {plan.rank}, learning rate "
        f"{plan.learning_rate:g}.",
    ]


if __name__ == "__main__":
    torch.set_num_threads(1)
    raise SystemExit(main())
