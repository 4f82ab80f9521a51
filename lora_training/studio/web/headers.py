"""What browsers may do on the studio's pages: show and run what comes from the studio, and talk to it alone."""

from __future__ import annotations

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Not no-referrer: browsers would then send forms with the origin "null".
REFERRER_POLICY = "same-origin"
