"""Private pictures and voices."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from memorial_service.media import service
from memorial_service.media.derivatives import source_of
from memorial_service.media.responses import send_file
from memorial_service.media.schemas import LARGE, SMALL, Served
from memorial_service.site import SiteDep, identify_visitor

router = APIRouter(tags=["media"])


@router.get("/media/{memory_id}/{name}", response_class=Response)
def send_media(request: Request, site: SiteDep, memory_id: str, name: str) -> Response:
    """A memory's picture, original or voice, for the family that it belongs to."""
    with site.database.reading() as session:
        person = identify_visitor(session, request, site)
        file, variant = service.find_file(session, person, memory_id, name)
        day = service.get_day(session, file, site.time_zone)
    if variant is None:
        served = service.describe_untouched(file, day)
    else:
        made = site.derivatives.ensure(source_of(file), variant)
        served = Served(made.sha256, made.media_type, file.sha256)
    return send_file(request, served, blobs=site.blobs, accel=site.settings.media.accel)


@router.get("/m/{memorial_id}/portrait", response_class=Response)
def send_portrait(request: Request, site: SiteDep, memorial_id: str) -> Response:
    """The deceased's portrait; `?size=large` for the larger one."""
    with site.database.reading() as session:
        source = service.find_portrait(session, identify_visitor(session, request, site), memorial_id)
    variant = LARGE if request.query_params.get("size") == "large" else SMALL
    made = site.derivatives.ensure(source, variant)
    served = Served(made.sha256, made.media_type, source.sha256)
    return send_file(request, served, blobs=site.blobs, accel=site.settings.media.accel)
