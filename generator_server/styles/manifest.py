"""The manifest of a style pack, `style.toml`: what every field means and which values it may have."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

STYLE_ID_PATTERN = r"^[a-z][a-z0-9_]{1,39}$"
FORMAT = 1

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Sentences = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Prompt = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NameInBoth(_Part):
    """A name in Korean and English, as the visitor reads it."""

    ko: Line
    en: Line


class TextInBoth(_Part):
    """A short text in Korean and English, as the visitor reads it."""

    ko: Sentences
    en: Sentences


class PainterPart(_Part):
    """How the painter makes this style."""

    style: str = Field(pattern=STYLE_ID_PATTERN, description="The painter's own style.")
    strength: float = Field(1.0, gt=0.0, le=1.0, description="How far the picture goes from the photograph.")
    parameters: dict[ParameterName, float] = Field(
        default_factory=dict, description="The painter style's own parameters; its defaults where not named."
    )


class ControlUnit(_Part):
    """One ControlNet unit: which net holds on to what of the photograph, how strongly and when."""

    model: Line = Field(description="ControlNet model.")
    module: Line = Field(description="Annotator that makes the control image.")
    conditioning_scale: float = Field(1.0, ge=0.0, le=2.0, description="Weight of the net.")
    guidance_start: float = Field(0.0, ge=0.0, le=1.0, description="Share of the steps after which it begins.")
    guidance_end: float = Field(1.0, ge=0.0, le=1.0, description="Share of the steps after which it ends.")
    control_mode: Literal["balanced", "prompt", "control"] = Field("balanced", description="What wins in a conflict.")

    @model_validator(mode="after")
    def _check_window(self) -> Self:
        if self.guidance_start > self.guidance_end:
            raise ValueError("guidance_start must not be after guidance_end")
        return self


class DiffusionPart(_Part):
    """How a diffusion model makes this style."""

    prompt: Prompt = Field(min_length=1, description="What the picture shall be like.")
    negative_prompt: Prompt = Field("", description="What it shall not be like.")
    denoising_strength: float = Field(ge=0.05, le=1.0, description="Share of the schedule that runs.")
    num_inference_steps: int = Field(20, ge=1, le=150, description="Steps of the whole schedule.")
    guidance_scale: float = Field(7.0, ge=1.0, le=30.0, description="Weight of the prompt.")
    sampler: Line = Field("DPM++ 2M", description="Sampler, by its web-UI name.")
    controlnet: tuple[ControlUnit, ...] = Field((), max_length=8, description="ControlNet units.")


class SourcePart(_Part):
    """Where the style comes from and what may be done with it."""

    author: Line = Field(description="Who made the style.")
    licence: Line = Field(description="Licence of everything in the pack, as an SPDX expression.")
    training_data: Sentences = Field(description="Pictures that the style was learnt from, and the right to use them.")


class StyleManifest(_Part):
    """A named look: its words, its revision, and how each engine makes it."""

    format: Literal[1] = Field(description="Version of this file's layout.")
    style_id: str = Field(pattern=STYLE_ID_PATTERN, description="Id of the style, the same as its folder's name.")
    revision: int = Field(ge=1, le=1_000_000, description="Counted up by hand with every change that can be seen.")
    position: int = Field(100, ge=0, le=10_000, description="Place in the list, smallest first.")
    name: NameInBoth
    description: TextInBoth
    painter: PainterPart | None = None
    diffusion: DiffusionPart | None = None
    source: SourcePart

    @model_validator(mode="after")
    def _check_engines(self) -> Self:
        if self.painter is None and self.diffusion is None:
            raise ValueError("a style needs a [painter] or a [diffusion] part")
        return self
