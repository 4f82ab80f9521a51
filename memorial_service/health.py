"""Is the service able to work?"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import JSONResponse

from boothkit.errors import BoothError
from boothkit.files import free_bytes
from memorial_service.halls.repository import is_answering
from memorial_service.site import Site, SiteDep

router = APIRouter(tags=["health"])


@router.get("/health/ready")
def show_readiness(site: SiteDep) -> JSONResponse:
    """200 when the database answers and there is room for memories, else 503; each check by name."""
    checks = {"database": _check_database(site), "space": _check_space(site)}
    is_ready = all(check == "ok" for check in checks.values())
    return JSONResponse({"program": "memorial", "checks": checks}, status_code=200 if is_ready else 503)


def _check_database(site: Site) -> str:
    try:
        with site.database.reading() as session:
            return "ok" if is_answering(session) else "no answer"
    except BoothError as error:
        return error.code


def _check_space(site: Site) -> str:
    floor_bytes = site.settings.store.free_space_floor_mb << 20
    return "ok" if free_bytes(site.blobs.root) >= floor_bytes else "storage_full"
