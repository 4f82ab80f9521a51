"""Style packs: their manifest and the catalogue of those that can be served."""

from generator_server.styles.catalog import StyleCatalog, StylePack, StyleProblem, open_catalog
from generator_server.styles.manifest import StyleManifest

__all__ = ["StyleCatalog", "StyleManifest", "StylePack", "StyleProblem", "open_catalog"]
