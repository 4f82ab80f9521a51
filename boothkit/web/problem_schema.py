"""What a problem looks like, for the OpenAPI document of every program."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

from boothkit.web.problems import MEDIA_TYPE

_REFERENCE = "#/components/schemas/{model}"


class WrongField(BaseModel):
    """One field of a request that is not acceptable."""

    field: str = Field(description="Its dotted name.")
    message: str = Field(description="What is wrong, in the caller's language.")
    place: str = Field(alias="in", description="body, query, path or header.")
    type: str = Field(description="The stable name of this kind of fault.")


class Problem(BaseModel):
    """Problem details (RFC 9457): the body of every answer with a status from 400 on."""

    type: str = Field(description="urn:memorial-booth:problem: and a stable code, which machines read.")
    title: str = Field(description="The kind of problem, in the caller's language.")
    status: int = Field(ge=400, le=599, description="The HTTP status again.")
    detail: str = Field(description="What a person should know or do, in the caller's language.")
    instance: str = Field(description="The path that was asked for.")
    request_id: str | None = Field(description="The id under which the log tells more.")
    errors: list[WrongField] | None = Field(None, description="The wrong fields, when fields are wrong.")


def _describe(sentence: str) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=Problem.__name__)}
    return {"description": sentence, "content": {MEDIA_TYPE: {"schema": schema}}}


# FastAPI's own schema of a 422, which no program answers with, is left out where 4XX is described.
PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": _describe("The request cannot be served; `type` and `detail` say why."),
    "5XX": _describe("The program cannot serve it now."),
}


class ProblemApp(FastAPI):
    """A FastAPI app whose OpenAPI document knows the problem schema."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if Problem.__name__ not in schemas:
            _, found = models_json_schema([(Problem, "serialization")], by_alias=True, ref_template=_REFERENCE)
            schemas.update(found["$defs"])
        return document
