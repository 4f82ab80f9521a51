"""What one training is made with: every number, its range, and a sentence on what it does."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from boothkit.settings import SettingsGroup

OptimizerName = Literal["adamw", "adamw8bit", "prodigy"]


class TrainingConfig(SettingsGroup):
    """One training. The defaults suit 20 to 200 pictures of one look."""

    steps: int = Field(1000, ge=1, le=200_000, description="Steps of the optimizer.")
    batch_size: int = Field(4, ge=1, le=256, description="Pictures per forward pass; all have one size.")
    accumulation: int = Field(1, ge=1, le=256, description="Forward passes whose gradients make one step.")
    learning_rate: float = Field(
        1e-4, gt=0, le=10, description="Largest learning rate, after the warm-up. For prodigy a factor: use 1."
    )
    warmup_steps: int = Field(50, ge=0, le=20_000, description="Steps in which the learning rate rises from nearly 0.")
    schedule: Literal["cosine", "constant"] = Field(
        "cosine", description="What the learning rate does after the warm-up: fall to 0 along a cosine, or stay."
    )
    optimizer: OptimizerName = Field(
        "adamw", description="adamw is always there; adamw8bit needs bitsandbytes and prodigy needs prodigyopt."
    )
    text_encoder: bool = Field(
        False, description="Learn an adapter for the text encoder too (both of SDXL's): slower, and easily too much."
    )
    text_encoder_learning_rate: float = Field(
        5e-5, gt=0, le=10, description="Largest learning rate of the text encoder's adapter."
    )
    weight_decay: float = Field(0.01, ge=0, le=1, description="Pull of the adapter's weights towards 0.")
    rank: int = Field(8, ge=1, le=256, description="Size of the adapter: columns of each of its matrices.")
    alpha: float = Field(8.0, gt=0, le=1024, description="The adapter acts with strength alpha / rank.")
    min_snr_gamma: float = Field(
        5.0, ge=0, le=100, description="Cap on the signal-to-noise weight (Hang et al., 2023); 0 leaves it out."
    )
    noise_offset: float = Field(
        0.0,
        ge=0,
        le=0.5,
        description="Noise that shifts a whole channel, for very dark and bright looks.",
    )
    caption_dropout: float = Field(
        0.1, ge=0, le=1, description="Share of pictures that are seen without their caption, so that guidance works."
    )
    shuffle_captions: bool = Field(
        False, description="Put the parts of a caption (between commas) in a new order each time; the first one stays."
    )
    prior_weight: float = Field(
        0.0,
        ge=0,
        le=10,
        description="Weight of the loss on class pictures, so that the base keeps what it knows; 0 leaves them out.",
    )
    prior_pictures: int = Field(50, ge=1, le=9999, description="Class pictures that the base makes at the start.")
    prior_prompt: str = Field(
        "a picture", min_length=1, max_length=300, description="What class pictures show; without the trigger token."
    )
    ema_decay: float = Field(
        0.0, ge=0, lt=1, description="Keep a moving average of the weights and use it in the end; 0 leaves it out."
    )
    resolution: int = Field(512, ge=32, le=2048, description="Side of the square that a picture may fill. Pixels.")
    bucket_step_px: int = Field(64, ge=8, le=256, multiple_of=8, description="Sides are multiples of this.")
    validation_share: float = Field(
        0.1, ge=0, le=0.5, description="Share of pictures that are never learnt from, but measured; 0 leaves it out."
    )
    patience: int = Field(
        5, ge=0, le=1000, description="Stop after so many measurements without a better one; 0 never stops."
    )
    save_every: int = Field(100, ge=1, le=100_000, description="Steps between two checkpoints (and measurements).")
    keep_checkpoints: int = Field(3, ge=1, le=1000, description="Latest checkpoints kept; the best one always is.")
    gradient_checkpointing: bool = Field(False, description="Need less memory and a third more time.")
    precision: Literal["auto", "fp32", "bf16", "fp16"] = Field(
        "auto",
        description="Numbers that are reckoned with: on a GPU bf16, or fp16 where it has no bf16; on a CPU fp32.",
    )
    compile: bool = Field(False, description="Compile the denoiser: minutes at the start, quicker steps on a GPU.")
    sample_every: int = Field(
        100, ge=0, le=100_000, description="Steps between two sets of sample pictures; 0 makes none."
    )
    sample_strength: float = Field(
        0.6, gt=0, le=1, description="How far sample pictures move away from their photographs."
    )
    sample_steps: int = Field(20, ge=1, le=200, description="Steps of the denoiser for a sample or a class picture.")
    sample_prompt: str = Field(
        "", max_length=300, description="What sample pictures are asked for; empty: the trigger token and a portrait."
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="auto takes the GPU where there is one.")
    seed: int = Field(0, ge=0, lt=2**63, description="The same seed on one CPU makes the same adapter.")

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.warmup_steps >= self.steps:
            raise ValueError("warmup_steps must be smaller than steps")
        has_two_rates = self.text_encoder and self.text_encoder_learning_rate != self.learning_rate
        if self.optimizer == "prodigy" and has_two_rates:
            raise ValueError("prodigy has one learning rate: give text_encoder_learning_rate the same value")
        return self


# A training may be resumed with other values of these: they do not change what is learnt.
BOOKKEEPING = frozenset(
    {
        "keep_checkpoints",
        "gradient_checkpointing",
        "sample_every",
        "sample_strength",
        "sample_steps",
        "sample_prompt",
    }
)
