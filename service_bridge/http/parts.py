"""What the endpoints work with, put together by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.requests import Request

from boothkit.files import BlobStore
from service_bridge.settings import BridgeSettings
from service_bridge.store.database import Database
from service_bridge.workflow.catalogue import Catalogue
from service_bridge.workflow.enrolment import Enrolment
from service_bridge.workflow.housekeeping import Housekeeping
from service_bridge.workflow.peers import PeerWatch
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.retention import Retention
from service_bridge.workflow.speaking import VoiceWork
from service_bridge.workflow.visit_service import VisitService


@dataclass(frozen=True)
class BridgeParts:
    """The services behind the endpoints."""

    settings: BridgeSettings
    database: Database
    blobs: BlobStore
    visits: VisitService
    voices: VoiceWork
    retention: Retention
    catalogue: Catalogue
    enrolment: Enrolment
    hub: ProgressHub
    peers: PeerWatch
    housekeeping: Housekeeping


def get_parts(request: Request) -> BridgeParts:
    """The app's parts, as a FastAPI dependency."""
    return cast("BridgeParts", request.app.state.bridge)
