"""Style packs: what was learnt, with its names, its source and a sample, as a generator serves it."""

from lora_training.packing.building import Pack, build_pack, number_pack
from lora_training.packing.words import PackWords, state_words

__all__ = ["Pack", "PackWords", "build_pack", "number_pack", "state_words"]
