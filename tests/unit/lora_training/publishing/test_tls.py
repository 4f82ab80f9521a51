"""A generator behind TLS with a certificate of the hall's own."""

from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from lora_training.publishing.client import GeneratorClient
from lora_training.publishing.refusals import GeneratorRefusedError
from tests.unit.lora_training.publishing.runs import STYLE_ID
from tests.unit.lora_training.publishing.stand_in import TOKEN


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The certificate of 127.0.0.1, signed by itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    subprocess.run([*command, "-out", files[0], "-keyout", files[1]], check=True, capture_output=True, timeout=30)
    return files


@pytest.fixture
def url(certificate: tuple[Path, Path]) -> Iterator[str]:
    """Where a server answers that nothing was published."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"type": "urn:memorial-booth:problem:style_not_found"}'
            self.send_response(404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_certificate_of_ones_own_is_trusted_when_it_is_given(url: str, certificate: tuple[Path, Path]) -> None:
    assert GeneratorClient(url, TOKEN, ca_file=certificate[0]).find_style(STYLE_ID) is None


def test_a_certificate_that_nobody_vouches_for_is_told(url: str) -> None:
    with pytest.raises(GeneratorRefusedError, match="certificate is not trusted") as refused:
        GeneratorClient(url, TOKEN).find_style(STYLE_ID)
    assert "--ca-file" in refused.value.public_message("ko")


def test_a_list_of_certificates_that_is_not_there_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(GeneratorRefusedError):
        GeneratorClient(url, TOKEN, ca_file=tmp_path / "nowhere.pem").find_style(STYLE_ID)
