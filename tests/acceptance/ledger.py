"""What was promised to visitors, held against what the family has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from tests.acceptance.family import Family
from tests.acceptance.site import Screen, Site
from tests.acceptance.wishes import Wish, hash_photo


@dataclass
class Ledger:
    """The balance of a campaign. Everything but `promised`, `delivered` and `saved` has to be empty or zero."""

    saved: int = 0
    promised: int = 0
    delivered: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    failed_workflows: list[tuple[str, str]] = field(default_factory=list)
    databases: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, object]:
        """All that is wrong; empty when every promise was kept."""
        damaged = [verdict for verdict in self.databases if verdict != "ok"]
        found: dict[str, list[str] | list[tuple[str, str]]] = {
            "lost": self.lost,
            "doubled": self.doubled,
            "unasked": self.unasked,
            "changed": self.changed,
            "forgotten": self.forgotten,
            "failed_workflows": self.failed_workflows,
            "damaged_databases": damaged,
        }
        return {name: what for name, what in found.items() if what}


def balance(site: Site, family: Family, *, wishes: Collection[Wish] | None = None) -> Ledger:
    """Hold every promise against the family's page. Call it on a settled site.

    A visit that was finished, or that the visitor was told will be sent later, has to be there once, with its very
    photograph, letter, voice and picture; one that was saved and never finished has to be at the bridge and not on
    the page.
    """
    chosen = {wish.visit_id: wish for wish in (site.list_wishes() if wishes is None else wishes)}
    screen = {visit_id: steps for visit_id, steps in site.read_screen().items() if visit_id in chosen}
    told = {visit_id for visit_id, steps in screen.items() if steps.keys() & {"finished", "sent_later"}}
    promised = told | (site.read_proofs().keys() & chosen.keys())
    entries = {memory_id: count for memory_id, count in family.count_entries().items() if memory_id in chosen}
    here = promised & entries.keys()
    saved = {visit_id for visit_id, steps in screen.items() if "saved" in steps}
    return Ledger(
        saved=len(saved),
        promised=len(promised),
        delivered=len(here),
        lost=sorted(promised - here),
        doubled=sorted(memory_id for memory_id, count in entries.items() if count > 1),
        unasked=sorted(entries.keys() - promised),
        changed=[
            *(fault for visit_id in sorted(here) for fault in _compare(family, chosen[visit_id])),
            *(f"{visit_id}: receipt" for visit_id in sorted(here) if not _has_shown_receipt(site, screen, visit_id)),
        ],
        forgotten=sorted(visit_id for visit_id in saved - promised if not _is_kept(site, chosen[visit_id])),
        failed_workflows=site.list_failed_workflows(),
        databases=site.check_databases(),
    )


def _compare(family: Family, wish: Wish) -> list[str]:
    """What of a memory is not as the visitor left it."""
    seen = family.read(wish.visit_id)
    wrong = [] if seen.original_sha256 == hash_photo(wish.number) else ["original"]
    wrong += [] if wish.letter in seen.text else ["letter"]
    wanted = {"original", *(["voice"] if wish.has_voice else []), *(["picture"] if wish.style_id else [])}
    wrong += [f"files {sorted(seen.kinds)}"] if seen.kinds != wanted else []
    return [f"{wish.visit_id}: {what}" for what in wrong]


def _has_shown_receipt(site: Site, screen: Screen, visit_id: str) -> bool:
    """False when the visitor holds another receipt code than the one that the bridge knows."""
    finished = screen.get(visit_id, {}).get("finished")
    return finished is None or finished["receipt"] == site.get_visit(visit_id)["receipt_code"]


def _is_kept(site: Site, wish: Wish) -> bool:
    """True when the bridge still has a capture that it called saved, unless the visitor had it erased."""
    answer = site.box.call("GET", f"/visits/{wish.visit_id}")
    if wish.ending == "erase" and answer.status_code in (404, 410):
        return True
    return answer.status_code == 200 and answer.json()["state"] == "captured"
