"""Capture hand-over: from sending the still to "saved", against the bare cost of doing the same without a server.

The baseline decodes the same JPEG fully, writes it with fsync and rename, and commits one row to SQLite (WAL,
synchronous=FULL) in this process. Both run in turns, so that the machine's mood hits both alike.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests
from PIL import Image

from benchmarks.report import quantile, write_result
from benchmarks.stills import make_still
from boothkit.digests import content_digest
from boothkit.files import publish_file
from boothkit.ids import new_id
from scripts.onebox.running import RunningBox


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=100, help="hand-overs measured")
    arguments = parser.parse_args()
    # Distinct content each time: the same content again would be recognised and not written.
    still = make_still()
    with tempfile.TemporaryDirectory() as folder, RunningBox(Path(folder, "box")) as box:
        hand_over = make_hand_over(box)
        keep_bare = make_bare(Path(folder, "bare"))
        for number in range(5):
            hand_over(vary(still, -1 - number))
            keep_bare(vary(still, -1 - number))
        bare_ms, bridge_ms = [], []
        for number in range(arguments.count):
            image = vary(still, number)
            bare_ms.append(measure_ms(keep_bare, image))
            bridge_ms.append(measure_ms(hand_over, image))
    rows = [
        {
            "what": what,
            "p50 ms": quantile(values, 0.5),
            "p95 ms": quantile(values, 0.95),
            "p99 ms": quantile(values, 0.99),
        }
        for what, values in (
            ("bare decode + write + fsync + commit", bare_ms),
            ("hand-over through nginx to the bridge", bridge_ms),
        )
    ]
    ratios = {column: rows[1][column] / rows[0][column] for column in ("p50 ms", "p95 ms", "p99 ms")}  # type: ignore[operator]
    rows.append({"what": "ratio (goal: 1.5)", **ratios})
    print(
        write_result(
            "handover",
            "Capture hand-over",
            rows,
            notes=[
                f"Still of {len(still) / 1e6:.2f} MB, 2448 x 3264 px; {arguments.count} each, in turns.",
                f"Load of the machine when it ended, this measurement included: {os.getloadavg()[0]:.1f}.",
            ],
        ).read_text()
    )


def vary(still: bytes, number: int) -> bytes:
    """The same picture as another file: a comment segment right after the start of the JPEG."""
    comment = f"{number}".encode()
    return still[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + still[2:]


def measure_ms(call: Callable[[bytes], None], image: bytes) -> float:
    started = time.perf_counter()
    call(image)
    return (time.perf_counter() - started) * 1e3


def make_bare(folder: Path) -> Callable[[bytes], None]:
    folder.mkdir(parents=True)
    database = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE capture (id TEXT PRIMARY KEY, sha256 TEXT)")

    def keep(image: bytes) -> None:
        Image.open(io.BytesIO(image)).load()
        sha256 = hashlib.sha256(image).hexdigest()
        publish_file(folder / "blobs" / sha256[:2] / sha256, image)
        database.execute("INSERT INTO capture VALUES (?, ?)", (new_id(), sha256))

    return keep


def make_session(box: RunningBox) -> requests.Session:
    """A session that speaks to the bridge as the kiosk does."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {box.kiosk_token}"
    return session


def put_capture(box: RunningBox, session: requests.Session, visit_id: str, image: bytes) -> None:
    """Hand a capture over, without asking for a picture."""
    digest = content_digest(hashlib.sha256(image).hexdigest())
    answer = session.put(
        f"{box.booth_url}/api/v1/visits/{visit_id}/capture",
        params={
            "memorial_id": box.enrolment.get_demonstration().memorial_id,
            "style_id": "watercolour",
            "language": "ko",
            "ai_restyle": "false",
        },
        data=image,
        headers={"Content-Type": "image/jpeg", "Content-Digest": digest},
        timeout=30,
    )
    if answer.status_code != 201:
        raise RuntimeError(f"hand-over answered {answer.status_code}: {answer.text}")


def make_hand_over(box: RunningBox) -> Callable[[bytes], None]:
    session = make_session(box)
    return lambda image: put_capture(box, session, new_id(), image)


if __name__ == "__main__":
    main()
