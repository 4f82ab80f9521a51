"""Make the pictures of the documentation anew: `python -m scripts.make_doc_images`. Needs Chromium, no display."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MAX_BYTES = 150_000
MAX_SIDE_PX = 1280

# Name in docs/images: (script, the picture among what it makes)
PICTURES = {
    "kiosk-attract-ko": ("screenshots_kiosk", "1080x1920_ko/01_attract.png"),
    "kiosk-letter-ko": ("screenshots_kiosk", "1080x1920_ko/09_letter.png"),
    "kiosk-result-ko": ("screenshots_kiosk", "1080x1920_ko/11_result.png"),
    "kiosk-consent-en": ("screenshots_kiosk", "1280x800_en/04_consent_answered.png"),
    "family-memorial-ko": ("screenshots_family", "ko_phone_3_memorial.png"),
    "family-memory-en": ("screenshots_family", "en_desk_4_memory.png"),
    "kiosk-style-en": ("screenshots_kiosk", "1080x1920_en/05_style.png"),
    "studio-pictures-ko": ("screenshots_studio", "ko_desk_3_pictures.png"),
    "styles": ("contact_sheet", "portraits.jpg"),
    "scenery": ("contact_sheet_scenery", "upright.jpg"),
}


def main() -> None:
    """Run each script once and keep the chosen pictures, small enough for a repository."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for script in sorted({script for script, _ in PICTURES.values()}):
            subprocess.run([sys.executable, "-m", f"scripts.{script}", f"{folder}/{script}"], cwd=ROOT, check=True)
        for name, (script, file) in PICTURES.items():
            print(keep(Path(folder, script, file), IMAGES / f"{name}.webp"))


def keep(source: Path, target: Path) -> str:
    """Shrink to at most MAX_SIDE_PX and MAX_BYTES; what is taller than 16:9 of its width is cut below."""
    picture = Image.open(source).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, round(picture.width * 16 / 9))))
    picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), Image.Resampling.LANCZOS)
    for quality in range(88, 30, -6):
        picture.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= MAX_BYTES:
            return f"{target.name}: {picture.width} x {picture.height} px, {target.stat().st_size / 1000:.0f} kB"
    raise ValueError(f"{source.name} stays above {MAX_BYTES} bytes")


if __name__ == "__main__":
    main()
