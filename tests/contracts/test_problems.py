"""Every program describes its errors as problem details."""

from __future__ import annotations

import pytest

from scripts.program_apis import OpenApi


@pytest.mark.parametrize("program", ["bridge", "generator", "memorial"])
def test_problems_are_described(apis: dict[str, OpenApi], program: str) -> None:
    document = apis[program]
    assert "detail" in document["components"]["schemas"]["Problem"]["required"]
    assert "HTTPValidationError" not in document["components"]["schemas"]
    for path, calls in document["paths"].items():
        for method, call in calls.items():
            assert {"4XX", "5XX"} <= set(call["responses"]), f"{method} {path}"
