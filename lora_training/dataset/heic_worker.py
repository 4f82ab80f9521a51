"""The child process that turns one HEIC picture on its standard input into a PNG on its standard output.

It is started as a file, has limits of memory and processor time, and keeps nothing but the upright pixels and the
colour profile.
"""

from __future__ import annotations

import importlib
import io
import resource
import sys

from PIL import Image, ImageOps

_MEMORY_BYTES = 2 << 30
_PROCESSOR_S = 30


def main() -> None:
    """Read, decode, write. Ends with an error code when the picture is broken."""
    max_pixels = int(sys.argv[1])
    importlib.import_module("pillow_heif").register_heif_opener()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_S, _PROCESSOR_S))
    with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=["HEIF"]) as picture:
        if picture.width * picture.height > max_pixels:
            sys.exit(3)
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.save(sys.stdout.buffer, "PNG", icc_profile=upright.info.get("icc_profile"), compress_level=1)


if __name__ == "__main__":
    main()
