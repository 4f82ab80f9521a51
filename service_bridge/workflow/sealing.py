"""What a family receives: the picture with its origin written into the file, and the manifest of everything."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from boothkit.clock import to_text
from boothkit.images import ImageIntake
from service_bridge.visits.planning import find_picture, find_voice
from service_bridge.visits.records import Finish, Generation, Visit, VisitParts, Voice

PICTURE_MEDIA_TYPE = "image/jpeg"
_PICTURE_QUALITY = 95
# Terms of the IPTC NewsCodes vocabulary "digitalsourcetype".
_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_TRAINED = "compositeWithTrainedAlgorithmicMedia"
_UNTRAINED = "algorithmicallyEnhanced"
_TRAINED_ENGINES = frozenset({"diffusion", "neural_style"})


def is_ai_generated(engine: str) -> bool:
    """True when a trained model made the picture, false for the weight-free engines."""
    return engine in _TRAINED_ENGINES


def build_xmp(*, engine: str, style_id: str, visit_id: str) -> bytes:
    """The XMP packet (UTF-8) that says by which kind of process a picture came to be."""
    source_type = _VOCABULARY + (_TRAINED if is_ai_generated(engine) else _UNTRAINED)
    attributes = {
        "rdf:about": "",
        "xmlns:Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "xmlns:xmp": "http://ns.adobe.com/xap/1.0/",
        "xmlns:xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "xmlns:booth": "urn:memorial-booth:xmp:1",
        "Iptc4xmpExt:DigitalSourceType": source_type,
        "xmp:CreatorTool": f"memorial-booth {engine}",
        "xmpMM:DocumentID": f"urn:uuid:{visit_id}",
        "booth:engine": engine,
        "booth:style": style_id,
    }
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f"<rdf:Description {written}/></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def seal_picture(intake: ImageIntake, png: bytes, *, engine: str, style_id: str, visit_id: str) -> bytes:
    """The picture as the family gets it: a JPEG made from the pixels alone, with its label. Raises image errors."""
    xmp = build_xmp(engine=engine, style_id=style_id, visit_id=visit_id)
    return intake.rebuild(png, media_type=PICTURE_MEDIA_TYPE, quality=_PICTURE_QUALITY, xmp=xmp)


def build_manifest(parts: VisitParts, revision: int) -> dict[str, Any]:
    """Everything that a finished visit's revision consists of: the words, the choices, and each file by its hash."""
    visit, finish = parts.visit, parts.finish
    if finish is None:
        raise ValueError("only a finished visit is sealed")
    files: dict[str, Any] = {"original": _describe_original(visit)}
    if picture := find_picture(parts):
        files["picture"] = _describe_picture(picture)
    if voice := find_voice(parts):
        files["voice"] = _describe_voice(voice)
    return {
        "revision": revision,
        "memorial_id": visit.memorial_id,
        "captured_at": to_text(visit.saved_at),
        "files": files,
        **_describe_finish(finish),
    }


def _describe_original(visit: Visit) -> dict[str, Any]:
    return {
        "sha256": visit.original_sha256,
        "media_type": visit.original_media_type,
        "bytes": visit.original_bytes,
    }


def _describe_picture(picture: Generation) -> dict[str, Any]:
    engine = picture.engine or ""
    return {
        "sha256": picture.sealed_sha256,
        "media_type": PICTURE_MEDIA_TYPE,
        "bytes": picture.sealed_bytes,
        "style_id": picture.style_id,
        "style_name": picture.style_name,
        **({"style_source": picture.style_source} if picture.style_source else {}),
        "engine": engine,
        "seed": picture.seed,
        "is_ai_generated": is_ai_generated(engine),
    }


def _describe_voice(voice: Voice) -> dict[str, Any]:
    return {
        "sha256": voice.audio_sha256,
        "media_type": voice.media_type,
        "bytes": voice.audio_bytes,
        "duration_s": voice.duration_s,
        "made_by": voice.made_by,
    }


def _describe_finish(finish: Finish) -> dict[str, Any]:
    return {
        "language": finish.language,
        "sender_name": finish.sender_name,
        "relation": finish.relation,
        "letter": finish.letter,
        "receipt_code": finish.receipt_code,
        "chosen": finish.chosen.value,
        "consents": finish.consents,
    }
