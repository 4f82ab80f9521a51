"""Who may do what: devices by their token's role."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path
from fastapi.security import HTTPBearer
from starlette.requests import Request

from boothkit.errors import ForbiddenError
from boothkit.web import bearer_token
from service_bridge.clients.wire import ID_PATTERN, NAME_PATTERN
from service_bridge.http.parts import BridgeParts, get_parts
from service_bridge.visits.records import Booth

# Only for the API description: the token itself is read and answered for by `bearer_token`.
_scheme = HTTPBearer(auto_error=False, description="Token of an enrolled device.")

Parts = Annotated[BridgeParts, Depends(get_parts)]
VisitId = Annotated[str, Path(pattern=ID_PATTERN, description="UUID made by the kiosk.")]
StyleId = Annotated[str, Path(pattern=NAME_PATTERN)]


def _authenticate(request: Request, parts: Parts, _: Annotated[object, Depends(_scheme)]) -> Booth:
    return parts.enrolment.authenticate(bearer_token(request))


def _require_kiosk(booth: Annotated[Booth, Depends(_authenticate)]) -> Booth:
    if booth.role != "kiosk":
        raise ForbiddenError
    return booth


def _require_staff(booth: Annotated[Booth, Depends(_authenticate)]) -> Booth:
    if booth.role != "staff":
        raise ForbiddenError
    return booth


Kiosk = Annotated[Booth, Depends(_require_kiosk)]
Staff = Annotated[Booth, Depends(_require_staff)]
Device = Annotated[Booth, Depends(_authenticate)]
