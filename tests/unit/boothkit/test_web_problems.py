"""Errors become RFC 9457 problem details in the reader's language, and give nothing away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pytest
from fastapi import FastAPI, HTTPException, Path
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from boothkit.errors import ConflictError, InvalidRequestError, NotReadyError, UnauthorizedError
from boothkit.faults import FieldFault
from boothkit.web import create_web_app

HIDDEN = "dear mother, this is between us"


class Letter(BaseModel):
    text: str = Field(max_length=10)
    language: Literal["ko", "en"] = "ko"


def build_app() -> FastAPI:
    app = create_web_app(program="shop", title="Shop")

    @app.post("/letters")
    async def take_letter(letter: Letter) -> Letter:
        return letter

    @app.get("/pages/{number}")
    async def show_page(number: Annotated[int, Path(ge=1)]) -> int:
        return number

    @app.get("/raise/{name}")
    async def fail(name: str) -> None:
        raise {
            "conflict": ConflictError(),
            "busy": NotReadyError(retry_after_s=1.2),
            "token": UnauthorizedError(),
            "fields": InvalidRequestError(errors=[FieldFault("letter", "너무 슬퍼요.", "too sad", kind="sad")]),
            "mistake": RuntimeError(HIDDEN),
            "gone": HTTPException(410, HIDDEN),
            "gateway": HTTPException(502, HIDDEN),
            "teapot": HTTPException(404, HIDDEN, headers={"X-Hint": "here"}),
        }[name]

    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(build_app()) as client:
        yield client


def test_a_problem_has_all_its_members(client: TestClient) -> None:
    answer = client.get("/raise/conflict?lang=en")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "en"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "type": "urn:memorial-booth:problem:conflict",
        "title": "Conflict",
        "status": 409,
        "detail": "This differs from what is already stored, which stays as it is.",
        "instance": "/raise/conflict",
        "request_id": answer.headers["x-request-id"],
    }


def test_korean_is_spoken_first(client: TestClient) -> None:
    assert client.get("/raise/conflict").json()["title"] == "내용 충돌"
    assert client.get("/raise/conflict", headers={"Accept-Language": "en-GB"}).json()["title"] == "Conflict"


def test_a_client_is_told_when_to_come_back(client: TestClient) -> None:
    assert client.get("/raise/busy").headers["retry-after"] == "2"


def test_a_missing_token_names_the_scheme(client: TestClient) -> None:
    assert client.get("/raise/token").headers["www-authenticate"] == "Bearer"


def test_errors_of_fields_are_passed_on(client: TestClient) -> None:
    for language, message in (("ko", "너무 슬퍼요."), ("en", "too sad")):
        (wrong,) = client.get("/raise/fields", headers={"Accept-Language": language}).json()["errors"]
        assert wrong == {"in": "body", "field": "letter", "type": "sad", "message": message}


@pytest.mark.parametrize(
    ("language", "message"), [("en", "String should have at most 10 characters"), ("ko", "너무 깁니다.")]
)
def test_wrong_fields_are_listed_but_never_repeated(client: TestClient, language: str, message: str) -> None:
    answer = client.post(f"/letters?lang={language}", json={"text": HIDDEN})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"in": "body", "field": "text", "type": "string_too_long", "message": message}]
    assert HIDDEN not in answer.text


def test_every_kind_of_wrong_field_has_a_korean_sentence(client: TestClient) -> None:
    for body in ({}, {"text": 3}, {"text": "a", "language": "fr"}):
        (wrong,) = client.post("/letters", json=body).json()["errors"]
        assert wrong["message"].endswith("다.")
    assert client.get("/pages/0").json()["errors"][0]["in"] == "path"


def test_broken_json_is_a_problem_too(client: TestClient) -> None:
    answer = client.post("/letters", content=b'{"text": ', headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["type"] == "json_invalid"


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("gone", 410, "bad_request"), ("gateway", 502, "internal_error"), ("teapot", 404, "not_found")],
)
def test_exceptions_of_the_framework_keep_their_status_only(
    client: TestClient, name: str, status: int, code: str
) -> None:
    answer = client.get(f"/raise/{name}")
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.json()["type"].endswith(f":{code}")
    assert HIDDEN not in answer.text
    assert answer.headers.get("x-hint") == ("here" if name == "teapot" else None)


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    assert client.get("/nowhere").json()["type"].endswith(":not_found")
    answer = client.delete("/letters")
    assert answer.json()["type"].endswith(":method_not_allowed")
    assert answer.headers["allow"] == "POST"


def test_a_mistake_gives_nothing_away_and_is_logged_once(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/raise/mistake?lang=en")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "The request could not be handled. Please try again in a moment."
    assert HIDDEN not in answer.text
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert errors[0].exc_info is not None
    assert errors[0].__dict__["request_id"] == answer.json()["request_id"]
