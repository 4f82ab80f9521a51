"""The record of one style in the making, `project.json`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lora_training.studio.work.job import Job

STYLE_ID_PATTERN = r"^[a-z][a-z0-9_]{1,39}$"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Resolution = Literal[512, 768, 1024]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StyleDetails(_Part):
    """What staff say about a style when they begin it."""

    style_id: str = Field(pattern=STYLE_ID_PATTERN)
    name_ko: Name
    name_en: Name
    source: Sentence
    licence: str = Field(pattern=r"^[A-Za-z0-9(][A-Za-z0-9.+:() -]{0,199}$")
    author: Sentence


class Recipe(_Part):
    """How a style is learnt. `base` is a model's folder name; without one the painter learns the look."""

    base: str | None = None
    steps: int = Field(1000, ge=10, le=20_000)
    batch_size: int = Field(4, ge=1, le=16)
    saves_memory: bool = False


class Publication(_Part):
    """What was last given to the generators."""

    name_ko: Name
    name_en: Name
    description_ko: str = Field("", max_length=400)
    description_en: str = Field("", max_length=400)
    weight: float = Field(1.0, ge=0.1, le=1.5)
    generators: tuple[str, ...]
    memorial_ids: tuple[str, ...] = ()


class Project(_Part):
    """A style in the making, with the job that is or was last done for it."""

    format: Literal[1] = 1
    details: StyleDetails
    created_at: str
    resolution: Resolution = 512
    recipe: Recipe | None = None
    publication: Publication | None = None
    is_offered: bool = False
    job: Job | None = None

    @property
    def style_id(self) -> str:
        return self.details.style_id

    @property
    def is_busy(self) -> bool:
        """True while a job waits or runs."""
        return self.job is not None and self.job.is_active

    def name(self, language: str) -> str:
        """The style's name."""
        return self.details.name_en if language == "en" else self.details.name_ko
