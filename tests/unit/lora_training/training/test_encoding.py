"""Pictures and captions as the denoiser sees them, and the cache that spares making them twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from lora_training.drawing import BatchDrawer, Example
from lora_training.model.base_model import load_text_part, load_vae, open_base
from lora_training.model.cache import TensorCache
from lora_training.model.encoding import CaptionEncoder, Embedding, Latents, PictureEncoder, read_pixels
from tests.tiny_diffusion import write_model
from tests.unit.lora_training.training.small_training import SmallSet, small_config

CPU = torch.device("cpu")


def test_latents_are_the_autoencoders_scaled(base: Path, small_set: SmallSet) -> None:
    picture = small_set.pictures[0]
    found = PictureEncoder(open_base(base), TensorCache(None), CPU).encode(picture, (64, 64))
    pixels = torch.from_numpy(np.array(Image.open(picture.path))).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.no_grad():
        vae: Any = load_vae(open_base(base))
        spread = vae.encode(pixels).latent_dist
    torch.testing.assert_close(found.mean, spread.mean[0] * vae.config.scaling_factor)
    torch.testing.assert_close(found.std, spread.std[0] * vae.config.scaling_factor)


def test_a_picture_covers_its_size_from_the_middle(small_set: SmallSet) -> None:
    wide = small_set.pictures[4]
    whole, middle = read_pixels(wide, (96, 40)), read_pixels(wide, (40, 40))
    assert (whole.shape, middle.shape) == ((3, 40, 96), (3, 40, 40))
    torch.testing.assert_close(middle, whole[:, :, 28:68])
    assert -1 <= float(whole.min()) < float(whole.max()) <= 1


def test_captions_are_encoded_as_by_the_text_encoder(base: Path) -> None:
    tokenizer, encoder = load_text_part(open_base(base), "text_encoder")
    tokens = tokenizer("a cat", padding="max_length", max_length=77, return_tensors="pt")
    with torch.no_grad():
        expected = encoder(tokens.input_ids)[0][0]
    found = CaptionEncoder(open_base(base), TensorCache(None), CPU).encode("a cat")
    assert found.pooled is None
    torch.testing.assert_close(found.hidden, expected)


def test_a_passing_caption_is_the_same_but_is_not_kept(base: Path, tmp_path: Path) -> None:
    encoder = CaptionEncoder(open_base(base), TensorCache(tmp_path), CPU)
    passing = encoder.encode_passing("a cat")
    assert list(tmp_path.iterdir()) == []
    assert torch.equal(encoder.encode("a cat").hidden, passing.hidden)
    assert len(list(tmp_path.iterdir())) == 1


def test_sdxl_reads_both_encoders(tmp_path: Path) -> None:
    base = open_base(write_model(tmp_path / "base", "sdxl"))
    found = CaptionEncoder(base, TensorCache(None), CPU).encode("a cat")
    assert found.pooled is not None
    assert (found.hidden.shape, found.pooled.shape) == ((77, 64), (32,))


def test_the_cache_spares_the_second_making_and_heals(tmp_path: Path) -> None:
    made = []

    def make() -> dict[str, torch.Tensor]:
        made.append(1)
        return {"value": torch.tensor([1.0, 2.0])}

    for _ in range(2):
        TensorCache(tmp_path).find_or_make("key", make)
    assert len(made) == 1
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:20])
    found = TensorCache(tmp_path).find_or_make("key", make)
    assert (len(made), found["value"].tolist()) == (2, [1.0, 2.0])
    TensorCache(tmp_path).find_or_make("other key", make)
    assert len(made) == 3


def build_drawer(**changes: Any) -> tuple[BatchDrawer, list[str]]:
    seen: list[str] = []

    def embed(captions: Sequence[str]) -> list[Embedding]:
        seen.extend(captions)
        return [Embedding(torch.zeros(77, 2), None)] * len(captions)

    latents = Latents(torch.zeros(4, 8, 8), torch.ones(4, 8, 8))
    examples = [Example((64, 64), latents, "word, one, two, three")] * 4
    return BatchDrawer(small_config(batch_size=4, **changes), examples, embed, 1000), seen


def test_the_share_of_dropped_captions_is_what_was_asked() -> None:
    drawer, seen = build_drawer(caption_dropout=0.25)
    for _ in range(250):
        drawer.draw()
    assert seen.count("") / len(seen) == pytest.approx(0.25, abs=0.04)
    assert set(seen) == {"", "word, one, two, three"}


def test_shuffled_captions_keep_the_first_part_and_all_others() -> None:
    drawer, seen = build_drawer(caption_dropout=0.0, shuffle_captions=True)
    for _ in range(20):
        drawer.draw()
    assert {tuple(sorted(caption.split(", "))) for caption in seen} == {("one", "three", "two", "word")}
    assert {caption.split(", ")[0] for caption in seen} == {"word"}
    assert len(set(seen)) == 6


def test_the_order_of_batches_can_be_taken_up_anywhere() -> None:
    drawer, _ = build_drawer()
    drawer.draw()
    state = drawer.pack()
    expected = drawer.draw()
    other, _ = build_drawer(seed=99)
    other.restore(*state)
    found = other.draw()
    assert torch.equal(found.latents, expected.latents)
    assert torch.equal(found.noise, expected.noise)
    assert torch.equal(found.timesteps, expected.timesteps)


def test_a_picture_of_the_same_name_but_another_content_is_made_anew(base: Path, small_set: SmallSet) -> None:
    cache = TensorCache(None)
    encoder = PictureEncoder(open_base(base), cache, CPU)
    one, two = small_set.pictures[:2]
    disguised = replace(two, caption=one.caption)
    first, second = encoder.encode(one, (64, 64)), encoder.encode(disguised, (64, 64))
    assert not torch.equal(first.mean, second.mean)
    assert torch.equal(encoder.encode(one, (64, 64)).mean, first.mean)
