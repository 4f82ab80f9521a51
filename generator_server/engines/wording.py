"""Words from models, as engines offer them: descriptions of pictures, and prompts written on from a few words.

They are answered to whoever asked, and nothing else here reads them: prompts come from styles and staff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from generator_server.engines.protocol import Pixels

OnProgress = Callable[[float], None]


@dataclass(frozen=True)
class PromptOrder:
    """What is wanted of a prompt model: `count` prompts that begin with `text`.

    Lengths are tokens, those of `text` included. Prompt n is drawn by `seed` + n, so that it does not depend on the
    others. One of `top_k` and `top_p` (0-1) is set, or none.
    """

    model: str
    text: str = ""
    count: int = 1
    seed: int = 0
    min_length: int = 1
    max_length: int = 75
    temperature: float = 1.0
    repetition_penalty: float = 1.0
    top_k: int | None = None
    top_p: float | None = None


class WordShelf(Protocol):
    """The models of an engine that write words. All of it may be called from any thread."""

    def find_captioner_obstacle(self) -> str | None:
        """Why pictures cannot be described, as an English sentence for the operator; None when they can. Cheap."""

    def describe(self, image: Pixels) -> str:
        """What is to be seen, in a few English words; the same for the same picture. Raises a BoothError."""

    def list_prompt_models(self) -> tuple[str, ...]:
        """Those that can be used now. Cheap."""

    def find_prompt_obstacle(self, model: str) -> str | None:
        """Why a prompt model cannot be used, as an English sentence for the operator; None when it can. Cheap."""

    def write_prompts(self, order: PromptOrder, on_progress: OnProgress) -> tuple[str, ...]:
        """The prompts; the same order gives the same ones.

        `on_progress` hears of every token, 0-1, and ends the work by raising. Raises a BoothError.
        """


@runtime_checkable
class WordingEngine(Protocol):
    """An engine that has such models."""

    @property
    def words(self) -> WordShelf:
        """They need no model for pictures, and are offered also where none works."""
