"""Published styles: every revision is kept, one is current, and nothing is ever half."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from boothkit.errors import StorageError
from generator_server.errors import RevisionNotFoundError, RevisionTakenError, StyleNotFoundError
from generator_server.styles import StyleCatalog
from generator_server.styles.pack import load_pack
from generator_server.styles.publications import PAGE, PublishedStyles
from tests.unit.generator_server.archives import write_manifest
from tests.unit.generator_server.packs import write_pack

MEMORIAL, OTHER = "0193a1b2-0000-7000-8000-000000000001", "0193a1b2-0000-7000-8000-000000000002"


@pytest.fixture
def published(tmp_path: Path) -> PublishedStyles:
    return PublishedStyles(tmp_path / "published")


def publish(
    published: PublishedStyles, revision: int, *, strength: float = 0.8, memorial_ids: tuple[str, ...] = ()
) -> bool:
    """True when something changed."""

    def fill(folder: Path) -> str:
        folder.mkdir()
        (folder / "style.toml").write_bytes(write_manifest(revision=revision, strength=strength))
        return load_pack(folder).sha256

    return published.publish("grandfather", revision, fill, memorial_ids)[1]


def open_catalog(published: PublishedStyles) -> StyleCatalog:
    shipped = published.folder.parent / "shipped"
    shipped.mkdir(exist_ok=True)
    return StyleCatalog(shipped, None, published)


def read_offered(published: PublishedStyles) -> tuple[int, float]:
    """Revision and strength of the style that is served."""
    (pack,) = open_catalog(published).list_packs()
    assert pack.manifest.painter is not None
    return pack.manifest.revision, pack.manifest.painter.strength


def test_the_newest_revision_is_offered_and_an_older_one_after_a_roll_back(published: PublishedStyles) -> None:
    assert publish(published, 1, strength=0.5)
    assert publish(published, 4, strength=0.9)
    assert read_offered(published) == (4, 0.9)
    assert published.roll_back("grandfather", 1).current == 1
    assert read_offered(published) == (1, 0.5)
    assert [revision.revision for revision in published.get("grandfather").revisions] == [1, 4]


def test_the_same_again_changes_nothing(published: PublishedStyles) -> None:
    publish(published, 1)
    before = published.get("grandfather")
    assert not publish(published, 1)
    assert published.get("grandfather") == before


def test_a_revision_is_never_used_twice(published: PublishedStyles) -> None:
    publish(published, 1)
    publish(published, 3)
    for revision in (1, 2, 3):
        with pytest.raises(RevisionTakenError) as caught:
            publish(published, revision, strength=0.1)
        assert caught.value.details["next_revision"] == 4
    assert read_offered(published) == (3, 0.8)
    published.roll_back("grandfather", 1)
    with pytest.raises(RevisionTakenError):  # rolled back on purpose: an old sender does not undo it
        publish(published, 3)
    assert read_offered(published)[0] == 1


def test_a_withdrawn_style_is_kept_and_may_come_back(published: PublishedStyles) -> None:
    publish(published, 1)
    assert published.withdraw("grandfather").current is None
    assert open_catalog(published).list_packs() == ()
    published.withdraw("grandfather")
    published.roll_back("grandfather", 1)
    assert read_offered(published)[0] == 1


def test_a_new_revision_never_opens_a_familys_style(published: PublishedStyles) -> None:
    publish(published, 1, memorial_ids=(MEMORIAL,))
    publish(published, 2)
    assert published.get("grandfather").memorial_ids == (MEMORIAL,)
    published.withdraw("grandfather")
    publish(published, 3)
    (pack,) = open_catalog(published).list_packs()
    assert pack.memorial_ids == (MEMORIAL,)
    publish(published, 4, memorial_ids=(OTHER,))
    assert published.get("grandfather").memorial_ids == (OTHER,)
    assert published.restrict("grandfather", ()).memorial_ids == ()


def test_what_was_never_published_is_not_found(published: PublishedStyles) -> None:
    for change in (published.withdraw, published.get, lambda style_id: published.restrict(style_id, ())):
        with pytest.raises(StyleNotFoundError):
            change("nobody")
    publish(published, 1)
    with pytest.raises(RevisionNotFoundError):
        published.roll_back("grandfather", 2)
    assert published.list_offered()[0].memorial_ids == ()


def test_a_pack_that_is_refused_leaves_nothing_to_be_seen(published: PublishedStyles) -> None:
    publish(published, 1)

    def fail(folder: Path) -> str:
        folder.mkdir()
        (folder / "half.png").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        published.publish("grandfather", 2, fail, ())
    assert sorted(entry.name for entry in (published.folder / "grandfather").iterdir()) == ["1", PAGE]


def test_of_two_at_once_one_is_told_the_next_number(published: PublishedStyles) -> None:
    together = threading.Barrier(2)
    results: list[object] = []

    def send(strength: float) -> None:
        together.wait()
        try:
            results.append(publish(published, 1, strength=strength))
        except RevisionTakenError as error:
            results.append(error.details["next_revision"])

    senders = [threading.Thread(target=send, args=(strength,)) for strength in (0.3, 0.6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(results, key=repr) == [2, True]
    assert read_offered(published)[0] == 1
    assert len(published.get("grandfather").revisions) == 1


def test_a_damaged_pack_is_not_served(published: PublishedStyles) -> None:
    publish(published, 1)
    (published.get_folder("grandfather", 1) / "style.toml").write_bytes(write_manifest(strength=0.2))
    catalog = open_catalog(published)
    assert catalog.list_packs() == ()
    assert "no longer those that were published" in catalog.list_problems()[0].sentences[0]


def test_a_page_that_cannot_be_read_stops_no_other_style(
    published: PublishedStyles, caplog: pytest.LogCaptureFixture
) -> None:
    publish(published, 1)
    (published.folder / "broken").mkdir()
    (published.folder / "broken" / PAGE).write_text('{"current": "?"}')
    (published.folder / "broken" / "1").mkdir()
    published.sweep()
    assert [known.style_id for known in published.list_publications()] == ["grandfather"]
    assert "not served" in caplog.text
    with pytest.raises(StorageError):
        published.get("broken")
    assert (published.folder / "broken" / "1").is_dir()


def test_no_shipped_or_learnt_style_can_be_covered(tmp_path: Path) -> None:
    published = PublishedStyles(tmp_path / "published")
    publish(published, 1)
    write_pack(tmp_path / "shipped", "grandfather")
    catalog = StyleCatalog(tmp_path / "shipped", tmp_path / "learnt", published)
    assert catalog.get_pack("grandfather").folder == tmp_path / "shipped" / "grandfather"
    assert catalog.is_reserved("grandfather")
    assert not catalog.is_reserved("another")
    write_pack(tmp_path / "learnt", "broken", text="?")
    assert catalog.is_reserved("broken")


DRIVER = """
import sys
from pathlib import Path
from generator_server.styles.publications import PublishedStyles
from tests.unit.generator_server.test_publications import publish
publish(PublishedStyles(Path(sys.argv[1])), 2, strength=0.3)
"""
# The folder's name, the page's name, and the flush after each of them.
KILLS = [("rename", 1), ("rename", 2), ("fsync", 4), ("fsync", 6)]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize(("call", "number"), KILLS)
def test_killed_while_publishing_it_is_the_old_style_or_the_new_one(
    published: PublishedStyles, call: str, number: int
) -> None:
    publish(published, 1)
    injected = f"inject={call}:signal=KILL:when={number}"
    traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", injected]
    command = [*traced, sys.executable, "-B", "-c", DRIVER, str(published.folder)]
    assert subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == -9
    published.sweep()
    revision, strength = read_offered(published)
    assert (revision, strength) in ((1, 0.8), (2, 0.3))
    names = {entry.name for entry in (published.folder / "grandfather").iterdir()}
    assert names == {PAGE, *(str(number) for number in range(1, revision + 1))}
    publish(published, 2, strength=0.3)  # the sender tries again
    assert read_offered(published) == (2, 0.3)
