"""Embeddings: chunks, emphasis, clip skip, padding, the two layouts of CLIP's text model, and SDXL's pair."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from generator_server.diffusion.components import Components
from generator_server.diffusion.prompt_grammar import parse_emphasis
from generator_server.diffusion.prompts import CHUNK_TOKENS, PromptEncoder, frame_chunk, split_chunks
from tests.tiny_diffusion import TEXT_WIDTH, build_tokenizer


def encode(components: Components, prompt: str, clip_skip: int = 1) -> torch.Tensor:
    return PromptEncoder(components).encode_pair(prompt, prompt, clip_skip)[0].embeddings


def encode_plainly(components: Components, prompt: str, number: int = 0) -> Any:
    """What the encoder itself says to the prompt as its tokenizer pads it."""
    tokenizer, encoder = components.tokenizers[number], components.text_encoders[number]
    tokens = tokenizer(prompt, padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.inference_mode():
        return encoder(tokens, output_hidden_states=True)


def test_a_plain_prompt_is_what_the_encoder_says(sd15: Components) -> None:
    ours = encode(sd15, "a portrait, ink wash")
    assert ours.shape == (1, 77, TEXT_WIDTH)
    assert torch.allclose(ours, encode_plainly(sd15, "a portrait, ink wash").last_hidden_state, atol=1e-5)


def test_clip_skip_norms_an_earlier_layer(sd15: Components) -> None:
    output = encode_plainly(sd15, "ink")
    norm = sd15.text_encoders[0].final_layer_norm
    with torch.inference_mode():
        assert torch.allclose(encode(sd15, "ink", 2), norm(output.hidden_states[-2]), atol=1e-5)
    assert not torch.allclose(encode(sd15, "ink", 2), encode(sd15, "ink", 1), atol=1e-3)


def test_older_text_models_keep_their_norm_one_level_down(sd15: Components) -> None:
    """Before transformers 5 the layers lay under `text_model`."""
    flat = sd15.text_encoders[0]

    class Old:
        text_model = SimpleNamespace(final_layer_norm=flat.final_layer_norm)

        def __call__(self, **inputs: Any) -> Any:
            return flat(**inputs)

    assert torch.equal(encode(replace(sd15, text_encoders=(Old(),)), "ink", 2), encode(sd15, "ink", 2))


def test_emphasis_weighs_tokens_and_keeps_the_mean(sd15: Components) -> None:
    plain, strong = encode(sd15, "a cat"), encode(sd15, "a (cat:1.5)")
    weighed = plain.clone()
    weighed[:, 2] *= 1.5
    assert torch.allclose(strong, weighed * (plain.mean() / weighed.mean()), atol=1e-5)


def test_a_weight_of_one_changes_nothing(sd15: Components) -> None:
    assert torch.equal(encode(sd15, "a (cat:1.0)"), encode(sd15, "a cat"))


def test_emphasis_in_one_chunk_leaves_the_others(sd15: Components) -> None:
    plain, strong = encode(sd15, "a BREAK cat"), encode(sd15, "a BREAK (cat:1.5)")
    assert torch.equal(plain[:, :77], strong[:, :77])
    assert not torch.allclose(plain[:, 77:], strong[:, 77:])


def test_long_prompts_are_not_cut_off(sd15: Components) -> None:
    words = "cat " * CHUNK_TOKENS
    assert encode(sd15, words).shape[1] == 77
    longer = encode(sd15, words + "ink")
    assert longer.shape[1] == 154
    assert torch.allclose(longer[:, 77:], encode(sd15, "ink"), atol=1e-5)


def test_break_fills_a_chunk_up(sd15: Components) -> None:
    both = encode(sd15, "a cat BREAK ink")
    assert torch.allclose(both[:, :77], encode(sd15, "a cat"), atol=1e-5)
    assert torch.allclose(both[:, 77:], encode(sd15, "ink"), atol=1e-5)


def test_the_shorter_prompt_is_filled_with_empty_chunks(sd15: Components) -> None:
    positive, negative = PromptEncoder(sd15).encode_pair("a BREAK b BREAK c", "photo", 1)
    assert positive.embeddings.shape == negative.embeddings.shape == (1, 231, TEXT_WIDTH)
    assert torch.allclose(negative.embeddings[:, 154:], encode(sd15, ""), atol=1e-5)


def test_a_chunk_ends_behind_a_near_comma() -> None:
    tokenizer = build_tokenizer()
    near = "cat " * 70 + ", " + "ink " * 10
    assert [len(chunk) for chunk in split_chunks(parse_emphasis(near), tokenizer)] == [71, 10]
    far = "cat " * 30 + ", " + "ink " * 60
    assert [len(chunk) for chunk in split_chunks(parse_emphasis(far), tokenizer)] == [75, 16]
    at_the_edge = "cat " * 75 + ", ink"
    assert [len(chunk) for chunk in split_chunks(parse_emphasis(at_the_edge), tokenizer)] == [75, 2]


def test_chunks_are_padded_as_their_tokenizer_pads() -> None:
    for pad in ("<|endoftext|>", "!"):
        tokenizer = build_tokenizer(pad_token=pad)
        chunk = split_chunks(parse_emphasis("a cat"), tokenizer)[0]
        expected = tokenizer("a cat", padding="max_length", max_length=77).input_ids
        assert frame_chunk(chunk, tokenizer) == expected


def test_prompts_are_encoded_once(sd15: Components) -> None:
    calls: list[int] = []
    handle = sd15.text_encoders[0].register_forward_hook(lambda *_: calls.append(1))
    try:
        encoder = PromptEncoder(sd15)
        first = encoder.encode_pair("a cat", "photo", 1)[0]
        assert encoder.encode_pair("a cat", "ink", 1)[0] is first
        assert len(calls) == 3
        encoder.variant = "another"
        assert encoder.encode_pair("a cat", "photo", 1)[0] is not first
        assert len(calls) == 5
        encoder.variant = ()
        assert encoder.encode_pair("a cat", "photo", 1)[0] is first
    finally:
        handle.remove()


def test_only_the_last_prompts_are_remembered(sd15: Components) -> None:
    encoder = PromptEncoder(sd15)
    first = encoder.encode_pair("a", "a", 1)[0]
    for number in range(64):
        encoder.encode_pair(f"{number}", f"{number}", 1)
    assert encoder.encode_pair("a", "a", 1)[0] is not first


def test_sdxl_joins_two_encoders(sdxl: Components) -> None:
    positive, _ = PromptEncoder(sdxl).encode_pair("a cat", "photo", 1)
    outputs = [encode_plainly(sdxl, "a cat", number) for number in range(2)]
    joined = torch.cat([output.hidden_states[-2] for output in outputs], dim=-1)
    assert torch.allclose(positive.embeddings, joined, atol=1e-5)
    assert positive.pooled is not None
    assert torch.allclose(positive.pooled, outputs[1].text_embeds, atol=1e-5)


def test_sdxl_takes_the_pooled_words_of_the_first_chunk(sdxl: Components) -> None:
    long, _ = PromptEncoder(sdxl).encode_pair("a cat BREAK ink", "", 1)
    short, _ = PromptEncoder(sdxl).encode_pair("a cat", "", 1)
    assert long.pooled is not None
    assert short.pooled is not None
    assert torch.allclose(long.pooled, short.pooled, atol=1e-5)


@pytest.mark.parametrize(("negative_prompt", "is_silent"), [("", True), ("photo", False)])
def test_an_empty_negative_prompt_is_silence_for_sdxl(
    negative_prompt: str, is_silent: bool, sdxl: Components, sd15: Components
) -> None:
    _, negative = PromptEncoder(sdxl).encode_pair("a cat", negative_prompt, 1)
    assert negative.pooled is not None
    assert (float(negative.embeddings.abs().sum() + negative.pooled.abs().sum()) == 0) == is_silent
    assert float(PromptEncoder(sd15).encode_pair("a cat", negative_prompt, 1)[1].embeddings.abs().sum()) > 0
