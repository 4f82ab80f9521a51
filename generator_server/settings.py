"""What the operator of a generator host can set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from boothkit.settings import SettingsGroup

SHIPPED_STYLES = Path(__file__).resolve().parent.parent / "styles"


class ServerSettings(SettingsGroup):
    """Where the generator listens, who may ask, and how it logs."""

    socket: Path | None = Field(None, description="Unix socket to listen on; the front door connects to it. Path.")
    host: str = Field("127.0.0.1", description="Address to listen on when no socket is set. Keep to loopback.")
    port: int = Field(8611, ge=1, le=65535, description="Port to listen on when no socket is set.")
    token: SecretStr | None = Field(
        None, min_length=8, description="Bearer token that every caller must show; none when not set."
    )
    publish_token: SecretStr | None = Field(
        None, min_length=16, description="Bearer token for publishing styles; publishing is off when not set."
    )
    basic_user: str | None = Field(
        None, min_length=1, description="User name for callers that only know basic authentication."
    )
    basic_password: SecretStr | None = Field(None, min_length=8, description="Password that belongs to basic_user.")
    json_logs: bool = Field(False, description="Write log lines as JSON, one object per line.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")

    @model_validator(mode="after")
    def _check_access(self) -> Self:
        if (self.basic_user is None) != (self.basic_password is None):
            raise ValueError("basic_user and basic_password belong together")
        is_local = self.socket is not None or self.host in ("127.0.0.1", "::1", "localhost")
        if not is_local and self.token is None and self.basic_user is None:
            raise ValueError("beyond loopback a token (or basic_user and basic_password) is required")
        return self


class StoreSettings(SettingsGroup):
    """Where the generator keeps what it can make again."""

    data_dir: Path = Field(
        Path("var/data/generator"),
        description="Folder of the styles' samples, of learnt and of published styles. Path.",
    )

    @property
    def learnt_styles(self) -> Path:
        """Folder of the style packs that were learnt here."""
        return self.data_dir / "styles"

    @property
    def published_styles(self) -> Path:
        """Folder of the style packs that were published here, with all their revisions."""
        return self.data_dir / "published"


class QueueSettings(SettingsGroup):
    """How much work may wait, and for how long."""

    size: int = Field(8, ge=1, le=1000, description="Requests that may wait for one engine; more are answered 503.")
    deadline_s: float = Field(
        120.0, ge=1.0, le=3600.0, description="A request not finished after so long, waiting included, ends. Seconds."
    )
    load_deadline_s: float = Field(
        1800.0,
        ge=10.0,
        le=86400.0,
        description="Loading or compiling that takes longer hangs: the program ends and is started again. Seconds.",
    )


class LimitSettings(SettingsGroup):
    """What one request may ask for."""

    max_body_bytes: int = Field(64 * 2**20, ge=2**16, le=2**30, description="Largest request body. Bytes.")
    max_image_bytes: int = Field(12 * 2**20, ge=1024, le=2**28, description="Largest picture in a request. Bytes.")
    max_pack_bytes: int = Field(
        512 * 2**20,
        ge=2**16,
        le=2**32,
        description="Largest style pack that is published, as sent and unpacked. Bytes.",
    )
    max_image_pixels: int = Field(40_000_000, ge=4096, description="Largest picture in a request. Pixels.")
    max_side_px: int = Field(2048, ge=64, le=4096, description="Longest side of a made picture. Pixels.")
    max_pictures: int = Field(8, ge=1, le=64, description="Most pictures that one request may ask for.")
    image_workers: int = Field(1, ge=1, le=16, description="Child processes that decode pictures.")
    image_deadline_s: float = Field(10.0, ge=0.5, le=120.0, description="Longest decoding of one picture. Seconds.")


class StylesSettings(SettingsGroup):
    """Where style packs are."""

    folder: Path = Field(
        SHIPPED_STYLES, description="Folder with one folder per style pack; the shipped packs when not set. Path."
    )


class StudioSettings(SettingsGroup):
    """What is made beside the visitors' pictures: cut-outs, scenes, clips, learnt styles."""

    size: int = Field(4, ge=1, le=100, description="Requests that may wait; more are answered 503.")
    deadline_s: float = Field(
        600.0, ge=1.0, le=7200.0, description="A request not finished after so long, waiting included, ends. Seconds."
    )
    max_learnt_pictures: int = Field(200, ge=1, le=200, description="Most pictures that a style is learnt from.")


class NeuralStyleSettings(SettingsGroup):
    """Style transfer by optimisation; off until the weights are named."""

    weights: Path | None = Field(
        None, description="VGG-19 weights: .safetensors, or torchvision's file under its own name. Path."
    )
    device: str = Field("auto", pattern=r"^(auto|cpu|cuda(:\d+)?)$", description="Where it computes.")
    iterations: int = Field(
        150, ge=1, le=2000, description="Steps for each picture; on a processor each takes seconds."
    )
    max_side_px: int = Field(
        512, ge=64, le=2048, description="Largest side that is optimised; it is enlarged then. Pixels."
    )


class DiffusionSettings(SettingsGroup):
    """Pictures by Stable Diffusion."""

    models: Path | None = Field(
        None,
        description="Folder of models, laid out as docs/diffusion.md says; no such engine when not set. Path.",
    )
    default_model: str | None = Field(
        None, min_length=1, description="Model that is loaded at the start; the first by name when not set."
    )
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="Where models run; auto takes a GPU if any.")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="Number format of models; auto is float16 on a GPU and float32 on a CPU."
    )
    compile: bool = Field(
        False, description="Compile UNet and ControlNets: faster pictures, but minutes for the first one of each size."
    )
    compile_sizes: tuple[Annotated[str, Field(pattern=r"^\d{2,4}x\d{2,4}$")], ...] = Field(
        ("768x1024",), description="Sizes, width x height in pixels, that are compiled before the engine is ready."
    )
    cuda_graphs: bool = Field(
        False, description="With compile on a GPU: record each step as CUDA graphs. Less time between, more memory."
    )
    check_likeness: bool = Field(
        True, description="Compare the pictures of styles that ask for it with their photographs before showing them."
    )
    batch_size: int = Field(4, ge=1, le=16, description="Pictures that are made at once.")
    batch_requests: Literal["auto", "on", "off"] = Field(
        "auto", description="Make requests that wait and want the same in one batch; auto does so on a GPU only."
    )
    batch_window_ms: float = Field(
        30.0, ge=0.0, le=1000.0, description="Where several such requests wait, wait so long for more. Milliseconds."
    )
    idle_unload_s: float | None = Field(
        None, ge=1.0, description="Weights leave the memory after so long without work; never when not set. Seconds."
    )
    annotators: Path | None = Field(
        None, description="Folder of the annotators' weights; `annotators` in the models folder when not set. Path."
    )
    annotator_mib: int = Field(
        2048,
        ge=0,
        le=65536,
        description="Memory for networks of annotators, captioner and prompt models; those used last are kept. MiB.",
    )
    accept_openpose_licence: bool = Field(
        False,
        description="I accept OpenPose's licence: academic or non-profit non-commercial research only. "
        "Without it the annotator openpose is refused; vitpose draws poses under Apache-2.0.",
    )

    @model_validator(mode="after")
    def _check_graphs(self) -> Self:
        if self.cuda_graphs and not self.compile:
            raise ValueError("cuda_graphs needs compile")
        return self

    @field_validator("compile_sizes")
    @classmethod
    def _check_sizes(cls, sizes: tuple[str, ...]) -> tuple[str, ...]:
        if any(side % 8 or side < 64 for size in sizes for side in map(int, size.split("x"))):
            raise ValueError("sides must be multiples of 8, and at least 64")
        return sizes


class GeneratorSettings(SettingsGroup):
    """Section `[generator]` of the site's settings."""

    server: ServerSettings = ServerSettings()
    store: StoreSettings = StoreSettings()
    queue: QueueSettings = QueueSettings()
    limits: LimitSettings = LimitSettings()
    styles: StylesSettings = StylesSettings()
    studio: StudioSettings = StudioSettings()
    neural_style: NeuralStyleSettings = NeuralStyleSettings()
    diffusion: DiffusionSettings = DiffusionSettings()
