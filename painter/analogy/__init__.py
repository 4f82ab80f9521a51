"""Any picture's look given to a photo, by optimal transport of colours and guided patches."""

from painter.analogy.exemplar import Exemplar
from painter.analogy.transfer import Look, render

__all__ = ["Exemplar", "Look", "render"]
