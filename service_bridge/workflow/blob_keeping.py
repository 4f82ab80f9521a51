"""Blobs that a visit needs: published first, then referred to, so that no erasure takes them away in between."""

from __future__ import annotations

import sqlalchemy as sa

from boothkit.files import BlobStore
from service_bridge.errors import VisitErasedError
from service_bridge.store.blob_references import add_reference, is_needed
from service_bridge.store.database import Database
from service_bridge.store.visits import find_visit


def keep_blob(database: Database, blobs: BlobStore, visit_id: str, data: bytes) -> str:
    """Publish content and note that a visit needs it; returns its SHA-256. Raises VisitErasedError."""
    sha256 = blobs.put(data)
    with database.write() as connection:
        if find_visit(connection, visit_id) is None:
            raise VisitErasedError()
        refer_to_blob(connection, blobs, visit_id, data, sha256)
    return sha256


def refer_to_blob(connection: sa.Connection, blobs: BlobStore, visit_id: str, data: bytes, sha256: str) -> None:
    """Note that a visit needs published content, and publish it again if its last other owner went just now."""
    add_reference(connection, visit_id, sha256)
    if not blobs.has(sha256):
        blobs.put(data)


def delete_unneeded(connection: sa.Connection, blobs: BlobStore, sha256: str) -> bool:
    """Delete a blob that nobody refers to; inside the write transaction that saw it so. True when it went."""
    if is_needed(connection, sha256):
        return False
    blobs.delete(sha256)
    return True
