"""Pictures by Stable Diffusion: an own denoising loop on the diffusers modules.

Only `engine`, `compiling`, `annotators`, `words`, `failures`, `model_files`, `model_shelf`, `prompt_grammar`,
`sampler_names` and `schedules` may be imported without torch; what needs it is loaded by the thread that works with it.
"""

from generator_server.diffusion.engine import DiffusionEngine

__all__ = ["DiffusionEngine"]
