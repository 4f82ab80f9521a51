"""A request's pictures: from prompt, photograph, mask and control images to pixels.

`denoising_strength` counts as in the web UI: of `steps`, min(int(strength * steps), steps - 1) + 1 run, so that 20
steps at 0.5 take 11. txt2img runs all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from generator_server.diffusion.components import LATENT_CHANNELS, Components
from generator_server.diffusion.control import ActiveUnit, ControlNets
from generator_server.diffusion.control_images import ControlImages
from generator_server.diffusion.denoiser import Denoiser, Guidance, Known
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.latents import (
    Previewer,
    decode_latents,
    encode_pictures,
    keep_outside,
    shrink_mask,
    to_tensor,
)
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.lora.tags import ChosenFile
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.diffusion.prompt_grammar import extract_loras
from generator_server.diffusion.prompts import PromptEncoder
from generator_server.diffusion.sampler_names import DDIM_OWN, Plan, find_plan
from generator_server.diffusion.samplers import SAMPLE_FUNCTIONS
from generator_server.diffusion.schedules import build_sigmas
from generator_server.diffusion.walk import NoiseSource, Walk
from generator_server.engines.annotating import AnnotatorShelf
from generator_server.engines.fitting import fit_image
from generator_server.engines.protocol import GenerationRequest, Pixels, Progress
from generator_server.errors import GenerationCancelledError

PREVIEW_EVERY = 3


@dataclass(frozen=True)
class LoadedModel:
    """A model in memory with what goes with it. One thread at a time."""

    components: Components
    encoder: PromptEncoder
    nets: ControlNets
    previewer: Previewer
    adapters: AdapterBank

    def wear(self, files: Sequence[ChosenFile]) -> None:
        """Let exactly these LoRAs act on UNet and text encoders. Raises ModelFileError, and then changes nothing."""
        self.adapters.wear(files)
        self.encoder.variant = self.adapters.text_mark


@dataclass(frozen=True)
class Batch:
    """The pictures of one request that are made at once: their places in the request."""

    numbers: range
    of: int

    def to_fraction(self, share: float) -> float:
        """How far the whole request is when this batch is at `share`."""
        return (self.numbers.start + share * len(self.numbers)) / self.of


def count_steps(request: GenerationRequest) -> int:
    """How many of the request's steps run."""
    steps = request.num_inference_steps
    if request.kind == "txt2img":
        return steps
    return min(int(request.denoising_strength * steps), steps - 1) + 1


class PictureMaker:
    """Makes one request's pictures with a loaded model."""

    def __init__(
        self,
        request: GenerationRequest,
        model: LoadedModel,
        controlnets: Sequence[ControlNetFiles],
        annotators: AnnotatorShelf,
    ) -> None:
        self._request = request
        self._model = model
        self._components = model.components
        self._controlnets = controlnets
        self._control_images = ControlImages(request, annotators)
        self._plan: Plan = find_plan(request.sampler, request.scheduler)
        self._photos = [self._fit(image) for image in request.init_images]
        self._mask = None if request.mask is None else self._fit_mask(request.mask)

    @property
    def plan(self) -> Plan:
        """The sampler and schedule that the request's names mean."""
        return self._plan

    @torch.inference_mode()
    def make(
        self, batch_size: int, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> list[Pixels]:
        """One picture per seed, at most `batch_size` at a time."""
        count = len(self._request.seeds)
        sigmas = self.list_sigmas()
        pictures: list[Pixels] = []
        for start in range(0, count, batch_size):
            batch = Batch(range(start, min(start + batch_size, count)), count)
            latents = self.denoise(batch, sigmas, report, is_cancelled)
            if is_cancelled():
                raise GenerationCancelledError
            made = decode_latents(latents, self._components)
            pictures += [self._finish(picture, number) for picture, number in zip(made, batch.numbers, strict=True)]
        return pictures

    def list_sigmas(self) -> tuple[float, ...]:
        """The noise levels that run: for img2img the last ones of the schedule."""
        steps, choice = self._request.num_inference_steps, self._plan.choice
        sigmas = build_sigmas(
            self._plan.schedule,
            steps,
            self._components.table,
            self._components.family,
            skips_next_to_last=choice.skips_next_to_last,
        )
        return sigmas[steps - count_steps(self._request) :]

    def denoise(
        self,
        batch: Batch,
        sigmas: Sequence[float],
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
    ) -> Tensor:
        """The finished latents of a batch, (pictures, 4, height / 8, width / 8), float32."""
        noise = self._open_noise(batch)
        start = self._encode(batch)
        walk = Walk(
            denoise=self._build_denoiser(batch, start, is_cancelled),
            draw_noise=noise.draw,
            follow=self._build_follower(batch, report),
            table=self._components.table,
        )
        x = noise.draw() * self._choose_first_level(sigmas[0])
        if start is not None:
            x = x + start
        x = SAMPLE_FUNCTIONS[self._plan.choice.name](x, sigmas, walk)
        # A walk that ends above 0 (DDIM) leaves noise; its picture is on the scale that the model was trained on.
        x = x / math.sqrt(sigmas[-1] ** 2 + 1)
        known = self._find_known(start)
        return x if known is None else known.restore(x)

    def _choose_first_level(self, sigma: float) -> float:
        """DDIM begins with noise of unit scale as the model sees it, the others with noise of `sigma`."""
        is_unit = self._plan.schedule == DDIM_OWN and self._request.kind == "txt2img"
        return math.sqrt(sigma**2 + 1) if is_unit else sigma

    def _open_noise(self, batch: Batch) -> NoiseSource:
        height, width = self._request.height_px, self._request.width_px
        side = self._components.latent_px
        seeds = [self._request.seeds[number] for number in batch.numbers]
        return NoiseSource(seeds, (LATENT_CHANNELS, height // side, width // side), self._components.device)

    def _encode(self, batch: Batch) -> Tensor | None:
        """The photographs' latents, one row per picture; None for txt2img."""
        if not self._photos:
            return None
        used = sorted({number % len(self._photos) for number in batch.numbers})
        rows = encode_pictures([self._photos[place] for place in used], self._components)
        return torch.stack([rows[used.index(number % len(self._photos))] for number in batch.numbers])

    def _build_denoiser(self, batch: Batch, start: Tensor | None, is_cancelled: Callable[[], bool]) -> Denoiser:
        request = self._request
        prompt, _ = extract_loras(request.prompt)
        negative_prompt, _ = extract_loras(request.negative_prompt)
        positive, negative = self._model.encoder.encode_pair(prompt, negative_prompt, request.clip_skip)
        return Denoiser(
            components=self._components,
            guidance=Guidance(positive, negative, request.guidance_scale),
            units=tuple(self._build_unit(number, batch) for number in range(len(request.control_units))),
            pictures=len(batch.numbers),
            size_px=(request.width_px, request.height_px),
            steps=count_steps(request),
            is_cancelled=is_cancelled,
            known=self._find_known(start),
        )

    def _find_known(self, start: Tensor | None) -> Known | None:
        if start is None or self._mask is None:
            return None
        return Known(start, shrink_mask(self._mask, self._components))

    def _build_unit(self, number: int, batch: Batch) -> ActiveUnit:
        unit = self._request.control_units[number]
        files = next((files for files in self._controlnets if files.is_called(unit.model)), None)
        if files is None:
            raise ModelFileError(reason=f"The ControlNet {unit.model[:100]} is not there any more.")
        images = [self._control_images.draw(number, place) for place in batch.numbers]
        return ActiveUnit(
            net=self._model.nets.get(files),
            image=torch.stack([to_tensor(image, self._components.device, self._components.dtype) for image in images]),
            conditioning_scale=unit.conditioning_scale,
            guidance_start=unit.guidance_start,
            guidance_end=unit.guidance_end,
            mode=unit.control_mode,
        )

    def _build_follower(self, batch: Batch, report: Callable[[Progress], None]) -> Callable[[int, Tensor], None]:
        steps = count_steps(self._request)

        def follow(step: int, guess: Tensor) -> None:
            preview = self._model.previewer.draw(guess[0]) if step % PREVIEW_EVERY == 0 else None
            report(Progress(batch.to_fraction((step + 1) / steps), step + 1, steps, preview))

        report(Progress(batch.to_fraction(0.0), 0, steps))
        return follow

    def _finish(self, picture: Pixels, number: int) -> Pixels:
        if self._mask is None:
            return picture
        return keep_outside(picture, self._photos[number % len(self._photos)], self._mask)

    def _fit(self, image: Pixels) -> Pixels:
        return fit_image(image, self._request.width_px, self._request.height_px, self._request.resize_mode)

    def _fit_mask(self, mask: Pixels) -> Pixels:
        return self._fit(np.ascontiguousarray(np.repeat(mask[..., None], 3, axis=2)))[..., 0]
