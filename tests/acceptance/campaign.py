"""Kills programs without warning while visits flow: right at a step of the work, or at any moment."""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from boothkit.waiting import wait_until
from tests.acceptance.ledger import Ledger, balance
from tests.acceptance.site import Site
from tests.acceptance.wishes import make_wish

BRIDGE_STEPS = (
    "capture.saved",
    "generate.paint.started",
    "generate.paint.ended",
    "generate.settle.started",
    "generate.done",
    "generate.settle.ended",
    "finish.saved",
    "deliver.speak.started",
    "deliver.speak.ended",
    "deliver.seal.started",
    "deliver.seal.ended",
    "deliver.send.started",
    "deliver.send.ended",
    "deliver.settle.started",
    "deliver.delivered",
    "deliver.settle.ended",
)
KIOSK_STEPS = ("begun", "taken", "saved", "finishing", "finished")
MEMORIAL_STEPS = ("memory.received",)
STEPS = (*BRIDGE_STEPS, *MEMORIAL_STEPS, *(f"kiosk.{step}" for step in KIOSK_STEPS))
VICTIMS = {"kiosk": 0.24, "bridge": 0.30, "memorial": 0.22, "generator": 0.12, "nginx": 0.12}
_ACTION = re.compile(r"action=([\w.]+)")
_KIOSK_STEP = re.compile(r'"step": "(\w+)"')
_ANY_MOMENT = "any moment"
_STEP_WITHIN_S = 6.0
_LONGEST_PAUSE_S = 1.0
_VISITS_AHEAD = 3
_WORK_AHEAD = 12


@dataclass
class Tally:
    """What was done to the programs."""

    kills: Counter[str] = field(default_factory=Counter)
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.kills.total()

    def add(self, victim: str, step: str) -> None:
        self.kills[victim] += 1
        self.steps[victim, step] += 1


class KillCampaign:
    """One campaign on a running site. What is killed when follows from the seed; what is hit, from the machine."""

    def __init__(self, site: Site, *, seed: int) -> None:
        self.tally = Tally()
        self._site = site
        self._random = Random(seed)
        self._next_number = 0
        self._lock = threading.Lock()
        self._armed: tuple[str, str] | None = None
        self._struck = threading.Event()

    def run(self, kills: int, *, until_s: float = float("inf")) -> None:
        """Kill so many times, or fewer when `until_s` (monotonic) comes first."""
        self._site.listeners.append(self._on_line)
        plan = self._plan(kills)
        while self.tally.count < kills and time.monotonic() < until_s:
            self._feed()
            victim, step = plan[self.tally.count]
            if step == _ANY_MOMENT or not self._strike_at(victim, step):
                self._strike_now(victim)
        self._site.listeners.remove(self._on_line)

    def settle(self, *, within_s: float) -> Ledger:
        """Let everything come to rest and hold the promises against the family's page."""
        site = self._site
        for program in ("memorial", "generator", "bridge"):
            site.box.wait_ready(program)
        # The last visit of a calm booth: when it is finished, all earlier ones are over on the screen.
        last = replace(make_wish(self._take_number(), Random(0)), ending="finish")
        site.wish(last)
        site.wait_shown(last.visit_id, "finished", within_s=within_s)
        # A new start of the kiosk has its courier look at once at what waits.
        site.box.kill("kiosk")
        site.wait_settled(within_s=within_s)
        with site.open_family() as family:
            return balance(site, family)

    def _plan(self, kills: int) -> list[tuple[str, str]]:
        """Two kills of three go through all pairs of program and step, the third strikes at any moment.

        The numbers of programs and of steps have no common divisor, so counting both at once meets every pair, and
        every step after as many kills as there are steps.
        """
        start = self._random.randrange(len(STEPS))
        pairs = ((victim, STEPS[(start + place) % len(STEPS)]) for place, victim in enumerate(itertools.cycle(VICTIMS)))
        names, weights = tuple(VICTIMS), tuple(VICTIMS.values())
        return [
            (self._random.choices(names, weights)[0], _ANY_MOMENT) if number % 3 == 2 else next(pairs)
            for number in range(kills)
        ]

    def _strike_at(self, victim: str, step: str) -> bool:
        self._struck.clear()
        with self._lock:
            self._armed = (victim, step)
        self._struck.wait(_STEP_WITHIN_S)
        with self._lock:
            self._armed = None
        return self._struck.is_set()

    def _strike_now(self, victim: str) -> None:
        time.sleep(self._random.uniform(0.0, _LONGEST_PAUSE_S))
        wait_until(lambda: self._site.box.kill(victim), within_s=30.0, what=f"a life of {victim}", every_s=0.01)
        self.tally.add(victim, _ANY_MOMENT)

    def _on_line(self, program: str, line: str) -> None:
        """In the supervisor's thread: the step's own line is the trigger."""
        with self._lock:
            if self._armed is None or find_step(program, line) != self._armed[1]:
                return
            if self._site.box.kill(self._armed[0]):
                self.tally.add(*self._armed)
                self._armed = None
                self._struck.set()

    def _feed(self) -> None:
        """Enough visits for the kiosk to be always busy, but no mountain of pictures that would take all the time."""
        waiting = len(self._site.list_wishes()) - len(self._site.read_screen())
        if self._site.count_unsettled() < _WORK_AHEAD:
            for _ in range(_VISITS_AHEAD - waiting):
                self._site.wish(make_wish(self._take_number(), self._random))

    def _take_number(self) -> int:
        self._next_number += 1
        return self._next_number


def find_step(program: str, line: str) -> str | None:
    """The step that a program's line tells of."""
    if program == "kiosk":
        step = _KIOSK_STEP.search(line)
        return f"kiosk.{step[1]}" if step else None
    action = _ACTION.search(line)
    return action[1] if action else None
