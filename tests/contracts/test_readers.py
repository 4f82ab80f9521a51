"""What one program reads from another is what the other promises to write: each `wire.py` against the OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel

from kiosk.bridge import wire as kiosk_wire
from scripts.program_apis import OpenApi
from service_bridge.clients import wire as bridge_wire
from tests.contracts.agreement import Side, find_disagreements


@dataclass(frozen=True)
class Reading:
    """A call that a consumer makes, and the model it reads the answer with."""

    program: str
    call: str
    status: str
    model: type[BaseModel]
    is_list: bool = False

    def __str__(self) -> str:
        return f"{self.model.__name__} from {self.program} {self.call} {self.status}"


BRIDGE_READS = [
    Reading("generator", "get /v1/styles", "200", bridge_wire.StyleAnswer, is_list=True),
    Reading("generator", "post /sdapi/v1/img2img", "200", bridge_wire.PaintAnswer),
    Reading("generator", "post /internal/progress", "200", bridge_wire.ProgressAnswer),
    Reading("memorial", "get /api/v1/memorials", "200", bridge_wire.MemorialAnswer, is_list=True),
    Reading("memorial", "put /api/v1/memories/{memory_id}", "201", bridge_wire.ReceiptAnswer),
    Reading("memorial", "put /api/v1/memories/{memory_id}", "200", bridge_wire.ReceiptAnswer),
    Reading("memorial", "post /api/v1/enrolments", "201", bridge_wire.EnrolmentAnswer),
]
KIOSK_READS = [
    Reading("bridge", "post /api/v1/enrolments", "201", kiosk_wire.EnrolmentWire),
    Reading("bridge", "get /api/v1/memorials", "200", kiosk_wire.MemorialWire, is_list=True),
    Reading("bridge", "get /api/v1/memorials/{code}", "200", kiosk_wire.MemorialWire),
    Reading("bridge", "get /api/v1/styles", "200", kiosk_wire.StyleWire, is_list=True),
    Reading("bridge", "put /api/v1/visits/{visit_id}/capture", "201", kiosk_wire.CaptureSavedWire),
    Reading("bridge", "get /api/v1/visits/{visit_id}", "200", kiosk_wire.VisitStatusWire),
    Reading("bridge", "put /api/v1/visits/{visit_id}/style", "200", kiosk_wire.VisitStatusWire),
    Reading("bridge", "post /api/v1/visits/{visit_id}/speech", "200", kiosk_wire.SpeechWire),
    Reading("bridge", "post /api/v1/visits/{visit_id}/finish", "201", kiosk_wire.FinishSavedWire),
]


@pytest.mark.parametrize("reading", [*BRIDGE_READS, *KIOSK_READS], ids=str)
def test_reads_what_is_written(apis: dict[str, OpenApi], reading: Reading) -> None:
    document = apis[reading.program]
    method, _, path = reading.call.partition(" ")
    answer = document["paths"][path][method]["responses"][reading.status]
    written = Side(answer["content"]["application/json"]["schema"], document)
    assert list(find_disagreements(build_reader(reading), written)) == []


def build_reader(reading: Reading) -> Side:
    schema: dict[str, Any] = reading.model.model_json_schema(ref_template="#/$defs/{model}")
    return Side({"type": "array", "items": schema} if reading.is_list else schema, schema)
