"""Styles and memorials: fetched when they can be, kept in the database for when they cannot."""

from __future__ import annotations

from boothkit.errors import BoothError, NotFoundError
from boothkit.files import BlobMissingError, BlobStore
from boothkit.ids import normalise_code
from boothkit.images import ImageIntake
from boothkit.logs import get_logger
from service_bridge.clients.generator import GeneratorClient
from service_bridge.clients.memorial import MemorialClient
from service_bridge.clients.transport import ServiceError
from service_bridge.clients.wire import MemorialAnswer, StyleAnswer
from service_bridge.errors import CatalogueUnavailableError, UnknownStyleError
from service_bridge.settings import CatalogueSettings
from service_bridge.store.blob_references import is_needed
from service_bridge.store.catalogue import Sample, find_sample, forget_sample, keep_sample, list_sample_ids
from service_bridge.store.database import Database
from service_bridge.visits.states import Cause
from service_bridge.workflow.shelf import Shelf

_STYLES = "styles"
_MEMORIALS = "memorials"
_log = get_logger(__name__)


class Catalogue:
    """What a visitor can choose from. Thread-safe."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        intake: ImageIntake,
        generator: GeneratorClient,
        memorial: MemorialClient,
        settings: CatalogueSettings,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._intake = intake
        self._generator = generator
        self._settings = settings
        self._styles = Shelf(
            _STYLES,
            StyleAnswer,
            lambda timeout_s: generator.list_styles(timeout_s=timeout_s),
            database,
            settings.timeout_s,
        )
        self._memorials = Shelf(
            _MEMORIALS,
            MemorialAnswer,
            lambda timeout_s: memorial.list_memorials(timeout_s=timeout_s),
            database,
            settings.timeout_s,
        )

    def list_styles(self, memorial_id: str | None = None) -> list[StyleAnswer]:
        """Styles for everybody, or for a memorial: those that its family allows (all when it names none) and its own.

        Raises CatalogueUnavailableError.
        """
        allowed = self._allowed_styles(memorial_id) if memorial_id else None
        return [
            style
            for style in self.list_every_style()
            if style.is_for(memorial_id) and (style.memorial_ids or not allowed or style.style_id in allowed)
        ]

    def list_every_style(self) -> list[StyleAnswer]:
        """All styles, those of single families too: for work, never for a visitor. Raises CatalogueUnavailableError."""
        return self._styles.get(fresh_for_s=self._settings.fresh_for_s)

    def get_style(self, style_id: str, memorial_id: str | None, *, is_asked_anew: bool = False) -> StyleAnswer:
        """One style, as far as it is for this memorial. Raises UnknownStyleError, CatalogueUnavailableError.

        With `is_asked_anew` the list is that of this moment, or none.
        """
        for style in self._styles.get_new() if is_asked_anew else self.list_every_style():
            if style.style_id == style_id and style.is_for(memorial_id):
                return style
        raise UnknownStyleError(style_id=style_id)

    def is_gone(self, style_id: str, memorial_id: str | None) -> bool:
        """True when a style that is not offered to a memorial's visitors will not be again by itself.

        A generator leaves out what it cannot make just now, a style of diffusion's alone while its engine restarts for
        example, but still knows its sample. One that does not answer leaves the question open.
        """
        offered = [style for style in self.list_every_style() if style.style_id == style_id]
        if offered:
            return not any(style.is_for(memorial_id) for style in offered)
        try:
            self._generator.fetch_sample(style_id, timeout_s=self._settings.timeout_s)
        except ServiceError as error:
            return error.status == 404 or error.cause is Cause.FILE_MISSING
        return False

    def list_memorials(self) -> list[MemorialAnswer]:
        """Memorials of the hall. Raises CatalogueUnavailableError."""
        return self._memorials.get(fresh_for_s=self._settings.fresh_for_s)

    def get_memorial_by_code(self, code: str) -> MemorialAnswer:
        """The memorial with a code typed by a person. Raises NotFoundError, CatalogueUnavailableError."""
        wanted = normalise_code(code)
        for fresh_for_s in (self._settings.fresh_for_s, self._settings.fresh_for_s / 5):
            for memorial in self._memorials.get(fresh_for_s=fresh_for_s):
                if normalise_code(memorial.code) == wanted:
                    return memorial
        raise NotFoundError

    def find_memorial(self, memorial_id: str) -> MemorialAnswer | None:
        """A memorial from the kept list alone: never waits for the network."""
        return next((item for item in self._memorials.find_kept() or () if item.memorial_id == memorial_id), None)

    def get_sample(self, style_id: str, memorial_id: str | None) -> tuple[Sample, bytes]:
        """A style's sample, fetched when its revision is new. Raises as `get_style`."""
        style = self.get_style(style_id, memorial_id)
        kept = self._find_sample(style_id)
        if kept is not None and kept[0].revision == style.revision:
            return kept
        sample = self._fetch_sample(style) or kept
        if sample is None:
            raise CatalogueUnavailableError(retry_after_s=2.0)
        return sample

    def refresh(self) -> None:
        """Bring lists and samples up to date; what cannot be had now is had next time. Gone styles' samples go too."""
        for shelf in (self._styles, self._memorials):
            try:
                shelf.get(fresh_for_s=0.0)
            except CatalogueUnavailableError:
                continue
        styles = self._styles.find_kept()
        for style in styles or ():
            kept = self._find_sample(style.style_id)
            if kept is None or kept[0].revision != style.revision:
                self._fetch_sample(style)
        if styles is not None:
            self._forget_others(styles)

    def _allowed_styles(self, memorial_id: str) -> set[str]:
        memorial = self.find_memorial(memorial_id)
        return set(memorial.style_ids) if memorial else set()

    def _forget_others(self, styles: list[StyleAnswer]) -> None:
        """Remove samples of styles that are offered no more: they may show what belonged to one family."""
        with self._database.read() as connection:
            gone = set(list_sample_ids(connection)) - {style.style_id for style in styles}
        for style_id in gone:
            with self._database.write() as connection:
                sample = find_sample(connection, style_id)
                forget_sample(connection, style_id)
                if sample is not None and not is_needed(connection, sample.sha256):
                    self._blobs.delete(sample.sha256)

    def _find_sample(self, style_id: str) -> tuple[Sample, bytes] | None:
        with self._database.read() as connection:
            sample = find_sample(connection, style_id)
        try:
            return None if sample is None else (sample, self._blobs.read(sample.sha256))
        except BlobMissingError:
            return None

    def _fetch_sample(self, style: StyleAnswer) -> tuple[Sample, bytes] | None:
        try:
            data = self._generator.fetch_sample(style.style_id, timeout_s=self._settings.timeout_s)
            facts = self._intake.inspect(data)
        except (ServiceError, BoothError) as error:
            _log.info("A style's sample could not be fetched.", action="samples.stale", cause=str(error))
            return None
        sample = Sample(style.style_id, style.revision, self._blobs.put(data), facts.media_type)
        with self._database.write() as connection:
            earlier = find_sample(connection, style.style_id)
            keep_sample(connection, sample)
            if earlier and earlier.sha256 != sample.sha256 and not is_needed(connection, earlier.sha256):
                self._blobs.delete(earlier.sha256)
        return sample, data
