"""The main job: everything started, one visit, the memory on the family page."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Coroutine
from typing import Any

from boothkit.supervisor import StateChange, Supervisor
from scripts.onebox.enrolment import Enrolment
from scripts.onebox.errors import ONBOX_ERRORS, NotOnPageError, NotTheOriginalError, explain
from scripts.onebox.family_page import FamilyPage
from scripts.onebox.memory_files import MemoryFiles
from scripts.onebox.programs import Box, build_programs
from scripts.onebox.screen import Screen
from scripts.onebox.visit import VisitReport, VisitWatch

ON_PAGE_WITHIN_S = 120.0
LOOK_EVERY_S = 0.2
LOOK_FOR_PEOPLE_EVERY_S = 2.0
INTERRUPTED = 130
KIOSK_OPENED = "kiosk.opened"


class MainJob:
    """Runs the booth once; `run` gives the exit code."""

    def __init__(self, box: Box, enrolment: Enrolment, screen: Screen) -> None:
        self._box = box
        self._enrolment = enrolment
        self._screen = screen
        self._watch = VisitWatch(box.report_file, screen.on_step)
        self._is_kiosk_open = False
        self._stay_code = INTERRUPTED

    async def run(self) -> int:
        """Start everything, do the job, take everything down. Raises what kept it from its end."""
        programs = build_programs(self._box, self._enrolment, is_kiosk_open=self._has_kiosk_opened)
        supervisor = Supervisor(programs, on_change=self._on_change, on_line=self._on_line)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, supervisor.stop, INTERRUPTED)
        async with supervisor:
            code = await _first_of(self._do(supervisor), supervisor.wait_ended())
            self._screen.say("stopping")
        return self._stay_code if code == INTERRUPTED else code

    async def _do(self, supervisor: Supervisor) -> int:
        await supervisor.wait_ready()
        self._screen.say("all_ready", seconds=self._screen.seconds)
        visiting = self._follow_automatic_visit() if self._box.options.is_automatic else self._follow_people()
        if self._box.options.is_once:
            await visiting
            return 0
        await self._stay_after(visiting)
        return self._stay_code

    async def _stay_after(self, visiting: Coroutine[Any, Any, None]) -> None:
        """A visit that failed is told; the programs stay up, so that one can look."""
        try:
            await visiting
            self._stay_code = 0
        except ONBOX_ERRORS as error:
            self._screen.say("failed", reason=explain(error, self._screen.words, self._box.folders))
            self._stay_code = 1
        self._screen.say("studio", file=self._box.folders.site_file)
        self._screen.say("staying")
        await asyncio.Event().wait()

    async def _follow_automatic_visit(self) -> None:
        self._screen.say("visit")
        report = await self._watch.until_reported()
        self._screen.say("waiting")
        finished_at = time.monotonic()
        page = await self._open_page()
        await self._until_on_page(page, report.visit_id)
        delivery_s = time.monotonic() - finished_at
        self._screen.say("arrived")
        files = MemoryFiles(await asyncio.to_thread(page.read_memory, report.visit_id))
        self._tell_visit(report, delivery_s, page.url, files)

    def _tell_visit(self, report: VisitReport, delivery_s: float, address: str, files: MemoryFiles) -> None:
        rows = self._screen.describe_visit(report, delivery_s)
        rows += [(kind, str(path)) for kind, path in files.save(self._box.folders.visit(report.receipt_code)).items()]
        there = files.hash_of("original")
        if there != report.photo_sha256:
            raise NotTheOriginalError(report.photo_sha256, there)
        rows += [("unchanged", self._screen.words.say("yes", sha256=there[:16]))]
        self._screen.print_table([*rows, *self._screen.describe_page(self._enrolment.get_demonstration(), address)])

    async def _until_on_page(self, page: FamilyPage, memory_id: str) -> None:
        deadline = time.monotonic() + ON_PAGE_WITHIN_S
        while memory_id not in await asyncio.to_thread(page.list_memory_ids):
            if time.monotonic() > deadline:
                raise NotOnPageError(ON_PAGE_WITHIN_S)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _follow_people(self) -> None:
        """Tell of each memory that arrives while people use the window; after the first one when it is once."""
        demonstration = self._enrolment.get_demonstration()
        self._screen.say("person", code=demonstration.memorial_code)
        page = await self._open_page()
        known = await asyncio.to_thread(page.list_memory_ids)
        self._screen.print_table(self._screen.describe_page(demonstration, page.url))
        self._screen.say("studio", file=self._box.folders.site_file)
        self._stay_code = 0
        while True:
            await asyncio.sleep(LOOK_FOR_PEOPLE_EVERY_S)
            new = await asyncio.to_thread(page.list_memory_ids) - known
            for memory_id in sorted(new):
                self._screen.say("new_memory", url=page.address_of(memory_id))
            if new and self._box.options.is_once:
                return
            known |= new

    async def _open_page(self) -> FamilyPage:
        demonstration = self._enrolment.get_demonstration()
        page = FamilyPage(demonstration.invitation_url, demonstration.pin)
        await asyncio.to_thread(page.open)
        return page

    async def _has_kiosk_opened(self) -> bool:
        return self._is_kiosk_open

    def _on_line(self, program: str, line: str) -> None:
        self._screen.on_line(program, line)
        if program == "kiosk":
            self._is_kiosk_open = self._is_kiosk_open or KIOSK_OPENED in line
            self._watch.on_line(line)

    def _on_change(self, change: StateChange) -> None:
        self._screen.on_change(change)
        if change.program == "kiosk" and change.state in ("started", "restarted"):
            self._is_kiosk_open = False
        elif change.program == "kiosk" and change.state == "ended":
            self._watch.on_kiosk_ended()


async def _first_of(job: Coroutine[Any, Any, int], end: Coroutine[Any, Any, int]) -> int:
    """The result of whichever is over first; the other one is cancelled."""
    tasks = [asyncio.ensure_future(job), asyncio.ensure_future(end)]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(task for task in tasks if task in done).result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
