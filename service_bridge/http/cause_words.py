"""Causes in words that staff can act on."""

from __future__ import annotations

from service_bridge.visits.states import Cause

_ON_ITS_WAY = {"ko": "전달하는 중입니다.", "en": "It is being delivered."}
_WORDS = {
    Cause.PICTURE_PENDING: {"ko": "그림이 완성되기를 기다립니다.", "en": "It waits for its picture."},
    Cause.NETWORK: {
        "ko": "추모 서비스에 연결할 수 없습니다. 네트워크를 확인해 주세요. 연결되면 저절로 다시 보냅니다.",
        "en": "The memorial service cannot be reached. Please check the network; it is sent again by itself.",
    },
    Cause.TIMEOUT: {
        "ko": "추모 서비스가 제때 응답하지 않습니다. 저절로 다시 보냅니다.",
        "en": "The memorial service does not answer in time. It is sent again by itself.",
    },
    Cause.CERTIFICATE: {
        "ko": "추모 서비스의 인증서를 믿을 수 없어 보내지 않았습니다. 관리자에게 알려 주세요.",
        "en": "The memorial service's certificate is not trusted, so nothing was sent. Please tell an administrator.",
    },
    Cause.NOT_THE_SERVICE: {
        "ko": "추모 서비스가 아닌 다른 곳에서 응답했습니다. 인터넷 로그인 화면이 있는지 확인해 주세요.",
        "en": "Something else answered instead of the memorial service. Please check for a network log-in page.",
    },
    Cause.SERVICE_BUSY: {
        "ko": "추모 서비스가 바쁩니다. 저절로 다시 보냅니다.",
        "en": "The memorial service is busy. It is sent again by itself.",
    },
    Cause.SERVICE_FAILED: {
        "ko": "추모 서비스에 오류가 있습니다. 저절로 다시 보냅니다.",
        "en": "The memorial service reported an error of its own. It is sent again by itself.",
    },
    Cause.UNAUTHORIZED: {
        "ko": "추모 서비스가 이 부스를 거절했습니다. 부스를 다시 등록해 주세요.",
        "en": "The memorial service refused this booth. Please enrol the booth again.",
    },
    Cause.NOT_ENROLLED: {
        "ko": "이 부스가 추모 서비스에 등록되지 않았습니다. 부스를 등록해 주세요.",
        "en": "This booth is not enrolled at the memorial service. Please enrol it.",
    },
    Cause.CONFLICT: {
        "ko": "추모 서비스에 같은 번호의 다른 기억이 있습니다. 담당자가 직접 확인해야 합니다.",
        "en": "The memorial service holds another memory under the same number. A person has to look at it.",
    },
    Cause.REFUSED: {
        "ko": "추모 서비스가 내용을 받지 않았습니다. 담당자가 직접 확인해야 합니다.",
        "en": "The memorial service would not take the content. A person has to look at it.",
    },
    Cause.TOO_LARGE: {
        "ko": "추모 서비스가 받기에는 너무 큽니다. 담당자가 직접 확인해야 합니다.",
        "en": "It is too large for the memorial service. A person has to look at it.",
    },
    Cause.FILE_MISSING: {
        "ko": "저장된 파일이 없어졌습니다. 백업에서 복원해 주세요.",
        "en": "A stored file is missing. Please restore it from the backup.",
    },
    Cause.FILE_DAMAGED: {
        "ko": "저장된 파일이 손상되었습니다. 백업에서 복원해 주세요.",
        "en": "A stored file is damaged. Please restore it from the backup.",
    },
    Cause.STORAGE: {
        "ko": "부스의 저장 공간이 부족하거나 저장 장치에 오류가 있습니다.",
        "en": "The booth's storage is full or reports an error.",
    },
}


def describe_cause(cause: str | None, language: str) -> str:
    """A cause as a sentence; nothing to report means that it is on its way."""
    words = _WORDS.get(Cause(cause), _ON_ITS_WAY) if cause else _ON_ITS_WAY
    return words["en" if language == "en" else "ko"]
