"""Strokes along the shapes of one frame, drawn on the calling thread alone."""

from __future__ import annotations

import numpy as np
from numba import njit

from painter.arrays import Plane
from painter.blocks.flow import Flow


@njit(cache=True, nogil=True, fastmath=True)
def _draw(grain, flow_x, flow_y, reach, out):  # type: ignore[no-untyped-def]
    height, width = grain.shape
    for row in range(height):
        for column in range(width):
            ay = by = np.float32(row)
            ax = bx = np.float32(column)
            avy, avx = flow_y[row, column], flow_x[row, column]
            bvy, bvx = -avy, -avx
            total = grain[row, column]
            for _ in range(reach):
                ay = min(max(ay + avy, np.float32(0.0)), np.float32(height - 1))
                ax = min(max(ax + avx, np.float32(0.0)), np.float32(width - 1))
                by = min(max(by + bvy, np.float32(0.0)), np.float32(height - 1))
                bx = min(max(bx + bvx, np.float32(0.0)), np.float32(width - 1))
                a_row, a_column = np.int32(ay + np.float32(0.5)), np.int32(ax + np.float32(0.5))
                b_row, b_column = np.int32(by + np.float32(0.5)), np.int32(bx + np.float32(0.5))
                total += grain[a_row, a_column] + grain[b_row, b_column]
                # the sign of a direction carries no meaning
                sign = np.float32(1.0)
                if flow_y[a_row, a_column] * avy + flow_x[a_row, a_column] * avx < np.float32(0.0):
                    sign = np.float32(-1.0)
                avy, avx = sign * flow_y[a_row, a_column], sign * flow_x[a_row, a_column]
                sign = np.float32(1.0)
                if flow_y[b_row, b_column] * bvy + flow_x[b_row, b_column] * bvx < np.float32(0.0):
                    sign = np.float32(-1.0)
                bvy, bvx = sign * flow_y[b_row, b_column], sign * flow_x[b_row, b_column]
            out[row, column] = total


def draw_live_strokes(grain: Plane, flow: Flow, reach_px: int) -> Plane:
    """Mean of a plane along a flow, `reach_px` steps to both sides, scaled so that white noise keeps its variance.

    Source: Cabral and Leedom 1993 (line integral convolution), with the nearest pixel instead of a bilinear one.
    """
    out = np.empty_like(grain)
    _draw(grain, flow.x, flow.y, reach_px, out)
    out *= np.float32(1.0 / np.sqrt(2 * reach_px + 1))
    return out
