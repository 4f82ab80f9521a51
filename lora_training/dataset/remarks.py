"""What staff are told about pictures: codes that stand in the manifest, and their words in Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SMALL = "small"
BLURRED = "blurred"
DARK = "dark"
PADDED = "padded"
UNLIKE_OTHERS = "unlike_others"
MIXED = "mixed"
FEW = "few"

MIN_PICTURES = 20

SHORT: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        SMALL: {"ko": "작음", "en": "small"},
        BLURRED: {"ko": "흐림", "en": "blurred"},
        DARK: {"ko": "어두움", "en": "dark"},
        PADDED: {"ko": "여백 추가", "en": "padded"},
        UNLIKE_OTHERS: {"ko": "다른 그림과 다름", "en": "unlike the rest"},
        MIXED: {"ko": "섞인 자료", "en": "mixed material"},
        FEW: {"ko": "그림 부족", "en": "few pictures"},
    }
)
"""One or two words, for under a thumbnail."""

SENTENCES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        SMALL: {
            "ko": "학습 크기보다 작습니다. 더 큰 원본이 있으면 바꿔 주세요.",
            "en": "Smaller than the size of training. Use a larger original if there is one.",
        },
        BLURRED: {
            "ko": "흐리게 보입니다. 선명한 사진이 있으면 바꿔 주세요.",
            "en": "Looks blurred. Use a sharper one if there is one.",
        },
        DARK: {"ko": "매우 어둡습니다.", "en": "Very dark."},
        PADDED: {
            "ko": "얼굴을 자르지 않으려고 가장자리에 여백을 넣었습니다. 직접 잘라서 다시 넣는 것이 좋습니다.",
            "en": "Bars were added so that no face is cut. Better cut it by hand and put it in again.",
        },
        UNLIKE_OTHERS: {
            "ko": "색이나 선이 다른 그림들과 많이 다릅니다. 같은 화풍인지 확인해 주세요.",
            "en": "Colours or lines are far from the other pictures. Check that it is the same style.",
        },
        MIXED: {
            "ko": "색과 선이 서로 많이 다른 그림들입니다. 여러 화풍이 섞였는지 확인해 주세요.",
            "en": "The pictures' colours and lines differ much. Check that they are of one style.",
        },
        FEW: {
            "ko": f"그림이 {MIN_PICTURES}장보다 적습니다. 결과가 좋지 않을 수 있습니다.",
            "en": f"Fewer than {MIN_PICTURES} pictures. The style may not be learnt well.",
        },
    }
)
"""What it means and what to do."""
