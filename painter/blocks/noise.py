"""Random fields."""

from __future__ import annotations

import numpy as np

from painter.arrays import Plane


def make_fbm(
    shape: tuple[int, int],
    *,
    cell_px: float,
    gain: float,
    generator: np.random.Generator,
    stretch: float = 1.0,
) -> Plane:
    """Fractional Brownian noise by spectral synthesis: zero mean, unit variance, periodic in both directions.

    `cell_px` is the size of the largest blobs, `gain` (0.3-0.8) the amplitude of each octave against the one before,
    `stretch` > 1 makes the blobs longer along x. Periodic, so a roll of the array is another sample of the same kind.
    Source: Fournier, Fussell and Carpenter 1982; spectral form after Voss 1985.
    """
    height, width = shape
    spectrum = np.fft.rfft2(generator.standard_normal(shape, dtype=np.float32))
    down = np.fft.fftfreq(height).astype(np.float32)[:, None]
    across = np.fft.rfftfreq(width).astype(np.float32)[None, :] * np.float32(stretch)
    octaves = np.hypot(down, across) * np.float32(2.0 * cell_px)
    # amplitude gain^octave per octave is f^(log2(gain) - 1) per bin of a plane; flat below the base frequency
    exponent = (1.0 - float(np.log2(gain))) / 2.0
    spectrum *= (1.0 + octaves * octaves) ** np.float32(-exponent)
    spectrum[0, 0] = 0.0
    field = np.fft.irfft2(spectrum, s=shape).astype(np.float32)
    deviation = float(field.std())
    return field / np.float32(deviation) if deviation > 0.0 else field
