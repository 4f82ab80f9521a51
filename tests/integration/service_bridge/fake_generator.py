"""A generator small enough to read: it answers as the documented API does and paints by turning colours around."""

from __future__ import annotations

import base64
import io
import json
import threading
from typing import Any

from PIL import Image, ImageOps

from tests.integration.service_bridge.peer_server import Call, PeerServer, Reply

STYLES = [
    {
        "style_id": style_id,
        "revision": "1",
        "name": {"ko": ko, "en": en},
        "description": {"ko": "고요한 그림", "en": "A quiet picture"},
        "engines": ["painter"],
        "requests": {
            "painter": {
                "override_settings": {"sd_model_checkpoint": f"painter/{style_id}"},
                "denoising_strength": 0.8,
                "seed": -1,
            }
        },
    }
    for style_id, ko, en in (("watercolour", "수채화", "Watercolour"), ("ink_wash", "수묵화", "Ink wash"))
]


class FakeGenerator(PeerServer):
    """Paints at once, or when `gate` is opened."""

    def __init__(self) -> None:
        super().__init__(fault_path="/sdapi/")
        self.gate = threading.Event()
        self.gate.set()
        self.progress = 0.5
        self.styles: list[dict[str, Any]] = STYLES
        self.resting_style_ids: set[str] = set()
        """Styles that are there and cannot be made just now."""

    def answer(self, call: Call) -> Reply:
        if call.path == "/health/ready":
            return Reply.of_json({"program": "generator"})
        if call.path == "/v1/styles":
            return Reply.of_json([style for style in self.styles if style["style_id"] not in self.resting_style_ids])
        if call.path.endswith("/sample"):
            if call.path.split("/")[-2] not in {style["style_id"] for style in self.styles}:
                return Reply.of_json({}, 404)
            return Reply(200, _encode(Image.linear_gradient("L").convert("RGB"), "WEBP"), "image/webp")
        if call.path == "/internal/progress":
            return Reply.of_json({"active": True, "queued": False, "completed": False, "progress": self.progress})
        if call.path == "/sdapi/v1/img2img":
            self.gate.wait(30)
            return self._paint(json.loads(call.body))
        return Reply.of_json({}, 404)

    def _paint(self, wish: dict[str, Any]) -> Reply:
        photo = Image.open(io.BytesIO(base64.b64decode(wish["init_images"][0])))
        assert photo.size == (wish["width"], wish["height"])
        picture = _encode(ImageOps.invert(photo.convert("RGB")), "PNG")
        return Reply.of_json(
            {
                "images": [base64.b64encode(picture).decode()],
                "parameters": {},
                "info": json.dumps({"seed": wish["seed"]}),
            }
        )


def _encode(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()
