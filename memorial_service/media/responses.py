"""Sending a stored file: by nginx when it is there, else by ourselves; always as what our records say it is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from boothkit.files import BlobMissingError, BlobStore
from boothkit.logs import get_logger
from memorial_service.media.schemas import Served

_log = get_logger(__name__)
_HASHED = "private, max-age=31536000, immutable"
_UNHASHED = "private, no-cache"
# A file that somehow were taken for a page still may do nothing.
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
VERSION_LENGTH = 16


def send_file(request: Request, served: Served, *, blobs: BlobStore, accel: bool) -> Response:
    """The response for one file. With `?v=<start of its version>` browsers may keep it for good.

    Raises BlobMissingError.
    """
    path = blobs.path_of(served.sha256)
    headers = _build_headers(request, served)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if not path.is_file():
        _log.error("A stored file is missing.", action="media.missing", sha256=served.sha256)
        raise BlobMissingError(sha256=served.sha256)
    if accel:
        headers["X-Accel-Redirect"] = f"/_media/{served.sha256[:2]}/{served.sha256}"
        return Response(headers=headers, media_type=served.media_type)
    return FileResponse(path, headers=headers, media_type=served.media_type)


def _build_headers(request: Request, served: Served) -> dict[str, str]:
    is_hashed = request.query_params.get("v") == served.version[:VERSION_LENGTH]
    disposition = f'attachment; filename="{served.save_as}"' if served.save_as else "inline"
    return {
        "ETag": f'"{served.sha256}"',
        "Cache-Control": _HASHED if is_hashed else _UNHASHED,
        "Content-Disposition": disposition,
        "Content-Security-Policy": _POLICY,
    }
