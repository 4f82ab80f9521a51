"""A photograph changed until a network sees its shapes as before and its textures as in another picture.

Sources: Gatys, Ecker and Bethge 2016 (the method and its layers); Gatys et al. 2017 (coarse to fine);
Liu and Nocedal 1989 (L-BFGS).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from generator_server.engines.neural_style.network import Vgg

CONTENT_LAYER = "conv4_2"
STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
STYLE_WEIGHT = 20.0
"""At strength 1: of the style's loss against the content's, both relative to what they compare with."""
SMOOTHNESS = 0.05
"""Weight of the differences between neighbouring pixels; keeps checkerboards away."""
COARSE_SHARE = 0.6
"""Share of the iterations that run at half size."""
LEAST_SIDE_PX = 64
"""Of the coarse picture: five blocks of the network halve it four times."""


@dataclass(frozen=True)
class Plan:
    """How long and how strongly; `on_step` hears of the share done, 0-1, and may raise to stop."""

    iterations: int
    strength: float
    on_step: Callable[[float], None]


def transfer(vgg: Vgg, photo: Tensor, exemplar: Tensor, plan: Plan) -> Tensor:
    """`photo` (1, 3, H, W), RGB 0-1, in the style of `exemplar` (1, 3, h, w); the same size, values 0-1."""
    coarse_steps = round(plan.iterations * COARSE_SHARE)
    picture = photo
    if min(photo.shape[-2:]) >= 2 * LEAST_SIDE_PX:
        small = functional.interpolate(photo, scale_factor=0.5, mode="area")
        made = _optimise(vgg, small, small, _shrink_to(exemplar, small), plan, 0, coarse_steps)
        picture = _add_details(photo, small, made)
    return _optimise(vgg, photo, picture, _shrink_to(exemplar, photo), plan, coarse_steps, plan.iterations)


def _add_details(photo: Tensor, small: Tensor, made: Tensor) -> Tensor:
    """The coarse picture enlarged, with the photograph's details, which it could not hold."""
    size = photo.shape[-2:]
    change = functional.interpolate(made - small, size=size, mode="bicubic", align_corners=False)
    return (photo + change).clamp(0.0, 1.0)


def _shrink_to(exemplar: Tensor, picture: Tensor) -> Tensor:
    """The exemplar at most as large as the picture, so that its brush marks have the picture's scale."""
    factor = max(picture.shape[-2:]) / max(exemplar.shape[-2:])
    if factor >= 1.0:
        return exemplar
    size = [max(LEAST_SIDE_PX, round(side * factor)) for side in exemplar.shape[-2:]]
    return functional.interpolate(exemplar, size=size, mode="area")


def _optimise(vgg: Vgg, photo: Tensor, start: Tensor, exemplar: Tensor, plan: Plan, first: int, last: int) -> Tensor:
    with torch.no_grad():
        content = vgg.look(photo, (CONTENT_LAYER,))[CONTENT_LAYER]
        grams = {name: _gram(values) for name, values in vgg.look(exemplar, STYLE_LAYERS).items()}
    picture = start.detach().clone().contiguous().requires_grad_(True)
    optimizer = torch.optim.LBFGS(
        [picture], max_iter=last - first, max_eval=last - first, history_size=20, line_search_fn="strong_wolfe"
    )
    steps = itertools.count(first)

    def measure() -> Tensor:
        plan.on_step(min(1.0, next(steps) / plan.iterations))
        optimizer.zero_grad()
        loss = _measure_loss(vgg, picture, content, grams, plan.strength)
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(measure)  # type: ignore[no-untyped-call]
    return picture.detach().clamp(0.0, 1.0)


def _measure_loss(vgg: Vgg, picture: Tensor, content: Tensor, grams: Mapping[str, Tensor], strength: float) -> Tensor:
    seen = vgg.look(picture, (*STYLE_LAYERS, CONTENT_LAYER))
    style = torch.stack([_compare(_gram(seen[name]), gram) for name, gram in grams.items()]).mean()
    roughness = SMOOTHNESS * _measure_roughness(picture)
    return _compare(seen[CONTENT_LAYER], content) + strength * STYLE_WEIGHT * style + roughness


def _compare(actual: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared difference against the mean square: layers whose values differ by magnitudes count alike."""
    return functional.mse_loss(actual, wanted) / (wanted.square().mean() + 1e-8)


def _gram(features: Tensor) -> Tensor:
    """(C, C): how strongly each two features appear together, per pixel."""
    flat = features.flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


def _measure_roughness(picture: Tensor) -> Tensor:
    return (picture[..., 1:, :] - picture[..., :-1, :]).abs().mean() + (
        picture[..., 1:] - picture[..., :-1]
    ).abs().mean()
