"""What txt2img and img2img are asked. Names and defaults are the web UI's."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from generator_server.http.schemas import MOST_SEED, Share, Text, TolerantBody


class GenerationBody(TolerantBody):
    """What both have in common. `restore_faces` and `s_min_uncond` are read in order to be refused.

    `subseed_strength` mixes the noise of `subseed` into the first noise; then all pictures have the same seed, and
    subseeds that follow one another. `eta` and `s_*` are followed by samplers that have such a thing; `s_tmax` 0 is no
    limit.
    """

    prompt: Text = ""
    negative_prompt: Text = ""
    styles: list[str] = Field(default_factory=list, max_length=32)
    seed: int = Field(-1, ge=-1, le=MOST_SEED)
    subseed: int = Field(-1, ge=-1, le=MOST_SEED)
    subseed_strength: float = Field(0.0, ge=0.0, le=1.0)
    seed_resize_from_w: int = Field(-1, ge=-1, le=4096)
    seed_resize_from_h: int = Field(-1, ge=-1, le=4096)
    batch_size: int = Field(1, ge=1, le=64)
    n_iter: int = Field(1, ge=1, le=64)
    steps: int = Field(50, ge=1, le=150)
    cfg_scale: float = Field(7.0, ge=0.0, le=30.0)
    width: int = Field(512, ge=64, le=4096)
    height: int = Field(512, ge=64, le=4096)
    restore_faces: bool = False
    tiling: bool = False
    sampler_name: str = ""
    sampler_index: str = ""
    scheduler: str = "automatic"
    denoising_strength: Share = 0.75
    eta: Share | None = None
    s_churn: float = Field(0.0, ge=0.0, le=100.0)
    s_tmin: float = Field(0.0, ge=0.0, le=1000.0)
    s_tmax: float = Field(0.0, ge=0.0, le=1000.0)
    s_noise: float = Field(1.0, ge=0.0, le=2.0)
    s_min_uncond: float = Field(0.0, ge=0.0, le=1000.0)
    override_settings: dict[str, Any] = Field(default_factory=dict)
    script_name: str = ""
    script_args: list[Any] = Field(default_factory=list)
    alwayson_scripts: dict[str, Any] = Field(default_factory=dict)
    force_task_id: str = Field("", max_length=200)
    send_images: bool = True


class Txt2ImgBody(GenerationBody):
    """Pictures from a prompt. With `enable_hr` they are enlarged and worked on once more."""

    enable_hr: bool = False
    hr_scale: float = Field(2.0, ge=1.0, le=8.0)
    hr_upscaler: str = Field("Latent", max_length=100)
    hr_second_pass_steps: int = Field(0, ge=0, le=150)
    hr_resize_x: int = Field(0, ge=0, le=4096)
    hr_resize_y: int = Field(0, ge=0, le=4096)
    hr_checkpoint_name: str = Field("", max_length=200)
    hr_sampler_name: str = ""
    hr_scheduler: str = ""
    hr_prompt: Text = ""
    hr_negative_prompt: Text = ""


class Img2ImgBody(GenerationBody):
    """A photograph made anew. `init_images` and `mask` are base64, with or without a data: prefix.

    `inpainting_fill`: what the masked part holds at first: 0 colours around it, 1 the photograph, 2 noise, 3 nothing.
    With `inpaint_full_res` only the masked part is made anew, enlarged, and put back into the photograph.
    """

    init_images: list[str] = Field(default_factory=list)
    mask: str | None = None
    mask_blur: int = Field(4, ge=0, le=256)
    inpainting_fill: int = Field(0, ge=0, le=3)
    inpaint_full_res: bool = True
    inpaint_full_res_padding: int = Field(0, ge=0, le=1024)
    inpainting_mask_invert: int = Field(0, ge=0, le=1)
    initial_noise_multiplier: float = Field(1.0, ge=0.0, le=2.0)
    resize_mode: int = Field(0, ge=0, le=3)
    include_init_images: bool = False
