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


class WebUiError(BaseModel):
    """Body of every answer with a status from 400 on, as web UIs write it."""

    error: str = Field(description="The kind of error.")
    detail: str | list[dict[str, Any]] = Field(description="What is wrong: a sentence, or one record per wrong field.")
    body: str = Field(description="Always empty: what was sent is not repeated.")
    errors: str = Field(description="The wrong fields in one line, else empty.")


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


class PromptStyleItem(BaseModel):
    """Words that requests can name in `styles`; `{prompt}` in them stands for the request's own."""

    name: str
    prompt: str
    negative_prompt: str


class LatentUpscalerItem(BaseModel):
    """One way to enlarge latents."""

    name: str


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


class LiveLut(BaseModel):
    """What becomes of every colour: `side` x `side` x `side` colours of 3 bytes, by red, green and blue."""

    version: int = Field(description="Layout of the table; another one is not used.")
    side: int
    table: str = Field(description="The bytes as base64, blue running fastest.")


class StyleSource(BaseModel):
    """Where a style comes from and what may be done with it."""

    author: str
    licence: str = Field(description="SPDX expression.")
    training_data: str = Field(description="Pictures that it was learnt from, and the right to use them.")


class StyleAnswer(BaseModel):
    """A style that can be asked for; `requests` holds, by engine, an img2img body without `init_images`.

    Its `width` and `height` are the largest size that the engine should be asked for in this style. Without them every
    size will do, that of the photograph for example.
    """

    style_id: str
    revision: str
    name: Words
    description: Words
    engines: list[str]
    requests: dict[str, dict[str, Any]]
    memorial_ids: list[str] = Field(description="Memorials that it may be offered at; empty means all.")
    source: StyleSource
    live_lut: LiveLut | None = Field(description="The look's colours for a live picture, where the pack has them.")


class ReadyAnswer(BaseModel):
    """Whether requests are served, and what was looked at."""

    program: Literal["generator"] = "generator"
    status: Literal["ready", "warming", "failed"]
    checks: dict[str, str]
