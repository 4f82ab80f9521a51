"""Why a job failed, in words of the studio's pages: no commands, no options, no folders.

The commands' own sentences are for whoever works at a terminal; staff find them below these, as the last lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lora_training.failure_note import Failure
from lora_training.studio.work.generator_words import GENERATOR_WORDS, Words

_ASK_FOR_HELP = (
    "아래 기록을 컴퓨터 담당자에게 보여 주세요.",
    "Please show the lines below to whoever looks after the computers.",
)
_UPLOADS_STAY = ("넣은 그림은 그대로 있습니다.", "The pictures you brought are kept.")
_LEARNT_STAYS = ("배운 내용은 그대로 있습니다.", "What was learnt is kept.")
_NOTHING_CHANGED = ("바뀐 것은 없습니다.", "Nothing was changed.")
_CHECK_PICTURES = ("‘그림 다시 확인하기’를 눌러 주세요.", "Please press “Check the pictures again”.")
_GO_ON = ("‘이어서 학습하기’를 눌러 주세요.", "Please press “Go on learning”.")
_LEARN_ANEW = ("‘처음부터 다시 학습하기’로 시작해 주세요.", "Please use “Learn again from the beginning”.")
_IF_AGAIN = (
    "되풀이되면 컴퓨터 담당자에게 알려 주세요.",
    "If it happens again, tell whoever looks after the computers.",
)


def _join(*parts: Words) -> Words:
    return " ".join(korean for korean, _ in parts), " ".join(english for _, english in parts)


WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "picture_folder_missing": (
            "넣은 그림이 없습니다. 그림을 다시 넣어 주세요.",
            "The pictures are gone. Please bring them again.",
        ),
        "no_pictures": (
            "사용할 수 있는 그림이 없습니다. 다른 그림을 넣고 다시 확인해 주세요.",
            "None of the pictures can be used. Please bring others and check again.",
        ),
        "source_unreadable": (
            "읽을 수 없는 그림이 있습니다. 그 그림을 빼고 다시 확인해 주세요.",
            "A picture cannot be read. Please take it out and check again.",
        ),
        "picture_changed": _join(
            ("확인하는 동안 그림이 바뀌었습니다.", "A picture changed while it was checked."), _CHECK_PICTURES
        ),
        "heic_missing": (
            "이 컴퓨터는 HEIC 사진을 읽지 못합니다. JPEG로 저장해 다시 넣어 주세요.",
            "This computer cannot read HEIC. Please save the picture as JPEG and bring it again.",
        ),
        "dataset_terms": _join(
            (
                "화풍을 시작할 때 적은 내용에 쓸 수 없는 것이 있습니다. 새 화풍으로 다시 적어 주세요.",
                "Something that was written when the style was begun cannot be used. Please begin it as a new style.",
            ),
            _UPLOADS_STAY,
        ),
        "dataset_exists": _join(
            ("그림을 준비할 자리에 다른 것이 있습니다.", "Something else lies where the pictures are prepared."),
            _UPLOADS_STAY,
            _ASK_FOR_HELP,
        ),
        "dataset_place": _join(
            ("정해진 자리에 그림을 준비할 수 없습니다.", "The pictures cannot be prepared in their place."),
            _UPLOADS_STAY,
            _ASK_FOR_HELP,
        ),
        "dataset_missing": (
            "그림이 아직 준비되지 않았습니다. ‘그림 확인하기’를 눌러 주세요.",
            "The pictures are not prepared yet. Please press “Check the pictures”.",
        ),
        "dataset_broken": _join(
            ("준비한 그림의 기록이 손상되었습니다.", "The record of the prepared pictures is damaged."),
            _UPLOADS_STAY,
            _CHECK_PICTURES,
        ),
        "dataset_changed": _join(
            ("준비한 그림이 없어졌거나 바뀌었습니다.", "A prepared picture is missing or changed."),
            _UPLOADS_STAY,
            _CHECK_PICTURES,
        ),
        "caption_table": (
            "설명문을 저장하지 못했습니다. 전에 저장한 설명문은 그대로 있습니다. 다시 저장해 주세요.",
            "The captions were not saved; the earlier ones are kept. Please save them again.",
        ),
        "caption_model": _join(
            (
                "설명문을 쓰는 모델을 사용할 수 없습니다. 설명문은 직접 쓰실 수 있습니다.",
                "The model that writes captions cannot be used. You can write them yourself.",
            ),
            _ASK_FOR_HELP,
        ),
        "caption_method": _join(
            (
                "설명문을 이 방법으로 쓸 수 없습니다. 설명문은 직접 쓰실 수 있습니다.",
                "Captions cannot be written in this way. You can write them yourself.",
            ),
            _ASK_FOR_HELP,
        ),
        "evaluation_refused": _join(
            ("비교할 수 없습니다.", "The comparison cannot be made."), _LEARNT_STAYS, _ASK_FOR_HELP
        ),
        "evaluation_memory": _join(
            (
                "메모리가 부족해 비교하지 못했습니다.",
                "Memory did not suffice for the comparison.",
            ),
            _LEARNT_STAYS,
            (
                "이 컴퓨터의 다른 작업이 끝난 다음 다시 비교해 주세요.",
                "Please compare again when other work on this computer is done.",
            ),
        ),
        "evaluation_device_lost": _join(
            ("비교하는 동안 그래픽 카드가 멈췄습니다.", "The graphics card failed during the comparison."),
            _LEARNT_STAYS,
            ("다시 비교해 주세요.", "Please compare again."),
            _IF_AGAIN,
        ),
        "run_missing": (
            "아직 배운 내용이 없습니다. 먼저 학습을 시작해 주세요.",
            "Nothing was learnt yet. Please start the learning first.",
        ),
        "run_unfinished": _join(("학습이 끝나지 않았습니다.", "The learning is not finished."), _GO_ON),
        "run_of_other_set": _join(
            ("배운 다음에 그림이 바뀌었습니다.", "The pictures were changed after the learning."),
            _NOTHING_CHANGED,
            _LEARN_ANEW,
        ),
        "training_set_empty": (
            "배울 그림이 남지 않았습니다. 그림을 더 넣고 다시 확인해 주세요.",
            "There are no pictures left to learn from. Please bring more and check again.",
        ),
        "base_model_refused": _join(
            (
                "이 모델로는 배울 수 없습니다. 다른 모델이나 ‘모델 없이’를 골라 주세요.",
                "This model cannot be learnt with. Please choose another, or “Without a model”.",
            ),
            _ASK_FOR_HELP,
        ),
        "training_picture_unreadable": _join(
            ("준비한 그림을 읽을 수 없습니다.", "A prepared picture cannot be read."), _UPLOADS_STAY, _CHECK_PICTURES
        ),
        "training_pictures_refused": _join(
            ("시험 사진을 읽을 수 없습니다.", "The test photographs cannot be read."), _LEARNT_STAYS, _ASK_FOR_HELP
        ),
        "optimizer_missing": _join(
            (
                "학습에 필요한 프로그램이 이 컴퓨터에 없습니다.",
                "This computer lacks a program that the learning needs.",
            ),
            _ASK_FOR_HELP,
        ),
        "resume_refused": _join(
            ("전에 배운 것에 이어서 학습할 수 없습니다.", "The learning cannot go on from what was learnt before."),
            _LEARN_ANEW,
        ),
        "training_diverged": _join(
            (
                "{step}단계에서 학습이 어긋나 멈췄습니다. 그림을 다시 살펴봐 주세요.",
                "The learning went astray at step {step} and was ended. Please look at the pictures again.",
            ),
            _LEARN_ANEW,
            _IF_AGAIN,
        ),
        "training_memory": (
            "메모리가 부족해 {step}단계에서 멈췄습니다. 이 컴퓨터의 다른 작업을 끝내고 이어서 학습하거나, "
            "‘처음부터 다시 학습하기’에서 ‘메모리를 적게 쓰기’를 골라 주세요.",
            "Memory did not suffice at step {step}. Go on learning when other work on this computer is done, or "
            "choose “Need less memory” under “Learn again from the beginning”.",
        ),
        "training_device_lost": _join(
            ("{step}단계에서 그래픽 카드가 멈췄습니다.", "The graphics card failed at step {step}."), _GO_ON, _IF_AGAIN
        ),
        "training_compile_failed": _join(
            ("이 컴퓨터에서 모델을 준비하지 못했습니다.", "The model could not be made ready on this computer."),
            _ASK_FOR_HELP,
        ),
        "training_disk_full": _join(
            (
                "저장 공간이 부족해 {step}단계를 저장하지 못했습니다. 전에 저장한 내용은 남아 있습니다. "
                "공간을 비워 주세요.",
                "There was no room to save step {step}; what was saved before is kept. Please make room.",
            ),
            _GO_ON,
        ),
        "adapter_refused": _join(
            ("배운 파일이 손상되어 쓸 수 없습니다.", "The file that was learnt is damaged and cannot be used."),
            _LEARN_ANEW,
            _IF_AGAIN,
        ),
        "pack_terms": _join(
            (
                "화풍의 이름, 설명, 세기, 사용 허락에 쓸 수 없는 것이 있습니다. 확인하고 다시 게시해 주세요.",
                "Something in the name, the sentence, the strength or the licence cannot be used. "
                "Please check them and publish again.",
            ),
            _NOTHING_CHANGED,
        ),
        "publish_token": _join(
            ("게시 토큰이 없거나 쓸 수 없습니다.", "The publish token is missing or cannot be used."),
            _NOTHING_CHANGED,
            (
                "컴퓨터 담당자가 [training.publishing]을 확인해 주세요.",
                "Whoever looks after the computers checks [training.publishing].",
            ),
        ),
        "generator_address": _join(
            ("생성 서버의 주소를 쓸 수 없습니다.", "The address of the generator cannot be used."),
            _NOTHING_CHANGED,
            (
                "컴퓨터 담당자가 [training.publishing] generators를 확인해 주세요.",
                "Whoever looks after the computers checks [training.publishing] generators.",
            ),
        ),
        "style_published": (
            "이 화풍이 이미 게시되어 있습니다. 다시 게시해 주세요.",
            "This style is published already. Please publish it again.",
        ),
        "generator_refused": _join(
            ("생성 서버가 받지 않았습니다.", "The generator did not take it."), _NOTHING_CHANGED, _ASK_FOR_HELP
        ),
        "storage_full": (
            "이 컴퓨터의 저장 공간이 부족해 저장하지 못했습니다. 공간을 비우고 다시 해 주세요.",
            "This computer has no room left, so it was not saved. Please make room and try again.",
        ),
        "storage_error": _join(
            (
                "이 컴퓨터의 저장 장치에 오류가 있어 저장하지 못했습니다.",
                "This computer's storage reported an error, so it was not saved.",
            ),
            _ASK_FOR_HELP,
        ),
    }
)
"""By the error's code."""


def explain_failure(failure: Failure, language: str) -> str:
    """What staff read; an error without words of ours keeps its own sentence."""
    words = GENERATOR_WORDS.get(failure.code, WORDS["generator_refused"]) if failure.place else WORDS.get(failure.code)
    korean, english = words or (failure.ko, failure.en)
    sentence = english if language == "en" else korean
    if words:
        sentence = sentence.format_map(failure.details)
    return f"{failure.place}: {sentence}" if failure.place else sentence
