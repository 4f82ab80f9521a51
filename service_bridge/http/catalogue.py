"""What a visitor can choose from: memorials and styles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service_bridge.clients.wire import ID_PATTERN, MemorialAnswer, StyleAnswer
from service_bridge.http.access import Device, Parts, StyleId
from service_bridge.http.media import IfNoneMatch
from service_bridge.http.schemas import MemorialListItem, StyleListItem

router = APIRouter(tags=["catalogue"])
MemorialId = Annotated[str | None, Query(pattern=ID_PATTERN)]


@router.get("/styles")
def list_styles(parts: Parts, _: Device, memorial_id: MemorialId = None) -> list[StyleListItem]:
    """Styles to choose from: those for everybody, or those that a memorial's family allows, and its own."""
    return [_describe_style(style, memorial_id) for style in parts.catalogue.list_styles(memorial_id)]


@router.get("/styles/{style_id}/sample", response_class=Response)
def show_sample(
    style_id: StyleId, parts: Parts, _: Device, memorial_id: MemorialId = None, if_none_match: IfNoneMatch = None
) -> Response:
    """A picture in this style; of a family's own style only with its memorial."""
    sample, data = parts.catalogue.get_sample(style_id, memorial_id)
    headers = {"ETag": f'"{sample.sha256}"', "Cache-Control": "private, max-age=60"}
    if if_none_match is not None and headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=sample.media_type, headers=headers)


@router.get("/memorials")
def list_memorials(parts: Parts, _: Device) -> list[MemorialListItem]:
    """Memorials of this hall."""
    return [_describe_memorial(memorial) for memorial in parts.catalogue.list_memorials()]


@router.get("/memorials/{code}")
def find_memorial(code: Annotated[str, Path(min_length=1, max_length=64)], parts: Parts, _: Device) -> MemorialListItem:
    """The memorial with a code as a person types it."""
    return _describe_memorial(parts.catalogue.get_memorial_by_code(code))


def _describe_style(style: StyleAnswer, memorial_id: str | None) -> StyleListItem:
    query = f"?memorial_id={memorial_id}" if style.memorial_ids else ""
    return StyleListItem.model_validate(
        {
            **style.model_dump(exclude={"requests", "memorial_ids"}),
            "source": style.credit.model_dump() if style.credit else None,
            "sample_url": f"/api/v1/styles/{style.style_id}/sample{query}",
        }
    )


def _describe_memorial(memorial: MemorialAnswer) -> MemorialListItem:
    return MemorialListItem.model_validate(memorial.model_dump())
