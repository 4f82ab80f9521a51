"""Bodies of the web UI's API. Unknown keys are ignored and null means "the default", as clients in use expect."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generator_server.http.writable import check_writable

MOST_SEED = 2**32 - 1
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Text = Annotated[str, Field(max_length=20_000)]


class TolerantBody(BaseModel):
    """Base of request bodies."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: Any) -> Any:
        check_writable(data)
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data


class Txt2ImgBody(TolerantBody):
    """What txt2img and img2img share. Names and defaults are the web UI's."""

    prompt: Text = ""
    negative_prompt: Text = ""
    styles: list[str] = []
    seed: int = Field(-1, ge=-1, le=MOST_SEED)
    batch_size: int = Field(1, ge=1, le=64)
    n_iter: int = Field(1, ge=1, le=64)
    steps: int = Field(50, ge=1, le=150)
    cfg_scale: float = Field(7.0, ge=0.0, le=30.0)
    width: int = Field(512, ge=64, le=4096)
    height: int = Field(512, ge=64, le=4096)
    sampler_name: str = ""
    sampler_index: str = ""
    scheduler: str = "automatic"
    denoising_strength: Share = 0.75
    override_settings: dict[str, Any] = {}
    script_name: str = ""
    script_args: list[Any] = []
    alwayson_scripts: dict[str, Any] = {}
    force_task_id: str = Field("", max_length=200)
    send_images: bool = True


class Img2ImgBody(Txt2ImgBody):
    """A photograph made anew. `init_images` and `mask` are base64, with or without a data: prefix."""

    init_images: list[str] = []
    mask: str | None = None
    resize_mode: int = Field(0, ge=0, le=3)
    include_init_images: bool = False


class ImageAndMask(TolerantBody):
    """A unit's picture in its older form, base64."""

    image: str | None = None


class UnitBody(TolerantBody):
    """One ControlNet unit in `alwayson_scripts.controlnet.args`."""

    enabled: bool = False
    module: str = "none"
    model: str = "None"
    weight: float = Field(1.0, ge=0.0, le=2.0)
    image: str | ImageAndMask | None = None
    resize_mode: int | str = 1
    processor_res: int = -1
    threshold_a: float = -1.0
    threshold_b: float = -1.0
    guidance_start: Share = 0.0
    guidance_end: Share = 1.0
    control_mode: int | str = "Balanced"
    pixel_perfect: bool = False
    save_detected_map: bool = True

    @model_validator(mode="before")
    @classmethod
    def _rename_aliases(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        old = {"input_image": "image", "control_weight": "weight"}
        return {old.get(name, name): value for name, value in data.items()}


class PicturesAnswer(BaseModel):
    """Answer of txt2img and img2img: base64 PNG, the request again, and `info`, which is JSON in a string."""

    images: list[str]
    parameters: dict[str, Any]
    info: str


class ProgressState(BaseModel):
    """The web UI's one global state, as its clients read it."""

    skipped: bool = False
    interrupted: bool = False
    stopping_generation: bool = False
    job: str = ""
    job_count: int = 0
    job_timestamp: str = "0"
    job_no: int = 0
    sampling_step: int = 0
    sampling_steps: int = 0


class ProgressAnswer(BaseModel):
    """Progress of what runs now; 0 and job_count 0 when nothing does."""

    progress: float = 0.0
    eta_relative: float = 0.0
    state: ProgressState = ProgressState()
    current_image: str | None = None
    textinfo: str | None = None
    current_task: str | None = None


class TaskProgressBody(TolerantBody):
    """Which task, and whether a preview is wanted."""

    id_task: str = Field(max_length=200)
    id_live_preview: int = -1
    live_preview: bool = True


class TaskProgressAnswer(BaseModel):
    """Progress of one task."""

    active: bool
    queued: bool
    completed: bool
    progress: float | None = None
    eta: float | None = None
    live_preview: str | None = None
    id_live_preview: int | None = None
    textinfo: str | None = None


class PendingAnswer(BaseModel):
    """Tasks that wait, the next first."""

    size: int
    tasks: list[str]


class ModelItem(BaseModel):
    """One checkpoint. `filename` is relative to the folder of style packs."""

    model_config = ConfigDict(protected_namespaces=())

    title: str
    model_name: str
    hash: str
    sha256: str
    filename: str
    config: str | None = None


class LoraItem(BaseModel):
    """One LoRA. `path` is relative to the folder of models or of style packs."""

    name: str
    alias: str
    path: str
    metadata: dict[str, str]


class SamplerItem(BaseModel):
    """One sampler."""

    name: str
    aliases: list[str]
    options: dict[str, str] = {}


class SchedulerItem(BaseModel):
    """One schedule."""

    name: str
    label: str
    aliases: list[str] | None = None
    default_rho: float = -1.0
    need_inner_model: bool = False


class UpscalerItem(BaseModel):
    """One upscaler."""

    model_config = ConfigDict(protected_namespaces=())

    name: str
    model_name: str | None = None
    model_path: str | None = None
    model_url: str | None = None
    scale: float = 1.0


class EmbeddingsAnswer(BaseModel):
    """Textual inversions; there are none."""

    loaded: dict[str, Any] = {}
    skipped: dict[str, Any] = {}


class ScriptsAnswer(BaseModel):
    """Scripts that requests may name."""

    txt2img: list[str]
    img2img: list[str]


class OptionsAnswer(BaseModel):
    """Options that mean something here."""

    sd_model_checkpoint: str | None
    sd_checkpoint_hash: str | None
    CLIP_stop_at_last_layers: int = 1
    samples_format: Literal["png"] = "png"


class OptionsBody(TolerantBody):
    """Options to set; ones that mean nothing here are ignored."""

    sd_model_checkpoint: str | None = Field(None, max_length=200)
    CLIP_stop_at_last_layers: int | None = Field(None, ge=1, le=12)


class MemoryAnswer(BaseModel):
    """Bytes of memory of this machine and of this process; `cuda` holds the reason when there is no GPU."""

    ram: dict[str, float]
    cuda: dict[str, Any]


class FlagsAnswer(BaseModel):
    """Start-up flags as a web UI would have them."""

    api: bool = True
    nowebui: bool = True


class PngInfoBody(TolerantBody):
    """A PNG, base64, with or without a data: prefix."""

    image: str


class PngInfoAnswer(BaseModel):
    """The infotext of a PNG, everything else that it says, and the infotext's parts."""

    info: str
    items: dict[str, str]
    parameters: dict[str, Any]


class Words(BaseModel):
    """A text in both languages."""

    ko: str
    en: str


class StyleAnswer(BaseModel):
    """A style that can be asked for; `requests` holds, by engine, an img2img body without `init_images`."""

    style_id: str
    revision: str
    name: Words
    description: Words
    engines: list[str]
    requests: dict[str, dict[str, Any]]


class ReadyAnswer(BaseModel):
    """Whether requests are served, and what was looked at."""

    program: Literal["generator"] = "generator"
    status: Literal["ready", "warming", "failed"]
    checks: dict[str, str]
