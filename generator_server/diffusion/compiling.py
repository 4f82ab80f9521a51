"""Compiled models: where torch keeps them, how many variants of each, and saying when one is being made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from generator_server.engines.holding import Preparation
from generator_server.settings import DiffusionSettings

# A UNet and its nets share one count: variants with and without nets, guidance, long prompts, and for each size.
MOST_VARIANTS = 64
CODE_FOLDER = "TORCHINDUCTOR_CACHE_DIR"


def keep_compiled_code(settings: DiffusionSettings, data_dir: Path) -> None:
    """Let torch keep compiled code in the data folder, where a restart finds it; a place of the operator's own wins.

    By itself torch takes the temporary folder, which is a new one for each start of a service. To be called before
    torch is loaded.
    """
    if settings.compile:
        os.environ.setdefault(CODE_FOLDER, str(data_dir / "compiled"))


def allow_variants() -> None:
    """Let torch compile each variant that is asked for; by itself it stops at eight in all, and goes on uncompiled."""
    import torch._dynamo

    torch._dynamo.config.recompile_limit = MOST_VARIANTS


@contextmanager
def noting_compilations(preparation: Preparation) -> Iterator[None]:
    """While the block runs, compiling and recording of graphs count as preparation: nobody knows how long they take."""
    from torch._dynamo.callback import callback_handler

    with ExitStack() as under_way:

        def begin(_: Any) -> None:
            under_way.enter_context(preparation.under_way())

        def end(_: Any) -> None:
            under_way.close()

        callback_handler.register_start_callback(begin)
        callback_handler.register_end_callback(end)
        try:
            yield
        finally:
            # torch forgets them by itself when all compiled code goes.
            if begin in callback_handler.start_callbacks:
                callback_handler.remove_start_callback(begin)
                callback_handler.remove_end_callback(end)
