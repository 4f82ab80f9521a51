"""From prompts to what the UNet listens to: chunks of 75 tokens, emphasis, clip skip, one or two text encoders."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from generator_server.diffusion.components import Components
from generator_server.diffusion.prompt_grammar import Piece, parse_emphasis

CHUNK_TOKENS = 75
# A chunk that is full gives back what follows its last comma, if that is no more than so many tokens.
COMMA_REACH = 20
KEPT_PROMPTS = 64


@dataclass(frozen=True)
class Conditioning:
    """One prompt's embeddings, (1, 77 x chunks, width); `pooled` (1, width) for SDXL."""

    embeddings: Tensor
    pooled: Tensor | None = None


@dataclass(frozen=True)
class Token:
    """A token with the weight of the text that it comes from."""

    number: int
    weight: float


Chunk = tuple[Token, ...]


class PromptEncoder:
    """Encodes prompts with a model's own text encoders and remembers the last ones. One thread at a time.

    `variant` stands for what LoRAs do to the text encoders now; embeddings are remembered for each variant.
    """

    def __init__(self, components: Components) -> None:
        self._components = components
        self.variant: Hashable = ()
        self._known: OrderedDict[tuple[str, int, int, Hashable], Conditioning] = OrderedDict()

    def encode_pair(self, prompt: str, negative_prompt: str, clip_skip: int) -> tuple[Conditioning, Conditioning]:
        """Both prompts' embeddings, the shorter one filled up with empty chunks to the length of the longer."""
        length = max(self.count_chunks(prompt), self.count_chunks(negative_prompt))
        negative = self._encode(negative_prompt, clip_skip, length)
        if self._components.family == "sdxl" and not negative_prompt:
            negative = _silence(negative)
        return self._encode(prompt, clip_skip, length), negative

    def count_chunks(self, prompt: str) -> int:
        """How many chunks of 75 tokens a prompt takes."""
        pieces = parse_emphasis(prompt)
        return max(len(split_chunks(pieces, tokenizer)) for tokenizer in self._components.tokenizers)

    @torch.inference_mode()
    def _encode(self, prompt: str, clip_skip: int, length: int) -> Conditioning:
        key = (prompt, clip_skip, length, self.variant)
        if key not in self._known:
            self._known[key] = self._encode_anew(prompt, clip_skip, length)
            if len(self._known) > KEPT_PROMPTS:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    def _encode_anew(self, prompt: str, clip_skip: int, length: int) -> Conditioning:
        pieces = parse_emphasis(prompt)
        pooled: Tensor | None = None
        parts: list[Tensor] = []
        for tokenizer, encoder in zip(self._components.tokenizers, self._components.text_encoders, strict=True):
            chunks = split_chunks(pieces, tokenizer)
            chunks += [()] * (length - len(chunks))
            tokens = torch.tensor([frame_chunk(chunk, tokenizer) for chunk in chunks], device=self._components.device)
            output = encoder(input_ids=tokens, output_hidden_states=True)
            pooled = output[0][:1] if self._components.family == "sdxl" else None
            hidden = self._choose_layer(encoder, output.hidden_states, clip_skip)
            parts.append(_weigh(hidden, chunks).flatten(0, 1)[None])
        return Conditioning(torch.cat(parts, dim=-1), pooled)

    def _choose_layer(self, encoder: Any, hidden_states: Sequence[Tensor], clip_skip: int) -> Tensor:
        """The layer that the family was trained on: SDXL's last but one, as it is; else the asked one, normed."""
        if self._components.family == "sdxl":
            return hidden_states[-2]
        norm = getattr(encoder, "text_model", encoder).final_layer_norm
        chosen: Tensor = norm(hidden_states[-clip_skip])
        return chosen


def split_chunks(pieces: Sequence[Piece], tokenizer: Any) -> list[Chunk]:
    """Tokens in chunks of at most 75; at least one chunk, which may be empty."""
    comma = tokenizer.convert_tokens_to_ids(",</w>")
    chunks: list[Chunk] = []
    current: list[Token] = []
    for piece in pieces:
        if piece.is_break:
            chunks.append(tuple(current))
            current = []
        for token in _tokenize(piece, tokenizer):
            if len(current) == CHUNK_TOKENS:
                kept = CHUNK_TOKENS if token.number == comma else _find_cut(current, comma)
                chunks.append(tuple(current[:kept]))
                current = current[kept:]
            current.append(token)
    return [*chunks, tuple(current)] if current or not chunks else chunks


def _find_cut(tokens: Sequence[Token], comma: int) -> int:
    """Where a full chunk ends: behind its last comma when that is near, else at its end."""
    nearby = range(len(tokens) - 1, len(tokens) - 1 - COMMA_REACH, -1)
    return next((place + 1 for place in nearby if tokens[place].number == comma), len(tokens))


def _tokenize(piece: Piece, tokenizer: Any) -> Iterator[Token]:
    if piece.text:
        numbers = tokenizer(piece.text, add_special_tokens=False, truncation=False, verbose=False).input_ids
        yield from (Token(number, piece.weight) for number in numbers)


def frame_chunk(chunk: Chunk, tokenizer: Any) -> list[int]:
    """A chunk as the encoder reads it: start, tokens, end, then padding up to 77."""
    padding = [tokenizer.pad_token_id] * (CHUNK_TOKENS - len(chunk))
    return [tokenizer.bos_token_id, *(token.number for token in chunk), tokenizer.eos_token_id, *padding]


def _weigh(hidden: Tensor, chunks: Sequence[Chunk]) -> Tensor:
    """Multiply each token's vector by its weight and bring each chunk's mean back to what it was."""
    weights = torch.ones(hidden.shape[:2])
    for row, chunk in enumerate(chunks):
        weights[row, 1 : 1 + len(chunk)] = torch.tensor([token.weight for token in chunk])
    is_changed = [any(token.weight != 1 for token in chunk) for chunk in chunks]
    if not any(is_changed):
        return hidden
    weighed = hidden.float() * weights[..., None].to(hidden.device)
    factor = hidden.float().mean(dim=(1, 2), keepdim=True) / weighed.mean(dim=(1, 2), keepdim=True)
    restored = (weighed * factor).to(hidden.dtype)
    changed = torch.tensor(is_changed, device=hidden.device)
    return torch.where(changed[:, None, None], restored, hidden)


def _silence(conditioning: Conditioning) -> Conditioning:
    """What SDXL was trained to take for an empty negative prompt: nothing at all."""
    pooled = conditioning.pooled
    return Conditioning(torch.zeros_like(conditioning.embeddings), None if pooled is None else torch.zeros_like(pooled))
