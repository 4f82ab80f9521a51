"""Smaller and cleaner files made from stored pictures: soon after arrival, again at start, or when asked for."""

from __future__ import annotations

import contextlib
import itertools
import queue
import threading
from collections.abc import Iterator

from boothkit.errors import BoothError
from boothkit.files import BlobStore
from boothkit.images import ImageIntake
from boothkit.logs import get_logger
from memorial_service.db.engine import Database
from memorial_service.db.tables import Derivative, RevisionFile
from memorial_service.media import repository
from memorial_service.media.schemas import LARGE, SMALL, DigitalSource, Source, Variant, longest_side_px, size_of

_log = get_logger(__name__)
_EAGER = (SMALL, LARGE)
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{source}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def source_of(file: RevisionFile) -> Source:
    """The picture behind a stored file, with how it came to be."""
    digital_source: DigitalSource = "digitalCapture"
    if file.role == "picture":
        digital_source = "compositeWithTrainedAlgorithmicMedia" if file.is_ai_generated else "algorithmicallyEnhanced"
    return Source(file.sha256, file.width or 1, file.height or 1, digital_source)


class DerivativeMaker:
    """Makes variants of pictures, one at a time, each once. Thread-safe."""

    def __init__(self, database: Database, blobs: BlobStore, images: ImageIntake) -> None:
        self._database = database
        self._blobs = blobs
        self._images = images
        self._making = threading.Lock()
        self._is_stopping = threading.Event()
        self._orders: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="derivatives", daemon=True)

    def start(self) -> None:
        """Begin to work in the background, first on what an earlier run left undone."""
        self._thread.start()

    def stop(self) -> None:
        """End the background work after the picture in hand; the rest is made at the next start."""
        self._is_stopping.set()
        self._orders.put(None)
        self._thread.join(timeout=5)

    def order(self, memory_id: str) -> None:
        """Have the usual variants of a memory's pictures made soon."""
        self._orders.put(memory_id)

    def ensure(self, source: Source, variant: Variant) -> Derivative:
        """The variant, made now when it does not exist. Raises an image or storage error."""
        found = self._find(source, variant)
        if found is None:
            with self._making:  # whoever waited here finds what the other one made
                found = self._find(source, variant) or self._make(source, variant)
        return found

    def _find(self, source: Source, variant: Variant) -> Derivative | None:
        with self._database.reading() as session:
            found = repository.find_derivative(session, source.sha256, variant.name)
        return found if found and self._blobs.has(found.sha256) else None

    def _make(self, source: Source, variant: Variant) -> Derivative:
        width, height = size_of(source.width, source.height, variant)
        made = Derivative(
            source_sha256=source.sha256,
            variant=variant.name,
            sha256=self._blobs.put(self._rebuild(source, variant)),
            media_type=variant.media_type,
            width=width,
            height=height,
        )
        with self._database.writing() as session:
            return session.merge(made)

    def _rebuild(self, source: Source, variant: Variant) -> bytes:
        xmp = _XMP.format(source=source.digital_source).encode() if source.digital_source else None
        return self._images.rebuild(
            self._blobs.read(source.sha256),
            media_type=variant.media_type,
            max_side_px=longest_side_px(source.width, source.height, variant),
            quality=variant.quality,
            xmp=xmp,
        )

    def _work(self) -> None:
        with self._noting_failure():
            self._order_unmade()
        while (memory_id := self._orders.get()) is not None and not self._is_stopping.is_set():
            with self._noting_failure(memory_id=memory_id):
                self._make_usual(memory_id)

    def _order_unmade(self) -> None:
        with self._database.reading() as session:
            unmade = repository.list_memories_without(session, [variant.name for variant in _EAGER])
        for memory_id in unmade:
            self.order(memory_id)

    def _make_usual(self, memory_id: str) -> None:
        with self._database.reading() as session:
            files = repository.list_pictures(session, memory_id)
        for file, variant in itertools.product(files, _EAGER):
            self.ensure(source_of(file), variant)

    @contextlib.contextmanager
    def _noting_failure(self, **ids: str) -> Iterator[None]:
        """What cannot be made now is made when it is asked for, or at the next start."""
        try:
            yield
        except BoothError as error:
            _log.warning("A smaller picture could not be made.", action="derivative.failed", cause=error.code, **ids)
