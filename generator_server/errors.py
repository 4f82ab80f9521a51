"""What the generator refuses, and the words it uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class QueueFullError(BoothError):
    """Every place in the queue is taken; the same request may be sent again."""

    status = 503
    code = "queue_full"
    title: ClassVar[Mapping[str, str]] = {"ko": "대기열이 찼습니다", "en": "The queue is full"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "지금은 다른 그림을 만들고 있습니다. 잠시 후 다시 보내 주세요.",
        "en": "Other pictures are being made. Please send this again in a moment.",
    }


class GenerationCancelledError(BoothError):
    """Somebody asked for this generation to stop; no picture was made."""

    status = 409
    code = "generation_cancelled"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림 만들기가 중단되었습니다", "en": "The generation was cancelled"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청에 따라 그림 만들기를 중단했습니다.",
        "en": "The picture was not finished because somebody asked to stop.",
    }


class GenerationTimeoutError(BoothError):
    """The deadline passed, in the queue or while the picture was being made. Detail: `deadline_s`."""

    status = 504
    code = "generation_timeout"
    title: ClassVar[Mapping[str, str]] = {"ko": "시간이 초과되었습니다", "en": "The generation took too long"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{deadline_s}초 안에 그림을 만들지 못했습니다. 더 작은 그림을 요청하거나 나중에 다시 보내 주세요.",
        "en": "The picture was not finished within {deadline_s} seconds. Ask for a smaller one, or try again later.",
    }


class LikenessLostError(BoothError):
    """Every try changed the people too much to be shown. Details: `tries`, and of the last one `structure` (-1 to 1)
    and how many faces were `lost` and `added`. The same request would end the same way."""

    status = 422
    code = "likeness_lost"
    title: ClassVar[Mapping[str, str]] = {"ko": "닮은 그림을 만들지 못했습니다", "en": "The likeness was lost"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{tries}번 그렸지만 사진 속 모습과 너무 달라 보여 드리지 않습니다.",
        "en": "The picture was made {tries} times, and each time it was too unlike the photograph to be shown.",
    }


class EngineFailedError(BoothError):
    """The engine failed; the log holds the cause."""

    status = 500
    code = "engine_failed"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림을 만들지 못했습니다", "en": "The picture could not be made"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "그림을 만드는 중에 오류가 났습니다. 원인은 생성 서버의 기록에 있습니다.",
        "en": "Something went wrong while the picture was being made. The generator's log says what.",
    }


class EngineUnavailableError(BoothError):
    """The engine that this request needs has stopped or could not be started."""

    status = 503
    code = "engine_unavailable"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림 엔진을 쓸 수 없습니다", "en": "The engine is not available"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "그림 엔진({engine})을 지금 쓸 수 없습니다. 나중에 다시 보내 주세요.",
        "en": "The engine {engine} is not available now. Please send this again later.",
    }


class CannotGenerateError(BoothError):
    """No engine here can do what was asked. Detail: `reason`, a sentence in English for the client's developer."""

    status = 422
    code = "cannot_generate"
    title: ClassVar[Mapping[str, str]] = {"ko": "만들 수 없는 그림입니다", "en": "This cannot be generated here"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "요청한 그림을 만들 수 있는 엔진이 없습니다. ({reason})",
        "en": "{reason}",
    }


class ModelNotFoundError(BoothError):
    """No engine serves a model (checkpoint) of this name. Detail: `model`."""

    status = 404
    code = "model_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "모델을 찾을 수 없습니다", "en": "Model not found"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{model} 모델이 없습니다. /sdapi/v1/sd-models 목록에서 골라 주세요.",
        "en": "There is no model {model}. Choose one from /sdapi/v1/sd-models.",
    }


class StyleNotFoundError(BoothError):
    """No served style has this id. Detail: `style_id`."""

    status = 404
    code = "style_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "화풍을 찾을 수 없습니다", "en": "Style not found"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id} 화풍이 없습니다. /v1/styles 목록에서 골라 주세요.",
        "en": "There is no style {style_id}. Choose one from /v1/styles.",
    }


class GenerationNotFoundError(BoothError):
    """No generation with this id is waiting or running. Detail: `task_id`."""

    status = 404
    code = "generation_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "작업을 찾을 수 없습니다", "en": "Generation not found"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "기다리거나 진행 중인 작업 {task_id}이(가) 없습니다.",
        "en": "No generation {task_id} is waiting or running.",
    }


class DuplicateTaskError(BoothError):
    """A generation with this task id is already waiting or running. Detail: `task_id`."""

    status = 409
    code = "duplicate_task"
    title: ClassVar[Mapping[str, str]] = {"ko": "이미 진행 중인 작업입니다", "en": "This task is already under way"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "작업 {task_id}이(가) 이미 진행 중입니다.",
        "en": "The task {task_id} is already waiting or running.",
    }


class StyleExistsError(BoothError):
    """There is a style with this id; a learnt one is removed before it is learnt anew. Detail: `style_id`."""

    status = 409
    code = "style_exists"
    title: ClassVar[Mapping[str, str]] = {"ko": "이미 있는 화풍입니다", "en": "This style is already there"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id} 화풍이 이미 있습니다. 다른 이름을 쓰거나 먼저 지워 주세요.",
        "en": "There is already a style {style_id}. Choose another name, or remove it first.",
    }


class PublishingOffError(BoothError):
    """Styles cannot be published here: the operator has set no token for it."""

    status = 403
    code = "publishing_off"
    title: ClassVar[Mapping[str, str]] = {"ko": "화풍을 게시할 수 없습니다", "en": "Publishing is switched off"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "이 생성 서버에는 게시 토큰(publish_token)이 설정되어 있지 않아 게시할 수 없습니다.",
        "en": "This generator has no publish_token in its settings, so no style can be published.",
    }


class StylePackRefusedError(BoothError):
    """A style pack cannot be published as it is. Details: `reason`, sentences in English, and `errors`."""

    status = 422
    code = "style_pack_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "화풍 묶음을 받을 수 없습니다", "en": "The style pack is refused"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "화풍 묶음에 잘못된 곳이 있습니다. ({reason})",
        "en": "{reason}",
    }


class RevisionTakenError(BoothError):
    """A new revision must be above all published ones. Details: `style_id`, `revision`, `next_revision`."""

    status = 409
    code = "revision_taken"
    title: ClassVar[Mapping[str, str]] = {"ko": "이미 있는 개정판입니다", "en": "This revision is taken"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id} 화풍의 개정판 {revision}은 게시할 수 없습니다. 다음 번호는 {next_revision}입니다.",
        "en": "Revision {revision} of {style_id} cannot be published. The next revision is {next_revision}.",
    }


class RevisionNotFoundError(BoothError):
    """This revision was never published. Details: `style_id`, `revision`."""

    status = 404
    code = "revision_not_found"
    title: ClassVar[Mapping[str, str]] = {"ko": "개정판을 찾을 수 없습니다", "en": "Revision not found"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{style_id} 화풍에는 개정판 {revision}이 없습니다.",
        "en": "The style {style_id} has no revision {revision}.",
    }


class WeightsRefusedError(BoothError):
    """A file of weights is missing, damaged or not what it should be. Details: `file`, `reason` (English)."""

    status = 503
    code = "weights_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "가중치 파일을 쓸 수 없습니다", "en": "The weights cannot be used"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{file} 파일을 쓸 수 없습니다. ({reason})",
        "en": "{file} cannot be used. {reason}",
    }
