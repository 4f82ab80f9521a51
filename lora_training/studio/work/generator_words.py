"""Why a generator did not take a style, in words of the studio's pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

Words = tuple[str, str]
"""Korean and English."""

GENERATOR_WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "unauthorized": (
            "게시 토큰이 맞지 않아 거절했습니다. 바뀐 것은 없습니다. 컴퓨터 담당자가 [training.publishing]의 토큰을 "
            "생성 서버의 publish_token과 같게 정해 주세요.",
            "It refused the publish token; nothing was changed. Whoever looks after the computers sets the token in "
            "[training.publishing] to the generator's publish_token.",
        ),
        "forbidden": (
            "이 토큰으로는 게시할 수 없습니다. 바뀐 것은 없습니다. 컴퓨터 담당자가 [training.publishing]의 토큰을 "
            "생성 서버의 publish_token과 같게 정해 주세요.",
            "This token may not publish there; nothing was changed. Whoever looks after the computers sets the token "
            "in [training.publishing] to the generator's publish_token.",
        ),
        "publishing_off": (
            "이 서버는 화풍을 받지 않습니다. 바뀐 것은 없습니다. 컴퓨터 담당자가 그 서버의 설정 [generator.server] "
            "publish_token을 정해 주세요.",
            "It takes no styles; nothing was changed. Whoever looks after the computers sets publish_token in its "
            "settings, [generator.server].",
        ),
        "revision_taken": (
            "그사이 다른 개정판이 게시되었습니다. 다시 게시해 주세요.",
            "Another revision was published meanwhile. Please publish again.",
        ),
        "style_exists": (
            "같은 아이디의 기본 화풍이 있어 받지 않았습니다. 다른 아이디로 새 화풍을 만들어 주세요.",
            "It has a style of its own under this id. Please begin a new style with another id.",
        ),
        "revision_not_found": (
            "그런 개정판이 없습니다. 바뀐 것은 없습니다. 개정판 목록에서 골라 주세요.",
            "There is no such revision; nothing was changed. Please choose one from the list.",
        ),
        "style_not_found": (
            "이 화풍은 이 서버에 게시되어 있지 않습니다. 바뀐 것은 없습니다.",
            "This style is not published there; nothing was changed.",
        ),
        "not_found": (
            "그런 화풍이나 개정판이 없습니다. 바뀐 것은 없습니다.",
            "There is no such style or revision; nothing was changed.",
        ),
        "invalid_request": (
            "보낸 내용을 받지 않았습니다. 바뀐 것은 없습니다. 아래 기록을 컴퓨터 담당자에게 보여 주세요.",
            "It did not accept what was sent; nothing was changed. "
            "Please show the lines below to whoever looks after the computers.",
        ),
        "style_pack_refused": (
            "화풍을 받지 않았습니다. 바뀐 것은 없습니다. 아래 기록을 컴퓨터 담당자에게 보여 주세요.",
            "It did not accept the style; nothing was changed. "
            "Please show the lines below to whoever looks after the computers.",
        ),
        "payload_too_large": (
            "화풍이 너무 커서 받지 않았습니다. 바뀐 것은 없습니다. 컴퓨터 담당자에게 알려 주세요.",
            "The style is too large for it; nothing was changed. Please tell whoever looks after the computers.",
        ),
        "storage_full": (
            "서버의 저장 공간이 부족해 받지 못했습니다. 공간을 비운 다음 다시 해 주세요.",
            "There is no room left there, so it was not taken. Please make room and try again.",
        ),
        "storage_error": (
            "서버의 저장 장치에 오류가 있어 받지 못했습니다. 컴퓨터 담당자에게 알려 주세요.",
            "Its storage reported an error, so it was not taken. Please tell whoever looks after the computers.",
        ),
        "not_ready": (
            "서버가 아직 준비 중입니다. 잠시 후 다시 해 주세요.",
            "It is not ready yet. Please try again in a moment.",
        ),
        "too_many_requests": (
            "서버에 요청이 너무 많습니다. 잠시 후 다시 해 주세요.",
            "It has too many requests. Please try again in a moment.",
        ),
        "network": (
            "서버에 연결할 수 없습니다. 서버와 네트워크가 켜져 있는지 확인하고 다시 해 주세요.",
            "It cannot be reached. Please check that it and the network are on, and try again.",
        ),
        "timeout": (
            "서버가 제때 대답하지 않았습니다. 잠시 후 다시 해 주세요.",
            "It did not answer in time. Please try again in a moment.",
        ),
        "certificate": (
            "서버의 인증서를 믿을 수 없어 보내지 않았습니다. 컴퓨터 담당자에게 알려 주세요.",
            "Its certificate is not trusted, so nothing was sent. Please tell whoever looks after the computers.",
        ),
        "not_a_generator": (
            "이 주소에는 화풍을 받는 생성 서버가 없습니다. 컴퓨터 담당자가 [training.publishing] generators를 "
            "확인해 주세요.",
            "There is no generator at this address that takes styles. Whoever looks after the computers checks "
            "[training.publishing] generators.",
        ),
    }
)
"""By the cause; whatever else a generator says has the words of `generator_refused`."""
