"""Reading multipart/form-data part by part as it streams in, never more of a part than allowed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from boothkit.errors import InvalidRequestError, PayloadTooLargeError, UnsupportedMediaTypeError
from boothkit.faults import FieldFault

# Boundaries, part headers and line ends around the parts themselves.
_FRAME_BYTES = 16_384


@dataclass(frozen=True)
class Part:
    """One complete part. File names that senders give are not kept: they name nothing here."""

    data: bytes
    sha256: str

    @property
    def text(self) -> str:
        """The part as UTF-8 text. Raises InvalidRequestError."""
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            raise _malformed("글 부분이 UTF-8이 아닙니다.", "A text part is not UTF-8.") from None


async def read_parts(request: Request, max_bytes: Mapping[str, int]) -> dict[str, Part]:
    """The parts of a request by name. `max_bytes` holds the names that are known and the largest size of each.

    Raises UnsupportedMediaTypeError, PayloadTooLargeError (as soon as it is known) or InvalidRequestError.
    """
    most = sum(max_bytes.values()) + _FRAME_BYTES
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most:
        raise PayloadTooLargeError(max_bytes=most)
    collector = _Collector(max_bytes)
    parser = MultipartParser(_boundary(request), collector.callbacks())  # type: ignore[arg-type]
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > most:
            raise PayloadTooLargeError(max_bytes=most)
        try:
            parser.write(chunk)
        except FormParserError:
            raise _malformed(
                "본문이 올바른 multipart/form-data가 아닙니다.", "The body is not well-formed multipart/form-data."
            ) from None
    if not collector.is_complete:
        raise _malformed("본문이 마지막 부분이 끝나기 전에 끊겼습니다.", "The body ends before its last part does.")
    return collector.parts


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise UnsupportedMediaTypeError
    return boundary


def _malformed(ko: str, en: str) -> InvalidRequestError:
    return InvalidRequestError(errors=[FieldFault("", ko, en, kind="multipart")])


class _Collector:
    """Takes the parser's calls and puts the parts together."""

    def __init__(self, max_bytes: Mapping[str, int]) -> None:
        self.parts: dict[str, Part] = {}
        self.is_complete = False
        self._max_bytes = max_bytes
        self._field = b""
        self._value = b""
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._data = bytearray()

    def callbacks(self) -> dict[str, object]:
        """What the parser should call."""
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._add_field,
            "on_header_value": self._add_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._name_part,
            "on_part_data": self._add_data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }

    def _begin_part(self) -> None:
        self._headers, self._data = {}, bytearray()

    def _add_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field, self._value = b"", b""

    def _name_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name not in self._max_bytes:
            raise _malformed("알 수 없는 이름의 부분이 있습니다.", "There is a part with an unknown name.")
        if self._name in self.parts:
            raise _malformed(
                f"이름이 {self._name}인 부분이 둘 이상 있습니다.", f"There is more than one part named {self._name}."
            )

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]
        if len(self._data) > self._max_bytes[self._name]:
            raise PayloadTooLargeError(max_bytes=self._max_bytes[self._name])

    def _end_part(self) -> None:
        data = bytes(self._data)
        self.parts[self._name] = Part(data, hashlib.sha256(data).hexdigest())

    def _end(self) -> None:
        self.is_complete = True
