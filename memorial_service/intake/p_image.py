"""The short form of sending a memory: image, text and voice, without metadata. The service fills in the rest."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from pydantic import ValidationError

from boothkit.errors import InvalidRequestError
from boothkit.faults import FieldFault, read_fault
from boothkit.ids import is_id
from boothkit.images import ImageIntake
from memorial_service.errors import UnsupportedVoiceError
from memorial_service.intake.multipart import Part
from memorial_service.intake.schemas import MemoryMetadata, Parcel, Role, digest_of, to_canonical
from memorial_service.intake.voices import sniff_voice

TEXT_PARTS = ("text", "memorial_id", "memorial_code", "memory_id", "sender_name", "language")


def build_parcel(parts: Mapping[str, Part], *, memorial_id: str, images: ImageIntake) -> Parcel:
    """The memory that a short form means.

    Nothing in it depends on the moment, so that sending it again is the same memory. Raises InvalidRequestError, or
    an image or voice error.
    """
    if "image" not in parts:
        raise InvalidRequestError(
            errors=[FieldFault("image", "사진이 없습니다.", "The image is missing.", kind="missing")]
        )
    document = _build_document(parts, memorial_id, images)
    canonical = to_canonical(document)
    digest = digest_of(canonical)
    files: dict[Role, Part] = {"original": parts["image"]}
    if "voice" in parts:
        files["voice"] = parts["voice"]
    try:
        metadata = MemoryMetadata.model_validate(document)
    except ValidationError as error:
        raise InvalidRequestError(errors=[read_fault(wrong) for wrong in error.errors()]) from None
    return Parcel(_memory_id(parts, digest), metadata, canonical, digest, files)


def _build_document(parts: Mapping[str, Part], memorial_id: str, images: ImageIntake) -> dict[str, object]:
    image = parts["image"]
    files = {"original": _describe(image, images.inspect(image.data).media_type)}
    if "voice" in parts:
        media_type = sniff_voice(parts["voice"].data)
        if media_type is None:
            raise UnsupportedVoiceError
        files["voice"] = {**_describe(parts["voice"], media_type), "made_by": "visitor"}
    return {
        "revision": 1,
        "memorial_id": memorial_id,
        "language": _text(parts, "language") or "ko",
        "sender_name": _text(parts, "sender_name"),
        "letter": _text(parts, "text"),
        "files": files,
        "chosen": "original",
        "consents": {"family_page": True},
    }


def _describe(part: Part, media_type: str) -> dict[str, object]:
    return {"sha256": part.sha256, "media_type": media_type, "bytes": len(part.data)}


def _text(parts: Mapping[str, Part], name: str) -> str:
    return parts[name].text if name in parts else ""


def _memory_id(parts: Mapping[str, Part], digest: str) -> str:
    """The sender's id, or one made from the content: a UUID of version 8 (RFC 9562) out of the digest."""
    given = _text(parts, "memory_id")
    if given:
        if not is_id(given):
            raise InvalidRequestError(
                errors=[FieldFault("memory_id", "아이디가 UUID가 아닙니다.", "The id is not a UUID.")]
            )
        return given
    bits = int(digest[:32], 16)
    bits = bits & ~(0xF << 76) | 0x8 << 76
    bits = bits & ~(0x3 << 62) | 0b10 << 62
    return str(uuid.UUID(int=bits))
