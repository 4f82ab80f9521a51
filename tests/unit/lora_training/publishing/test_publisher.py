"""One revision for all generators, and running it again finishes the rest."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from lora_training.packing import PackWords, build_pack
from lora_training.publishing.client import GeneratorClient
from lora_training.publishing.publisher import Publication, publish
from lora_training.publishing.refusals import GeneratorRefusedError
from lora_training.publishing_errors import StylePublishedError
from tests.unit.lora_training.publishing.runs import STYLE_ID
from tests.unit.lora_training.publishing.stand_in import TOKEN, RefusalError, StandIn

HALL = "00000000-0000-4000-8000-00000000000a"
NOT_THERE = "http://127.0.0.1:9"


class Staff:
    """Publishes one look under changing names, each of which is other content."""

    def __init__(self, learnt: tuple[Path, Path], folder: Path) -> None:
        self._learnt = learnt
        self._folder = folder
        self._count = 0

    def publish(
        self,
        name: str,
        *generators: StandIn | str,
        memorial_ids: Sequence[str] | None = None,
        replace: bool = True,
    ) -> Publication:
        self._count += 1
        pack = build_pack(*self._learnt, PackWords(name, name), self._folder / str(self._count))
        urls = [item if isinstance(item, str) else item.url for item in generators]
        return publish(pack, [GeneratorClient(url, TOKEN) for url in urls], memorial_ids, replace=replace)


@pytest.fixture
def staff(learnt: tuple[Path, Path], tmp_path: Path) -> Staff:
    return Staff(learnt, tmp_path)


def answers(done: Publication) -> list[bool | None]:
    """For each generator whether anything changed there; None where it failed."""
    return [outcome.answer for outcome in done.outcomes]


def offered(generator: StandIn) -> tuple[int, str] | None:
    """Revision and name of what visitors see."""
    known = generator.styles[STYLE_ID]
    return known["current"] and (known["current"]["revision"], known["manifest"]["name"]["ko"])


def test_a_new_style_is_revision_one_everywhere(staff: Staff, first: StandIn, second: StandIn) -> None:
    done = staff.publish("먹", first, second, replace=False)
    assert (done.revision, answers(done)) == (1, [True, True])
    assert offered(first) == offered(second) == (1, "먹")
    assert first.styles[STYLE_ID]["current"]["sha256"] == second.styles[STYLE_ID]["current"]["sha256"]


def test_publishing_the_same_again_changes_and_sends_nothing(staff: Staff, first: StandIn) -> None:
    staff.publish("먹", first)
    done = staff.publish("먹", first, replace=False)
    assert (done.revision, answers(done)) == (1, [False])
    assert first.uploads == 1
    assert first.requests[-1] == f"GET /v1/style-packs/{STYLE_ID}"


def test_other_content_gets_the_next_revision_of_all_generators(staff: Staff, first: StandIn, second: StandIn) -> None:
    for name in ("하나", "둘", "셋"):
        staff.publish(name, first)
    staff.publish("하나", second)
    done = staff.publish("넷", first, second)
    assert (done.revision, answers(done)) == (4, [True, True])
    assert offered(first) == offered(second) == (4, "넷")


def test_a_style_that_is_there_is_replaced_only_when_asked(staff: Staff, first: StandIn) -> None:
    staff.publish("먹", first)
    with pytest.raises(StylePublishedError) as refused:
        staff.publish("다른 먹", first, replace=False)
    assert refused.value.details == {"style_id": STYLE_ID, "revision": 1}
    assert first.uploads == 1


def test_running_it_again_finishes_the_rest(staff: Staff, first: StandIn, second: StandIn) -> None:
    second.fault = RefusalError(507, "storage_full")
    done = staff.publish("먹", first, second, NOT_THERE)
    assert (done.revision, answers(done)) == (1, [True, None, None])
    assert [outcome.refusal and outcome.refusal.public_message("en") for outcome in done.outcomes] == [
        None,
        "There is no room left on the server.",
        "The server cannot be reached.",
    ]
    second.fault = None
    done = staff.publish("먹", first, second, replace=False)
    assert (done.revision, answers(done)) == (1, [False, True])
    assert (first.uploads, second.uploads) == (1, 1)


def test_a_generator_that_was_away_with_a_higher_revision_moves_all_on(
    staff: Staff, first: StandIn, second: StandIn
) -> None:
    for name in ("하나", "둘"):
        staff.publish(name, second)
    second.fault = RefusalError(503, "not_ready")
    assert staff.publish("먹", first, second).revision == 1
    second.fault = None
    done = staff.publish("먹", first, second)
    assert (done.revision, answers(done)) == (3, [True, True])


def test_content_that_was_rolled_back_or_withdrawn_is_offered_again_without_sending_it(
    staff: Staff, first: StandIn, second: StandIn
) -> None:
    for name in ("하나", "둘"):
        staff.publish(name, first, second)
    GeneratorClient(first.url, TOKEN).roll_back(STYLE_ID, 1)
    GeneratorClient(second.url, TOKEN).withdraw(STYLE_ID)
    assert [offered(first), offered(second)] == [(1, "둘"), None]
    done = staff.publish("둘", first, second)
    assert (done.revision, answers(done)) == (2, [True, True])
    assert [offered(first), offered(second)] == [(2, "둘"), (2, "둘")]
    assert first.uploads == second.uploads == 2


def test_memorials_are_kept_unless_others_are_given(staff: Staff, first: StandIn) -> None:
    def places() -> list[str]:
        ids: list[str] = first.styles[STYLE_ID]["memorial_ids"]
        return ids

    staff.publish("하나", first, memorial_ids=[HALL])
    assert places() == [HALL]
    staff.publish("둘", first)
    assert places() == [HALL]
    assert answers(staff.publish("둘", first, memorial_ids=[])) == [True]
    assert places() == []
    assert answers(staff.publish("둘", first, memorial_ids=[HALL])) == [True]
    assert answers(staff.publish("둘", first, memorial_ids=[HALL])) == [False]
    assert (places(), first.uploads) == ([HALL], 2)
    staff.publish("셋", first, memorial_ids=[])
    assert places() == []


def test_a_withdrawn_style_comes_back_only_for_the_given_memorials(staff: Staff, first: StandIn) -> None:
    staff.publish("먹", first)
    GeneratorClient(first.url, TOKEN).withdraw(STYLE_ID)
    staff.publish("먹", first, memorial_ids=[HALL])
    assert first.requests[-2:] == [
        f"PUT /v1/style-packs/{STYLE_ID}/memorials",
        f"POST /v1/style-packs/{STYLE_ID}/rollback",
    ]
    assert first.styles[STYLE_ID]["memorial_ids"] == [HALL]


def test_a_refused_pack_names_its_fields(staff: Staff, first: StandIn) -> None:
    errors = [{"field": "name.ko", "message": "너무 깁니다.", "in": "body", "type": "too_long"}]
    staff.publish("하나", first)
    first.fault = RefusalError(422, "style_pack_refused", errors=errors)
    (outcome,) = staff.publish("둘", first).outcomes
    assert outcome.refusal is not None
    assert [(fault.field, fault.message) for fault in outcome.refusal.faults] == [("name.ko", "너무 깁니다.")]


@pytest.mark.parametrize(
    ("fault", "korean", "english"),
    [
        (RefusalError(403, "publishing-off"), "publish_token", "Publishing is off there."),
        (RefusalError(409, "style_exists"), "같은 이름", "under another --name"),
        (RefusalError(418, "teapot"), "(teapot)", "The generator refused: teapot, status 418."),
    ],
)
def test_problems_are_told_in_both_languages(first: StandIn, fault: RefusalError, korean: str, english: str) -> None:
    first.fault = fault
    with pytest.raises(GeneratorRefusedError) as refused:
        GeneratorClient(first.url, TOKEN).find_style(STYLE_ID)
    assert korean in refused.value.public_message("ko")
    assert english in refused.value.public_message("en")


def test_a_wrong_token_is_told(first: StandIn) -> None:
    with pytest.raises(GeneratorRefusedError, match="The publish token is not right"):
        GeneratorClient(first.url, "another-token").find_style(STYLE_ID)


@pytest.mark.parametrize("body", [b"<html>hello</html>", b'{"style_id": "warm_ink"}', b"0" * (5 * 2**20)])
def test_what_is_no_generator_is_told(first: StandIn, staff: Staff, body: bytes) -> None:
    staff.publish("먹", first)
    first.plain_answer = body
    with pytest.raises(GeneratorRefusedError, match="no generator at this address"):
        GeneratorClient(first.url, TOKEN).find_style(STYLE_ID)


def test_the_token_does_not_follow_a_redirect(first: StandIn, second: StandIn) -> None:
    first.redirect_to = f"{second.url}/v1/style-packs/{STYLE_ID}"
    with pytest.raises(GeneratorRefusedError):
        GeneratorClient(first.url, TOKEN).find_style(STYLE_ID)
    assert second.requests == []


def test_a_generator_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(GeneratorRefusedError, match="did not answer in time"):
            GeneratorClient(url, TOKEN, timeout_s=0.1).find_style(STYLE_ID)


def test_an_unknown_address_is_not_an_unknown_style(first: StandIn) -> None:
    first.fault = RefusalError(404, "not_found")
    with pytest.raises(GeneratorRefusedError):
        GeneratorClient(first.url, TOKEN).find_style(STYLE_ID)


def test_a_style_is_limited_to_memorials_and_listed(staff: Staff, first: StandIn) -> None:
    client = GeneratorClient(first.url, TOKEN)
    assert client.find_style(STYLE_ID) is None
    staff.publish("먹", first)
    client.limit_memorials(STYLE_ID, [HALL])
    known = client.find_style(STYLE_ID)
    assert known is not None
    assert known.current is not None
    assert (known.highest, known.current.memorial_ids) == (1, (HALL,))
