"""The OpenAPI document says what is really answered."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Query
from fastapi.testclient import TestClient
from pydantic import BaseModel

from boothkit.errors import ConflictError, InvalidRequestError
from boothkit.faults import FieldFault
from boothkit.web import create_web_app
from boothkit.web.problem_schema import Problem


class Wish(BaseModel):
    """What is asked of the shop."""

    name: str


def build_client() -> TestClient:
    app = create_web_app(program="shop", title="Shop")
    router = APIRouter()

    @router.post("/wishes", responses={409: {"description": "Somebody else has it."}})
    def ask(wish: Wish, pieces: Annotated[int, Query(ge=1)] = 1) -> Wish:
        if wish.name == "taken":
            raise ConflictError
        if wish.name == "forbidden":
            raise InvalidRequestError(errors=[FieldFault("name", "이것은 안 됩니다.", "not this one")])
        return wish

    @router.get("/nothing")
    def give_nothing() -> None:
        return None

    app.include_router(router)
    return TestClient(app)


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    answer: dict[str, Any] = build_client().get("/openapi.json").json()
    return answer


def test_every_call_may_answer_with_a_problem(document: dict[str, Any]) -> None:
    calls = [call for methods in document["paths"].values() for call in methods.values()]
    assert len(calls) >= 3
    for call in calls:
        for statuses in ("4XX", "5XX"):
            (media_type,) = call["responses"][statuses]["content"]
            assert media_type == "application/problem+json"
            schema = call["responses"][statuses]["content"][media_type]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}


def test_a_status_of_its_own_stays(document: dict[str, Any]) -> None:
    answers = document["paths"]["/wishes"]["post"]["responses"]
    assert answers["409"]["description"] == "Somebody else has it."
    assert "422" not in answers


def test_the_schemas_that_nobody_answers_with_are_gone(document: dict[str, Any]) -> None:
    assert set(document["components"]["schemas"]) == {"Wish", "Problem", "WrongField"}


def test_the_document_is_the_same_when_asked_again() -> None:
    client = build_client()
    assert client.get("/openapi.json").json() == client.get("/openapi.json").json()


@pytest.mark.parametrize(
    ("body", "query", "status"),
    [
        ({"name": "taken"}, "", 409),
        ({"name": "forbidden"}, "", 422),
        ({}, "?pieces=0", 422),
        ({"name": "one"}, "?pieces=none", 422),
    ],
    ids=["conflict", "refused by the program", "two wrong fields", "wrong type"],
)
def test_real_answers_have_the_members_that_are_described(
    document: dict[str, Any], body: dict[str, str], query: str, status: int
) -> None:
    answer = build_client().post(f"/wishes{query}", json=body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    check(document, "Problem", answer.json())
    for wrong in answer.json().get("errors", ()):
        check(document, "WrongField", wrong)
    assert Problem.model_validate_json(answer.text).status == status


def check(document: dict[str, Any], name: str, value: dict[str, Any]) -> None:
    schema = document["components"]["schemas"][name]
    assert set(schema["required"]) <= set(value) <= set(schema["properties"])
