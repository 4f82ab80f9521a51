"""Pictures whose opposite edges fit together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from generator_server.diffusion.components import Components


@contextmanager
def joining_edges(components: Components) -> Iterator[None]:
    """While it lasts, convolutions of UNet and autoencoder see beyond an edge what lies at the opposite one.

    No weight is touched. What a model loads in the meantime would not be changed: nothing does.
    """
    layers = [
        layer
        for part in (components.unet, components.vae)
        for layer in part.modules()
        if isinstance(layer, torch.nn.Conv2d)
    ]
    usual = [layer.padding_mode for layer in layers]
    for layer in layers:
        layer.padding_mode = "circular"
    try:
        yield
    finally:
        for layer, mode in zip(layers, usual, strict=True):
            layer.padding_mode = mode
