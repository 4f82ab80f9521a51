"""How a request's work is shared out: pictures that are made at once, and passes over them.

`denoising_strength` counts as in the web UI: of `steps`, min(int(strength * steps), steps - 1) + 1 run, so that 20
steps at 0.5 take 11. txt2img runs all of them; of a second pass all run that were asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator_server.engines.protocol import GenerationRequest


@dataclass(frozen=True)
class Batch:
    """The pictures of one request that are made at once: their places in the request."""

    numbers: range
    of: int

    def to_fraction(self, share: float) -> float:
        """How far the whole request is when this batch is at `share`."""
        return (self.numbers.start + share * len(self.numbers)) / self.of


@dataclass(frozen=True)
class Part:
    """A pass's steps, and where the whole work stands at its start and its end, 0-1."""

    steps: int
    start: float = 0.0
    end: float = 1.0


def count_steps(request: GenerationRequest) -> int:
    """How many of the request's steps run."""
    steps = request.num_inference_steps
    if request.kind == "txt2img":
        return steps
    return min(int(request.denoising_strength * steps), steps - 1) + 1


def split_work(request: GenerationRequest) -> tuple[Part, Part | None]:
    """The only or first pass, and the second one of a request with a hires fix; their shares are their pixel steps."""
    first = count_steps(request)
    hires = request.hires
    if hires is None:
        return Part(first), None
    # At strength 0 the enlarged picture stays as it is.
    second = hires.num_inference_steps if request.denoising_strength > 0 else 0
    work = first * request.width_px * request.height_px
    share = work / (work + second * hires.width_px * hires.height_px)
    return Part(first, 0.0, share), Part(second, share, 1.0)
