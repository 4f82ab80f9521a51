"""The web UI's prompt grammar."""

from __future__ import annotations

import pytest

from generator_server.diffusion.prompt_grammar import LoraTag, Piece, extract_loras, parse_emphasis


def parse(prompt: str) -> list[tuple[str, float]]:
    return [(piece.text, round(piece.weight, 6)) for piece in parse_emphasis(prompt)]


@pytest.mark.parametrize(
    ("prompt", "pieces"),
    [
        ("a cat", [("a cat", 1.0)]),
        ("", [("", 1.0)]),
        ("a (warm) light", [("a ", 1.0), ("warm", 1.1), (" light", 1.0)]),
        ("((warm))", [("warm", 1.21)]),
        ("[warm]", [("warm", 0.909091)]),
        ("(warm:1.5) light", [("warm", 1.5), (" light", 1.0)]),
        ("(warm : .5 )", [("warm ", 0.5)]),
        ("(warm:-1)", [("warm", -1.0)]),
        ("(a (b:2) c)", [("a ", 1.1), ("b", 2.2), (" c", 1.1)]),
        ("([a])", [("a", 1.0)]),
        (r"\(a\) \[b\]", [("(a) [b]", 1.0)]),
        (r"(a\))", [("a)", 1.1)]),
        (r"a\\b", [(r"a\b", 1.0)]),
        (r"a\b", [(r"a\b", 1.0)]),
        ("(open", [("open", 1.1)]),
        ("[(open", [("open", 1.0)]),
        ("close) more", [("close) more", 1.0)]),
        ("time 10:30) x", [("time 10:30) x", 1.0)]),
        ("(10:30:2)", [("10:30", 2.0)]),
        ("(a:b)", [("a:b", 1.1)]),
        ("(한지:1.2)", [("한지", 1.2)]),
    ],
)
def test_brackets_weigh_text(prompt: str, pieces: list[tuple[str, float]]) -> None:
    assert parse(prompt) == pieces


def test_break_ends_a_chunk() -> None:
    assert parse_emphasis("a BREAK b") == (Piece("a"), Piece("", is_break=True), Piece("b"))
    assert parse_emphasis("BREAKFAST") == (Piece("BREAKFAST"),)
    weighed = parse_emphasis("(a BREAK b:1.5)")
    assert [(piece.text, piece.weight) for piece in weighed if not piece.is_break] == [("a", 1.5), ("b", 1.5)]
    assert sum(piece.is_break for piece in weighed) == 1


@pytest.mark.parametrize(
    ("prompt", "rest", "tags"),
    [
        ("ink <lora:wash:0.8> wash", "ink  wash", (LoraTag("wash", 0.8, 0.8),)),
        ("<lora:wash>", "", (LoraTag("wash", 1.0, 1.0),)),
        ("<lora:wash:0.5:0.25>", "", (LoraTag("wash", 0.5, 0.25),)),
        ("<LoRA:a b:1><lora:c:0>", "", (LoraTag("a b", 1.0, 1.0), LoraTag("c", 0.0, 0.0))),
        ("<lora:wash:high>", "", (LoraTag("wash", 1.0, 1.0),)),
        ("a < b", "a < b", ()),
        ("<lyco:wash:1>", "<lyco:wash:1>", ()),
    ],
)
def test_lora_tags_are_taken_out(prompt: str, rest: str, tags: tuple[LoraTag, ...]) -> None:
    assert extract_loras(prompt) == (rest, tags)
