"""Hypothesis strategies for raw articles: prose, rule phrases and rule examples in any order and spacing."""

from __future__ import annotations

from hypothesis import strategies as st

from cleaner.rulebook.load import Rulebook, load, packaged_rules

LINE_ENDS = ("\n", "\r\n", "\n\n", "\n \n", "\r\n\r\n", "\n\n\n", "\u2028", "\x0b", "\x85", "\r")


def _boilerplate(rulebook: Rulebook) -> tuple[str, ...]:
    """Return the lines that rules list, and the lines of their examples."""
    lines = {line for rule in rulebook.rules for line in rule.entry.lines or ()}
    for file in rulebook.files:
        for example in file.content.examples:
            lines.update(line for line in example.text.splitlines() if line.strip())
    return tuple(sorted(lines))


PACKAGED = load([packaged_rules()])
BOILERPLATE = _boilerplate(PACKAGED)


def prose() -> st.SearchStrategy[str]:
    return st.sampled_from(PACKAGED.reserve)


def pieces() -> st.SearchStrategy[str]:
    noise = st.text(max_size=40)
    short = st.sampled_from(
        ("Militant Attack", "×", "***", "By Jane Roe", "12", "Related", "\ufeff", "\x00", "“", "»", "\udce9 \ud83d")
    )
    return st.one_of(prose(), prose(), st.sampled_from(BOILERPLATE), short, noise)


@st.composite
def articles(draw: st.DrawFn) -> str:
    """A raw text of up to 25 pieces."""
    out = [draw(st.sampled_from(("", "", "\n", " ", "\t")))]
    for piece in draw(st.lists(pieces(), max_size=25)):
        out += [piece, draw(st.sampled_from(LINE_ENDS))]
    return "".join(out[: len(out) - draw(st.integers(0, 1))])
