"""What the terminal says, in Korean and English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

Language = Literal["ko", "en"]

WORDS: Mapping[str, Mapping[Language, str]] = {
    "starting": {"ko": "프로그램을 시작합니다. 기록: {log}", "en": "Starting the programs. Their log: {log}"},
    "first_start": {
        "ko": "첫 시작입니다. 그림 도구를 준비하고 기기를 등록합니다. 1분쯤 걸릴 수 있습니다.",
        "en": "First start: preparing the painter and enrolling the devices. This may take a minute.",
    },
    "ready": {"ko": "{program} 준비됨 ({seconds:.1f}초)", "en": "{program} ready ({seconds:.1f} s)"},
    "all_ready": {
        "ko": "모든 프로그램이 {seconds:.1f}초 만에 준비되었습니다.",
        "en": "All programs ready after {seconds:.1f} s.",
    },
    "died": {"ko": "{program}: {detail}", "en": "{program}: {detail}"},
    "visit": {"ko": "자동 방문자가 한 번 방문합니다.", "en": "An automatic visitor makes one visit."},
    "step": {"ko": "  {name} {seconds:6.1f}초", "en": "  {name} {seconds:6.1f} s"},
    "person": {
        "ko": "화면에서 방문을 시작해 주세요. 추모 공간 코드: {code}",
        "en": "You are the visitor: the window is open. Code of the memorial: {code}",
    },
    "waiting": {"ko": "가족 페이지에 도착하기를 기다립니다.", "en": "Waiting until the memory is on the family page."},
    "arrived": {"ko": "가족 페이지에 기억이 도착했습니다.", "en": "The memory is on the family page."},
    "table_receipt": {"ko": "접수 번호", "en": "receipt code"},
    "table_style": {"ko": "화풍", "en": "style"},
    "table_engine": {"ko": "그림 엔진", "en": "engine"},
    "table_steps": {"ko": "단계별 시간", "en": "seconds per step"},
    "table_total": {"ko": "전체 시간", "en": "whole visit"},
    "table_picture": {"ko": "그림 파일", "en": "picture file"},
    "table_original": {"ko": "원본 사진 파일", "en": "original file"},
    "table_voice": {"ko": "음성 파일", "en": "voice file"},
    "table_page": {"ko": "가족 페이지", "en": "family page"},
    "table_open": {"ko": "여는 방법", "en": "how to open it"},
    "open_how": {
        "ko": "브라우저에서 {url} 주소를 열고 비밀번호(PIN) {pin} 입력",
        "en": "open {url} in a browser and enter the PIN {pin}",
    },
    "table_unchanged": {"ko": "원본 그대로", "en": "original unchanged"},
    "yes": {"ko": "예 (SHA-256 {sha256})", "en": "yes (SHA-256 {sha256})"},
    "seconds": {"ko": "{seconds:.1f}초", "en": "{seconds:.1f} s"},
    "studio": {
        "ko": "새 화풍을 가르치려면: .venv/bin/memorial-booth style studio --config {file} (처음 한 번은 set-password)",
        "en": "To teach a new style: .venv/bin/memorial-booth style studio --config {file} (first: set-password)",
    },
    "staying": {
        "ko": "모두 켜져 있습니다. 끝내려면 Ctrl-C를 눌러 주세요.",
        "en": "Everything stays up. Press Ctrl-C to end it.",
    },
    "stopping": {"ko": "모든 프로그램을 끝냅니다.", "en": "Stopping all programs."},
    "failed": {"ko": "실패: {reason}", "en": "Failed: {reason}"},
    "port_in_use": {
        "ko": "{host}:{port} 포트를 다른 프로그램이 쓰고 있습니다. 다른 포트를 골라 주세요: --base-port 9600",
        "en": "Port {port} on {host} is in use by another program. Stop that, or choose others: --base-port 9600",
    },
    "already_running": {
        "ko": "{folder} 폴더로 이미 실행 중입니다. 먼저 그것을 끝내거나 --var로 다른 폴더를 골라 주세요.",
        "en": "It is already running with the folder {folder}. End that first, or choose another folder with --var.",
    },
    "no_file": {"ko": "사진 파일이 없습니다: {path}", "en": "There is no photograph at {path}"},
    "command_failed": {
        "ko": "memorial-booth {command} 명령이 코드 {code}(으)로 끝났습니다: {output}",
        "en": "memorial-booth {command} ended with exit code {code}: {output}",
    },
    "visit_failed": {
        "ko": "방문이 '{step}' 단계에서 끝났습니다: {reason}",
        "en": "the visit ended at the step '{step}': {reason}",
    },
    "visit_late": {
        "ko": "방문이 '{step}' 단계 다음에 {limit_s:g}초 동안 나아가지 못했습니다.",
        "en": "the visit made no progress for {limit_s:g} s after the step '{step}'",
    },
    "page_late": {
        "ko": "기억이 {limit_s:g}초 안에 가족 페이지에 도착하지 않았습니다. bridge의 기록을 확인해 주세요: {log}",
        "en": "the memory was not on the family page within {limit_s:g} s; see the bridge's lines in {log}",
    },
    "page_wrong": {
        "ko": "가족 페이지를 열 수 없습니다: {reason}",
        "en": "the family page could not be opened: {reason}",
    },
    "not_the_original": {
        "ko": "가족 페이지의 원본이 촬영한 사진과 다릅니다 ({there}, 촬영 {here}).",
        "en": "the original on the family page is not the photograph taken ({there}, taken {here})",
    },
    "site_wrong": {
        "ko": "설정 파일({file})을 읽을 수 없습니다: {reason}",
        "en": "the settings file {file} cannot be read: {reason}",
    },
    "new_memory": {
        "ko": "새 기억이 가족 페이지에 도착했습니다: {url}",
        "en": "A new memory is on the family page: {url}",
    },
}

# The steps that the automatic visitor names, and the last one, which only we see.
STEPS: Mapping[str, Mapping[Language, str]] = {
    "start": {"ko": "시작", "en": "start"},
    "begin": {"ko": "처음 화면", "en": "welcome"},
    "language": {"ko": "언어", "en": "language"},
    "memorial": {"ko": "추모 공간", "en": "memorial"},
    "consent": {"ko": "동의", "en": "consent"},
    "style": {"ko": "화풍", "en": "style"},
    "capture": {"ko": "촬영", "en": "photograph"},
    "review": {"ko": "사진 확인", "en": "review"},
    "hand_over": {"ko": "저장", "en": "saving"},
    "letter": {"ko": "편지", "en": "letter"},
    "voice": {"ko": "음성", "en": "voice"},
    "picture": {"ko": "그림", "en": "picture"},
    "finish": {"ko": "맡김", "en": "hand-over"},
    "thanks": {"ko": "마침", "en": "farewell"},
    "delivery": {"ko": "가족 페이지 도착", "en": "on the family page"},
}


class Words:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, key: str, **details: object) -> str:
        return WORDS[key][self.language].format(**details)

    def name_step(self, step: str) -> str:
        """A step as a person calls it; a step that has no name here keeps its own."""
        return STEPS.get(step, {}).get(self.language, step)


def guess_language(environ: Mapping[str, str] | None = None) -> Language:
    """Korean when the terminal's language is Korean, else English."""
    variables = os.environ if environ is None else environ
    locale = variables.get("LC_ALL") or variables.get("LC_MESSAGES") or variables.get("LANG") or ""
    return "ko" if locale.startswith("ko") else "en"
