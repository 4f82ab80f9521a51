"""Makes pictures on the simulated GPU, in half precision, and prints what was waited for. A process of its own."""

from __future__ import annotations

import itertools
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from generator_server.diffusion.components import load_folder
from generator_server.diffusion.control import ControlNets
from generator_server.diffusion.devices import Place
from generator_server.diffusion.img2img import LoadedModel
from generator_server.diffusion.latents import Previewer
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.lora.files import scan_adapters
from generator_server.diffusion.lora.tags import choose_files
from generator_server.diffusion.model_files import Family
from generator_server.diffusion.prompts import PromptEncoder
from tests.unit.generator_server.diffusion.requests import list_nets, make, make_photo, make_request, make_unit
from tests.unit.generator_server.diffusion.simulated_gpu import GPU, SimulatedGpu, waits

STEPS = 3
# Emphasis, two chunks of words and a LoRA.
PROMPT = "(a cat:1.3), " + "warm light, " * 40 + "<lora:{name}:0.8>"
NETS = (("first", "balanced"), ("second", "control"), ("third", "prompt"))
FIELDS = {"num_inference_steps": STEPS, "denoising_strength": 1.0, "sampler": "Euler a", "mask": make_photo(3)[..., 0]}


def load(models: Path, family: Family) -> LoadedModel:
    """The model read in half precision, then moved; XL's autoencoder in full precision, as the engine has it."""
    components = load_folder(models / "checkpoints" / "tiny", family, Place(torch.device("cpu"), torch.float16))
    nets = ControlNets(components)
    if family == "sdxl":
        torch.nn.Module.to(components.vae, torch.float32)
    for module in (components.unet, components.vae, *components.text_encoders, *map(nets.get, list_nets(models))):
        torch.nn.Module.to(module, GPU)
    there = replace(components, device=GPU)
    return LoadedModel(there, PromptEncoder(there), nets, Previewer(there), AdapterBank(there))


def run(models: Path, family: Family) -> dict[str, Any]:
    """One picture with three nets and a LoRA: what had been waited for at each step's end, and for a switch of LoRA."""
    model = load(models, family)
    adapters = scan_adapters(models, ())
    units = tuple(make_unit(name, control_mode=mode) for name, mode in NETS)
    # XL answers an empty prompt with zeros, made on the device.
    fields = {"control_units": units, "negative_prompt": "" if family == "sdxl" else "photo", **FIELDS}
    for name in ("warm", "calm"):
        model.wear(choose_files(PROMPT.format(name=name), adapters).files)
    counts: list[int] = []
    (picture,) = make(
        make_request(prompt=PROMPT.format(name="calm"), **fields),
        model,
        nets=list_nets(models),
        report=lambda _: counts.append(len(waits)),
    )
    before = len(waits)
    model.wear(choose_files(PROMPT.format(name="warm"), adapters).files)
    return {
        "spread": int(picture.max()) - int(picture.min()),
        "waits of the steps": [later - earlier for earlier, later in itertools.pairwise(counts)],
        "waits of a switch": len(waits) - before,
    }


def main() -> None:
    """Answer for the folder of models and the family that are named."""
    torch.set_num_threads(1)
    family: Family = "sdxl" if sys.argv[2] == "sdxl" else "sd15"
    with SimulatedGpu():
        print(json.dumps(run(Path(sys.argv[1]), family)))


if __name__ == "__main__":
    main()
