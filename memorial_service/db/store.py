"""The data folder: where the database and the files of a site lie."""

from __future__ import annotations

from boothkit.files import BlobStore
from memorial_service.db.engine import Database, open_engine
from memorial_service.db.migrate import upgrade
from memorial_service.settings import MemorialSettings


def open_database(settings: MemorialSettings) -> Database:
    """The site's database, with the schema of this version. Raises SchemaTooNewError."""
    folder = settings.store.data_dir
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    url = settings.store.database_url
    database = Database(open_engine(url.get_secret_value() if url else f"sqlite:///{folder / 'memorial.sqlite'}"))
    upgrade(database)
    return database


def open_blobs(settings: MemorialSettings) -> BlobStore:
    """The site's files, rid of what killed writers left behind."""
    folder = settings.store.data_dir / "blobs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    blobs = BlobStore(folder)
    blobs.sweep()
    return blobs
