"""One whole site for fault tests: the servers, the kiosk without a window, and everything that can be asked of them."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from boothkit.supervisor import Program
from boothkit.waiting import wait_until
from kiosk.journal.journal import DiskJournal
from scripts.onebox.options import ROOT
from scripts.onebox.running import RunningBox
from tests.acceptance.family import Family
from tests.acceptance.wishes import Wish, add_wish, read_wishes

Screen = dict[str, dict[str, dict[str, Any]]]
"""What visitors read: visit id -> step -> the whole line."""

# Waits that are minutes in a booth are moments here, so that a test sees what follows from them.
SHORT_PATIENCE = {
    "BOOTH_BRIDGE__MEMORIAL__RETRY_BASE_S": "0.2",
    "BOOTH_BRIDGE__MEMORIAL__RETRY_CAP_S": "1.0",
    "BOOTH_BRIDGE__MEMORIAL__REFUSED_RETRY_S": "1.0",
    "BOOTH_BRIDGE__MEMORIAL__CONNECT_TIMEOUT_S": "3",
    "BOOTH_BRIDGE__MEMORIAL__READ_TIMEOUT_S": "15",
    "BOOTH_BRIDGE__GENERATOR__RETRY_BASE_S": "0.2",
    "BOOTH_BRIDGE__GENERATOR__RETRY_CAP_S": "1.0",
    "BOOTH_BRIDGE__POLICY__GENERATION_PATIENCE_S": "3.0",
    "BOOTH_BRIDGE__WORKFLOW__RECONCILE_INTERVAL_S": "1.0",
    "BOOTH_BRIDGE__WORKFLOW__STALE_AFTER_S": "5.0",
    "BOOTH_BRIDGE__WORKFLOW__QUEUE_POLLING_S": "0.1",
    "BOOTH_MEMORIAL__WEB__PAGE_SIZE": "100",
    # One address is the whole world here.
    "BOOTH_NGINX__LIMITS__UPLOADS_PER_SECOND": "1000",
    "BOOTH_NGINX__LIMITS__PINS_PER_MINUTE": "6000",
    "BOOTH_NGINX__LIMITS__ENROLMENTS_PER_MINUTE": "6000",
}
_UNSETTLED = "SELECT count(*) FROM workflow_status WHERE status IN ('ENQUEUED', 'PENDING', 'DELAYED')"
_FAILED = "SELECT workflow_uuid, status FROM workflow_status WHERE status NOT IN ('SUCCESS', 'CANCELLED')"


def describe_tiny_engine(models: Path) -> dict[str, str]:
    """Settings of a site whose pictures a tiny diffusion model makes."""
    return {
        "BOOTH_GENERATOR__DIFFUSION__MODELS": str(models),
        "BOOTH_GENERATOR__DIFFUSION__DEVICE": "cpu",
        # A model with random weights draws nobody's likeness.
        "BOOTH_GENERATOR__DIFFUSION__CHECK_LIKENESS": "false",
        "BOOTH_BRIDGE__GENERATOR__INIT_WIDTH_PX": "256",
        "BOOTH_BRIDGE__GENERATOR__PREFERRED_TIMEOUT_S": "120",
        "BOOTH_BRIDGE__CATALOGUE__FRESH_FOR_S": "0.5",
        # Layers this small cost less than sharing them out.
        "OMP_NUM_THREADS": "1",
    }


def prepare_var(var: Path) -> Path:
    """A folder in which everything is enrolled, seeded and warm; sites are copies of it."""
    for name in ("kernels", "generator"):
        made = ROOT / "var" / "data" / name
        if made.is_dir():
            shutil.copytree(made, var / "data" / name)
    with RunningBox(var) as box:
        box.get_token("kiosk")
        box.get_token("staff")
        asyncio.run(box.enrolment.enrol_kiosk())
    return var


def copy_var(prepared: Path, var: Path) -> Path:
    """A copy of a prepared folder, without its sockets. Modification times stay: the painter's kernels need them."""
    shutil.copytree(prepared, var, ignore=shutil.ignore_patterns("run"))
    return var


class Site:
    """`with Site(folder) as site: ...`; the folder is a copy of a prepared one and is kept over several sites."""

    def __init__(self, var: Path, *, environ: Mapping[str, str] | None = None) -> None:
        self.set_aside: set[str] = set()
        self.listeners: list[Callable[[str, str], None]] = []
        self.lines: list[tuple[str, str]] = []
        self.wishes_file = var / "wishes.jsonl"
        self.screen_file = var / "screen.jsonl"
        self.journal_folder = var / "data" / "kiosk-core"
        self.screen_file.touch()
        self.box = RunningBox(
            var,
            environ={**SHORT_PATIENCE, **(environ or {})},
            on_line=self._on_line,
            add_programs=lambda box: [self._build_core(box)],
        )

    def __enter__(self) -> Self:
        self.box.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.box.stop()
        self.box.folders.log_file.write_text("\n".join(f"{program} {line}" for program, line in self.lines))

    @property
    def bridge_database(self) -> Path:
        return self.box.folders.data_of("bridge") / "bridge.sqlite"

    @property
    def memorial_database(self) -> Path:
        return self.box.folders.data_of("memorial") / "memorial.sqlite"

    def open_family(self) -> Family:
        """The family's page, signed in."""
        demonstration = self.box.enrolment.get_demonstration()
        return Family(demonstration.invitation_url, demonstration.pin)

    def wish(self, *wishes: Wish) -> None:
        """Let the kiosk make these visits, in this order."""
        for wish in wishes:
            add_wish(self.wishes_file, wish)

    def list_wishes(self) -> list[Wish]:
        return read_wishes(self.wishes_file)

    def read_screen(self) -> Screen:
        """What visitors read: visit id -> step -> the whole line."""
        shown: Screen = {}
        for line in self.screen_file.read_text().splitlines():
            step = json.loads(line)
            shown.setdefault(step["visit_id"], {})[step["step"]] = step
        return shown

    def has_shown(self, visit_id: str, step: str) -> bool:
        return step in self.read_screen().get(visit_id, {})

    def wait_shown(self, visit_id: str, *steps: str, within_s: float = 60.0) -> str:
        """Wait until the visitor has read one of the steps; which one it was."""
        wait_until(
            lambda: any(self.has_shown(visit_id, step) for step in steps),
            within_s=within_s,
            what=f"{' or '.join(steps)} of visit {visit_id}",
        )
        return next(step for step in steps if self.has_shown(visit_id, step))

    def read_proofs(self) -> dict[str, dict[str, str]]:
        """Visits that the kiosk's journal calls finished: visit id -> proof."""
        files = self.journal_folder.glob("done/*/*.json")
        return {proof["visit_id"]: proof for proof in (json.loads(file.read_text()) for file in files)}

    def count_in_journal(self) -> int:
        """Visits that the kiosk still has to bring away."""
        return len(DiskJournal(self.journal_folder, keep_receipts_days=2).list_entries())

    def get_visit(self, visit_id: str) -> dict[str, Any]:
        """The bridge's status of a visit."""
        answer = self.box.call("GET", f"/visits/{visit_id}")
        answer.raise_for_status()
        status: dict[str, Any] = answer.json()
        return status

    def list_undelivered(self) -> list[dict[str, Any]]:
        """What staff see."""
        answer = self.box.call("GET", "/staff/undelivered", role="staff")
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()
        return items

    def count_unsettled(self) -> int:
        """Workflows of the bridge that still wait or run."""
        return int(self._ask_bridge(_UNSETTLED)[0][0])

    def list_failed_workflows(self) -> list[tuple[str, str]]:
        """Workflows that ended in any other way than they should, or never ended."""
        return self._ask_bridge(_FAILED)

    def is_settled(self) -> bool:
        """True when no work waits anywhere."""
        undelivered = {item["visit_id"] for item in self.list_undelivered()} - self.set_aside
        return self.count_in_journal() == 0 and self.count_unsettled() == 0 and not undelivered

    def wait_settled(self, *, within_s: float) -> None:
        wait_until(self.is_settled, within_s=within_s, what="the end of all work", every_s=0.25)

    def count_blobs(self, program: str) -> int:
        """Content-addressed files that a program keeps, half-written ones included."""
        return sum(1 for file in (self.box.folders.data_of(program) / "blobs").rglob("*") if file.is_file())

    def check_databases(self) -> list[str]:
        """What SQLite's integrity check says of both databases; ['ok', 'ok'] when they are whole."""
        return [_check(self.bridge_database), _check(self.memorial_database)]

    def _ask_bridge(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.bridge_database}?mode=ro", uri=True, timeout=10)) as database:
            return database.execute(question).fetchall()

    def _build_core(self, box: RunningBox) -> Program:
        words = {
            "--wishes": self.wishes_file,
            "--screen": self.screen_file,
            "--data": self.journal_folder,
            "--token": box.folders.var / "kiosk.token",
            "--url": box.booth_url,
            "--memorial": box.enrolment.get_demonstration().memorial_id,
        }
        command = (
            sys.executable,
            "-m",
            "tests.acceptance.kiosk_core",
            *(str(word) for pair in words.items() for word in pair),
        )
        return Program("kiosk", command, environ=box.environ, folder=ROOT, needs=("nginx", "bridge"))

    def _on_line(self, program: str, line: str) -> None:
        self.lines.append((program, line))
        for listener in self.listeners:
            listener(program, line)


def _check(file: Path) -> str:
    with closing(sqlite3.connect(file, timeout=10)) as database:
        return "; ".join(row[0] for row in database.execute("PRAGMA integrity_check"))
