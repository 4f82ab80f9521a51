"""The parts of the studio that requests need, and who may use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from boothkit.images import ImageIntake
from boothkit.web.cookies import SiteCookies
from boothkit.web.form_keys import FormKeys
from lora_training.studio.access.gate import SignInGate
from lora_training.studio.access.passwords import StaffPassword
from lora_training.studio.access.sessions import Sessions
from lora_training.studio.errors import SignInNeededError
from lora_training.studio.settings import TrainingSettings
from lora_training.studio.web.rendering import Renderer
from lora_training.studio.work.keeper import JobKeeper
from lora_training.studio.work.projects import ProjectFolder, ProjectStore
from lora_training.studio.work.uploads import Uploads


@dataclass(frozen=True)
class Site:
    """Everything that is made once."""

    settings: TrainingSettings
    store: ProjectStore
    keeper: JobKeeper
    intake: ImageIntake
    password: StaffPassword
    sessions: Sessions
    gate: SignInGate
    keys: FormKeys
    cookies: SiteCookies
    renderer: Renderer
    has_publish_token: bool

    def uploads(self, folder: ProjectFolder) -> Uploads:
        """The pictures of one style."""
        return Uploads(folder, max_pictures=self.settings.projects.max_pictures)


def get_site(request: Request) -> Site:
    """The site of this app, for everybody."""
    site = request.app.state.site
    if not isinstance(site, Site):
        raise TypeError("the app was not made by build_app")
    return site


def let_staff_in(request: Request) -> Site:
    """The site, for signed-in staff. Raises SignInNeededError."""
    site = get_site(request)
    if not site.sessions.is_valid(request.cookies.get(site.cookies.session), site.password.get_hash()):
        raise SignInNeededError
    return site


OpenSite = Annotated[Site, Depends(get_site)]
StaffSite = Annotated[Site, Depends(let_staff_in)]
