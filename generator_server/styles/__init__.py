"""Style packs: their manifest and the catalogue of those that can be served."""

from generator_server.styles.catalog import StyleCatalog, StylePack, StyleProblem
from generator_server.styles.manifest import StyleManifest

__all__ = ["StyleCatalog", "StyleManifest", "StylePack", "StyleProblem"]
