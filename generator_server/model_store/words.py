"""What the commands say, in Korean and English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

Language = Literal["ko", "en"]

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "pulling": {
        "ko": "{repository} 저장소를 {folder}에 받습니다.",
        "en": "Pulling {repository} into {folder}.",
    },
    "file": {"ko": "[{number}/{count}] {file} ({size})", "en": "[{number}/{count}] {file} ({size})"},
    "pulled": {
        "ko": "받았습니다: {folder}, {size}, 커밋 {commit}, 라이선스 {licence}.",
        "en": "Done: {folder}, {size}, commit {commit}, licence {licence}.",
    },
    "there": {
        "ko": "이미 있습니다: {folder}, 커밋 {commit}. 내용은 verify로 확인해 주세요.",
        "en": "Already there: {folder}, commit {commit}. Check its content with verify.",
    },
    "left_out": {
        "ko": "받지 않은 피클({count}개): {files}.",
        "en": "Pickles left out ({count}): {files}.",
    },
    "stopped": {
        "ko": "멈췄습니다. 다시 실행하면 멈춘 곳에서 이어집니다.",
        "en": "Stopped; run the command again to go on.",
    },
    "empty": {"ko": "{folder}에 모델이 없습니다.", "en": "There are no models in {folder}."},
    "name": {"ko": "이름", "en": "name"},
    "family": {"ko": "계열", "en": "family"},
    "size": {"ko": "크기", "en": "size"},
    "state": {"ko": "상태", "en": "state"},
    "licence": {"ko": "라이선스", "en": "licence"},
    "unknown": {"ko": "알 수 없음", "en": "unknown"},
    "verified": {"ko": "확인됨", "en": "verified"},
    "unverified": {"ko": "미확인", "en": "not verified"},
    "different": {"ko": "다름", "en": "different"},
    "unlisted": {"ko": "명세 없음", "en": "no manifest"},
    "missing": {"ko": "{file}: 파일이 없습니다.", "en": "{file} is missing."},
    "wrong_size": {"ko": "{file}: 크기가 다릅니다.", "en": "{file} has another size."},
    "wrong_content": {"ko": "{file}: 내용이 다릅니다.", "en": "{file} has other content."},
    "unreadable": {
        "ko": "{file}: 읽을 수 없습니다. 디스크를 확인해 주세요.",
        "en": "{file} cannot be read; check the disk.",
    },
    "extra": {"ko": "{file}: 명세에 없는 파일입니다.", "en": "{file} is not in the manifest."},
    "whole": {
        "ko": "{name}: 모든 파일이 명세와 같습니다({count}개).",
        "en": "{name}: all files are as in the manifest ({count}).",
    },
    "changed": {
        "ko": "{name}: 명세와 다릅니다({count}개).",
        "en": "{name}: not as in the manifest ({count}).",
    },
    "no_manifest": {
        "ko": "{name}: 명세(manifest.json)가 없어 확인할 수 없습니다.",
        "en": "{name}: there is no manifest.json to compare with.",
    },
    "known": {"ko": "이름으로 받을 수 있는 모델:", "en": "Models that can be pulled by name:"},
}


class Words:
    """Sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, key: str, **details: object) -> str:
        """The sentence for `key`, filled in."""
        return _WORDS[key][self.language].format(**details)


def guess_language(environ: Mapping[str, str] | None = None) -> Language:
    """Korean when the terminal's language is Korean, else English."""
    variables = os.environ if environ is None else environ
    locale = variables.get("LC_ALL") or variables.get("LC_MESSAGES") or variables.get("LANG") or ""
    return "ko" if locale.startswith("ko") else "en"


def show_size(size_bytes: int) -> str:
    """A size for people: 1.7 GB, 9.8 MB, 512 B. Powers of ten, as disks are sold."""
    size = float(size_bytes)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
