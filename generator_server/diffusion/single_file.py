"""Checkpoints and ControlNets in one `.safetensors` file, in the layout that they were published in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.controlnets.controlnet import ControlNetModel
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors import safe_open
from torch import Tensor
from transformers.models.clip.configuration_clip import CLIPTextConfig
from transformers.models.clip.modeling_clip import CLIPTextModel, CLIPTextModelWithProjection

from generator_server.diffusion.components import (
    Components,
    assemble,
    load_tokenizer,
    quiet_loading,
    translate_failures,
)
from generator_server.diffusion.devices import Place
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.layouts import LAYOUTS, Config, Layout
from generator_server.diffusion.model_files import Family

FIRST_ENCODER: Mapping[Family, str] = {
    "sd15": "cond_stage_model.transformer.text_model.",
    "sdxl": "conditioner.embedders.0.transformer.text_model.",
}
SECOND_ENCODER = "conditioner.embedders.1.model."
# SDXL's second encoder pads with this token, the first of CLIP's vocabulary.
SECOND_PADDING = "!"
# OpenCLIP's names of what CLIP calls otherwise, inside one layer.
_LAYER_NAMES = {
    "ln_1": "layer_norm1",
    "ln_2": "layer_norm2",
    "mlp.c_fc": "mlp.fc1",
    "mlp.c_proj": "mlp.fc2",
    "attn.out_proj": "self_attn.out_proj",
}
_OUTER_NAMES = {
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final.weight": "text_model.final_layer_norm.weight",
    "ln_final.bias": "text_model.final_layer_norm.bias",
}


def load_single_file(
    path: Path, family: Family, place: Place, tokenizer_folder: Path, *, layout: Layout | None = None
) -> Components:
    """A whole checkpoint. `tokenizer_folder` holds CLIP's tokenizer, which such files lack. Raises ModelFileError."""
    layout = layout or LAYOUTS[family]
    if not tokenizer_folder.is_dir():
        raise ModelFileError(
            reason=f"{path.name} carries no tokenizer: put CLIP's tokenizer.json into {tokenizer_folder}."
        )
    with translate_failures(path.name), quiet_loading():
        unet = _load_part(UNet2DConditionModel, path, layout.unet, place)
        vae = _load_part(AutoencoderKL, path, layout.vae, place)
        encoders: list[Any] = [_load_first_encoder(path, family, layout.text_encoders[0], place)]
        tokenizers = [load_tokenizer(tokenizer_folder)]
        if family == "sdxl":
            encoders.append(_load_second_encoder(path, layout.text_encoders[1], place))
            second = load_tokenizer(tokenizer_folder)
            second.pad_token = SECOND_PADDING
            tokenizers.append(second)
    return assemble(path.stem, family, unet, vae, encoders, tokenizers, dict(layout.scheduler), place)


def load_single_controlnet(path: Path, family: Family, place: Place, *, layout: Layout | None = None) -> Any:
    """A ControlNet in one file."""
    return _load_part(ControlNetModel, path, (layout or LAYOUTS[family]).controlnet, place)


def _load_part(kind: Any, path: Path, config: Config, place: Place) -> Any:
    with _written(config) as folder:
        return kind.from_single_file(str(path), config=str(folder), local_files_only=True, torch_dtype=place.dtype)


@contextmanager
def _written(config: Config) -> Iterator[Path]:
    with TemporaryDirectory(prefix="model-config-") as folder:
        (Path(folder) / "config.json").write_text(json.dumps(dict(config)))
        yield Path(folder)


def _load_first_encoder(path: Path, family: Family, config: Config, place: Place) -> Any:
    model = CLIPTextModel(CLIPTextConfig(**config))
    # transformers 5 has the layers at the top, older versions under `text_model`.
    prefix = "text_model." if hasattr(model, "text_model") else ""
    tensors = _read_tensors(path, FIRST_ENCODER[family], lambda name: [f"{prefix}{name}"])
    return _fill(model, tensors, place)


def _load_second_encoder(path: Path, config: Config, place: Place) -> Any:
    tensors = _read_tensors(path, SECOND_ENCODER, _rename_open_clip)
    return _fill(CLIPTextModelWithProjection(CLIPTextConfig(**config)), tensors, place)


def _read_tensors(path: Path, prefix: str, rename: Callable[[str], list[str]]) -> dict[str, Tensor]:
    """The tensors under `prefix` by their new names; several names share one tensor's rows; no name drops it."""
    found: dict[str, Tensor] = {}
    with safe_open(path, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - the file is no mapping
            if name.startswith(prefix):
                new_names = rename(name.removeprefix(prefix))
                if new_names:
                    parts = file.get_tensor(name).chunk(len(new_names))
                    found.update(zip(new_names, parts, strict=True))
    if "text_projection.weight" in found:
        # OpenCLIP multiplies from the other side.
        found["text_projection.weight"] = found["text_projection.weight"].T
    return found


def _rename_open_clip(name: str) -> list[str]:
    if name in _OUTER_NAMES:
        return [_OUTER_NAMES[name]]
    if name == "text_projection":
        return ["text_projection.weight"]
    if not name.startswith("transformer.resblocks."):
        return []
    number, _, inner = name.removeprefix("transformer.resblocks.").partition(".")
    layer = f"text_model.encoder.layers.{number}"
    for joint in ("weight", "bias"):
        if inner == f"attn.in_proj_{joint}":
            return [f"{layer}.self_attn.{part}.{joint}" for part in ("q_proj", "k_proj", "v_proj")]
    part, _, kind = inner.rpartition(".")
    return [f"{layer}.{_LAYER_NAMES[part]}.{kind}"]


def _fill(model: Any, tensors: dict[str, Tensor], place: Place) -> Any:
    """The model with exactly these weights; positions are counted, not stored. Raises ModelFileError for gaps."""
    wanted = set(model.state_dict())
    report = model.load_state_dict({name: tensors[name] for name in tensors if name in wanted}, strict=False)
    missing = [name for name in report.missing_keys if not name.endswith("position_ids")]
    if missing:
        raise ModelFileError(reason=f"The text encoder lacks {len(missing)} tensors, for example {missing[0]}.")
    return model.to(place.dtype)
