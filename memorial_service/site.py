"""Everything a request may need, put together once at start and carried by the app."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from boothkit import clock
from boothkit.files import BlobStore
from boothkit.images import ImageIntake
from boothkit.web import bearer_token
from boothkit.web.cookies import SiteCookies
from memorial_service.auth.keys import Keys
from memorial_service.auth.schemas import BoothClient, FamilyMember, Stranger
from memorial_service.auth.service import identify_booth, identify_family
from memorial_service.db.engine import Database
from memorial_service.intake.service import Intake
from memorial_service.media.derivatives import DerivativeMaker
from memorial_service.settings import MemorialSettings
from memorial_service.web.browser import read_session_token
from memorial_service.web.rendering import Renderer


@dataclass(frozen=True)
class Site:
    """The parts of a running memorial service."""

    settings: MemorialSettings
    database: Database
    blobs: BlobStore
    images: ImageIntake
    intake: Intake
    intake_slots: asyncio.Semaphore
    derivatives: DerivativeMaker
    keys: Keys
    cookies: SiteCookies
    renderer: Renderer
    time_zone: ZoneInfo


def get_site(request: Request) -> Site:
    """The site that serves this request."""
    site = request.app.state.site
    if not isinstance(site, Site):
        raise TypeError("the app was not made by memorial_service.app")
    return site


SiteDep = Annotated[Site, Depends(get_site)]


def identify_visitor(session: Session, request: Request, site: Site) -> FamilyMember | Stranger:
    """Who is behind a browser's request."""
    token = read_session_token(request, site.cookies, site.keys)
    return identify_family(session, token, moment=clock.now())


def identify_sender(request: Request, site: SiteDep) -> BoothClient:
    """The booth that sends a request, known before its body is read. Raises UnauthorizedError."""
    with site.database.reading() as session:
        return identify_booth(session, bearer_token(request))


BoothDep = Annotated[BoothClient, Depends(identify_sender)]
