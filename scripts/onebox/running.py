"""The booth's servers as processes in a background thread, for measurements and fault campaigns."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import requests

from boothkit.files import publish_file
from boothkit.supervisor import Patience, Program, StateChange, Supervisor
from boothkit.waiting import wait_until
from scripts.onebox.commands import MEMORIAL_BOOTH
from scripts.onebox.enrolment import Enrolment
from scripts.onebox.folders import make_folders
from scripts.onebox.options import parse_options
from scripts.onebox.programs import Box, build_environ, build_programs
from scripts.onebox.site import HOST, Ports, prepare_site

SERVERS = ("nginx", "memorial", "generator", "bridge")
_BASE_PORTS = (20_000, 32_000)
Role = Literal["kiosk", "staff"]
# Killed programs come back at once here: a campaign's time should go into faults, not into waiting.
CAMPAIGN_PATIENCE = Patience(first_delay_s=0.1, longest_delay_s=0.3, starts_before_giving_up=1000)


class RunningBox:
    """All servers of one machine, without the window: `with RunningBox(folder) as box: ...`.

    `environ` adds settings as environment variables, `base_port` takes ports chosen by `find_free_base_port` earlier.
    `on_line` is called for each line that a program prints, in the supervisor's thread. `add_programs` gives more
    programs to run, which need the servers.
    """

    def __init__(
        self,
        var: Path,
        *,
        environ: Mapping[str, str] | None = None,
        base_port: int | None = None,
        on_line: Callable[[str, str], None] = lambda program, line: None,
        add_programs: Callable[[RunningBox], Sequence[Program]] = lambda box: (),
        ready_within_s: float = 240.0,
    ) -> None:
        self.folders = make_folders(var)
        self.ports: Ports = prepare_site(self.folders, base_port=base_port or find_free_base_port())
        self.environ = {**build_environ(self.folders), **(environ or {})}
        self.enrolment = Enrolment(self.folders, self.ports.public_url, self.environ)
        self.starts: dict[str, int] = defaultdict(int)
        self._on_line = on_line
        self._add_programs = add_programs
        self._ready_within_s = ready_within_s
        self._pids: dict[str, int] = {}
        self._tokens: dict[Role, str] = {}
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._supervisor: Supervisor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._live, name="running-box")

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(self._ready_within_s):
            self.stop()
            raise TimeoutError(f"the programs were not ready within {self._ready_within_s:g} s")
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def booth_url(self) -> str:
        return f"http://{HOST}:{self.ports.booth}"

    @property
    def public_url(self) -> str:
        return self.ports.public_url

    @property
    def kiosk_token(self) -> str:
        """Token of a kiosk that is enrolled at the bridge."""
        return self.get_token("kiosk")

    @property
    def pids(self) -> dict[str, int]:
        """Process ids of the running programs."""
        return dict(self._pids)

    def get_token(self, role: Role) -> str:
        """Token of a device of this role, enrolled once per folder. Call it while all programs run."""
        if role not in self._tokens:
            file = self.folders.var / f"{role}.token"
            if not file.exists():
                publish_file(file, self._enrol(role).encode())
            self._tokens[role] = file.read_text()
        return self._tokens[role]

    def kill(self, program: str) -> bool:
        """SIGKILL to a program and all it started; False when it is just between two lives."""
        pid = self._pids.pop(program, None)
        if pid is None:
            return False
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    @contextlib.contextmanager
    def hold_down(self, program: str) -> Iterator[None]:
        """Kill a program and keep it from coming back for the block; then wait for it, unless the box was stopped."""
        with self._gate_of(program).open("w") as gate:
            while not _lock_now(gate.fileno()):
                self.kill(program)
                time.sleep(0.02)
            yield
        if self._thread.is_alive():
            self.wait_ready(program)

    def wait_ready(self, program: str, *, within_s: float = 60.0) -> None:
        """Wait until a server answers again."""
        address = {
            "bridge": f"{self.booth_url}/health/ready",
            "generator": f"http://{HOST}:{self.ports.generator}/health/ready",
        }.get(program, f"{self.public_url}/")
        wait_until(lambda: _is_answered(address), within_s=within_s, what=f"an answer of {program}")

    def call(self, method: str, path: str, *, role: Role = "kiosk", timeout_s: float = 30.0) -> requests.Response:
        """A request to the bridge's API through the front door, as a device of this role."""
        headers = {"Authorization": f"Bearer {self.get_token(role)}"}
        return requests.request(method, f"{self.booth_url}/api/v1{path}", headers=headers, timeout=timeout_s)

    def stop(self) -> None:
        """Take everything down and wait for it."""
        if self._loop is not None and self._supervisor is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._supervisor.stop)
        if self._thread.is_alive():
            self._thread.join()

    def _enrol(self, role: Role) -> str:
        asked = subprocess.run(
            [*MEMORIAL_BOOTH, "bridge", "enrolment-code", "--role", role],
            env={**os.environ, **self.environ},
            check=True,
            capture_output=True,
            text=True,
        )
        body = {"code": asked.stdout.strip(), "name": f"campaign {role}"}
        answer = requests.post(f"{self.booth_url}/api/v1/enrolments", json=body, timeout=30)
        answer.raise_for_status()
        token: str = answer.json()["token"]
        return token

    def _gate_of(self, program: str) -> Path:
        return self.folders.run / f"{program}.gate"

    def _gated(self, program: Program) -> Program:
        """The program behind a lock that it shares with nobody but `hold_down`."""
        gate = self._gate_of(program.name)
        gate.touch(mode=0o600)
        return replace(program, command=("flock", "--shared", "--no-fork", str(gate), *program.command))

    def _live(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as error:  # noqa: BLE001 -- handed to the caller's thread, which raises it
            self._failure = error
        finally:
            self._ready.set()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        options = parse_options(["--var", str(self.folders.var), "--offscreen"])
        box = Box(self.folders, self.ports, options, self.environ)
        servers = [program for program in build_programs(box, self.enrolment) if program.name in SERVERS]
        programs = [self._gated(program) for program in [*servers, *self._add_programs(self)]]
        self._supervisor = Supervisor(programs, on_change=self._note, on_line=self._on_line, patience=CAMPAIGN_PATIENCE)
        async with self._supervisor:
            await self._supervisor.wait_ready()
            self._ready.set()
            await self._supervisor.wait_ended()

    def _note(self, change: StateChange) -> None:
        if change.pid is not None and change.state in ("started", "restarted"):
            self.starts[change.program] += 1
            self._pids[change.program] = change.pid
        elif change.state in ("died", "stopped", "ended"):
            self._pids.pop(change.program, None)


def _lock_now(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_answered(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def find_free_base_port() -> int:
    """A base whose three ports are free now, below those that Linux gives to outgoing connections."""
    while True:
        base = random.randrange(*_BASE_PORTS)
        if all(_is_free(port) for port in vars(Ports.from_base(base)).values()):
            return base


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
