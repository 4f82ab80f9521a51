"""A stand-in for a stock AUTOMATIC1111 web UI, written from its public API: it refuses every field and path it lacks.

The tables hold the request fields of `/sdapi/v1/img2img` (web UI 1.10) and of the ControlNet extension's units, with
their JSON types. The real server ignores fields that it does not know; this one must not, or it would hide mistakes.
"""

from __future__ import annotations

import base64
import io
import json
from typing import Any

from PIL import Image, ImageOps

from tests.integration.service_bridge.peer_server import Call, PeerServer, Reply

TEXT, NUMBER, WHOLE, FLAG, LIST, RECORD = (str,), (int, float), (int,), (bool,), (list,), (dict,)
IMG2IMG_FIELDS: dict[str, tuple[type, ...]] = {
    "prompt": TEXT,
    "negative_prompt": TEXT,
    "styles": LIST,
    "seed": WHOLE,
    "subseed": WHOLE,
    "subseed_strength": NUMBER,
    "seed_resize_from_h": WHOLE,
    "seed_resize_from_w": WHOLE,
    "sampler_name": TEXT,
    "scheduler": TEXT,
    "batch_size": WHOLE,
    "n_iter": WHOLE,
    "steps": WHOLE,
    "cfg_scale": NUMBER,
    "width": WHOLE,
    "height": WHOLE,
    "restore_faces": FLAG,
    "tiling": FLAG,
    "do_not_save_samples": FLAG,
    "do_not_save_grid": FLAG,
    "eta": NUMBER,
    "denoising_strength": NUMBER,
    "s_min_uncond": NUMBER,
    "s_churn": NUMBER,
    "s_tmax": NUMBER,
    "s_tmin": NUMBER,
    "s_noise": NUMBER,
    "override_settings": RECORD,
    "override_settings_restore_afterwards": FLAG,
    "refiner_checkpoint": TEXT,
    "refiner_switch_at": NUMBER,
    "disable_extra_networks": FLAG,
    "firstpass_image": TEXT,
    "comments": RECORD,
    "init_images": LIST,
    "resize_mode": WHOLE,
    "image_cfg_scale": NUMBER,
    "mask": TEXT,
    "mask_blur_x": WHOLE,
    "mask_blur_y": WHOLE,
    "mask_blur": WHOLE,
    "mask_round": FLAG,
    "inpainting_fill": WHOLE,
    "inpaint_full_res": FLAG,
    "inpaint_full_res_padding": WHOLE,
    "inpainting_mask_invert": WHOLE,
    "initial_noise_multiplier": NUMBER,
    "latent_mask": TEXT,
    "force_task_id": TEXT,
    "sampler_index": TEXT,
    "include_init_images": FLAG,
    "script_name": TEXT,
    "script_args": LIST,
    "send_images": FLAG,
    "save_images": FLAG,
    "alwayson_scripts": RECORD,
    "infotext": TEXT,
}
UNIT_FIELDS: dict[str, tuple[type, ...]] = {
    "enabled": FLAG,
    "module": TEXT,
    "model": TEXT,
    "weight": NUMBER,
    "image": TEXT,
    "mask": TEXT,
    "resize_mode": TEXT,
    "low_vram": FLAG,
    "processor_res": WHOLE,
    "threshold_a": NUMBER,
    "threshold_b": NUMBER,
    "guidance_start": NUMBER,
    "guidance_end": NUMBER,
    "pixel_perfect": FLAG,
    "control_mode": TEXT,
    "inpaint_crop_input_image": FLAG,
    "hr_option": TEXT,
    "save_detected_map": FLAG,
    "advanced_weighting": LIST,
}
CONTROL_MODES = ("Balanced", "My prompt is more important", "ControlNet is more important")
PROGRESS_FIELDS = {"id_task": TEXT, "id_live_preview": WHOLE, "live_preview": FLAG}
SAMPLERS = ("DPM++ 2M", "Euler a", "LCM")
NETS = ("control_v11p_sd15_openpose [cab727d4]", "control_v11f1p_sd15_depth [cfd03158]")
MODULES = ("none", "openpose", "depth_leres", "canny")
NOT_FOUND = {"detail": "Not Found"}


class StockWebUi(PeerServer):
    """Answers only what the stock web UI has. `refusals` are the sentences of what it refused."""

    def __init__(self, *, has_controlnet: bool = True, user: str | None = None) -> None:
        super().__init__(fault_path="/img2img")
        self.refusals: list[str] = []
        self.loras: list[str] = []
        self._has_controlnet = has_controlnet
        self._user = user

    def answer(self, call: Call) -> Reply:
        if self._user is not None and call.headers.get("Authorization") != encode_basic(self._user):
            return Reply.of_json({"detail": "Incorrect username or password"}, 401)
        if call.method == "POST" and call.path == "/sdapi/v1/img2img":
            return self._make(json.loads(call.body))
        if call.method == "POST" and call.path == "/internal/progress":
            return self._tell_progress(json.loads(call.body))
        found = self._find_list(call.path) if call.method == "GET" else None
        if found is None:
            self.refusals.append(f"{call.method} {call.path} is not there")
            return Reply.of_json(NOT_FOUND, 404)
        return Reply.of_json(found)

    def _find_list(self, path: str) -> Any:
        lists: dict[str, Any] = {
            "/sdapi/v1/samplers": [{"name": name, "aliases": [], "options": {}} for name in SAMPLERS],
            "/sdapi/v1/loras": [{"name": name, "alias": name, "path": "", "metadata": {}} for name in self.loras],
            "/sdapi/v1/progress?skip_current_image=true": {"progress": 0.0, "eta_relative": 0.0, "state": {}},
        }
        if self._has_controlnet:
            lists["/controlnet/model_list"] = {"model_list": list(NETS)}
            lists["/controlnet/module_list"] = {"module_list": list(MODULES), "module_detail": {}}
        elif path.startswith("/controlnet/"):
            return None
        return lists.get(path)

    def _tell_progress(self, body: dict[str, Any]) -> Reply:
        wrong = list(find_wrong_fields(body, PROGRESS_FIELDS))
        self.refusals += wrong
        return Reply.of_json({"active": True, "queued": False, "completed": False, "progress": 0.5})

    def _make(self, wish: dict[str, Any]) -> Reply:
        wrong = list(find_wrong_fields(wish, IMG2IMG_FIELDS))
        for title, script in wish.get("alwayson_scripts", {}).items():
            if title.lower() != "controlnet" or not self._has_controlnet:
                wrong.append(f"always on script {title} not found")
            for unit in script["args"]:
                wrong += find_wrong_fields(unit, UNIT_FIELDS)
                wrong += self._judge_unit(unit)
        if wish["sampler_name"] not in SAMPLERS:
            wrong.append("Sampler not found")
        if wrong:
            self.refusals += wrong
            return Reply.of_json({"error": "HTTPException", "detail": wrong, "body": "", "errors": ""}, 422)
        return self._paint(wish)

    def _judge_unit(self, unit: dict[str, Any]) -> list[str]:
        asked = {"module": (unit["module"], MODULES), "model": (unit["model"], NETS)}
        asked["control_mode"] = (unit["control_mode"], CONTROL_MODES)
        return [f"{name}({value}) not found" for name, (value, known) in asked.items() if value not in known]

    def _paint(self, wish: dict[str, Any]) -> Reply:
        """The negative of the photograph, and behind it a map for each unit that keeps its own."""
        photo = Image.open(io.BytesIO(base64.b64decode(wish["init_images"][0]))).convert("RGB")
        pictures = [ImageOps.invert(photo.resize((wish["width"], wish["height"])))]
        for script in wish.get("alwayson_scripts", {}).values():
            kept = [unit for unit in script["args"] if unit.get("save_detected_map", True)]
            pictures += [Image.new("RGB", (wish["width"], wish["height"]))] * len(kept)
        info = {"seed": wish["seed"], "all_seeds": [wish["seed"]], "infotexts": [wish["prompt"]]}
        return Reply.of_json(
            {"images": [encode_picture(each) for each in pictures], "parameters": {}, "info": json.dumps(info)}
        )


def find_wrong_fields(given: dict[str, Any], known: dict[str, tuple[type, ...]]) -> list[str]:
    """A sentence for each field that the API lacks or has in another type; null is allowed, as the API says."""
    wrong = []
    for name, value in given.items():
        if name not in known:
            wrong.append(f"{name} is no field of the API")
        elif value is not None and not is_of(value, known[name]):
            wrong.append(f"{name} must not be {value!r:.40}")
    return wrong


def is_of(value: object, kinds: tuple[type, ...]) -> bool:
    """True for a value of these types; a truth value is no number."""
    return isinstance(value, kinds) and (not isinstance(value, bool) or kinds == FLAG)


def encode_basic(user: str) -> str:
    return f"Basic {base64.b64encode(user.encode()).decode()}"


def encode_picture(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
