"""One pattern: checked, compiled, and searched for under a timeout."""

from __future__ import annotations

import re._constants as sre  # type: ignore[import-not-found]
import warnings
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import regex

from cleaner.fold import fold_pattern
from cleaner.rulebook.literals import Hints, parse, read_hints

TIMEOUT: Final = 0.25
"""Seconds for one search in one block; an honest pattern needs microseconds."""
SHORT: Final = 500
"""Characters of text that even a cubic pattern searches in a fraction of a second; watching the clock costs more."""
PROBE_TIMEOUT: Final = 0.05
"""Seconds for one probe when a rule is loaded."""
TRIES: Final = 4
"""Times that a probe must take too long: on a busy machine, an honest pattern may have had to wait."""
PUMP: Final = 60
"""Times that a probe repeats what a pattern repeats: exponential patterns need hours for it."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern over folded text, compiled when it is first needed.

    Args:
        folded: the pattern as it matches folded text.
        hints: what is known of its matches.
    """

    folded: str
    hints: Hints


def make_pattern(source: str, *, spaced: bool = False, hints: Hints | None = None) -> Pattern:
    """Return a pattern that is known to be sound, without a check.

    Args:
        source: a pattern in the syntax of the `regex` module, version 0.
        spaced: let a space in the pattern match any run of white space, for text with its own spacing.
        hints: what is known of its matches from an earlier call.
    """
    folded = fold_pattern(source)
    return Pattern(_widen(folded) if spaced else folded, hints or read_hints(folded, spaced=spaced))


def check_pattern(source: str, *, spaced: bool = False) -> None:
    """Check that a pattern can be used at all, on any text.

    Raises:
        ValueError: bad syntax, a pattern that matches the empty string, or one that runs away.
    """
    folded = fold_pattern(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compiled = _compiled(_widen(folded) if spaced else folded)
    except (regex.error, Warning, OverflowError, RecursionError) as e:
        raise ValueError(f"bad pattern: {e}") from None
    if _search(compiled, "") or _zero_width(compiled):
        raise ValueError("the pattern matches the empty string, so it would match everywhere")
    if any(_runs_away(compiled, probe) for probe in _probes(parse(folded))):
        raise ValueError("runaway pattern: the time it needs explodes with the length of the text")


@cache
def _compiled(folded: str) -> regex.Pattern[str]:
    return regex.compile(folded)


def search(pattern: Pattern, text: str) -> tuple[int, int] | None:
    """Return the span of the first match in a folded block, or None.

    Raises:
        TimeoutError: the search needed longer than `TIMEOUT`.
    """
    find = _compiled(pattern.folded).search
    match = find(text) if len(text) <= SHORT else find(text, timeout=TIMEOUT)
    return match.span() if match else None


def search_all(pattern: Pattern, text: str) -> list[tuple[int, int]]:
    """Return the spans of all matches in a folded block.

    Raises:
        TimeoutError: the search needed longer than `TIMEOUT`.
    """
    return [m.span() for m in _compiled(pattern.folded).finditer(text, timeout=TIMEOUT) if m.end() > m.start()]


def _search(compiled: regex.Pattern[str], text: str) -> bool:
    try:
        return compiled.search(text, timeout=TIMEOUT) is not None
    except TimeoutError:
        return False


def _zero_width(compiled: regex.Pattern[str]) -> bool:
    """A pattern such as `\\W*` or `(?=.)` finds nothing at the start of any word."""
    match = compiled.search("zq zq", timeout=TIMEOUT)
    return match is not None and match.start() == match.end()


def _runs_away(compiled: regex.Pattern[str], probe: str) -> bool:
    for _ in range(TRIES):
        try:
            compiled.search(probe, timeout=PROBE_TIMEOUT)
        except TimeoutError:
            continue
        return False
    return True


def _widen(folded: str) -> str:
    """Let each space outside of a character set match many, unless a quantifier follows it."""
    return regex.sub(
        r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|( )(?![*+?{])", lambda m: r"\s+" if m[1] else m[0], folded, flags=regex.DOTALL
    )


def _probes(tree: Any) -> list[str]:
    """Return texts that a pattern almost matches, with everything repeatable repeated `PUMP` times."""
    generic = ["a" * PUMP + "\0", "a " * PUMP + "\0", "1" * PUMP + "\0"]
    if tree is None:
        return generic
    pumped = [_pumped(tree, 0), _pumped(tree, -1)]
    return [*generic, *(p + "\0" for p in pumped), *(f"{g}{pumped[0]}" for g in generic)]


def _pumped(tree: Any, choice: int) -> str:
    out = []
    for op, argument in tree:
        if op is sre.LITERAL:
            out.append(chr(argument))
        elif op is sre.IN:
            out.append(_member(argument))
        elif op in (sre.ANY, sre.NOT_LITERAL):
            out.append("a")
        elif op is sre.SUBPATTERN:
            out.append(_pumped(argument[3], choice))
        elif op is sre.ATOMIC_GROUP:
            out.append(_pumped(argument, choice))
        elif op is sre.BRANCH:
            out.append(_pumped(argument[1][choice], choice))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            out.append(_pumped(argument[2], choice)[:PUMP] * min(int(argument[1]), PUMP))
    return "".join(out)


def _member(charset: Any) -> str:
    for kind, argument in charset:
        if kind is sre.LITERAL:
            return chr(argument)
        if kind is sre.RANGE:
            return chr(argument[0])
        if kind is sre.CATEGORY:
            return {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_NOT_WORD: "-"}.get(argument, "a")
    return "a"
