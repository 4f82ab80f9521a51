"""Write docs/api.md from the programs' own OpenAPI documents: `python -m scripts.make_api_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.program_apis import OpenApi, load_apis

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
INTRODUCTION = """\
# HTTP interfaces

Made by `python -m scripts.make_api_page` from the programs' OpenAPI documents; a test compares. Every running server
gives the whole document, with all fields, at `/openapi.json` on its own socket.

Errors are problem details (RFC 9457) in the caller's language (`?lang=ko|en`, else `Accept-Language`, else Korean):
`type`, `title`, `status`, `detail`, `request_id`, and `errors` for wrong fields. The A1111-compatible paths of the
generator keep that API's error shape (`error`, `detail`, `body`, `errors`). Bodies with a file carry
`Content-Digest: sha-256=:...:` (RFC 9530), and the server refuses a body that differs. All calls but health and
enrolment need `Authorization: Bearer TOKEN`.
"""
TITLES = {
    "bridge": "Bridge: the booth site's server (front door `booth_listen`)",
    "generator": "Generator (front door `generator_listen`)",
    "memorial": "Memorial service (front door `public_listen`); the family's pages are not listed",
}


def render_page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for program, api in load_apis().items():
        parts += [
            f"## {TITLES[program]}",
            "",
            "| call | what it does | answers |",
            "|---|---|---|",
            *_render_calls(api),
            "",
        ]
    return "\n".join(parts).rstrip() + "\n"


def _render_calls(api: OpenApi) -> Iterator[str]:
    for path, calls in sorted(api["paths"].items()):
        for method, call in calls.items():
            # Whole ranges, like 4XX, are the problems that the introduction describes.
            answers = [status for status in sorted(call["responses"]) if status.isdecimal()]
            yield f"| `{method.upper()} {path}` | {_describe(call)} | {', '.join(answers)} |"


def _describe(call: dict[str, Any]) -> str:
    paragraph = call.get("description", call["summary"]).partition("\n\n")[0]
    return " ".join(paragraph.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render_page(), encoding="utf-8")
