"""Safe image intake: strangers' pictures are checked cheaply here and decoded in full in a limited child process."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from boothkit import image_worker
from boothkit.image_errors import (
    BrokenImageError,
    ImageBusyError,
    ImageTooLargeError,
    ImageTooSmallError,
    TooManyPixelsError,
    UnsupportedImageError,
)
from boothkit.logs import get_logger

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "BrokenImageError",
    "ImageBusyError",
    "ImageFacts",
    "ImageIntake",
    "ImageLimits",
    "ImageTooLargeError",
    "ImageTooSmallError",
    "TooManyPixelsError",
    "UnsupportedImageError",
]

_log = get_logger(__name__)
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SOCKET_BUFFER_BYTES = 1 << 20
# Pillow gives its pixel memory (blocks of 16 MiB) back after each picture unless told to keep some. Being given it anew
# page by page costs a third of the decoding; four blocks are enough for a photograph of 16 megapixels.
_DECODER_ENVIRON = {"PILLOW_BLOCKS_MAX": "4"}


@dataclass(frozen=True)
class ImageLimits:
    """What is taken: bytes of the file, pixels after decoding, length of the shorter side, Pillow format names."""

    max_bytes: int = 12 * 2**20
    max_pixels: int = 40_000_000
    min_side_px: int = 64
    formats: tuple[str, ...] = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True)
class ImageFacts:
    """What a decoded picture is. `width` and `height` are those of the upright picture, in pixels."""

    format: str
    media_type: str
    width: int
    height: int


class _WorkerLostError(Exception):
    """The child died or did not answer in time."""


class _Worker:
    """One warm child process and the socket to it."""

    def __init__(self, memory_bytes: int) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            for end in (self._channel, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BUFFER_BYTES)
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-m", image_worker.__name__, str(memory_bytes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_DECODER_ENVIRON,
            )

    def submit(self, request: Mapping[str, Any], data: bytes, deadline_s: float) -> None:
        self._channel.settimeout(deadline_s)
        with open(os.memfd_create("picture"), "w+b", buffering=0) as picture:  # noqa: PTH123 - a descriptor
            picture.write(data)
            picture.seek(0)
            try:
                image_worker.send_request(self._channel, request, picture.fileno())
            except OSError as error:
                raise _WorkerLostError from error

    def collect(self, deadline_s: float) -> tuple[dict[str, Any], bytearray]:
        self._channel.settimeout(deadline_s)
        try:
            answer = image_worker.receive_answer(self._channel)
        except (OSError, ValueError, KeyError) as error:
            raise _WorkerLostError from error
        if answer is None:
            raise _WorkerLostError
        return answer

    def end(self) -> None:
        self._channel.close()
        self.process.kill()
        self.process.wait()


class ImageIntake:
    """Decodes pictures in warm child processes. Thread-safe; a context manager.

    `workers` pictures are decoded at a time. Each child may use `memory_bytes` of address space and `deadline_s`
    seconds of wall clock and of processor time for a picture; one that is killed by a picture is replaced.
    """

    def __init__(
        self,
        limits: ImageLimits | None = None,
        *,
        workers: int = 1,
        memory_bytes: int = 1 << 30,
        deadline_s: float = 10.0,
    ) -> None:
        self.limits = limits or ImageLimits()
        self._memory_bytes = memory_bytes
        self._deadline_s = deadline_s
        self._workers = [_Worker(memory_bytes) for _ in range(workers)]
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child processes; a picture in flight is refused as broken."""
        self._is_closed = True
        for worker in self._workers:
            worker.end()

    def inspect(self, data: bytes, *, meanwhile: Callable[[], None] = lambda: None) -> ImageFacts:
        """Decode in full and keep nothing. Raises one of this module's errors, or what `meanwhile` raises.

        `meanwhile` runs in this thread while the child decodes.
        """
        answer, _ = self._ask({"do": "inspect"}, data, meanwhile)
        name = answer["format"]
        return ImageFacts(name, _MEDIA_TYPES[name], answer["width"], answer["height"])

    def rebuild(
        self,
        data: bytes,
        *,
        media_type: str,
        max_side_px: int | None = None,
        quality: int = 90,
        xmp: bytes | None = None,
    ) -> bytes:
        """A new file of `media_type` made from the upright sRGB pixels alone: no metadata, comment, profile or tail.

        The longer side is reduced to `max_side_px`; `quality` is 1-100 for JPEG and WebP; `xmp` is an XMP packet
        (UTF-8) to put in. Raises one of this module's errors, or ValueError for another `media_type`.
        """
        if media_type not in _MEDIA_TYPES.values():
            raise ValueError(f"pictures are not written as {media_type}")
        wish = {"media_type": media_type, "max_side_px": max_side_px, "quality": quality}
        return bytes(self._ask({"do": "rebuild", **wish, "xmp": xmp.decode() if xmp else None}, data)[1])

    def decode(self, data: bytes) -> NDArray[np.uint8]:
        """Upright sRGB pixels over white: shape (H, W, 3), uint8, 0-255. Raises one of this module's errors."""
        import numpy as np

        answer, pixels = self._ask({"do": "decode"}, data)
        return np.frombuffer(pixels, np.uint8).reshape(answer["height"], answer["width"], 3)

    def _ask(
        self, wish: Mapping[str, Any], data: bytes, meanwhile: Callable[[], None] = lambda: None
    ) -> tuple[dict[str, Any], bytearray]:
        self._check_cheaply(data)
        ends_at = time.monotonic() + self._deadline_s
        worker = self._take_worker()
        try:
            worker.submit({**wish, **self._terms()}, data, self._deadline_s)
            try:
                meanwhile()
            finally:
                answer, payload = worker.collect(max(0.001, ends_at - time.monotonic()))
        except _WorkerLostError:
            worker = self._replace(worker)
            raise BrokenImageError(cause="worker lost") from None
        finally:
            self._idle.put(worker)
        self._raise_refusal(answer)
        return answer, payload

    def _terms(self) -> dict[str, Any]:
        limits = self.limits
        return {
            "max_pixels": limits.max_pixels,
            "min_side_px": limits.min_side_px,
            "formats": limits.formats,
            "deadline_s": self._deadline_s,
        }

    def _check_cheaply(self, data: bytes) -> None:
        if len(data) > self.limits.max_bytes:
            raise ImageTooLargeError(max_megabytes=self.limits.max_bytes >> 20)
        if _sniff(data) not in self.limits.formats:
            raise UnsupportedImageError

    def _take_worker(self) -> _Worker:
        try:
            worker = self._idle.get(timeout=self._deadline_s)
        except queue.Empty:
            raise ImageBusyError(retry_after_s=1) from None
        if self._is_closed:
            self._idle.put(worker)
            raise ImageBusyError
        return worker

    def _replace(self, lost: _Worker) -> _Worker:
        lost.end()
        if self._is_closed:
            return lost
        _log.warning("A picture ended its decoder; a new one was started.", action="image.worker_replaced")
        fresh = _Worker(self._memory_bytes)
        self._workers[self._workers.index(lost)] = fresh
        return fresh

    def _raise_refusal(self, answer: Mapping[str, Any]) -> None:
        match answer.get("refused"):
            case None:
                return
            case "too_many_pixels":
                raise TooManyPixelsError(max_megapixels=self.limits.max_pixels // 1_000_000)
            case "too_small":
                raise ImageTooSmallError(min_side_px=self.limits.min_side_px)
            case "unsupported":
                raise UnsupportedImageError
            case _:
                raise BrokenImageError(**answer["details"])


def _sniff(data: bytes) -> str | None:
    """The format that the first bytes promise. Only a quick refusal: the decoder decides."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return None
