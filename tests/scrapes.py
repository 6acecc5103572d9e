"""Hypothesis strategies for raw articles: prose, rule phrases and rule examples in any order and spacing."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from cleaner.rulebook.load import Rulebook, load, packaged_rules

LINE_ENDS = ("\n", "\r\n", "\n\n", "\n \n", "\r\n\r\n", "\n\n\n", "\u2028", "\x0b", "\x85", "\r")


@cache
def packaged() -> Rulebook:
    return load([packaged_rules()])


@cache
def boilerplate() -> tuple[str, ...]:
    """Lines that rules list, and the lines of their examples."""
    lines = {line for rule in packaged().rules for line in rule.entry.lines or ()}
    for file in packaged().files:
        for example in file.content.examples:
            lines.update(line for line in example.text.splitlines() if line.strip())
    return tuple(sorted(lines))


def prose() -> st.SearchStrategy[str]:
    return st.sampled_from(packaged().reserve)


def pieces() -> st.SearchStrategy[str]:
    noise = st.text(max_size=40)
    short = st.sampled_from(("Militant Attack", "×", "***", "By Jane Roe", "12", "Related", "\ufeff", "\x00", "“", "»"))
    return st.one_of(prose(), prose(), st.sampled_from(boilerplate()), short, noise)


@st.composite
def articles(draw: st.DrawFn) -> str:
    """A raw text of up to 25 pieces."""
    out = [draw(st.sampled_from(("", "", "\n", " ", "\t")))]
    for piece in draw(st.lists(pieces(), max_size=25)):
        out += [piece, draw(st.sampled_from(LINE_ENDS))]
    return "".join(out[: len(out) - draw(st.integers(0, 1))])
