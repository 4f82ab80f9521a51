"""Style packs: their manifest and the catalogue of those that can be served."""

from generator_server.styles.catalog import StyleCatalog, StyleProblem, open_catalog, open_published
from generator_server.styles.manifest import StyleManifest
from generator_server.styles.pack import StylePack

__all__ = ["StyleCatalog", "StyleManifest", "StylePack", "StyleProblem", "open_catalog", "open_published"]
