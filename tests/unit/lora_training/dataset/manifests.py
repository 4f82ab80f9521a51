"""A small manifest for tests that need no pictures."""

from __future__ import annotations

from lora_training.dataset.manifest import Manifest, PictureEntry


def make_manifest(count: int) -> Manifest:
    """`count` pictures whose originals are more/a.png, more/b.png and so on."""
    return Manifest(
        style_id="ink_wash",
        trigger="inkw",
        resolution=512,
        source="The hall's own scrolls",
        licence="CC-BY-4.0",
        author="Kim",
        warnings=(),
        pictures=tuple(make_entry(number) for number in range(1, count + 1)),
        left_out=(),
    )


def make_entry(number: int) -> PictureEntry:
    return PictureEntry(
        file=f"pictures/{number:04d}.png",
        sha256="0" * 64,
        width_px=512,
        height_px=512,
        original_file=f"more/{chr(96 + number)}.png",
        original_sha256="1" * 64,
        original_width_px=600,
        original_height_px=600,
        crop=(0, 0, 600, 600),
        is_padded=False,
        faces=(),
        warnings=(),
        caption="inkw, a picture in this style",
        caption_from="template",
    )
