"""What /controlnet is asked and answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from generator_server.http.schemas import Share, TolerantBody

# Units that one request may hold.
MOST_UNITS = 10
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Keypoints = Annotated[list[Number], Field(max_length=3 * 256)]


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
    hr_option: str = "Both"
    advanced_weighting: list[float] | None = None
    effective_region_mask: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _rename_aliases(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        old = {"input_image": "image", "control_weight": "weight", "guidance": "guidance_end"}
        return {old.get(name, name): value for name, value in data.items()}


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


class ControlType(BaseModel):
    """What units of one type may name."""

    model_config = ConfigDict(protected_namespaces=())

    module_list: list[str]
    model_list: list[str]
    default_option: str = "none"
    default_model: str = "None"


class ControlTypesAnswer(BaseModel):
    """Types of units by name."""

    control_types: dict[str, ControlType]


class ControlSettingsAnswer(BaseModel):
    """The extension's settings, as far as its clients read them."""

    control_net_unit_count: int = MOST_UNITS


class DetectBody(TolerantBody):
    """What /controlnet/detect is asked; a widespread client writes `controlnet_images`."""

    controlnet_module: str = Field("none", max_length=100)
    controlnet_input_images: list[str] = Field(default_factory=list)
    controlnet_images: list[str] = Field(default_factory=list)
    controlnet_processor_res: int = 512
    controlnet_threshold_a: float = 64.0
    controlnet_threshold_b: float = 64.0


class PosePerson(BaseModel):
    """Keypoints as x, y and confidence, one after the other; 0, 0, 0 for one that was not seen.

    The body has 18, in OpenPose's COCO order, a hand 21, and a face 68, or 70 with the pupils.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    pose_keypoints_2d: Keypoints | None = None
    hand_right_keypoints_2d: Keypoints | None = None
    hand_left_keypoints_2d: Keypoints | None = None
    face_keypoints_2d: Keypoints | None = None


class PoseDocument(BaseModel):
    """OpenPose's JSON for one picture: people, and the size that their keypoints belong to."""

    model_config = ConfigDict(hide_input_in_errors=True)

    people: list[PosePerson] = Field(max_length=64)
    canvas_width: int = Field(ge=1, le=4096)
    canvas_height: int = Field(ge=1, le=4096)


class DetectAnswer(BaseModel):
    """Base64 PNGs in the order of the request, with a sentence for each map in which nothing was found.

    `poses` holds what pose annotators found, one document for each picture; it is left out for other annotators.
    """

    info: Literal["Success"] = "Success"
    images: list[str] = []
    remarks: list[str] = []
    poses: list[PoseDocument] | None = None


class RenderAnswer(BaseModel):
    """Base64 PNGs of drawn poses; none when none were sent."""

    info: Literal["Success", "No pose data detected."]
    images: list[str] | None = None
