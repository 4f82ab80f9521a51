"""Reading memories for the family's pages."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from boothkit.errors import NotFoundError
from boothkit.ids import is_id
from memorial_service.db.tables import Memory, MemoryRevision, RevisionFile
from memorial_service.memories import repository
from memorial_service.memories.schemas import ImageView, MemoryView, PictureView, StreamPage, StyleSource, VoiceView

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def list_memories(session: Session, memorial_id: str, *, before: str | None, page_size: int) -> StreamPage:
    """One page of the stream. Raises NotFoundError for a `before` that this service did not write."""
    start = _read_cursor(before) if before else None
    rows = repository.list_stream(session, memorial_id, before=start, limit=page_size + 1)
    shown = rows[:page_size]
    files = _files_by_memory(session, [memory.memory_id for memory, _ in shown])
    memories = [_build_view(memory, revision, files[memory.memory_id]) for memory, revision in shown]
    older = _write_cursor(shown[-1][0]) if len(rows) > page_size else None
    return StreamPage(memories, older, is_first=start is None)


def find_memory(session: Session, memory_id: str) -> MemoryView | None:
    """One memory as it is shown now."""
    found = repository.find_current(session, memory_id)
    if found is None:
        return None
    return _build_view(*found, _files_by_memory(session, [memory_id])[memory_id])


def _files_by_memory(session: Session, memory_ids: list[str]) -> dict[str, dict[str, RevisionFile]]:
    files: dict[str, dict[str, RevisionFile]] = defaultdict(dict)
    for file in repository.list_current_files(session, memory_ids):
        files[file.memory_id][file.role] = file
    return files


def _build_view(memory: Memory, revision: MemoryRevision, files: dict[str, RevisionFile]) -> MemoryView:
    picture = _build_picture(files.get("picture"))
    original = files["original"]
    return MemoryView(
        memory_id=memory.memory_id,
        memorial_id=memory.memorial_id,
        captured_at=min(revision.captured_at, revision.received_at),
        language=revision.language,
        sender_name=revision.sender_name,
        relation=revision.relation,
        letter=revision.letter,
        shows_original_first=revision.chosen == "original" or picture is None,
        original=ImageView(original.sha256, original.width or 0, original.height or 0),
        picture=picture,
        voice=_build_voice(files.get("voice")),
    )


def _build_picture(file: RevisionFile | None) -> PictureView | None:
    if file is None:
        return None
    return PictureView(
        file.sha256,
        file.width or 0,
        file.height or 0,
        style_name_ko=file.style_name_ko or "",
        style_name_en=file.style_name_en or "",
        style_source=_build_source(file),
        is_ai_generated=bool(file.is_ai_generated),
    )


def _build_source(file: RevisionFile) -> StyleSource | None:
    if not file.style_author:
        return None
    return StyleSource(file.style_author, file.style_licence or "", file.style_training_data or "")


def _build_voice(file: RevisionFile | None) -> VoiceView | None:
    if file is None:
        return None
    return VoiceView(file.sha256, file.media_type, file.duration_s, file.made_by or "visitor")


def _write_cursor(memory: Memory) -> str:
    return f"{(memory.shown_at - _EPOCH) // _MICROSECOND}.{memory.memory_id}"


def _read_cursor(text: str) -> tuple[datetime, str]:
    microseconds, _, memory_id = text.partition(".")
    if not (microseconds.isascii() and microseconds.isdecimal() and len(microseconds) <= 17 and is_id(memory_id)):
        raise NotFoundError
    return _EPOCH + int(microseconds) * _MICROSECOND, memory_id
