"""What every web program shares: problem details, request ids, access log, metrics, careful body reading, serving."""

from boothkit.web.app import create_web_app, get_registry
from boothkit.web.problems import render_problem
from boothkit.web.requests import (
    DigestMismatchError,
    DigestRequiredError,
    bearer_token,
    preferred_language,
    read_body,
    verify_content_digest,
)
from boothkit.web.serve import serve

__all__ = [
    "DigestMismatchError",
    "DigestRequiredError",
    "bearer_token",
    "create_web_app",
    "get_registry",
    "preferred_language",
    "read_body",
    "render_problem",
    "serve",
    "verify_content_digest",
]
