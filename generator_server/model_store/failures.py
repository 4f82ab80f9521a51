"""What can go wrong with pulling and checking models, each in one sentence for the operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class ModelStoreError(BoothError):
    """A command about models cannot be carried out. `exit_code` is 2 when the operator has to ask differently."""

    exit_code: ClassVar[int] = 1
    code = "model_store_error"
    title: ClassVar[Mapping[str, str]] = {"ko": "모델 파일 오류", "en": "Model files"}


class UnknownModelError(ModelStoreError):
    """Neither a known name nor an `owner/name`. Details: `name`, `known`."""

    exit_code = 2
    code = "model_unknown"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{name}: 모르는 모델입니다. 소유자/이름을 적거나 다음에서 골라 주세요: {known}.",
        "en": "{name} is not a known model. Use an owner/name, or one of: {known}.",
    }


class RevisionNeededError(ModelStoreError):
    """No commit is known, so the operator must choose. Details: `name`, `repository`."""

    exit_code = 2
    code = "revision_needed"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{name}의 커밋이 정해져 있지 않습니다. {repository} 저장소의 커밋을 --revision으로 정해 주세요.",
        "en": "No commit is fixed for {name}. Name a commit of {repository} with --revision.",
    }


class NoModelsFolderError(ModelStoreError):
    """It is not known where models are kept."""

    exit_code = 2
    code = "no_models_folder"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "모델 폴더가 정해져 있지 않습니다. 설정 [generator.diffusion] models나 명령의 {option}에 적어 주세요.",
        "en": "There is no folder of models. Name it in the settings ([generator.diffusion] models) or with {option}.",
    }


class HubUnreachableError(ModelStoreError):
    """No connection, or it broke. Details: `endpoint`, `reason`."""

    code = "hub_unreachable"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{endpoint}에 연결할 수 없거나 연결이 끊겼습니다. 다시 실행하면 멈춘 곳에서 이어집니다. ({reason})",
        "en": "{endpoint} cannot be reached, or the connection broke; run the command again to go on. ({reason})",
    }


class HubAnswerError(ModelStoreError):
    """The hub answered with an error of its own. Details: `endpoint`, `status`."""

    code = "hub_answer"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{endpoint}에서 오류 {status}을(를) 보냈습니다. 잠시 후 다시 실행하면 멈춘 곳에서 이어집니다.",
        "en": "{endpoint} answered with error {status}; run the command again later to go on.",
    }


class NotAHubError(ModelStoreError):
    """Something answered, but not as a hub does. Detail: `endpoint`."""

    code = "not_a_hub"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{endpoint}의 답이 모델 허브의 답이 아닙니다. 주소와 프록시를 확인해 주세요.",
        "en": "{endpoint} does not answer as a model hub does. Check the address and the proxy.",
    }


class AccessRefusedError(ModelStoreError):
    """The repository is gated or private, or the token is wrong. Details: `endpoint`, `repository`."""

    code = "access_refused"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{repository} 저장소는 없거나 허가가 필요합니다. {endpoint}/{repository}에서 로그인해 라이선스에 "
        "동의하고, 읽기 토큰을 환경 변수 HF_TOKEN에 넣어 주세요.",
        "en": "{repository} does not exist or needs permission: sign in at {endpoint}/{repository} and accept the "
        "licence, then put a read token into the environment variable HF_TOKEN.",
    }


class NotOnHubError(ModelStoreError):
    """No such repository, revision or file. Details: `endpoint`, `repository`, `revision`."""

    code = "not_on_hub"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{endpoint}에 {repository} 저장소의 {revision}이(가) 없습니다. 이름과 --revision을 확인해 주세요.",
        "en": "{endpoint} has no {repository} at {revision}. Check the name and --revision.",
    }


class PicklesOnlyError(ModelStoreError):
    """The repository has weights, but only as pickles. Details: `repository`, `files`."""

    code = "pickles_only"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{repository}의 가중치는 피클뿐입니다({files}). 피클은 코드를 실행할 수 있어 받지 않습니다. "
        ".safetensors 파일이 있는 저장소를 써 주세요.",
        "en": "{repository} has its weights as pickles only ({files}), which may run code; none was pulled. "
        "Use a repository with .safetensors files.",
    }


class IncompleteRepositoryError(ModelStoreError):
    """Files that the model needs are not there. Details: `repository`, `revision`, `files`."""

    code = "incomplete_repository"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{repository}의 {revision}에 필요한 파일이 없습니다: {files}.",
        "en": "{repository} at {revision} lacks files that are needed: {files}.",
    }


class UnsafeNameError(ModelStoreError):
    """A file's name leads out of the model's folder. Details: `repository`, `file`."""

    code = "unsafe_name"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{repository}에 받을 수 없는 파일 이름이 있습니다: {file}.",
        "en": "{repository} has a file whose name is refused: {file}.",
    }


class DamagedFileError(ModelStoreError):
    """What came is not what the hub says it is. Detail: `file`."""

    code = "damaged_file"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{file}의 내용이 허브의 해시와 달라 버렸습니다. 다시 실행하면 그 파일만 새로 받습니다.",
        "en": "{file} does not have the hash that the hub names, so it was thrown away; run the command again.",
    }


class NotAModelError(ModelStoreError):
    """What came is whole, but nothing that the generator can use. Details: `repository`, `reason`."""

    code = "not_a_model"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{repository} 저장소는 쓸 수 있는 모델이 아니어서 버렸습니다. ({reason})",
        "en": "{repository} is no model that can be used, so it was thrown away. {reason}",
    }


class NoRoomError(ModelStoreError):
    """The disk has too little room. Details: `folder`, `needed`, `free`."""

    code = "no_room"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 디스크에 공간이 부족합니다({needed} 필요, {free} 남음). 공간을 비우고 다시 실행해 주세요.",
        "en": "The disk of {folder} has too little room: {needed} are needed, {free} are free. Please make room.",
    }


class DiskFullError(ModelStoreError):
    """The disk is full. Detail: `folder`."""

    code = "model_disk_full"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 디스크가 가득 찼습니다. 공간을 비우고 다시 실행하면 멈춘 곳에서 이어집니다.",
        "en": "The disk of {folder} is full; make room and run the command again to go on.",
    }


class DiskError(ModelStoreError):
    """The disk refused. Details: `folder`, `reason`."""

    code = "model_disk"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 폴더에 쓸 수 없습니다. ({reason})",
        "en": "{folder} cannot be written. ({reason})",
    }


class OtherModelThereError(ModelStoreError):
    """The model's place is taken by another commit, or by files of unknown origin. Details: `place`, `commit`."""

    code = "other_model_there"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{place}에 이미 다른 파일이 있습니다({commit}). 옮기거나 지운 다음 다시 실행해 주세요.",
        "en": "{place} already holds other files ({commit}); move it away or remove it first.",
    }


class PullUnderWayError(ModelStoreError):
    """Another process is pulling the same model. Detail: `folder`."""

    code = "pull_under_way"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "같은 모델을 이미 받는 중입니다({folder}).",
        "en": "The same model is being pulled already ({folder}).",
    }


class ManifestError(ModelStoreError):
    """A manifest is missing or cannot be read. Detail: `file`."""

    code = "manifest_unreadable"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{file} 파일을 읽을 수 없습니다. 모델을 옮긴 다음 다시 받아 주세요.",
        "en": "{file} cannot be read. Move the model away and pull it again.",
    }


class NoSuchModelError(ModelStoreError):
    """No pulled model has this name. Details: `name`, `folder`."""

    exit_code = 2
    code = "no_such_model"
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}에 {name}이(가) 없습니다. 있는 모델은 memorial-booth models list로 볼 수 있습니다.",
        "en": "There is no {name} in {folder}; memorial-booth models list shows what is there.",
    }
