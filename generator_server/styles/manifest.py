"""The manifest of a style pack, `style.toml`: what every field means and which values it may have."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

STYLE_ID_PATTERN = r"^[a-z][a-z0-9_]{1,39}$"
FORMAT = 1
# Distilled models take 1 to 12 steps; consistency models know no strong guidance (Luo et al. 2023).
FEW_STEPS, LCM_GUIDANCE = 16, 2.0

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Sentences = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]
Prompt = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
# Names only: neither may lead out of its folder or end a <lora:...> tag.
AdapterFileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.safetensors$")]
AdapterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_. -]{0,99}$")]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NameInBoth(_Part):
    """A name in Korean and English, as the visitor reads it."""

    ko: Line = Field(description="In Korean.")
    en: Line = Field(description="In English.")


class TextInBoth(_Part):
    """A short text in Korean and English, as the visitor reads it."""

    ko: Sentences = Field(description="In Korean.")
    en: Sentences = Field(description="In English.")


class PainterPart(_Part):
    """How the painter makes this style."""

    style: str = Field(
        pattern=STYLE_ID_PATTERN,
        description="The painter's own style; `atlas` or `exemplar` for pictures in the pack that it paints after.",
    )
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


class FewStepPart(_Part):
    """Few steps instead of many: a sampler made for them, and the adapter that teaches the model to take them."""

    kind: Literal["lcm", "hyper_sd", "tcd"] = Field(
        description="Method: lcm takes the sampler LCM, hyper_sd and tcd take TCD."
    )
    adapter: AdapterName | None = Field(
        None, description="Name of the adapter in the models' `loras/few_step` folder; none for distilled models."
    )
    adapter_weight: float = Field(1.0, gt=0.0, le=2.0, description="Weight of that adapter.")

    @property
    def sampler(self) -> str:
        """The sampler that the method was made for, by its web-UI name."""
        return "LCM" if self.kind == "lcm" else "TCD"


class DiffusionPart(_Part):
    """How a diffusion model makes this style."""

    prompt: Prompt = Field(min_length=1, description="What the picture shall be like.")
    negative_prompt: Prompt = Field("", description="What it shall not be like.")
    denoising_strength: float = Field(ge=0.05, le=1.0, description="Share of the schedule that runs.")
    max_width_px: int = Field(
        768, ge=256, le=1536, description="Widest picture; a wider photograph is reduced, none is enlarged. Pixels."
    )
    keeps_likeness: bool = Field(
        True, description="Show only a picture that keeps the photograph's faces and lines; else one made more gently."
    )
    num_inference_steps: int = Field(20, ge=1, le=150, description="Steps of the whole schedule.")
    guidance_scale: float = Field(7.0, ge=1.0, le=30.0, description="Weight of the prompt.")
    sampler: Line = Field("DPM++ 2M", description="Sampler, by its web-UI name.")
    controlnet: tuple[ControlUnit, ...] = Field((), max_length=8, description="ControlNet units.")
    adapter: AdapterFileName | None = Field(None, description="The style's LoRA, a .safetensors file in the pack.")
    adapter_weight: float = Field(1.0, ge=-2.0, le=2.0, description="Weight of the style's LoRA.")
    few_step: FewStepPart | None = None

    @field_validator("few_step")
    @classmethod
    def _check_few_step(cls, part: FewStepPart | None, info: ValidationInfo) -> FewStepPart | None:
        if part is None:
            return None
        if info.data.get("num_inference_steps", 1) > FEW_STEPS:
            raise ValueError(f"needs num_inference_steps of at most {FEW_STEPS}")
        if part.kind == "lcm" and info.data.get("guidance_scale", 1.0) > LCM_GUIDANCE:
            raise ValueError(f"lcm needs a guidance_scale of at most {LCM_GUIDANCE:g}")
        return part

    @model_validator(mode="after")
    def _check_choices(self) -> Self:
        if self.few_step is not None and "sampler" in self.model_fields_set:
            raise ValueError("leave sampler out where few_step chooses it")
        if self.adapter is None and "adapter_weight" in self.model_fields_set:
            raise ValueError("adapter_weight needs an adapter")
        return self


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
