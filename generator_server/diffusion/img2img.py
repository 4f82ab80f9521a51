"""A request's pictures: from prompt, photograph, mask and control images to pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

import torch
from torch import Tensor

from generator_server.diffusion.components import LATENT_CHANNELS, Components
from generator_server.diffusion.control import ActiveUnit, ControlNets
from generator_server.diffusion.control_images import ControlImages
from generator_server.diffusion.denoiser import Denoiser, Guidance, Known
from generator_server.diffusion.enlarging import build_first_request, build_second_request, enlarge_latents
from generator_server.diffusion.failures import ModelFileError
from generator_server.diffusion.first_noise import Variation
from generator_server.diffusion.inpainting import Frame, crop_controls, frame_photo
from generator_server.diffusion.latents import Previewer, decode_latents, encode_pictures, shrink_mask, to_tensor
from generator_server.diffusion.lora.bank import AdapterBank
from generator_server.diffusion.lora.tags import ChosenFile
from generator_server.diffusion.model_shelf import ControlNetFiles
from generator_server.diffusion.parts import Batch, Part, split_work
from generator_server.diffusion.prompt_grammar import extract_loras
from generator_server.diffusion.prompts import PromptEncoder
from generator_server.diffusion.safety import SafetyChecker
from generator_server.diffusion.sampler_names import DDIM_OWN, Plan, find_plan
from generator_server.diffusion.samplers import SAMPLE_FUNCTIONS
from generator_server.diffusion.schedules import build_sigmas
from generator_server.diffusion.tiling import joining_edges
from generator_server.diffusion.walk import NoiseSource, Walk
from generator_server.engines.annotating import AnnotatorShelf
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
    safety: SafetyChecker | None = None

    def wear(self, files: Sequence[ChosenFile]) -> None:
        """Let exactly these LoRAs act on UNet and text encoders. Raises ModelFileError, and then changes nothing."""
        self.adapters.wear(files)
        self.encoder.variant = self.adapters.text_mark


class PictureMaker:
    """Makes one request's pictures with a loaded model."""

    def __init__(
        self,
        request: GenerationRequest,
        model: LoadedModel,
        controlnets: Sequence[ControlNetFiles],
        annotators: AnnotatorShelf,
        *,
        part: Part | None = None,
    ) -> None:
        first, second = split_work(request)
        self._part = part or first
        self._request = build_first_request(request) if request.hires else request
        self._model = model
        self._components = model.components
        self._controlnets = controlnets
        self._plan: Plan = find_plan(request.sampler, request.scheduler)
        self._randomness = self._plan.choice.settle(request.randomness, request.override_settings)
        self._frames: list[Frame] = [frame_photo(image, request) for image in request.init_images]
        seen, crops = crop_controls(self._request, self._frames)
        self._control_images = ControlImages(seen, annotators, crops)
        self._second: PictureMaker | None = None
        if request.hires is not None:
            larger = build_second_request(request, request.hires)
            self._second = PictureMaker(larger, model, controlnets, annotators, part=second)

    @property
    def plan(self) -> Plan:
        """The sampler and schedule that the request's names mean."""
        return self._plan

    @property
    def noise_remarks(self) -> dict[str, str]:
        """What was asked of the sampler's fresh noise and followed, for the infotext."""
        return self._plan.choice.describe(self._randomness)

    @property
    def _is_alone(self) -> bool:
        return self._plan.choice.is_alone or (self._second is not None and self._second._is_alone)

    @torch.inference_mode()
    def make(
        self, batch_size: int, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> list[Pixels]:
        """One picture per seed, at most `batch_size` at a time; one, where each picture has steps of its own."""
        with joining_edges(self._components) if self._request.is_tiling else nullcontext():
            return self._make(1 if self._is_alone else batch_size, report, is_cancelled)

    def _make(
        self, batch_size: int, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> list[Pixels]:
        count = len(self._request.seeds)
        sigmas = self.list_sigmas()
        pictures: list[Pixels] = []
        for start in range(0, count, batch_size):
            batch = Batch(range(start, min(start + batch_size, count)), count)
            latents = self.denoise(batch, sigmas, report, is_cancelled)
            if self._second is not None and self._request.hires is not None:
                larger = enlarge_latents(latents, self._request.hires, self._components)
                latents = self._second.work_on(larger, batch, report, is_cancelled)
            if is_cancelled():
                raise GenerationCancelledError
            made = decode_latents(latents, self._components)
            pictures += [self._finish(picture, number) for picture, number in zip(made, batch.numbers, strict=True)]
        return pictures

    def list_control_maps(self, number: int) -> tuple[Pixels, ...]:
        """The control images that held picture `number` and shall be shown, those of a second pass first."""
        second = () if self._second is None else self._second.list_control_maps(number)
        return (*second, *self._control_images.list_kept(number))

    def work_on(
        self, start: Tensor, batch: Batch, report: Callable[[Progress], None], is_cancelled: Callable[[], bool]
    ) -> Tensor:
        """The second pass: `start` made anew from so much noise that all of its steps run."""
        if self._part.steps == 0:
            return start
        return self.denoise(batch, self.list_sigmas(), report, is_cancelled, start=start)

    def list_sigmas(self) -> tuple[float, ...]:
        """The noise levels that run: for img2img and second passes the last ones of the schedule."""
        steps, choice = self._request.num_inference_steps, self._plan.choice
        sigmas = build_sigmas(
            self._plan.schedule,
            steps,
            self._components.table,
            self._components.family,
            skips_next_to_last=choice.skips_next_to_last,
        )
        return sigmas[steps - self._part.steps :]

    def denoise(
        self,
        batch: Batch,
        sigmas: Sequence[float],
        report: Callable[[Progress], None],
        is_cancelled: Callable[[], bool],
        *,
        start: Tensor | None = None,
    ) -> Tensor:
        """The finished latents of a batch, (pictures, 4, height / 8, width / 8), float32, begun at `start` if given."""
        noise = self._open_noise(batch, self._find_variation(batch))
        is_fresh = start is None and not self._frames
        if start is None:
            start = self._encode(batch)
        known = self._find_known(start, batch)
        denoiser = self._build_denoiser(batch, known, is_cancelled)
        walk = Walk(
            denoise=denoiser,
            draw_noise=noise.draw,
            follow=self._build_follower(batch, report),
            table=self._components.table,
            denoise_apart=denoiser.guess_apart,
            eta=self._randomness.eta or 0.0,
            noise_factor=self._randomness.noise_factor,
            churn=self._randomness.churn,
        )
        x = noise.draw() * self._request.noise_multiplier * self._choose_first_level(sigmas[0], is_fresh=is_fresh)
        if start is not None:
            x = x + start
        x = SAMPLE_FUNCTIONS[self._plan.choice.name](x, sigmas, walk)
        # A walk that ends above 0 (DDIM) leaves noise; its picture is on the scale that the model was trained on.
        x = x / math.sqrt(sigmas[-1] ** 2 + 1)
        return x if known is None else known.restore(x)

    def _choose_first_level(self, sigma: float, *, is_fresh: bool) -> float:
        """DDIM begins with noise of unit scale as the model sees it, the others with noise of `sigma`."""
        is_unit = self._plan.schedule == DDIM_OWN and is_fresh
        return math.sqrt(sigma**2 + 1) if is_unit else sigma

    def _open_noise(self, batch: Batch, variation: Variation | None = None) -> NoiseSource:
        seeds = [self._request.seeds[number] for number in batch.numbers]
        shape = self._find_shape(self._request.width_px, self._request.height_px)
        return NoiseSource(seeds, shape, self._components.device, variation)

    def _find_shape(self, width_px: int, height_px: int) -> tuple[int, int, int]:
        side = self._components.latent_px
        return LATENT_CHANNELS, height_px // side, width_px // side

    def _find_variation(self, batch: Batch) -> Variation | None:
        """How the batch's first noise is to be varied, None when it is not."""
        request = self._request
        if request.variation_strength == 0 and request.noise_size_px is None:
            return None
        shape = None if request.noise_size_px is None else self._find_shape(*request.noise_size_px)
        seeds = tuple(request.variation_seeds[number] for number in batch.numbers) if request.variation_seeds else ()
        return Variation(seeds, request.variation_strength, shape)

    def _encode(self, batch: Batch) -> Tensor | None:
        """What is begun from, one row per picture: the photographs' latents; None for txt2img."""
        if not self._frames:
            return None
        used = sorted({number % len(self._frames) for number in batch.numbers})
        rows = {place: self._encode_frame(self._frames[place]) for place in used}
        start = torch.cat([rows[number % len(self._frames)] for number in batch.numbers])
        return self._empty_masked(start, batch)

    def _encode_frame(self, frame: Frame) -> Tensor:
        """One photograph's latents at the picture's size, (1, 4, height / 8, width / 8)."""
        side = self._components.latent_px
        size = (self._request.height_px // side, self._request.width_px // side)
        latents = encode_pictures([frame.start], self._components)
        if latents.shape[2:] == size:
            return latents
        return torch.nn.functional.interpolate(latents, size=size, mode="bilinear")

    def _empty_masked(self, start: Tensor, batch: Batch) -> Tensor:
        """Where the mask is set, noise or nothing if that was asked, and else the photograph."""
        mask, content = self._stack_masks(batch), self._request.mask_use.content
        if mask is None or content not in ("noise", "nothing"):
            return start
        kept = start * (1 - mask)
        return kept + self._open_noise(batch).draw() * mask if content == "noise" else kept

    def _build_denoiser(self, batch: Batch, known: Known | None, is_cancelled: Callable[[], bool]) -> Denoiser:
        request, choice = self._request, self._plan.choice
        prompt, _ = extract_loras(request.prompt)
        negative_prompt, _ = extract_loras(request.negative_prompt)
        positive, negative = self._model.encoder.encode_pair(prompt, negative_prompt, request.clip_skip)
        return Denoiser(
            components=self._components,
            guidance=Guidance(positive, negative, request.guidance_scale * choice.guidance_share, choice.is_apart),
            units=tuple(self._build_unit(number, batch) for number in range(len(request.control_units))),
            pictures=len(batch.numbers),
            size_px=(request.width_px, request.height_px),
            steps=self._part.steps,
            is_cancelled=is_cancelled,
            known=known,
        )

    def _find_known(self, start: Tensor | None, batch: Batch) -> Known | None:
        mask = self._stack_masks(batch)
        return None if start is None or mask is None else Known(start, mask)

    def _stack_masks(self, batch: Batch) -> Tensor | None:
        """The masks as latents, (pictures, 1, height / 8, width / 8), 1 = made anew; None without a mask."""
        masks = [self._frames[number % len(self._frames)].mask for number in batch.numbers] if self._frames else []
        shrunk = [shrink_mask(mask, self._components) for mask in masks if mask is not None]
        return torch.cat(shrunk) if shrunk else None

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
        part = self._part

        def tell(step: int, previews: dict[int, Pixels]) -> None:
            share = part.start + (part.end - part.start) * step / part.steps
            report(Progress(batch.to_fraction(share), step, part.steps, previews))

        def follow(step: int, guess: Tensor) -> None:
            rows = zip(batch.numbers, guess, strict=True) if step % PREVIEW_EVERY == 0 else ()
            tell(step + 1, {number: self._model.previewer.draw(row) for number, row in rows})

        tell(0, {})
        return follow

    def _finish(self, picture: Pixels, number: int) -> Pixels:
        return self._frames[number % len(self._frames)].restore(picture) if self._frames else picture
