"""Kills the programs of a running booth a thousand times while visits flow, and counts what became of the visits."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.report import Cell, write_result
from tests.acceptance.campaign import STEPS, VICTIMS, KillCampaign, Tally
from tests.acceptance.ledger import Ledger
from tests.acceptance.site import Site, copy_var, prepare_var


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, help="how often a program is killed")
    parser.add_argument("--seed", type=int, default=20261121, help="what is killed when follows from it")
    parser.add_argument("--within-minutes", type=float, default=120.0, help="end with fewer kills after so long")
    parser.add_argument("--keep", type=Path, help="folder for the site's data and logs, to look at afterwards")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="booth-") as folder:
        root = given.keep or Path(folder)
        prepared = root / "prepared"
        if not prepared.exists():
            prepare_var(prepared)
        started = time.monotonic()
        with Site(copy_var(prepared, root / "site")) as site:
            campaign = KillCampaign(site, seed=given.seed)
            campaign.run(given.kills, until_s=started + given.within_minutes * 60)
            ledger = campaign.settle(within_s=600)
        duration_s = time.monotonic() - started
    print(write_campaign(campaign.tally, ledger, duration_s=duration_s, seed=given.seed).read_text())
    if ledger.faults:
        raise SystemExit(f"promises were broken: {ledger.faults}")


def write_campaign(tally: Tally, ledger: Ledger, *, duration_s: float, seed: int) -> Path:
    rows: list[dict[str, Cell]] = [{"what": f"kills of {victim}", "count": tally.kills[victim]} for victim in VICTIMS]
    pairs = {(victim, step) for victim, step in tally.steps if step in STEPS}
    rows += [
        {"what": "kills in all", "count": tally.count},
        {"what": f"pairs of program and step struck, of {len(VICTIMS) * len(STEPS)}", "count": len(pairs)},
        {"what": "captures called saved", "count": ledger.saved},
        {"what": "finished visits (promised)", "count": ledger.promised},
        {"what": "on the family page, whole and unchanged", "count": ledger.delivered - len(ledger.changed)},
        {"what": "lost", "count": len(ledger.lost)},
        {"what": "doubled", "count": len(ledger.doubled)},
        {"what": "changed or incomplete", "count": len(ledger.changed)},
        {"what": "on the page without a finish", "count": len(ledger.unasked)},
        {"what": "saved, then gone", "count": len(ledger.forgotten)},
        {"what": "workflows stuck or failed", "count": len(ledger.failed_workflows)},
        {"what": "duration, minutes", "count": round(duration_s / 60, 1)},
    ]
    notes = [
        f"Seed {seed}. Every kill is SIGKILL to a program and all that it started; it comes back after 0.1-0.3 s.",
        "Two kills of three strike when a step's own log line appears, the third at any moment.",
        f"Integrity check of the bridge's and the memorial service's databases: {', '.join(ledger.databases)}.",
    ]
    return write_result("kill_campaign", "Kill campaign", rows, notes=notes)


if __name__ == "__main__":
    main()
