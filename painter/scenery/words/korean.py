"""Korean words: what they mean for a scene, what may follow them, and what they must not be taken for."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS = {
    "mountains": "산 산맥 산속 산골 산등성이 산봉우리 봉우리 능선 산골짜기 계곡 골짜기 설악산 지리산 한라산 산자락",
    "sea": "바다 바닷가 해변 해안 바닷물 파도 수평선 모래사장 백사장 포구 동해 서해 남해",
    "lake": "호수 호숫가 연못 저수지 못가",
    "river": "강 강가 강물 강변 시내 시냇물 개울 냇가 냇물 개울가 물길",
    "fields": "들 들판 들녘 논 밭 논밭 벌판 평야 초원 보리밭 밀밭 갈대밭 억새밭",
    "forest": "숲 숲속 숲길 수풀 삼림",
    "hill": "언덕 동산 고갯마루 정원 뜰 꽃밭 동네 고향",
    "path": "길 오솔길 산길 들길 고갯길 꽃길 둑길",
    "broadleaf": "느티나무 참나무 버드나무숲 떡갈나무 미루나무 푸른나무",
    "cherry": "벚꽃 벚나무 벚꽃나무 매화 꽃나무 복사꽃 꽃잎",
    "maple": "단풍 단풍나무 단풍잎",
    "ginkgo": "은행나무 은행잎",
    "pine": "소나무 솔 솔숲 솔밭 소나무숲 노송",
    "willow": "버드나무 수양버들 버들",
    "bare": "겨울나무 앙상한 나목 빈가지",
    "spring": "봄 봄날 봄철 이른봄 새봄",
    "summer": "여름 여름날 한여름",
    "autumn": "가을 가을날 늦가을 낙엽",
    "winter": "겨울 겨울날 한겨울",
    "dawn": "새벽 아침 동틀 여명 이른아침",
    "sunrise": "해돋이 일출 해뜨",
    "day": "낮 한낮 대낮 오후 정오 점심",
    "dusk": "저녁 황혼 해질녘 해거름 저물녘 땅거미",
    "sunset": "노을 저녁노을 석양 일몰 해넘이 낙조",
    "night": "밤 한밤 밤중 야경 밤바람",
    "clear": "맑 맑은 화창 쾌청 개인",
    "clouds": "구름 뭉게구름 흐린 흐리 먹구름 흰구름",
    "mist": "안개 물안개 운무 운해 자욱",
    "rain": "비 빗속 빗소리 빗줄기 소나기 봄비 가랑비 이슬비 장마 빗방울 여우비",
    "snow": "눈 함박눈 눈밭 눈꽃 눈송이 첫눈 설경 눈보라 눈길",
    "sun": "해 태양 햇살 햇빛 햇볕",
    "moon": "달 보름달 달빛 초승달 반달 달님",
    "stars": "별 별빛 별들 은하수 별하늘 샛별",
    "lantern": "등불 연등 등 초롱 청사초롱 초롱불 호롱불 등롱 풍등 불빛 촛불",
    "floating lantern": "유등 꽃등 소원등",
    "birds": "새 새들 두루미 학 철새 기러기 갈매기 백로 물새",
    "firefly": "반딧불 반딧불이",
}

_FUSED = {
    "달밤": "moon night",
    "별밤": "stars night",
    "밤하늘": "night",
    "밤바다": "night sea",
    "설산": "snow mountains",
    "눈산": "snow mountains",
    "겨울바다": "winter sea",
    "설원": "snow fields",
    "들꽃": "fields",
    "메밀꽃": "fields",
}

MEANINGS: Mapping[str, tuple[str, ...]] = {
    **{word: (effect,) for effect, words in _WORDS.items() for word in words.split()},
    **{word: tuple(effects.split()) for word, effects in _FUSED.items()},
}
"""Word to the names of its effects."""

_NEUTRAL = """
하늘 나무 나뭇가지 가지 잎 꽃 물 물가 물결 바람 풍경 그림 경치 모습 곳 때 위 아래 옆 앞 뒤 속
안 사이 너머 가운데 곁 멀리 가득 저 그 이 한 두 세 몇 작은 큰 넓은 높은 깊은 먼 흰 하얀 푸른
파란 붉은 노란 초록 고요한 고요하 고요히 조용한 조용하 조용히 잔잔한 잔잔하 따뜻한 따스한 포근한
평화로운 아름다운 아름답 예쁜 쓸쓸한 내리 내린 내려 오 온 핀 사는 자라는 자란 나타나 띄우 저무 저문
떠내려가 녹 피 피어나 피어난 활짝 진 지 뜬 뜨 떠 떠오르 떠오른 있 보이 비치 비친 비추 흐르 흘러가
흐른 흔들리 쌓이 쌓인 덮이 덮인 물들 물든 부 불 날 날아가 흩날리 흩날린 빛나 반짝이 걸린 걸리 켜진
떠다니 띄운 서 선 외로운 홀로 오래된 그려줘 그려 그리고 많은 조금 아주 매우 들어오 드리운 낀 끼 찬
펼쳐진 이어진 줄기 그루 마리 송이 밑 보 싶 저편 가 불어오 지나 지난 오늘 어느 같은 같이 함께 참
좀 더 그린 그려주세요 주세요 해주세요 부탁 여러 굽이굽이 굽이치
"""
NEUTRAL = frozenset(_NEUTRAL.split())
"""Words that change nothing in a picture: neither understood nor unknown."""

_ENDINGS = """
은 는 이 가 을 를 에 에서 에는 에서는 에도 에게 의 와 과 도 만 로 으로 부터 까지 처럼 같은
이나 나 랑 이랑 하고 들 들이 들은 들의 들을 마다 에서의 으로는 로는 엔 이며 며 고 던 면 면서 어
아 여 네 다 는데 지 한 하는 하게 히 인 이다 습니다 니다 고있는 ㄴ 간다 온다 린다 었던 였던 았던
위 위에 위로 아래 아래에 아래로 속 속에 속의 속에서 사이 사이로 사이에 너머 너머로 옆 옆에 가에
가에서 길 녘 빛 나는 오는 지는 철 날 날의 때 무렵 가득한 진 인데 라 이라 입니다 이에요 예요 과의
와의 도록 려 위의 아래의 옆의 으로의 로의 없는 없이 있는 낀 핀 뜬 비친 덮인 쌓인 물든 내리는 내린
가지 나무 꽃
"""
ENDINGS = frozenset(_ENDINGS.split())
"""Particles, verb endings and short tails that may follow a word in the same token."""

NEGATORS = ("없는", "없이", "없다", "없고", "없던", "말고", "않는", "않은", "않고", "아닌", "빼고")
"""They deny the word before them."""

_OPAQUE = """
눈물 눈빛 눈동자 눈가 눈앞 눈썹 해주 해요 해서 해도 했다 비밀 비록 비교 비누 새로 새로운 강아지
강남 강한 산책 산소 산다 달라 달려 달리 달콤한 별로 별일 들어 들려 들고 들은 등산 등교 밤새 밤낮
길게 길이 논문 논리 못가서 학교 학생 학원 낮은 낮게 불안 새해 솔직히 등등 해야 해준 눈치 비행기
비싼 비용 별명 등록 강의 길고 긴 달다 해가며 맑음이 낮잠 새삼 학비
"""
OPAQUE = frozenset(_OPAQUE.split())
"""Words that only look as if they held one of the above."""

MONTH_SEASONS = (
    ("winter", "winter", "spring", "spring", "spring", "summer", "summer", "summer") + ("autumn",) * 3 + ("winter",)
)
"""January to December."""
