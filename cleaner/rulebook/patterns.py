"""One pattern: checked, compiled, and reduced to the literals that a match must hold."""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import regex

from cleaner.fold import flat, fold_pattern

TIMEOUT: Final = 0.25
"""Seconds for one search in one block; an honest pattern needs microseconds."""
PROBE_TIMEOUT: Final = 0.05
"""Seconds for one probe when a rule is loaded."""
PUMP: Final = 60
"""Times that a probe repeats what a pattern repeats: exponential patterns need hours for it."""
MIN_LITERAL: Final = 2
"""Characters; a shorter literal stands in nearly every block and filters nothing."""
MAX_ALTERNATIVES: Final = 64
"""Literals for one pattern; a pattern that needs more is tried on every block."""

Literals = frozenset[str]

# Fuzzy counts and nested sets mean something else to `re`; ignoring case goes beyond folding, as in ſ.
_REGEX_ONLY: Final = regex.compile(r"\{[^}]*[^}\d,]|\[\[|\(\?[a-z]*i")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern over folded text, compiled when it is first needed.

    Args:
        folded: the pattern as it matches folded text.
        literals: every match holds one of these; empty if the pattern must be tried on every block.
    """

    folded: str
    literals: Literals


def make_pattern(source: str, *, spaced: bool = False, literals: Iterable[str] | None = None) -> Pattern:
    """Return a pattern that is known to be sound, without a check.

    Args:
        source: a pattern in the syntax of the `regex` module, version 0.
        spaced: let a space in the pattern match any run of white space, for text with its own spacing.
        literals: its literals, if they are known from an earlier call.
    """
    folded = fold_pattern(source)
    if literals is None:
        tree = _parse(folded)
        literals = {flat(literal) for literal in _required(tree)} if tree is not None else ()
        if any(len(literal) < MIN_LITERAL for literal in literals):
            literals = ()
    return Pattern(_widen(folded) if spaced else folded, frozenset(literals))


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
    if any(_runs_away(compiled, probe) for probe in _probes(_parse(folded))):
        raise ValueError("runaway pattern: the time it needs explodes with the length of the text")


@cache
def _compiled(folded: str) -> regex.Pattern[str]:
    return regex.compile(folded)


def search(pattern: Pattern, text: str) -> tuple[int, int] | None:
    """Return the span of the first match in a folded block, or None.

    Raises:
        TimeoutError: the search needed longer than `TIMEOUT`.
    """
    match = _compiled(pattern.folded).search(text, timeout=TIMEOUT)
    return match.span() if match else None


def search_all(pattern: Pattern, text: str) -> list[tuple[int, int]]:
    """Return the spans of all matches in a folded block.

    Raises:
        TimeoutError: the search needed longer than `TIMEOUT`.
    """
    return [m.span() for m in _compiled(pattern.folded).finditer(text, timeout=TIMEOUT) if m.end() > m.start()]


def _search(compiled: regex.Pattern[str], text: str) -> bool:
    try:
        return compiled.search(text, timeout=PROBE_TIMEOUT) is not None
    except TimeoutError:
        return False


def _zero_width(compiled: regex.Pattern[str]) -> bool:
    """A pattern such as `\\W*` or `(?=.)` finds nothing at the start of any word."""
    match = compiled.search("zq zq", timeout=PROBE_TIMEOUT)
    return match is not None and match.start() == match.end()


def _runs_away(compiled: regex.Pattern[str], probe: str) -> bool:
    try:
        compiled.search(probe, timeout=PROBE_TIMEOUT)
    except TimeoutError:
        return True
    return False


def _widen(folded: str) -> str:
    """Let each space outside of a character set match many, unless a quantifier follows it."""
    return regex.sub(
        r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|( )(?![*+?{])", lambda m: r"\s+" if m[1] else m[0], folded, flags=regex.DOTALL
    )


def _parse(folded: str) -> Any:
    """Return the syntax tree, or None where the standard library does not know the syntax."""
    if _REGEX_ONLY.search(folded):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return sre_parse.parse(folded)
    except (re.error, Warning, OverflowError, RecursionError):
        return None


def _required(tree: Any) -> Literals:
    """Return literals of which every match of the tree holds at least one; empty if there are none."""
    best: Literals = frozenset()
    run: list[str] = [""]  # the strings that the consecutive fixed characters can spell

    def offer(candidate: Literals) -> None:
        nonlocal best
        if candidate and len(candidate) <= MAX_ALTERNATIVES and _worth(candidate) > _worth(best):
            best = candidate

    for op, argument in tree:
        spelled = _spelled(op, argument)
        if spelled is not None and len(run) * len(spelled) <= MAX_ALTERNATIVES:
            run = [head + tail for head in run for tail in spelled]
            continue
        offer(frozenset(run))
        run = [""]
        if op is sre.SUBPATTERN:
            offer(_required(argument[3]))
        elif op is sre.ATOMIC_GROUP:
            offer(_required(argument))
        elif op is sre.BRANCH:
            branches = [_required(branch) for branch in argument[1]]
            if all(branches):
                offer(frozenset().union(*branches))
        elif op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT) and argument[0] >= 1:
            offer(_required(argument[2]))
    offer(frozenset(run))
    return best


def _worth(literals: Literals) -> float:
    """Long literals filter best, few alternatives next; below `MIN_LITERAL` nothing is gained."""
    shortest = min(map(len, literals), default=0)
    return shortest - len(literals) / 100 if shortest >= MIN_LITERAL else 0.0


def _spelled(op: Any, argument: Any) -> list[str] | None:
    """Return all strings that a node can match, if they are few and fixed."""
    if op is sre.LITERAL:
        return [chr(argument)]
    if op is sre.AT:
        return [""]
    if op is sre.IN and all(kind is sre.LITERAL for kind, _ in argument):
        return [chr(code) for _, code in argument]
    if op is sre.SUBPATTERN and not argument[1] and not argument[2]:
        return _spelled_sequence(argument[3])
    if op is sre.BRANCH:
        options = [_spelled_sequence(branch) for branch in argument[1]]
        return [s for option in options if option for s in option] if all(options) else None
    if op in (sre.MAX_REPEAT, sre.MIN_REPEAT) and tuple(argument[:2]) == (0, 1):
        inner = _spelled_sequence(argument[2])
        return ["", *inner] if inner else None
    return None


def _spelled_sequence(tree: Any) -> list[str] | None:
    out = [""]
    for op, argument in tree:
        spelled = _spelled(op, argument)
        if spelled is None or len(out) * len(spelled) > MAX_ALTERNATIVES:
            return None
        out = [head + tail for head in out for tail in spelled]
    return out


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
