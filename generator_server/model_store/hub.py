"""The hub's side of a pull: what a repository holds at a commit, and the bytes of its files, through huggingface_hub.

Its errors are translated here, in one place. A download that breaks off is taken up where it stopped.
"""

from __future__ import annotations

import hashlib
import logging
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import httpx
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
)
from huggingface_hub.hf_api import RepoSibling

from generator_server.model_store.disk import explain_disk_error
from generator_server.model_store.failures import (
    AccessRefusedError,
    HubAnswerError,
    HubUnreachableError,
    ModelStoreError,
    NotAHubError,
    NotOnHubError,
    UnsafeNameError,
)

ENDPOINT = "https://huggingface.co"
ATTEMPTS = 4
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class HubFile:
    """One file of a repository. Large files are known by SHA-256, small ones by git's own hash."""

    name: str
    size_bytes: int
    sha256: str | None
    git_hash: str | None

    def is_content_of(self, path: Path, sha256: str) -> bool:
        """True when the file at `path`, whose SHA-256 is given, is what the hub says it is."""
        if self.sha256 is not None:
            return sha256 == self.sha256
        if self.git_hash is None:
            return path.stat().st_size == self.size_bytes
        data = path.read_bytes()
        # Git's name for a file: SHA-1 over its kind, its length and its bytes.
        return hashlib.sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).hexdigest() == self.git_hash


@dataclass(frozen=True)
class Listing:
    """What a repository holds at one commit."""

    repository: str
    commit: str
    files: tuple[HubFile, ...]
    licence: str | None = None


class Hub:
    """A hub at `endpoint`. The operator's token (HF_TOKEN) is only shown over TLS or on this machine."""

    def __init__(self, endpoint: str = ENDPOINT, *, attempts: int = ATTEMPTS, wait_s: float = 1.0) -> None:
        self.endpoint = endpoint.rstrip("/")
        self._attempts = attempts
        self._wait_s = wait_s
        parts = urlsplit(self.endpoint)
        self._token = None if parts.scheme == "https" or parts.hostname in _LOOPBACK else False

    def get_listing(self, repository: str, revision: str) -> Listing:
        """The files at a revision, and the commit that it stands for. Raises ModelStoreError."""
        with self._translate(repository, revision, Path()):
            api = HfApi(endpoint=self.endpoint, token=self._token)
            info = api.model_info(repository, revision=revision, files_metadata=True, timeout=30)
        files = tuple(_read_sibling(repository, sibling) for sibling in info.siblings or ())
        if not info.sha:
            raise NotAHubError(endpoint=self.endpoint)
        licence = info.card_data.get("license") if info.card_data else None
        return Listing(repository, info.sha, files, str(licence) if licence else None)

    def fetch(self, listing: Listing, file: HubFile, folder: Path) -> Path:
        """One file into `folder`; a part that is already there is kept. Raises ModelStoreError."""
        for attempt in range(1, self._attempts + 1):
            try:
                return self._fetch_once(listing, file, folder)
            except HubUnreachableError:
                if attempt == self._attempts:
                    raise
                time.sleep(self._wait_s)
        raise AssertionError("the last attempt returns or raises")

    def _fetch_once(self, listing: Listing, file: HubFile, folder: Path) -> Path:
        with self._translate(listing.repository, listing.commit, folder):
            path = hf_hub_download(
                listing.repository,
                file.name,
                revision=listing.commit,
                local_dir=folder,
                endpoint=self.endpoint,
                token=self._token,
            )
        return Path(path)

    @contextmanager
    def _translate(self, repository: str, revision: str, folder: Path) -> Iterator[None]:
        try:
            yield
        except HFValidationError as error:
            raise NotOnHubError(endpoint=self.endpoint, repository=repository, revision=revision) from error
        except (httpx.HTTPError, OSError) as error:
            raise self._explain(error, repository, revision, folder) from error
        except (ValueError, TypeError, KeyError) as error:
            raise NotAHubError(endpoint=self.endpoint) from error

    def _explain(self, error: BaseException, repository: str, revision: str, folder: Path) -> ModelStoreError:
        if isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
            return self._explain(error.__cause__, repository, revision, folder)
        if isinstance(error, HfHubHTTPError):
            return self._explain_answer(error, repository, revision)
        if isinstance(error, OSError) and error.errno is not None and not isinstance(error, ConnectionError):
            return explain_disk_error(error, folder)
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        return HubUnreachableError(endpoint=self.endpoint, reason=reason)

    def _explain_answer(self, error: HfHubHTTPError, repository: str, revision: str) -> ModelStoreError:
        status = error.response.status_code
        if isinstance(error, GatedRepoError) or status in (401, 403):
            return AccessRefusedError(endpoint=self.endpoint, repository=repository)
        if status == 404:
            return NotOnHubError(endpoint=self.endpoint, repository=repository, revision=revision)
        return HubAnswerError(endpoint=self.endpoint, status=status)


def quiet_library() -> None:
    """Leave warnings of huggingface_hub's own out of the commands' words; its progress bars stay."""
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="huggingface_hub")


def _read_sibling(repository: str, sibling: RepoSibling) -> HubFile:
    """A file of the hub's answer. The name becomes a path here, so it must stay inside the model's folder."""
    path = PurePosixPath(sibling.rfilename)
    if path.is_absolute() or ".." in path.parts or "\\" in sibling.rfilename or "\0" in sibling.rfilename:
        raise UnsafeNameError(repository=repository, file=ascii(sibling.rfilename))
    lfs = sibling.lfs
    size_bytes = sibling.size if sibling.size is not None else 0
    return HubFile(sibling.rfilename, size_bytes, lfs.sha256 if lfs else None, None if lfs else sibling.blob_id)
