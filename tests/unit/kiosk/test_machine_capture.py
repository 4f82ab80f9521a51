"""Ways through a visit up to the photograph: choosing, and the camera."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import (
    BridgeUnreachableError,
    CameraError,
    NoRoomError,
    NotEnrolledError,
    SorryReason,
)
from kiosk.flow import effects as f
from kiosk.flow import events as e
from kiosk.flow.scene import Notice, State
from kiosk.flow.visit import Consents, build_finish
from tests.unit.kiosk.booth import Booth, find
from tests.unit.kiosk.samples import CONSENTS, MEMORIAL, STYLE, make_still

V = "visit-1"


class TestChoosing:
    def test_a_typed_code_opens_its_memorial(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        effect = find(booth.send(e.MemorialCodeEntered("  rose-12 ")), f.FindMemorial)
        assert isinstance(effect, f.FindMemorial)
        assert effect.code == "rose-12"
        assert booth.scene.is_busy
        booth.send(e.MemorialFound(V, MEMORIAL))
        assert booth.state is State.CONSENT

    def test_an_unknown_code_and_one_that_cannot_be_checked_say_so(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        booth.send(e.MemorialCodeEntered("x"))
        booth.send(e.MemorialUnknown(V))
        assert (booth.scene.notice, booth.scene.is_busy) == (Notice.CODE_UNKNOWN, False)
        booth.send(e.MemorialCodeEntered("x"))
        booth.send(e.MemorialCheckFailed(V, BridgeUnreachableError()))
        assert booth.scene.notice is Notice.CODE_UNCHECKED

    def test_a_second_code_waits_for_the_first_and_an_empty_one_means_nothing(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        assert booth.refuses(e.MemorialCodeEntered("  "))
        booth.send(e.MemorialCodeEntered("a"))
        assert booth.refuses(e.MemorialCodeEntered("b"))

    def test_a_missing_list_is_asked_for_again_by_itself(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        booth.send(e.MemorialsFailed(V, BridgeUnreachableError()))
        assert booth.scene.notice is Notice.LIST_UNAVAILABLE
        assert booth.wait(booth.rules.list_retry_s - 0.2) == []
        assert find(booth.wait(0.3), f.LoadMemorials)
        booth.send(e.MemorialsLoaded(V, (MEMORIAL,)))
        assert booth.scene.notice is None

    def test_a_booth_that_is_not_enrolled_says_so_until_it_is(self) -> None:
        booth = Booth().go_to(State.MEMORIAL)
        booth.send(e.MemorialsFailed(V, NotEnrolledError()))
        assert booth.scene.notice is Notice.NOT_ENROLLED
        assert find(booth.wait(booth.rules.list_retry_s + 0.1), f.LoadMemorials), "staff may enrol it meanwhile"
        booth.send(e.MemorialsLoaded(V, (MEMORIAL,)))
        assert booth.scene.notice is None
        booth.send(e.MemorialCodeEntered("x"))
        booth.send(e.MemorialCheckFailed(V, NotEnrolledError()))
        assert booth.scene.notice is Notice.NOT_ENROLLED

    def test_without_the_family_page_nothing_goes_on(self) -> None:
        booth = Booth().go_to(State.CONSENT)
        booth.send(e.ConsentsGiven(replace(CONSENTS, family_page=False)))
        assert (booth.state, booth.scene.notice) == (State.CONSENT, Notice.FAMILY_PAGE_NEEDED)

    def test_without_consent_to_a_picture_there_is_no_style_and_the_original_is_sent(self) -> None:
        booth = Booth().go_to(State.CONSENT)
        effects = booth.send(e.ConsentsGiven(Consents(family_page=True)))
        assert booth.state is State.CAMERA
        assert [type(effect) for effect in effects] == [f.OpenCamera]
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.wait(6)
        booth.send(e.StillTaken(V, make_still()))
        save = find(booth.send(e.CaptureApproved()), f.SaveCapture)
        assert isinstance(save, f.SaveCapture)
        assert (save.hand_over.ai_restyle, save.hand_over.style_id) == (False, "none")
        assert build_finish(booth.visit).chosen == "original"

    def test_without_any_style_the_visit_goes_on(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, ()))
        assert booth.state is State.CAMERA
        assert booth.visit.style is None

    def test_a_marked_style_is_forgotten_with_its_memorial(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, (STYLE,)))
        booth.send(e.StyleChosen(STYLE.style_id))
        booth.send(e.BackPressed())
        booth.send(e.BackPressed())
        booth.send(e.MemorialChosen(MEMORIAL.memorial_id))
        assert booth.visit.style is None
        assert booth.scene.styles is None

    def test_a_sample_joins_its_style(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, (STYLE,)))
        booth.send(e.StyleSampleLoaded(V, STYLE.style_id, b"webp"))
        assert booth.scene.styles is not None
        assert booth.scene.styles[0].sample == b"webp"

    def test_an_unknown_style_or_memorial_is_refused(self) -> None:
        booth = Booth().go_to(State.STYLE)
        booth.send(e.StylesLoaded(V, (STYLE,)))
        assert booth.refuses(e.StyleChosen("crayon"))
        assert booth.refuses(e.StyleConfirmed())
        assert Booth().go_to(State.MEMORIAL).refuses(e.MemorialChosen("nobody"))

    def test_back_leads_through_the_same_screens(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        for state in (State.STYLE, State.CONSENT, State.MEMORIAL, State.LANGUAGE, State.ATTRACT):
            booth.send(e.BackPressed())
            assert booth.state is state


class TestCamera:
    def test_the_shutter_belongs_to_the_end_of_the_countdown(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        pressed_at_s = booth.now_s
        booth.send(e.ShutterPressed())
        booth.wait(2.0)
        assert booth.scene.countdown_left_s == pytest.approx(3.0)
        booth.now_s += 3.35  # a busy window ticks late
        effect = find(booth.send(e.Tick()), f.TakeStill)
        assert isinstance(effect, f.TakeStill)
        assert effect.at_s == pytest.approx(pressed_at_s + booth.rules.countdown_s)
        assert booth.wait(1.0) == []

    def test_the_shutter_needs_a_live_camera_and_is_pressed_once(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        assert booth.refuses(e.ShutterPressed())
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        assert booth.refuses(e.ShutterPressed())

    def test_back_stops_the_countdown_first(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.send(e.BackPressed())
        assert (booth.state, booth.scene.countdown_left_s) == (State.CAMERA, None)
        assert booth.wait(10) == []

    def test_a_camera_lost_while_counting_stops_the_countdown_and_comes_back(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.send(e.CameraChanged("lost"))
        assert (booth.scene.countdown_left_s, booth.scene.notice) == (None, Notice.CAMERA_LOST)
        booth.wait(5)
        booth.send(e.CameraChanged("live"))
        assert booth.scene.notice is None
        booth.wait(booth.rules.camera_patience_s)
        assert booth.state is State.CAMERA

    def test_a_camera_lost_for_long_is_an_apology_with_a_way_back(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("lost"))
        effects = booth.wait(booth.rules.camera_patience_s + 0.1)
        assert booth.state is State.SORRY
        assert booth.scene.sorry is not None
        assert booth.scene.sorry.reason is SorryReason.CAMERA
        assert [type(effect) for effect in effects] == [f.CloseCamera]
        assert [type(effect) for effect in booth.send(e.RetryPressed())] == [f.OpenCamera]
        assert booth.state is State.CAMERA

    def test_a_camera_that_was_lost_during_the_review_is_waited_for_no_longer(self) -> None:
        booth = Booth().go_to(State.REVIEW)
        booth.send(e.CameraChanged("lost"))
        booth.send(e.RetakePressed())
        booth.wait(booth.rules.camera_patience_s + 0.1)
        assert booth.state is State.SORRY

    def test_a_missed_still_is_a_soft_word(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.wait(5.1)
        booth.send(e.StillFailed(V, CameraError()))
        assert (booth.state, booth.scene.notice, booth.scene.is_busy) == (State.CAMERA, Notice.STILL_FAILED, False)
        booth.send(e.ShutterPressed())

    def test_a_full_disk_is_said_at_once(self) -> None:
        booth = Booth().go_to(State.CAMERA)
        booth.send(e.CameraChanged("live"))
        booth.send(e.ShutterPressed())
        booth.wait(5.1)
        booth.send(e.StillFailed(V, NoRoomError()))
        assert booth.scene.sorry is not None
        assert (booth.scene.sorry.reason, booth.scene.sorry.retry_to) == (SorryReason.STORAGE_FULL, State.CAMERA)

    def test_a_retake_drops_the_first_photograph(self) -> None:
        booth = Booth().go_to(State.REVIEW)
        effects = booth.send(e.RetakePressed())
        assert [type(effect) for effect in effects] == [f.DiscardStill, f.OpenCamera]
        assert booth.visit.still is None
