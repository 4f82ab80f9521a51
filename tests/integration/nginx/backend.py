"""A small program that stands behind the front door in these tests: it tells what reached it."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

NAME = os.environ.get("BACKEND_NAME", "")
FOLDER = Path(os.environ.get("BACKEND_FOLDER", "."))


async def tell(request: Request) -> Response:
    """Say who served, and what arrived."""
    body = await request.body()
    said = {
        "name": NAME,
        "method": request.method,
        "path": request.url.path,
        "headers": dict(request.headers),
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return JSONResponse(said, headers={"Server": "secret/1.0", "X-Frame-Options": "SAMEORIGIN"})


async def stream(_: Request) -> Response:
    """One event at once, the next only when the test has made the file `release`."""

    async def events() -> object:
        yield b"event: status\ndata: 1\n\n"
        while not (FOLDER / "release").exists():  # noqa: ASYNC110 - the test is another process
            await asyncio.sleep(0.01)
        yield b"event: status\ndata: 2\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")  # type: ignore[arg-type]


async def media(request: Request) -> Response:
    """Send the browser to a private file, as the memorial service does."""
    target = f"/_media/{request.path_params['name']}"
    return Response(
        headers={"X-Accel-Redirect": target, "Content-Type": "image/webp", "Cache-Control": "private, max-age=60"}
    )


async def large(_: Request) -> Response:
    return JSONResponse([{"number": number, "word": "remember"} for number in range(2000)])


async def busy(_: Request) -> Response:
    return JSONResponse({"busy": NAME}, status_code=503, headers={"Retry-After": "7"})


async def work(request: Request) -> Response:
    """A picture that takes a second; the test sees from a file who has begun."""
    (FOLDER / f"began-{NAME}").touch()
    body = await request.body()
    await asyncio.sleep(1)
    return JSONResponse({"name": NAME, "bytes": len(body)})


METHODS = ["GET", "PUT", "POST", "DELETE"]
app = Starlette(
    routes=[
        Route("/api/v1/visits/{visit_id}/progress", stream),
        Route("/media/{name:path}", media),
        Route("/api/v1/large", large),
        Route("/v1/busy", busy),
        Route("/sdapi/v1/img2img", work, methods=["POST"]),
        Route("/{path:path}", tell, methods=METHODS),
    ]
)
