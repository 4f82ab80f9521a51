"""What /controlnet is asked and answers."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from generator_server.http.schemas import TolerantBody


class VersionAnswer(BaseModel):
    """Version of the ControlNet API that is spoken."""

    version: int = 3


class ControlModelsAnswer(BaseModel):
    """ControlNet models."""

    model_config = ConfigDict(protected_namespaces=())

    model_list: list[str] = []


class ControlModulesAnswer(BaseModel):
    """Annotators."""

    model_config = ConfigDict(protected_namespaces=())

    module_list: list[str] = []
    module_detail: dict[str, Any] = {}


class DetectBody(TolerantBody):
    """What /controlnet/detect is asked; a widespread client writes `controlnet_images`."""

    controlnet_module: str = Field("none", max_length=100)
    controlnet_input_images: list[str] = Field(default_factory=list)
    controlnet_images: list[str] = Field(default_factory=list)
    controlnet_processor_res: int = 512
    controlnet_threshold_a: float = 64.0
    controlnet_threshold_b: float = 64.0


class DetectAnswer(BaseModel):
    """Base64 PNGs in the order of the request, with a sentence for each map in which nothing was found."""

    info: Literal["Success"] = "Success"
    images: list[str] = []
    remarks: list[str] = []
