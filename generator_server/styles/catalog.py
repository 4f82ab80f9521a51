"""The catalogue: loads every style pack at hand, refuses the broken ones with a sentence, serves the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from boothkit.faults import FieldFault
from boothkit.folders import sweep_drafts
from boothkit.logs import get_logger
from generator_server.errors import StyleNotFoundError
from generator_server.settings import GeneratorSettings
from generator_server.styles.manifest import StyleManifest
from generator_server.styles.pack import BrokenPackError, StylePack, load_kept_pack, load_pack
from generator_server.styles.publications import Offered, PublishedStyles

FindFault = Callable[[StyleManifest], FieldFault | None]
_log = get_logger(__name__)


@dataclass(frozen=True)
class StyleProblem:
    """Why a folder is not served. `sentences` name the field and what is wrong with it."""

    folder: str
    sentences: tuple[str, ...]


class StyleCatalog:
    """The style packs in `folder`, those in `learnt`, which need not be there yet, and the `published` ones.

    Of packs with one name the first in this order is served. `find_fault` knows what an engine would refuse.
    Thread-safe; `reload` replaces all of them at once.
    """

    def __init__(
        self,
        folder: Path,
        learnt: Path | None = None,
        published: PublishedStyles | None = None,
        *,
        find_fault: FindFault = lambda manifest: None,
    ) -> None:
        self._folder = folder
        self._learnt = learnt
        self._published = published
        self._find_fault = find_fault
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._packs: dict[str, StylePack] = {}
        self._problems: tuple[StyleProblem, ...] = ()
        self.reload()

    def reload(self) -> None:
        """Read the folders again. A pack that is broken now is no longer served."""
        with self._loading:  # else a slow reader would bring back what a quicker one has seen replaced
            packs, problems = self._load_all()
            with self._lock:
                self._packs = packs
                self._problems = problems
        for problem in problems:
            _log.warning(
                "A style pack is not served.", action="style.refused", folder=problem.folder, reasons=problem.sentences
            )

    def list_packs(self) -> tuple[StylePack, ...]:
        """The served styles in the order in which they are offered."""
        with self._lock:
            return tuple(self._packs.values())

    def list_problems(self) -> tuple[StyleProblem, ...]:
        """Folders that are not served, with the reasons."""
        with self._lock:
            return self._problems

    def is_learnt(self, style_id: str) -> bool:
        """True for a served style that was learnt here."""
        pack = self.find_pack(style_id)
        return pack is not None and pack.folder.parent == self._learnt

    def is_reserved(self, style_id: str) -> bool:
        """True for the id of a shipped or learnt style, served or not: nothing may be published under it."""
        return any(folder is not None and (folder / style_id).is_dir() for folder in (self._folder, self._learnt))

    def find_pack(self, style_id: str) -> StylePack | None:
        """The style with this id."""
        with self._lock:
            return self._packs.get(style_id)

    def get_pack(self, style_id: str) -> StylePack:
        """The style with this id. Raises StyleNotFoundError."""
        pack = self.find_pack(style_id)
        if pack is None:
            raise StyleNotFoundError(style_id=style_id)
        return pack

    def _load_all(self) -> tuple[dict[str, StylePack], tuple[StyleProblem, ...]]:
        packs: dict[str, StylePack] = {}
        problems: list[StyleProblem] = []
        if not self._folder.is_dir():
            sentence = f"The folder of style packs {self._folder} is not there."
            problems.append(StyleProblem(self._folder.name, (sentence,)))
        for place in self._list_places():
            try:
                pack = self._load(place)
            except BrokenPackError as error:
                problems.append(StyleProblem(_get_folder(place).name, error.sentences))
            else:
                if packs.setdefault(pack.style_id, pack) is not pack:
                    problems.append(StyleProblem(pack.style_id, ("Another style has this name already.",)))
        in_order = sorted(packs.values(), key=lambda pack: (pack.manifest.position, pack.style_id))
        return {pack.style_id: pack for pack in in_order}, tuple(problems)

    def _load(self, place: Path | Offered) -> StylePack:
        pack = _load(place)
        fault = self._find_fault(pack.manifest)
        if fault is not None:
            raise BrokenPackError(fault)
        return pack

    def _list_places(self) -> Iterator[Path | Offered]:
        yield from _list_entries(self._folder)
        yield from _list_entries(self._learnt)
        if self._published is not None:
            yield from self._published.list_offered()


def open_catalog(settings: GeneratorSettings, find_fault: FindFault = lambda manifest: None) -> StyleCatalog:
    """The shipped (or chosen) style packs, those that were learnt here, and those that were published here."""
    store = settings.store
    published = PublishedStyles(store.published_styles)
    return StyleCatalog(settings.styles.folder, store.learnt_styles, published, find_fault=find_fault)


def open_published(settings: GeneratorSettings) -> PublishedStyles:
    """The published styles, with what killed writers left there and among the learnt styles swept away.

    For the one process that serves: it writes there, others only read.
    """
    published = PublishedStyles(settings.store.published_styles)
    published.sweep()
    sweep_drafts(settings.store.learnt_styles, older_than_s=0.0)
    return published


def _get_folder(place: Path | Offered) -> Path:
    return place.folder if isinstance(place, Offered) else place


def _load(place: Path | Offered) -> StylePack:
    if not isinstance(place, Offered):
        return load_pack(place)
    return replace(load_kept_pack(place.folder, place.sha256), memorial_ids=place.memorial_ids)


def _list_entries(folder: Path | None) -> list[Path]:
    if folder is None or not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith("."))
