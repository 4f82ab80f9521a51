"""Taking a memory in: checked, kept on disk, then made visible by one transaction; repeating it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from boothkit import clock
from boothkit.errors import InvalidRequestError, StorageFullError
from boothkit.faults import FieldFault
from boothkit.files import BlobStore, free_bytes
from boothkit.images import ImageIntake
from boothkit.logs import get_logger
from memorial_service.auth.policy import Action, authorise
from memorial_service.auth.schemas import BoothClient
from memorial_service.db.engine import Database
from memorial_service.db.tables import Memory, MemoryRevision, RevisionFile
from memorial_service.errors import FileMismatchError, MemoryConflictError
from memorial_service.halls.repository import find_memorial
from memorial_service.intake import repository
from memorial_service.intake.schemas import (
    FileEntry,
    IntakeAnswer,
    Parcel,
    PictureEntry,
    Role,
    StoredFiles,
    VoiceEntry,
)
from memorial_service.intake.voices import check_voice
from memorial_service.settings import LimitSettings
from memorial_service.texts import clean_line, clean_text

_log = get_logger(__name__)


@dataclass(frozen=True)
class _Checked:
    """What a file turned out to be."""

    media_type: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Intake:
    """Receives memories. Thread-safe."""

    database: Database
    blobs: BlobStore
    images: ImageIntake
    limits: LimitSettings
    free_space_floor_bytes: int

    def receive(self, booth: BoothClient, parcel: Parcel) -> tuple[IntakeAnswer, bool]:
        """Keep a memory; returns the receipt and whether anything was new.

        Once it returns, the memory survives any cut of power. The same parcel again gets the same receipt, for ever.
        Raises MemoryConflictError (other content under this id and revision), ForbiddenError (another hall's),
        UnknownMemorialError, FileMismatchError, StorageFullError, or an image or voice error.
        """
        _compare_files(parcel)
        with self.database.reading() as session:
            stored = _find_stored(session, booth, parcel)
        if stored is not None:
            return _answer(parcel, stored), False
        checked = {role: self._check(role, entry, parcel) for role, entry in parcel.metadata.files.by_role().items()}
        self._publish(parcel)
        try:
            return self._store(booth, parcel, checked)
        except IntegrityError:
            # PostgreSQL only: another request stored the same memory between our look and our insert.
            return self._store(booth, parcel, checked)

    def _check(self, role: Role, entry: FileEntry, parcel: Parcel) -> _Checked:
        data = parcel.parts[role].data
        if isinstance(entry, VoiceEntry):
            longest_s = self.limits.voice_s
            return _Checked(
                check_voice(
                    data,
                    declared_type=entry.media_type,
                    declared_duration_s=entry.duration_s,
                    longest_s=longest_s,
                )
            )
        facts = self.images.inspect(data)
        if facts.media_type != entry.media_type:
            raise FileMismatchError(role=role, what="media_type")
        return _Checked(facts.media_type, facts.width, facts.height)

    def _publish(self, parcel: Parcel) -> None:
        needed = self.free_space_floor_bytes + sum(len(part.data) for part in parcel.parts.values())
        if free_bytes(self.blobs.root) < needed:
            raise StorageFullError
        for part in parcel.parts.values():
            self.blobs.put(part.data)

    def _store(self, booth: BoothClient, parcel: Parcel, checked: dict[Role, _Checked]) -> tuple[IntakeAnswer, bool]:
        with self.database.writing() as session:
            stored = _find_stored(session, booth, parcel)
            if stored is not None:
                return _answer(parcel, stored), False
            fresh = _insert(session, booth, parcel, checked, clock.now())
        _log.info(
            "A memory was received.",
            action="memory.received",
            memory_id=parcel.memory_id,
            memorial_id=parcel.metadata.memorial_id,
            revision=parcel.metadata.revision,
            booth_id=booth.booth_id,
        )
        return _answer(parcel, fresh), True


def _compare_files(parcel: Parcel) -> None:
    """Bit-identical on this hop: each file is the one that the metadata describes, and there is no other."""
    declared = parcel.metadata.files.by_role()
    if declared.keys() != parcel.parts.keys():
        names = ", ".join(sorted(declared.keys() ^ parcel.parts.keys()))
        fault = FieldFault(names, "설명된 파일과 보낸 파일이 다릅니다.", "Declared and sent files differ.")
        raise InvalidRequestError(errors=[fault])
    for role, entry in declared.items():
        part = parcel.parts[role]
        if part.sha256 != entry.sha256:
            raise FileMismatchError(role=role, what="sha256")
        if len(part.data) != entry.bytes:
            raise FileMismatchError(role=role, what="bytes")


def _find_stored(session: Session, booth: BoothClient, parcel: Parcel) -> MemoryRevision | None:
    """The stored revision when this very parcel is known, None when it is new; raises when it may not be stored."""
    metadata = parcel.metadata
    authorise(booth, Action.WRITE, find_memorial(session, metadata.memorial_id))
    found = repository.find_memory(session, parcel.memory_id)
    if found is None:
        return None
    memory, memorial = found
    authorise(booth, Action.WRITE, memorial)
    stored = repository.find_revision(session, parcel.memory_id, metadata.revision)
    if stored is not None and stored.digest == parcel.digest:
        return stored
    is_elsewhere = memory.memorial_id != metadata.memorial_id
    if stored is not None or is_elsewhere or metadata.revision < memory.current_revision:
        raise MemoryConflictError(memory_id=parcel.memory_id, revision=metadata.revision)
    return None


def _insert(
    session: Session, booth: BoothClient, parcel: Parcel, checked: dict[Role, _Checked], moment: datetime
) -> MemoryRevision:
    revision = _build_revision(booth, parcel, moment)
    memory = session.get(Memory, parcel.memory_id)
    if memory is None:
        # A booth's clock may run ahead; a memory must not stick to the top of the page because of it.
        shown_at = min(revision.captured_at, moment)
        memory = Memory(memory_id=parcel.memory_id, memorial_id=parcel.metadata.memorial_id, shown_at=shown_at)
        session.add(memory)
    memory.current_revision = revision.revision
    session.flush()
    session.add(revision)
    session.flush()
    session.add_all(_build_file(parcel, role, entry, checked[role]) for role, entry in _entries(parcel))
    return revision


def _entries(parcel: Parcel) -> list[tuple[Role, FileEntry]]:
    return list(parcel.metadata.files.by_role().items())


def _build_revision(booth: BoothClient, parcel: Parcel, moment: datetime) -> MemoryRevision:
    metadata = parcel.metadata
    return MemoryRevision(
        memory_id=parcel.memory_id,
        revision=metadata.revision,
        digest=parcel.digest,
        document=parcel.document,
        booth_id=booth.booth_id,
        language=metadata.language,
        sender_name=clean_line(metadata.sender_name),
        relation=clean_line(metadata.relation),
        letter=clean_text(metadata.letter),
        receipt_code=clean_line(metadata.receipt_code),
        chosen=metadata.chosen,
        captured_at=metadata.captured_at or moment,
        received_at=moment,
    )


def _build_file(parcel: Parcel, role: Role, entry: FileEntry, checked: _Checked) -> RevisionFile:
    file = RevisionFile(
        memory_id=parcel.memory_id,
        revision=parcel.metadata.revision,
        role=role,
        sha256=entry.sha256,
        media_type=checked.media_type,
        size_bytes=entry.bytes,
        width=checked.width,
        height=checked.height,
    )
    if isinstance(entry, VoiceEntry):
        file.duration_s, file.made_by = entry.duration_s, entry.made_by
    if isinstance(entry, PictureEntry):
        file.style_id, file.engine, file.seed = entry.style_id, entry.engine, entry.seed
        file.style_name_ko, file.style_name_en = clean_line(entry.style_name.ko), clean_line(entry.style_name.en)
        file.is_ai_generated = entry.is_ai_generated
        if entry.style_source:
            file.style_author = clean_line(entry.style_source.author)
            file.style_licence = clean_line(entry.style_source.licence)
            file.style_training_data = clean_line(entry.style_source.training_data)
    return file


def _answer(parcel: Parcel, stored: MemoryRevision) -> IntakeAnswer:
    return IntakeAnswer(
        memory_id=stored.memory_id,
        revision=stored.revision,
        digest=stored.digest,
        stored=StoredFiles.model_validate({role: part.sha256 for role, part in parcel.parts.items()}),
        received_at=stored.received_at,
        receipt="memorial-intake-v1",
    )
