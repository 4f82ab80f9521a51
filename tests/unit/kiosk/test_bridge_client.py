"""The client against a real HTTP server: the contract, and every way in which a network can lie."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path

import pytest

from boothkit.ids import new_id
from kiosk import errors
from kiosk.bridge.client import BridgeClient
from kiosk.bridge.token import TokenFile
from kiosk.errors import KioskError
from tests.unit.kiosk.contract_bridge import AUDIO, PICTURE, PICTURE_ID, TOKEN, ContractBridge
from tests.unit.kiosk.samples import MEMORIAL, make_finish, make_hand_over, make_settings, make_still


def save(client: BridgeClient, visit_id: str) -> None:
    still = make_still()
    client.save_capture(make_hand_over(visit_id, still), still.image)


def test_the_lists_come_as_records_in_both_languages(client: BridgeClient) -> None:
    (memorial,) = client.list_memorials()
    assert (memorial.code, memorial.name.en) == ("ROSE-12", "In memory of Kim Younghee")
    styles = client.list_styles(memorial.memorial_id)
    assert [style.name.in_language("ko") for style in styles] == ["수채화", "수묵화"]
    assert client.get_style_sample("watercolour", memorial.memorial_id) == PICTURE


def test_a_memorial_is_found_by_its_typed_code(client: BridgeClient) -> None:
    assert client.find_memorial("rose-12") is not None
    assert client.find_memorial("../visits") is None
    assert client.find_memorial("없는 코드?") is None


def test_the_capture_arrives_byte_for_byte_with_its_choices(client: BridgeClient, bridge: ContractBridge) -> None:
    visit_id, still = new_id(), make_still()
    saved_at = client.save_capture(make_hand_over(visit_id, still), still.image)
    assert saved_at.utcoffset() is not None
    stored = bridge.visits[visit_id]
    assert hashlib.sha256(stored.image).hexdigest() == still.sha256
    assert stored.wish == {
        "memorial_id": MEMORIAL.memorial_id,
        "style_id": "watercolour",
        "language": "ko",
        "ai_restyle": "true",
    }
    assert client.save_capture(make_hand_over(visit_id, still), still.image) == saved_at


def test_other_content_under_the_same_id_is_refused(client: BridgeClient) -> None:
    visit_id = new_id()
    save(client, visit_id)
    other = make_still(b"other")
    with pytest.raises(errors.OtherContentError):
        client.save_capture(make_hand_over(visit_id, other), other.image)


def test_damage_on_the_way_is_transient(client: BridgeClient) -> None:
    still = make_still()
    with pytest.raises(errors.DamagedOnTheWayError) as caught:
        client.save_capture(make_hand_over(new_id(), still), still.image[:-1])
    assert caught.value.is_transient


def test_finish_gives_the_receipt_and_the_same_again_the_same(client: BridgeClient, bridge: ContractBridge) -> None:
    visit_id = new_id()
    save(client, visit_id)
    request = make_finish(visit_id)
    receipt = client.finish(request)
    assert client.finish(request) == receipt
    assert len(bridge.finishes) == 1
    assert bridge.finishes[0]["consents"] == {
        "family_page": True,
        "ai_restyle": True,
        "voice": False,
        "online_voice": True,
        "keep_until": None,
    }
    with pytest.raises(errors.OtherContentError):
        client.finish(make_finish(visit_id, "다른 편지"))


def test_a_voice_is_made_and_heard(client: BridgeClient) -> None:
    visit_id = new_id()
    save(client, visit_id)
    speech = client.make_speech(visit_id, "편지", language="ko", online_voice=False)
    assert (speech.audio, speech.made_by, speech.duration_s, speech.language) == (AUDIO, "espeak-ng", 2.5, "ko")


def test_the_picture_is_checked_against_its_id(client: BridgeClient, bridge: ContractBridge) -> None:
    visit_id = new_id()
    save(client, visit_id)
    assert client.get_output(visit_id, PICTURE_ID) == PICTURE
    with pytest.raises(errors.NotAtBridgeError):
        client.get_output(visit_id, "0" * 64)


def test_erasing_works_once_and_twice_but_not_after_the_finish(client: BridgeClient, bridge: ContractBridge) -> None:
    first, second = new_id(), new_id()
    save(client, first)
    client.erase(first)
    client.erase(first)
    assert first not in bridge.visits
    save(client, second)
    client.finish(make_finish(second))
    with pytest.raises(errors.OtherContentError):
        client.erase(second)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("html", errors.NotTheBridgeError),
        ("html404", errors.NotTheBridgeError),
        ("redirect", errors.NotTheBridgeError),
        ("truncated", errors.BridgeUnreachableError),
        ("reset", errors.BridgeUnreachableError),
        ("cut", errors.BridgeUnreachableError),
        ("slow", errors.BridgeUnreachableError),
        ("drip", errors.BridgeUnreachableError),
        (409, errors.OtherContentError),
        (413, errors.BridgeRefusedError),
        (422, errors.BridgeRefusedError),
        (429, errors.BridgeBusyError),
        (500, errors.BridgeUnreachableError),
        (502, errors.BridgeUnreachableError),
        (503, errors.BridgeBusyError),
        (507, errors.NoRoomError),
    ],
)
@pytest.mark.parametrize("call", ["PUT capture", "POST finish"])
def test_every_lie_of_a_network_is_an_error_in_time(
    client: BridgeClient, bridge: ContractBridge, fault: int | str, expected: type[KioskError], call: str
) -> None:
    visit_id = new_id()
    if call == "POST finish":
        save(client, visit_id)
    bridge.faults[call] = [fault]
    started_at_s = time.monotonic()
    with pytest.raises(KioskError) as caught:
        if call == "PUT capture":
            save(client, visit_id)
        else:
            client.finish(make_finish(visit_id))
    assert type(caught.value) is expected
    assert time.monotonic() - started_at_s < 3


def test_a_log_in_page_never_counts_as_erased(client: BridgeClient, bridge: ContractBridge) -> None:
    bridge.faults["DELETE visit"] = ["html404"]
    with pytest.raises(errors.NotTheBridgeError):
        client.erase(new_id())


def test_nobody_there_is_an_error_at_once(token: TokenFile) -> None:
    client = BridgeClient(make_settings("http://127.0.0.1:9"), token)
    with pytest.raises(errors.BridgeUnreachableError):
        client.list_memorials()


def test_an_answer_of_another_kind_is_not_a_picture(client: BridgeClient, bridge: ContractBridge) -> None:
    bridge.faults["GET outputs"] = ["html"]
    with pytest.raises(errors.NotTheBridgeError):
        client.get_output(new_id(), PICTURE_ID)


class TestToken:
    def test_a_booth_without_token_says_so_before_it_sends_anything(
        self, bridge: ContractBridge, tmp_path: Path
    ) -> None:
        client = BridgeClient(make_settings(bridge.url), TokenFile(tmp_path / "none"))
        with pytest.raises(errors.NotEnrolledError):
            client.list_memorials()
        assert not bridge.calls

    def test_enrolling_keeps_the_token_for_this_account_alone(self, bridge: ContractBridge, tmp_path: Path) -> None:
        path = tmp_path / "deep" / "token"
        client = BridgeClient(make_settings(bridge.url), TokenFile(path))
        assert client.enrol("K7F2-9QXM", name="booth 1") == "booth-1"
        assert (path.read_text(), path.stat().st_mode & 0o777) == (TOKEN, 0o600)
        assert client.list_memorials()

    def test_a_wrong_code_keeps_nothing(self, bridge: ContractBridge, tmp_path: Path) -> None:
        path = tmp_path / "token"
        client = BridgeClient(make_settings(bridge.url), TokenFile(path))
        with pytest.raises(errors.NotEnrolledError):
            client.enrol("WRONG", name="booth 1")
        assert not path.exists()

    def test_a_wrong_token_is_said(self, bridge: ContractBridge, tmp_path: Path) -> None:
        file = TokenFile(tmp_path / "token")
        file.write("revoked-token")
        with pytest.raises(errors.NotEnrolledError):
            BridgeClient(make_settings(bridge.url), file).list_memorials()

    @pytest.mark.parametrize("content", [b"", b"  \n", b"\xff\xfe"])
    def test_an_unusable_token_file_is_no_token(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "token"
        path.write_bytes(content)
        with pytest.raises(errors.NotEnrolledError):
            TokenFile(path).read()

    def test_proxies_and_netrc_of_the_environment_are_not_used(
        self, client: BridgeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login somebody password else\n")
        monkeypatch.setenv("NETRC", str(netrc))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert client.list_memorials()


class TestProgress:
    def test_the_picture_is_followed_until_it_is_settled(self, client: BridgeClient) -> None:
        visit_id = new_id()
        save(client, visit_id)
        seen = list(client.watch_progress(visit_id, threading.Event()))
        assert [generation.state for generation in seen] == ["queued", "running", "done"]
        assert (seen[-1].output_id, seen[-1].engine, seen[-1].seed) == (PICTURE_ID, "painter", 7)

    def test_a_broken_stream_is_opened_again(self, client: BridgeClient, bridge: ContractBridge) -> None:
        visit_id = new_id()
        save(client, visit_id)
        bridge.cuts_stream_after = 1
        bridge.faults["GET progress"] = [503, "html", "reset"]
        seen = [generation.state for generation in client.watch_progress(visit_id, threading.Event())]
        assert seen[-1] == "done"
        assert bridge.calls["GET progress"] == 5

    def test_a_silent_stream_is_opened_again(self, client: BridgeClient, bridge: ContractBridge) -> None:
        visit_id = new_id()
        save(client, visit_id)
        bridge.faults["GET progress"] = ["slow"]
        assert [generation.state for generation in client.watch_progress(visit_id, threading.Event())][-1] == "done"

    def test_a_picture_that_waits_is_followed_on(self, client: BridgeClient, bridge: ContractBridge) -> None:
        visit_id, stop = new_id(), threading.Event()
        save(client, visit_id)
        bridge.statuses = ["queued", "waiting"]
        watching = client.watch_progress(visit_id, stop)
        assert [next(watching).state for _ in range(4)] == ["queued", "waiting", "queued", "waiting"]
        stop.set()
        assert list(watching) == []

    def test_of_statuses_that_come_together_only_the_newest_counts(
        self, client: BridgeClient, bridge: ContractBridge
    ) -> None:
        visit_id = new_id()
        save(client, visit_id)
        bridge.statuses = ["running"] * 40 + ["done"]
        seen = []
        for generation in client.watch_progress(visit_id, threading.Event()):
            seen.append(generation)
            time.sleep(0.2)
        assert seen[-1].state == "done"
        assert len(seen) < 20

    def test_a_visit_that_is_gone_ends_it(self, client: BridgeClient) -> None:
        with pytest.raises(errors.NotAtBridgeError):
            list(client.watch_progress(new_id(), threading.Event()))
