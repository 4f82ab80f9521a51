"""The body that is read from disk while it is sent."""

from __future__ import annotations

import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path

import pytest

from service_bridge.clients.multipart import FilePart, MultipartBody


def read_all(body: MultipartBody) -> bytes:
    whole = bytearray()
    while piece := body.read(16_384):
        assert len(piece) <= 4096
        whole += piece
    return bytes(whole)


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 100_000])
def test_its_length_is_declared_exactly(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * size)
    body = MultipartBody(b'{"a":1}', [FilePart("original", path, size, "image/jpeg")])
    assert len(read_all(body)) == len(body)


def test_a_standard_parser_reads_every_part(tmp_path: Path) -> None:
    contents = {"original": bytes(range(256)) * 40, "voice": "편지\r\n--not a boundary".encode()}
    files = []
    for name, data in contents.items():
        path = tmp_path / name
        path.write_bytes(data)
        files.append(FilePart(name, path, len(data), "application/octet-stream"))
    metadata = json.dumps({"letter": "가나다"}).encode()
    body = MultipartBody(metadata, files)
    head = f"Content-Type: {body.content_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + read_all(body))
    found = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.iter_parts()
    }
    assert found == {"metadata": metadata, **contents}


def test_no_two_bodies_share_a_boundary() -> None:
    assert MultipartBody(b"{}", []).content_type != MultipartBody(b"{}", []).content_type
