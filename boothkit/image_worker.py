"""The child process that decodes strangers' pictures, under limits of memory, processor time and pixels.

`boothkit.images` starts it and talks to it over the socket on its standard input. A request is a length and a JSON
header, with the picture as the descriptor of an anonymous file, so that it is copied once. An answer is a length, a
JSON header and `bytes` of payload. It imports Pillow only. A picture that kills it costs this process and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import resource
import socket
import struct
import sys
import warnings
from collections.abc import Mapping
from typing import IO, Any

from PIL import Image, ImageCms, ImageOps, PngImagePlugin

LENGTH = struct.Struct(">I")
# A JPEG from a phone may carry further views behind the photograph (MPO); the photograph itself is an ordinary JPEG.
_FORMAT_NAMES = {"MPO": "JPEG"}
_SAVERS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_XMP_IN_PNG = "XML:com.adobe.xmp"
# What Pillow's decoders are known to raise for damaged input, besides its own UnidentifiedImageError (an OSError).
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    IndexError,
    KeyError,
    TypeError,
    ZeroDivisionError,
    OverflowError,
    AssertionError,
)


class RefusedError(Exception):
    """The picture is refused; the first argument is the reason's code, `details` fill its sentence."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def main() -> None:
    """Serve pictures until the parent closes the socket."""
    memory_bytes = int(sys.argv[1])
    Image.preinit()
    Image.init()
    _limit_process(memory_bytes)
    channel = socket.socket(fileno=sys.stdin.fileno())
    while (request := _receive_request(channel)) is not None:
        header, picture = request
        with picture:
            _grant_processor_time(header["deadline_s"])
            answer, result = _serve(header, picture)
        _send_answer(channel, answer, result)


def send_request(channel: socket.socket, header: Mapping[str, Any], picture: int) -> None:
    """Ask for something to be done with the picture in an open file, which is read from where it stands."""
    text = json.dumps(header).encode()
    socket.send_fds(channel, [LENGTH.pack(len(text))], [picture])
    channel.sendall(text)


def receive_answer(channel: socket.socket) -> tuple[dict[str, Any], bytearray] | None:
    """Header and payload; None when the other side has closed."""
    length = _read(channel, LENGTH.size)
    header = _read_header(channel, length) if length else None
    payload = _read(channel, header["bytes"]) if header else None
    return None if header is None or payload is None else (header, payload)


def _receive_request(channel: socket.socket) -> tuple[dict[str, Any], IO[bytes]] | None:
    length, descriptors, _, _ = socket.recv_fds(channel, LENGTH.size, 1)
    if not descriptors:
        return None
    picture = open(descriptors[0], "rb")  # noqa: PTH123, SIM115 - a descriptor, and it is given away
    header = _read_header(channel, length)
    return None if header is None else (header, picture)


def _send_answer(channel: socket.socket, header: Mapping[str, Any], payload: bytes) -> None:
    text = json.dumps({**header, "bytes": len(payload)}).encode()
    channel.sendall(LENGTH.pack(len(text)) + text)
    channel.sendall(payload)


def _read_header(channel: socket.socket, length: bytes | bytearray) -> dict[str, Any] | None:
    text = _read(channel, LENGTH.unpack(length)[0])
    if text is None:
        return None
    header: dict[str, Any] = json.loads(text)
    return header


def _read(channel: socket.socket, count: int) -> bytearray | None:
    data = bytearray(count)
    view = memoryview(data)
    while view:
        received = channel.recv_into(view)
        if not received:
            return None
        view = view[received:]
    return data


def _limit_process(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(kind, (0, 0))


def _grant_processor_time(seconds: float) -> None:
    """Move the soft limit to this picture's share: RLIMIT_CPU counts over the whole life of a process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _serve(request: Mapping[str, Any], file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decode(request, file)
    except RefusedError as refusal:
        return {"refused": refusal.code, "details": refusal.details}, b""
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return {"refused": "too_many_pixels", "details": {}}, b""
    except _DAMAGE as error:
        return {"refused": "broken", "details": {"cause": type(error).__name__}}, b""


def _decode(request: Mapping[str, Any], file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    Image.MAX_IMAGE_PIXELS = request["max_pixels"]
    with Image.open(file, formats=request["formats"]) as picture:
        _check_header(picture, request)
        picture.load()
        facts = _describe(picture)
        if request["do"] == "inspect":
            return facts, b""
        upright = _to_upright_rgb(picture)
    if request["do"] == "decode":
        return {**facts, "width": upright.width, "height": upright.height}, upright.tobytes()
    # Copied out of the file's object, so that nothing but pixels is carried on.
    return facts, _encode(Image.frombytes("RGB", upright.size, upright.tobytes()), request)


def _check_header(picture: Image.Image, request: Mapping[str, Any]) -> None:
    # Pillow itself refuses only from twice its limit; below that it warns, and not for every format.
    if picture.width * picture.height > request["max_pixels"]:
        raise RefusedError("too_many_pixels")
    if min(picture.size) < request["min_side_px"]:
        raise RefusedError("too_small", min_side_px=request["min_side_px"])
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) != 1:
        raise RefusedError("unsupported")


def _describe(picture: Image.Image) -> dict[str, Any]:
    name = str(picture.format)
    width, height = picture.size
    if _orientation(picture) >= 5:
        width, height = height, width
    return {"format": _FORMAT_NAMES.get(name, name), "width": width, "height": height}


def _orientation(picture: Image.Image) -> int:
    value = picture.getexif().get(0x0112, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _to_upright_rgb(picture: Image.Image) -> Image.Image:
    """Upright sRGB over white."""
    upright = picture if _orientation(picture) == 1 else ImageOps.exif_transpose(picture)
    return _over_white(_to_srgb(upright))


def _to_srgb(picture: Image.Image) -> Image.Image:
    """Apply the colour profile before it is dropped; a profile that cannot be used is ignored."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, io.BytesIO(profile), target, outputMode="RGB")
        return converted or picture
    return picture


def _over_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda level: level * (1 / 257)).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _encode(pixels: Image.Image, request: Mapping[str, Any]) -> bytes:
    longest = request["max_side_px"]
    if longest and max(pixels.size) > longest:
        pixels.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    pixels.save(file, _SAVERS[request["media_type"]], **_save_options(request))
    return file.getvalue()


def _save_options(request: Mapping[str, Any]) -> dict[str, Any]:
    xmp = request["xmp"]
    if request["media_type"] == "image/png":
        chunks = PngImagePlugin.PngInfo()
        if xmp:
            chunks.add_itxt(_XMP_IN_PNG, xmp)
        return {"pnginfo": chunks}
    options: dict[str, Any] = {"quality": request["quality"]}
    if request["media_type"] == "image/jpeg":
        options |= {"progressive": True, "optimize": True}
    return {**options, "xmp": xmp.encode()} if xmp else options


if __name__ == "__main__":
    main()
