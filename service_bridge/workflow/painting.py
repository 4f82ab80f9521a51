"""One attempt at a picture: from the original on disk to a checked PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boothkit.errors import BoothError
from boothkit.files import BlobDamagedError, BlobMissingError, BlobStore
from boothkit.images import ImageIntake
from boothkit.logs import get_logger
from service_bridge.clients.generator import BrokenOffError, GeneratorClient, Painted
from service_bridge.clients.transport import ServiceError
from service_bridge.clients.wire import StyleAnswer
from service_bridge.errors import CatalogueUnavailableError, UnknownStyleError
from service_bridge.settings import GeneratorSettings
from service_bridge.visits.records import Generation, Visit
from service_bridge.visits.states import Cause
from service_bridge.workflow.catalogue import Catalogue
from service_bridge.workflow.init_image import InitImage, build_init_image, fit_size, is_blank
from service_bridge.workflow.progress import ProgressHub
from service_bridge.workflow.sealing import seal_picture

_log = get_logger(__name__)
# One engine's trouble: another one may still make the picture.
_ENGINE_CAUSES = frozenset({Cause.REFUSED, Cause.SERVICE_FAILED, Cause.SERVICE_BUSY, Cause.TIMEOUT, Cause.BAD_PICTURE})
# The request itself was refused: the same engine never will take it.
_HOPELESS = frozenset({Cause.REFUSED})


@dataclass(frozen=True)
class Picture:
    """A checked picture, its labelled form for the family, and how it was made."""

    png: bytes
    sealed: bytes
    engine: str
    seed: int
    style_name: dict[str, str]
    style_source: dict[str, str] | None


class PaintError(Exception):
    """No picture this time. `is_final` means that trying again cannot help.

    `broken_engine` was at work on it when its program ended.
    """

    def __init__(
        self,
        cause: Cause,
        *,
        is_final: bool = False,
        retry_after_s: float | None = None,
        broken_engine: str | None = None,
    ) -> None:
        self.cause = cause
        self.is_final = is_final
        self.retry_after_s = retry_after_s
        self.broken_engine = broken_engine
        super().__init__(cause.value)


class Painter:
    """Has pictures painted by the generators, engine by engine in the site's order."""

    def __init__(
        self,
        blobs: BlobStore,
        intake: ImageIntake,
        catalogue: Catalogue,
        generator: GeneratorClient,
        hub: ProgressHub,
        settings: GeneratorSettings,
    ) -> None:
        self._blobs = blobs
        self._intake = intake
        self._catalogue = catalogue
        self._generator = generator
        self._hub = hub
        self._settings = settings

    def paint(self, visit: Visit, generation: Generation, *, better_than: str | None = None) -> Picture:
        """Make a visit's picture, by an engine that the site prefers to `better_than` if given. Raises PaintError.

        A request that no engine takes may be that of a style which was published anew a moment ago.
        """
        style = self._get_style(visit, generation)
        try:
            return self._paint_in(style, visit, generation, better_than)
        except PaintError as error:
            if error.cause is not Cause.REFUSED:
                raise
            newer = self._get_style(visit, generation, is_asked_anew=True)
            if newer.requests == style.requests:
                raise
        return self._paint_in(newer, visit, generation, better_than)

    def _paint_in(self, style: StyleAnswer, visit: Visit, generation: Generation, better_than: str | None) -> Picture:
        engines = order_engines(style, self._settings.engine_preference, better_than=better_than)
        if better_than is None:
            engines = leave_broken(engines, generation.broken_engine)
        elif not engines:
            raise PaintError(Cause.SERVICE_BUSY)
        init_image = self._load_init_image(visit)
        failures: dict[str, ServiceError] = {}
        for engine in engines:
            body = build_request(style.requests[engine], init_image, generation.seed)
            try:
                painted = self._paint_with(body, generation, engine, is_last=engine == engines[-1])
            except ServiceError as error:
                _log.warning(
                    "An engine made no picture.",
                    action="generate.engine_failed",
                    visit_id=visit.visit_id,
                    engine=engine,
                    cause=error.cause.value,
                    status=error.status,
                )
                failures[engine] = error
                if error.cause not in _ENGINE_CAUSES:
                    break
            else:
                return self._finish(painted, generation, engine, style)
        raise _summarise(failures, generation, is_upgrade=better_than is not None)

    def _finish(self, painted: Painted, generation: Generation, engine: str, style: StyleAnswer) -> Picture:
        """Label the picture now, while the visitor is still writing, and not when it is waited for."""
        try:
            sealed = seal_picture(
                self._intake,
                painted.png,
                engine=engine,
                style_id=generation.style_id,
                visit_id=generation.visit_id,
            )
        except BoothError as error:
            raise PaintError(Cause.STORAGE) from error
        seed = generation.seed if painted.seed is None else painted.seed
        source = style.credit.model_dump() if style.credit else None
        return Picture(painted.png, sealed, engine, seed, style.name.model_dump(), source)

    def _get_style(self, visit: Visit, generation: Generation, *, is_asked_anew: bool = False) -> StyleAnswer:
        try:
            return self._catalogue.get_style(generation.style_id, visit.memorial_id, is_asked_anew=is_asked_anew)
        except UnknownStyleError:
            is_gone = self._catalogue.is_gone(generation.style_id, visit.memorial_id)
            raise PaintError(Cause.UNKNOWN_STYLE, is_final=is_gone) from None
        except CatalogueUnavailableError:
            raise PaintError(Cause.NETWORK) from None

    def _load_init_image(self, visit: Visit) -> InitImage:
        try:
            pixels = self._intake.decode(self._blobs.read(visit.original_sha256))
        except BlobMissingError:
            raise PaintError(Cause.FILE_MISSING, is_final=True) from None
        except BlobDamagedError:
            raise PaintError(Cause.FILE_DAMAGED, is_final=True) from None
        except BoothError as error:
            raise PaintError(Cause.STORAGE) from error
        return build_init_image(pixels, max_width_px=self._settings.init_width_px)

    def _paint_with(self, body: Mapping[str, Any], generation: Generation, engine: str, *, is_last: bool) -> Painted:
        visit_id, settings = generation.visit_id, self._settings
        longest_s = settings.paint_timeout_s
        painted = self._generator.paint(
            body,
            # An engine that hangs may still hold its task when the next one is asked.
            task_id=f"{visit_id}-{generation.number}-{generation.attempt}-{engine}",
            timeout_s=longest_s if is_last else min(settings.preferred_timeout_s, longest_s),
            on_progress=lambda share: self._hub.set_progress(visit_id, share),
        )
        self._check(painted.png)
        return painted

    def _check(self, png: bytes) -> None:
        """Raises ServiceError (BAD_PICTURE) for anything but one whole PNG with something on it."""
        try:
            facts = self._intake.inspect(png)
            if facts.format == "PNG" and not is_blank(self._intake.decode(png)):
                return
        except BoothError as error:
            raise ServiceError(Cause.BAD_PICTURE) from error
        raise ServiceError(Cause.BAD_PICTURE)


def order_engines(style: StyleAnswer, preference: Sequence[str], *, better_than: str | None = None) -> list[str]:
    """The style's engines in the site's order; those the site does not name come last.

    With `better_than` only those that come before that engine.
    """
    order = {engine: place for place, engine in enumerate(preference)}
    ranked = sorted(style.requests, key=lambda engine: order.get(engine, len(order)))
    if better_than is None:
        return ranked
    limit = order.get(better_than, len(order))
    return [engine for engine in ranked if order.get(engine, len(order)) < limit]


def leave_broken(engines: list[str], broken: str | None) -> list[str]:
    """Without the engine whose program ended at this picture: a visitor waits, and the next one has no model to load.

    The last one stays, whatever happened to it.
    """
    return [*(engine for engine in engines[:-1] if engine != broken), *engines[-1:]]


def build_request(template: Mapping[str, Any], image: InitImage, seed: int) -> dict[str, Any]:
    """An img2img body: the style's own parameters with this capture, its size and its seed.

    A width in `template` is the widest that the engine should be asked for: a diffusion model knows certain sizes.
    """
    widest = template.get("width")
    width, height = (image.width, image.height) if widest is None else fit_size(image.width, widest)
    return {**template, "init_images": [image.png_base64], "width": width, "height": height, "seed": seed}


def _summarise(failures: Mapping[str, ServiceError], generation: Generation, *, is_upgrade: bool) -> PaintError:
    """What all engines' failures mean: final only when each of them refused the request as such.

    A better picture that has ended an engine's program twice would end it for other visitors again and again.
    """
    if not failures:
        return PaintError(Cause.UNKNOWN_STYLE, is_final=True)
    waits = [failure for failure in failures.values() if failure.cause not in _HOPELESS]
    decisive = waits[-1] if waits else list(failures.values())[-1]
    broken = next((engine for engine, failure in failures.items() if isinstance(failure, BrokenOffError)), None)
    return PaintError(
        decisive.cause,
        is_final=not waits or (is_upgrade and broken is not None and broken == generation.broken_engine),
        retry_after_s=decisive.retry_after_s,
        broken_engine=broken,
    )
