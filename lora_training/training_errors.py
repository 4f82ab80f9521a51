"""What can end a training, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from boothkit.errors import BoothError


class EmptyDatasetError(BoothError):
    """There is nothing to learn from. Details: `folder`, `count` (pictures that are left for training)."""

    status = 422
    code = "training_set_empty"
    title: ClassVar[Mapping[str, str]] = {"ko": "배울 그림이 없습니다", "en": "There are no pictures to learn from"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}에 배울 그림이 없습니다. 먼저 그림을 준비해 주세요.",
        "en": "{folder} holds no pictures to learn from. Prepare a folder of pictures first.",
    }


class BaseModelRefusedError(BoothError):
    """The base model cannot be trained on. Details: `folder`, `reason` (an English sentence)."""

    status = 422
    code = "base_model_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "기본 모델을 쓸 수 없습니다", "en": "The base model cannot be used"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 모델로는 학습할 수 없습니다. ({reason})",
        "en": "{folder} cannot be trained on. {reason}",
    }


class PictureUnreadableError(BoothError):
    """A picture of the set cannot be read, or is no longer the one that was prepared. Details: `file`, `reason`."""

    status = 422
    code = "training_picture_unreadable"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림을 읽을 수 없습니다", "en": "A picture cannot be read"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{file} 그림을 읽을 수 없습니다. 그림을 다시 준비해 주세요. ({reason})",
        "en": "{file} cannot be read. Prepare the pictures again. {reason}",
    }


class PicturesRefusedError(BoothError):
    """A folder of test photographs or class pictures cannot be used. Details: `folder`, `reason` (English)."""

    status = 422
    code = "training_pictures_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "그림 폴더를 쓸 수 없습니다", "en": "The folder cannot be used"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder} 폴더의 그림을 쓸 수 없습니다. ({reason})",
        "en": "The pictures in {folder} cannot be used. {reason}",
    }


class OptimizerMissingError(BoothError):
    """An optimizer was asked for whose package is not installed. Details: `optimizer`, `package`."""

    status = 422
    code = "optimizer_missing"
    title: ClassVar[Mapping[str, str]] = {"ko": "최적화 방법을 쓸 수 없습니다", "en": "The optimizer is not available"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{optimizer}에는 {package} 패키지가 필요합니다. 설치하거나 adamw를 골라 주세요.",
        "en": "{optimizer} needs the package {package}. Install it, or choose adamw.",
    }


class ResumeRefusedError(BoothError):
    """A training cannot go on from what lies there. Details: `folder`, `reason` (an English sentence)."""

    status = 409
    code = "resume_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "이어서 학습할 수 없습니다", "en": "The training cannot be resumed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{folder}의 학습을 이어서 할 수 없습니다. ({reason})",
        "en": "The training in {folder} cannot be resumed. {reason}",
    }


class TrainingDivergedError(BoothError):
    """The loss is no number any more. Details: `step`, `kept` (what the last checkpoint is)."""

    status = 500
    code = "training_diverged"
    title: ClassVar[Mapping[str, str]] = {"ko": "학습이 발산했습니다", "en": "The training ran away"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{step}단계에서 손실 값이 숫자가 아닙니다. 학습률을 낮추어 다시 시작해 주세요. (남은 체크포인트: {kept})",
        "en": "At step {step} the loss is not a number. Start again with a lower learning rate. Kept: {kept}.",
    }


class TrainingMemoryError(BoothError):
    """The device's memory did not suffice. Details: `step`, `kept` (what the last checkpoint is)."""

    status = 507
    code = "training_memory"
    title: ClassVar[Mapping[str, str]] = {"ko": "메모리가 부족합니다", "en": "There is not enough memory"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{step}단계에서 장치 메모리가 부족합니다. 같은 명령에 --gradient-checkpointing을 붙이면 이어집니다."
        " 배치를 줄이려면 새 폴더를 정해 주세요. (남은 체크포인트: {kept})",
        "en": "Memory did not suffice for step {step}. The same command with --gradient-checkpointing goes on;"
        " smaller batches need a new folder. Kept: {kept}.",
    }


class TrainingDeviceLostError(BoothError):
    """The GPU failed, and nothing can be reckoned in this process any more. Details: `step`, `kept`."""

    status = 500
    code = "training_device_lost"
    title: ClassVar[Mapping[str, str]] = {"ko": "그래픽 카드 오류", "en": "The graphics card failed"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{step}단계에서 그래픽 카드가 멈췄습니다. 같은 명령을 다시 실행하면 이어집니다."
        " 되풀이되면 컴퓨터를 다시 시작해 주세요. (남은 체크포인트: {kept})",
        "en": "The graphics card failed at step {step}. The same command, given again, goes on."
        " If it fails again, restart the machine. Kept: {kept}.",
    }


class CompileError(BoothError):
    """The denoiser cannot be compiled on this machine. Details: `reason` (English)."""

    status = 500
    code = "training_compile_failed"
    title: ClassVar[Mapping[str, str]] = {"ko": "컴파일할 수 없습니다", "en": "The model cannot be compiled"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "모델을 컴파일할 수 없습니다. --no-compile로 학습해 주세요. ({reason})",
        "en": "The model cannot be compiled here. Train with --no-compile. {reason}",
    }


class TrainingDiskFullError(BoothError):
    """There is no room for a checkpoint. Details: `step`, `kept` (what the last checkpoint is)."""

    status = 507
    code = "training_disk_full"
    title: ClassVar[Mapping[str, str]] = {"ko": "저장 공간이 부족합니다", "en": "The disk is full"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{step}단계를 저장할 공간이 없습니다. 공간을 비우고 이어서 학습해 주세요. (남은 체크포인트: {kept})",
        "en": "There is no room to save step {step}. Make room and resume the training. Kept: {kept}.",
    }


class AdapterRefusedError(BoothError):
    """A file is no adapter that can be used here. Details: `file`, `reason` (an English sentence)."""

    status = 422
    code = "adapter_refused"
    title: ClassVar[Mapping[str, str]] = {"ko": "어댑터를 쓸 수 없습니다", "en": "The adapter cannot be used"}
    message: ClassVar[Mapping[str, str]] = {
        "ko": "{file} 파일을 쓸 수 없습니다. ({reason})",
        "en": "{file} cannot be used. {reason}",
    }
