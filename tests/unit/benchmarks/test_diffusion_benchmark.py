"""The benchmark's tiny form runs through every way of making a picture and writes a page that can be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from benchmarks import diffusion
from benchmarks.budget import Budget
from benchmarks.diffusion_setup import EAGER, FEW, PLAIN
from benchmarks.random_models import write_random_models
from generator_server.diffusion.layouts import LAYOUTS, Layout
from generator_server.diffusion.model_shelf import HashBook, scan_models


@pytest.mark.filterwarnings("ignore")
def test_the_tiny_form_measures_every_way(tmp_path: Path) -> None:
    words = ["--tiny", "--repeats", "1", "--families", "sd15", "--batches", "2", "--models", str(tmp_path / "models")]
    diffusion.main([*words, "--results", str(tmp_path)])
    written = json.loads((tmp_path / "diffusion.json").read_text())
    ways = [(row["what"], row["how"]) for row in written["rows"]]
    kinds = [PLAIN, EAGER, FEW]
    assert ways == [
        *(("64 px, 2 at once", kind) for kind in kinds),
        ("LoRA switch", PLAIN),
        ("LoRA switch", EAGER),
        ("64 px, 1 at once", "engine alone"),
        ("64 px, 1 at once", "over HTTP"),
    ]
    assert all(row["s"] > 0 for row in written["rows"])
    page = (tmp_path / "diffusion.md").read_text()
    assert "No GPU was measured" in page
    assert "tiny form" in page.splitlines()[0]
    # The next run takes the same models, and here has time for nothing.
    marks = {path: path.stat().st_mtime_ns for path in (tmp_path / "models").rglob("*.safetensors")}
    with pytest.raises(SystemExit, match="no time was left"):
        diffusion.main([*words, "--ways", "eager", "--budget-s", "0", "--results", str(tmp_path)])
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "models").rglob("*.safetensors")} == marks


def test_a_budget_begins_nothing_late_and_loses_nothing_to_a_failure() -> None:
    now = [0.0]
    budget = Budget(10.0, clock=lambda: now[0])
    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("this machine has no compiler")

    budget.run("first", lambda: done.append("first"))
    budget.run("second", fail)
    now[0] = 9.0
    budget.run("third", lambda: done.append("third"))
    now[0] = 10.0
    budget.run("fourth", lambda: done.append("fourth"))
    assert done == ["first", "third"]
    assert budget.describe() == [
        "Left out: second: RuntimeError: this machine has no compiler.",
        "Left out: fourth: no time was left.",
    ]


def test_the_full_form_says_that_it_needs_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit, match="needs a GPU"):
        diffusion.main([])


@pytest.mark.parametrize("family", ["sd15", "sdxl"])
def test_the_full_form_writes_models_that_can_be_loaded(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the true layouts made narrow: the writing is the same."""
    monkeypatch.setitem(LAYOUTS, family, narrow(LAYOUTS[family]))  # type: ignore[index]
    write_random_models(tmp_path, family, is_tiny=False, device="cpu")  # type: ignore[arg-type]
    shelf = scan_models(tmp_path, HashBook(None))
    assert shelf.problems == ()
    assert [checkpoint.family for checkpoint in shelf.checkpoints] == [family]
    assert len(shelf.controlnets) == 3
    from generator_server.diffusion import DiffusionEngine
    from generator_server.settings import DiffusionSettings

    engine = DiffusionEngine(tmp_path, DiffusionSettings(device="cpu"))
    engine.load()
    output = diffusion.generate(engine, diffusion.shorten(diffusion.build_request(engine, 128, 1)))
    assert len(output) == 1  # type: ignore[arg-type]


def narrow(layout: Layout) -> Layout:
    """The same blocks with 32 channels each."""
    width = 64 * len(layout.text_encoders)
    text = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    encoders = tuple({**config, **text, "projection_dim": 64} for config in layout.text_encoders)
    sizes = {"block_out_channels": [32] * len(layout.unet["block_out_channels"]), "cross_attention_dim": width}
    heads = {"attention_head_dim": 2, "transformer_layers_per_block": 1}
    if "addition_embed_type" in layout.unet:
        heads |= {"addition_time_embed_dim": 8, "projection_class_embeddings_input_dim": 64 + 6 * 8}
    return Layout(
        unet={**layout.unet, **sizes, **heads},
        vae={**layout.vae, "block_out_channels": [32] * 4},
        controlnet={**layout.controlnet, **sizes, **heads},
        text_encoders=encoders,
        scheduler=layout.scheduler,
    )
