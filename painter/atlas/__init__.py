"""A style learnt from 20 to 200 pictures: their palette and their brushwork, ready for any photo."""

from painter.atlas.errors import InvalidAtlasError
from painter.atlas.notes import AtlasNote
from painter.atlas.record import Atlas

__all__ = ["Atlas", "AtlasNote", "InvalidAtlasError"]
