"""Style packs as the web UI's prompt styles: words that a request can name instead of writing them."""

from __future__ import annotations

from collections.abc import Iterable

from generator_server.http.diffusion_body import build_prompt
from generator_server.http.schemas import PromptStyleItem
from generator_server.styles import StylePack

PLACEHOLDER = "{prompt}"


def list_prompt_styles(packs: Iterable[StylePack]) -> list[PromptStyleItem]:
    """The packs with a prompt, by their ids. Packs that only the painter can make are checkpoints, not styles."""
    return [
        PromptStyleItem(
            name=pack.style_id,
            prompt=build_prompt(pack, pack.manifest.diffusion),
            negative_prompt=pack.manifest.diffusion.negative_prompt,
        )
        for pack in packs
        if pack.manifest.diffusion is not None
    ]


def apply_styles(
    prompt: str, negative_prompt: str, names: Iterable[str], styles: Iterable[PromptStyleItem]
) -> tuple[str, str]:
    """Prompt and negative prompt with the named styles, one after the other; unknown names do nothing."""
    known = {style.name: style for style in styles}
    for style in (known[name] for name in names if name in known):
        prompt = merge(style.prompt, prompt)
        negative_prompt = merge(style.negative_prompt, negative_prompt)
    return prompt, negative_prompt


def merge(words: str, prompt: str) -> str:
    """A style's words with `prompt` at their placeholder, or behind `prompt` when they have none."""
    if PLACEHOLDER in words:
        return words.replace(PLACEHOLDER, prompt)
    return ", ".join(part for part in (prompt.strip(), words.strip()) if part)
