"""Memorials for booths."""

from __future__ import annotations

from fastapi import APIRouter

from memorial_service.halls import service
from memorial_service.halls.schemas import MemorialCard
from memorial_service.site import BoothDep, SiteDep

router = APIRouter(prefix="/api/v1", tags=["memorials"])


@router.get("/memorials")
def list_memorials(booth: BoothDep, site: SiteDep) -> list[MemorialCard]:
    """The memorials of the booth's own hall."""
    with site.database.reading() as session:
        return service.describe_memorials(session, booth.hall_id)
