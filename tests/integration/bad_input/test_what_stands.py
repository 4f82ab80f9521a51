"""After everything that this folder's other tests sent: the same processes, of the same size, serving as before.

Its name puts it last.
"""

from __future__ import annotations

import pytest

from boothkit.digests import content_digest
from boothkit.ids import new_id
from boothkit.waiting import wait_until
from scripts.onebox.family_page import FamilyPage
from tests.integration.bad_input.materials import GOOD, make_finish_with_consents, make_wav, sha256_of
from tests.integration.bad_input.processes import Baseline, measure_peak_bytes, measure_resident_bytes
from tests.integration.bad_input.site import Caller, Site
from tests.unit.boothkit import pictures

MEBIBYTE = 2**20
# Program: what may stay after hundreds of hostile requests, and the most that one process may ever have held. MiB.
MOST_MEBIBYTES = {"nginx": (60, 100), "memorial": (60, 300), "bridge": (60, 300), "generator": (200, 500)}
# Refusals that are meant: no room, a full queue.
MEANT = {503, 507}


def test_no_program_was_restarted(site: Site, baseline: Baseline) -> None:
    assert site.box.pids == baseline.pids
    assert dict(site.box.starts) == dict.fromkeys(baseline.pids, 1)


@pytest.mark.parametrize("program", MOST_MEBIBYTES)
def test_memory_is_bounded(site: Site, baseline: Baseline, program: str) -> None:
    most_growth, most_peak = MOST_MEBIBYTES[program]
    pid = site.box.pids[program]
    growth = measure_resident_bytes(pid) - baseline.resident_bytes[program]
    assert growth / MEBIBYTE < most_growth
    assert measure_peak_bytes(pid) / MEBIBYTE < most_peak


def test_no_answer_was_a_failure_of_ours(site: Site) -> None:
    assert [seen for seen in site.seen if seen.status >= 500 and seen.status not in MEANT] == []


def test_a_good_visit_still_reaches_the_family(korean: Caller) -> None:
    """With a picture, a letter and the visitor's own voice; a polyglot's tail is not in anything that is shown."""
    photograph = pictures.polyglot()
    visit_id = new_id()
    assert korean.put_capture(photograph, visit_id=visit_id, query={"ai_restyle": "true"}).status_code == 201
    sound = make_wav(3.0)
    headers: dict[str, str | bytes] = {"Content-Digest": content_digest(sha256_of(sound))}
    path = f"/api/v1/visits/{visit_id}/voice?duration_s=3"
    assert korean.ask("booth", "PUT", path, data=sound, headers=headers).status_code == 201
    body = make_finish_with_consents(ai_restyle=True, voice=True)
    finished = korean.finish(visit_id, {**body, "voice": "own_recording", "chosen": "picture"})
    assert finished.status_code == 201, finished.text
    files = read_memory(korean.site, visit_id)
    assert set(files) == {"picture", "original", "voice"}
    assert files["original"] == photograph
    assert pictures.SCRIPT not in files["picture"]


def read_memory(site: Site, memory_id: str) -> dict[str, bytes]:
    """The files of a memory as the family gets them, as soon as it is on the page with its picture."""
    page = FamilyPage(site.demonstration.invitation_url, site.demonstration.pin)
    page.open()
    wait_until(lambda: memory_id in page.list_memory_ids(), within_s=90, what="the delivery of a good visit")
    return {kind: file.content for kind, file in page.read_memory(memory_id).items()}


def test_what_was_refused_left_nothing_behind(site: Site) -> None:
    """Bodies that nginx collected are gone, and the blob stores hold no unfinished file."""
    temporary = site.box.folders.run / "nginx" / "nginx-temp"
    assert [file for file in temporary.rglob("*") if file.is_file()] == []
    for program in ("bridge", "memorial"):
        blobs = site.box.folders.data_of(program) / "blobs"
        names = [file.name for file in blobs.rglob("*") if file.is_file()]
        assert names
        assert all(len(name) == len(sha256_of(GOOD)) for name in names)
