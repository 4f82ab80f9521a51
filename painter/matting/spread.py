"""Carrying values from where they are known into where they are not."""

from __future__ import annotations

import cv2
import numpy as np

from painter.arrays import Picture, Plane

FAINT = 1e-3


def spread(values: Picture, weight: Plane) -> Picture:
    """Fill a picture (1 to 4 channels) where its `weight` (0-1) is 0 from the nearest parts where it is 1.

    Source: the pull-push scheme of Gortler, Grzeszczuk, Szeliski and Cohen 1996.
    """
    flat = values[..., None] if values.ndim == 2 else values
    pulled = [(flat * weight[..., None], weight)]
    while max(pulled[-1][1].shape) > 1:
        sums, trust = pulled[-1]
        size = ((trust.shape[1] + 1) // 2, (trust.shape[0] + 1) // 2)
        smaller = cv2.resize(sums, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1)
        lighter = cv2.resize(trust, size, interpolation=cv2.INTER_AREA)
        # a coarse pixel that saw any known value trusts it
        boost = np.minimum(4.0, 1.0 / np.maximum(lighter, FAINT))
        pulled.append((np.asarray(smaller * boost[..., None]), np.asarray(lighter * boost)))
    sums, trust = pulled.pop()
    filled = sums / np.maximum(trust, FAINT)[..., None]
    while pulled:
        sums, trust = pulled.pop()
        size = (trust.shape[1], trust.shape[0])
        coarse = cv2.resize(filled, size, interpolation=cv2.INTER_LINEAR).reshape(size[1], size[0], -1)
        filled = sums + (1.0 - np.minimum(trust, 1.0))[..., None] * coarse
    return np.asarray(filled.reshape(values.shape), dtype=np.float32)
