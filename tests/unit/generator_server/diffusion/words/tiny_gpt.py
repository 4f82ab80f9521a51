"""A GPT-2 of a few thousand random weights, saved as transformers saves a real one."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

END = "<|endoftext|>"
WORDS = ("warm", "light", "ink", "wash", "calm", "portrait", "soft", "paper", "gold", "still", "grey", "river")
POSITIONS = 48


def write_tiny_gpt(folder: Path, *, seed: int = 0) -> Path:
    """A model that knows WORDS and expects each of them about as much as the next; answers `folder`."""
    vocabulary = {word: number for number, word in enumerate((END, *WORDS))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token=END))
    tokenizer.pre_tokenizer = Whitespace()
    reader = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=END, eos_token=END, unk_token=END)
    reader.save_pretrained(folder)
    config = GPT2Config(
        vocab_size=len(vocabulary),
        n_positions=POSITIONS,
        n_embd=16,
        n_layer=2,
        n_head=2,
        bos_token_id=0,
        eos_token_id=0,
    )
    torch.manual_seed(seed)
    net = GPT2LMHeadModel(config)
    for parameter in net.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.3)
    net.save_pretrained(folder)
    return folder
