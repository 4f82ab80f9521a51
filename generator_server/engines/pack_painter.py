"""Painting in the way that a style pack's [painter] part says: by rule, after one picture, or after many."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import painter
from generator_server.engines.protocol import Pixels
from generator_server.styles import StylePack
from generator_server.styles.learnt import ATLAS, EXEMPLAR, read_exemplar
from generator_server.styles.manifest import PainterPart

MOST_LOADED = 2
"""Learnt styles kept in memory; an atlas holds tens of megabytes."""


class PackPainter:
    """Paints for style packs and keeps what the ones used last have learnt. Thread-safe."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def paint(
        self,
        pack: StylePack,
        part: PainterPart,
        photo: Pixels,
        *,
        strength: float,
        seed: int,
        on_progress: Callable[[float], None],
    ) -> Pixels:
        """`photo` in the pack's style, the same size. Raises PainterError."""
        if part.style == ATLAS:
            atlas = self._load(pack, lambda: painter.Atlas.load(pack.folder / ATLAS))
            return painter.paint_atlas(photo, atlas, strength=strength, seed=seed, on_progress=on_progress)
        if part.style == EXEMPLAR:
            exemplar = self._load(pack, lambda: read_exemplar(pack.folder))
            return painter.transfer_style(photo, exemplar, strength=strength, seed=seed, on_progress=on_progress)
        return painter.paint(
            photo,
            style=part.style,
            strength=strength,
            seed=seed,
            parameters=part.parameters,
            on_progress=on_progress,
        )

    def _load(self, pack: StylePack, load: Callable[[], Any]) -> Any:
        with self._lock:
            if pack.sha256 not in self._loaded:
                self._loaded[pack.sha256] = load()
            self._loaded.move_to_end(pack.sha256)
            while len(self._loaded) > MOST_LOADED:
                self._loaded.popitem(last=False)
            return self._loaded[pack.sha256]
