"""What browsers may do on the family's pages: show what comes from this service, and send its forms back."""

from __future__ import annotations

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REFERRER_POLICY = "no-referrer"
