"""Bodies and answers of the studio: /v1/transfers, /v1/cut-outs, /v1/scenes and /v1/learnt-styles."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generator_server.http.schemas import MOST_SEED, Share, Words
from generator_server.styles.manifest import STYLE_ID_PATTERN, NameInBoth, SourcePart, TextInBoth

Picture = Annotated[
    str, Field(min_length=1, description="JPEG, PNG or WebP as base64, with or without a data: prefix.")
]
Seed = Annotated[int, Field(ge=0, le=MOST_SEED, description="The same seed and body give the same picture.")]


class StudioBody(BaseModel):
    """Base of the bodies: a misspelt field is an error, and a task may be given the name it is asked about by."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    task_id: str = Field("", max_length=200, description="Name for /internal/progress and for cancelling.")


class TransferBody(StudioBody):
    """A photograph, and the picture after whose colours and brushwork it shall be painted."""

    photo: Picture
    exemplar: Picture
    strength: Share = Field(1.0, description="0 is the photograph, 1 the full style.")
    seed: Seed = 0


class CutOutBody(StudioBody):
    """A visitor before the booth's backdrop. With pictures of the empty booth the cut follows single hairs."""

    photo: Picture
    empty_frames: list[Picture] = Field(
        [], max_length=60, description="Five or more pictures of the empty booth; without them the cut is rougher."
    )
    backdrop: Picture | None = Field(None, description="A picture to set the visitor before, in its light.")


class SceneBody(StudioBody):
    """A landscape: described in Korean or English, or chosen for a letter."""

    description: str | None = Field(None, max_length=2000, description="Words for the landscape itself.")
    letter: str | None = Field(None, max_length=20_000, description="A letter that the landscape shall suit.")
    width: int = Field(768, ge=64, le=2048)
    height: int = Field(1024, ge=64, le=2048)
    seed: Seed = 0
    style: str | None = Field(None, pattern=STYLE_ID_PATTERN, description="Painter style; its own look when not set.")

    @model_validator(mode="after")
    def _check_words(self) -> Self:
        if (self.description is None) == (self.letter is None):
            raise ValueError("give either a description or a letter")
        return self


class LearnBody(StudioBody):
    """A look that the painter shall learn from pictures: from one as an exemplar, from more as an atlas."""

    style_id: str = Field(pattern=STYLE_ID_PATTERN)
    name: NameInBoth
    description: TextInBoth
    source: SourcePart
    pictures: list[Picture] = Field(min_length=1, max_length=200)


class PictureAnswer(BaseModel):
    """One made picture."""

    image: str = Field(description="PNG as base64.")


class CutOutAnswer(PictureAnswer):
    """The visitor alone with an alpha channel, or before the backdrop."""

    method: str = Field(description="`reference` with pictures of the empty booth, else `face`.")
    is_rough: bool = Field(description="True when hair and hands may be cut off.")


class SceneAnswer(PictureAnswer):
    """A landscape and how its words were read."""

    scene: dict[str, str | bool] = Field(description="What was painted; the same scene and seed give it again.")
    understood: list[str]
    unknown: list[str]


class LearntStyleAnswer(BaseModel):
    """A style that was learnt and is offered from now on."""

    style_id: str
    revision: str
    name: Words
    palette: list[str] = Field(description="Its main colours, #rrggbb.")
    remarks: list[Words] = Field(description="What staff should know about the pictures.")
