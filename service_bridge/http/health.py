"""Whether the bridge can take visits in."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from boothkit.errors import BoothError
from service_bridge.http.access import Parts
from service_bridge.http.schemas import ReadyAnswer

router = APIRouter(tags=["health"])
Check = Literal["ok", "warning", "failed", "unknown"]


@router.get("/health/ready", responses={503: {"model": ReadyAnswer}})
def is_ready(response: Response, parts: Parts) -> ReadyAnswer:
    """200 when visits can be saved. Other programs being away is only a warning: visits are kept for them."""
    seen = parts.peers.seen
    checks: dict[str, Check] = {
        "database": _check_database(parts),
        "free_space": _check_space(parts),
        "repairs": "ok" if parts.housekeeping.is_alive() else "failed",
        "generator": _describe_peer(seen.generator),
        "memorial": _describe_peer(seen.memorial),
    }
    response.status_code = 503 if "failed" in checks.values() else 200
    return ReadyAnswer(program="bridge", checks=checks)


def _check_database(parts: Parts) -> Check:
    try:
        with parts.database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
    except BoothError:
        return "failed"
    return "ok"


def _check_space(parts: Parts) -> Check:
    try:
        parts.visits.check_space()
    except BoothError:
        return "failed"
    return "ok"


def _describe_peer(is_reachable: bool | None) -> Check:
    if is_reachable is None:
        return "unknown"
    return "ok" if is_reachable else "warning"
