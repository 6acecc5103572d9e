"""What every match of a pattern must hold, and what it must begin with: read off the pattern's syntax tree.

The matcher looks for these literals in one pass and tries a pattern only on blocks where one stands. Too
many literals, or too short ones, cost time; a missing one would cost matches, so whatever is not understood
counts as anything.
"""

from __future__ import annotations

import re
import re._constants as sre  # type: ignore[import-not-found]
import re._parser as sre_parse  # type: ignore[import-not-found]
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import regex

from cleaner.fold import flat

MIN_LITERAL: Final = 2
"""Letters; a shorter literal stands in nearly every block and filters nothing."""
FIRST_DENSE: Final = "\u1100"
"""From here on, Hangul, kana, Han and rare marks, one character is as telling as two letters."""
COMMON_MARKS: Final = " .,:;'\"-()!?/_"
"""Marks of any text; another one is as telling as two letters, such as the at sign."""
MAX_LITERALS: Final = 256
"""Literals that one pattern may require."""
MAX_BEGINNINGS: Final = 512
"""Beginnings that one pattern may have; they meet only the start of a block, so many cost little."""
MAX_RANGE: Final = 10
"""Characters of a set that is spelled out, such as the digits."""
UNLIMITED: Final = 1_000_000_000
"""Characters; no block is as long."""

Literals = frozenset[str]


class Heads(NamedTuple):
    """What the matches of a node can be: some spelled in full, of others only the beginning is known."""

    whole: frozenset[str]
    begun: frozenset[str]


_ANYTHING: Final = Heads(frozenset(), frozenset([""]))
_EMPTY: Final = Heads(frozenset([""]), frozenset())
_STARTS: Final = ((sre.AT, sre.AT_BEGINNING), (sre.AT, sre.AT_BEGINNING_STRING))
_ENDS: Final = ((sre.AT, sre.AT_END), (sre.AT, sre.AT_END_STRING))
_REPEATS: Final = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_WORD: Final = regex.compile(r"\w")
_RARE: Final = re.compile(rf"[{FIRST_DENSE}-\U0010ffff]|[^\w{re.escape(COMMON_MARKS)}]")
_DIGIT: Final = re.compile(r"\d")
# Fuzzy counts and nested sets mean something else to `re`; ignoring case goes beyond folding, as in ſ.
_REGEX_ONLY: Final = regex.compile(r"\{[^}]*[^}\d,]|\[\[|\(\?[a-z]*i")
_ESCAPE: Final = regex.compile(r"\\.", regex.DOTALL)
_SET: Final = regex.compile(r"\\[pP]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", regex.DOTALL)
_PROPERTY: Final = regex.compile(r"\\[pP]\{[^}]*\}|(\\.)", regex.DOTALL)


class Hints(NamedTuple):
    """What is known of the blocks that a pattern matches, for a quick no.

    Args:
        literals: every match holds one of these; empty if nothing is known.
        beginnings: every match begins with one of these, at the start of the block or of its first word;
            empty if nothing is known.
        shortest: characters of the shortest flat block that matches.
        longest: characters of the longest.
        digit: whether the first word character of every match, and so of its block, is a digit.
    """

    literals: Sequence[str]
    beginnings: Sequence[str]
    shortest: int
    longest: int
    digit: bool


NO_HINTS: Final = Hints((), (), 0, UNLIMITED, False)


def read_hints(folded: str, *, spaced: bool = False) -> Hints:
    """Read the hints off a folded pattern.

    Args:
        folded: the pattern.
        spaced: whether it is for text with its own spacing; the hints are for flat text all the same.
    """
    tree = parse(folded)
    if tree is None:
        return NO_HINTS
    literals, heads = required(tree), beginnings(tree)
    if spaced:
        literals, heads = frozenset(map(flat, literals)), frozenset(map(flat, heads))
    shortest, longest = (0, UNLIMITED) if spaced else lengths(tree)
    return Hints(
        sorted(_shortest(literals, str.__contains__)) if is_telling(literals) else (),
        sorted(heads) if all(heads) else (),
        shortest,
        longest,
        begins_with_digit(tree),
    )


def parse(folded: str) -> Any:
    """Return the syntax tree of a pattern, or None where the standard library does not know the syntax."""
    folded = _SET.sub(lambda found: _without_properties(found[0]), folded)
    if _REGEX_ONLY.search(_ESCAPE.sub("", folded)):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return sre_parse.parse(folded)
    except (re.error, Warning, OverflowError, RecursionError):
        return None


def _without_properties(piece: str) -> str:
    """Let a property such as `\\p{Han}`, or a set with one, match any character: the standard library knows none."""
    if piece.startswith("[^"):
        return _PROPERTY.sub(lambda found: found[1] or r"\0", piece)
    anything = r"\w\W" if piece.startswith("[") else r"[\w\W]"
    return _PROPERTY.sub(lambda found: found[1] or anything, piece)


def required(tree: Any) -> Literals:
    """Return literals of which every match of the tree holds at least one; empty if there are none."""
    best: Literals = frozenset()
    run: list[str] = [""]  # the strings that the consecutive fixed characters can spell

    def offer(candidate: Literals) -> None:
        nonlocal best
        if candidate and len(candidate) <= MAX_LITERALS and _worth(candidate) > _worth(best):
            best = candidate

    for op, argument in tree:
        spelled = _spelled(op, argument)
        if spelled is not None and len(run) * len(spelled) <= MAX_LITERALS:
            run = [head + tail for head in run for tail in spelled]
            continue
        offer(frozenset(run))
        run = [""]
        if op is sre.SUBPATTERN:
            offer(required(argument[3]))
        elif op is sre.ATOMIC_GROUP:
            offer(required(argument))
        elif op is sre.BRANCH:
            branches = [required(branch) for branch in argument[1]]
            if all(branches):
                offer(frozenset().union(*branches))
        elif op in _REPEATS and argument[0] >= 1:
            offer(required(argument[2]))
    offer(frozenset(run))
    return best


def beginnings(tree: Any) -> Literals:
    """Return what a match of an anchored pattern begins with; empty if it is not anchored or can be anything.

    Non-word characters that the pattern may skip first, as in `^\\W*read`, do not count: a beginning stands
    at the block's start or at its first word character.
    """
    items = list(tree)
    if not items or items[0] not in _STARTS:
        return frozenset()
    for rest in range(1, len(items) + 1):
        heads = frozenset().union(*_sequence_heads(items[rest:]))
        if all(map(str.strip, heads)) and (rest == 1 or all(_WORD.match(head) for head in heads)):
            return frozenset(_shortest(heads, str.startswith))
        if rest == len(items) or not _skips_marks(*items[rest]):
            break
    return frozenset()


def spellings(tree: Any) -> Literals:
    """Return all texts that a pattern anchored at both ends matches; empty if they are many or not known."""
    items = list(tree)
    if len(items) < 3 or items[0] not in _STARTS or items[-1] not in _ENDS:
        return frozenset()
    heads = _sequence_heads(items[1:-1])
    return frozenset() if heads.begun else heads.whole


def begins_with_digit(tree: Any) -> bool:
    """Say whether the first word character of every match of an anchored pattern is a digit."""
    items = list(tree)
    if not items or items[0] not in _STARTS:
        return False
    rest = next((item for item in items[1:] if not _skips_marks(*item)), None)
    while rest is not None and rest[0] in _REPEATS and rest[1][0] >= 1 and len(rest[1][2]) == 1:
        rest = rest[1][2][0]
    return rest is not None and rest[0] is sre.IN and list(rest[1]) == [(sre.CATEGORY, sre.CATEGORY_DIGIT)]


def lengths(tree: Any) -> tuple[int, int]:
    """Return how short and how long a text can be that a pattern anchored at both ends matches."""
    items = list(tree)
    anchored = items and items[0] in _STARTS and items[-1] in _ENDS
    least, most = tree.getwidth()
    return (least, min(most, UNLIMITED)) if anchored else (0, UNLIMITED)


def is_telling(literals: Iterable[str]) -> bool:
    """Say whether looking for these literals filters anything."""
    # Of so many characters it is enough whatever they are, which is quickly seen.
    return all(len(literal.strip()) >= 2 * MIN_LITERAL or _letters(literal) >= MIN_LITERAL for literal in literals)


def _shortest(literals: Literals, holds: Callable[[str, str], bool]) -> list[str]:
    """Leave out what holds, or starts with, another one, and so is found wherever that is."""
    kept: list[str] = []
    for literal in sorted(literals, key=len):
        if not any(holds(literal, shorter) for shorter in kept):
            kept.append(literal)
    return kept


def _letters(literal: str) -> float:
    return len(literal.strip()) + len(_RARE.findall(literal)) - len(_DIGIT.findall(literal)) / 2


def _skips_marks(op: Any, argument: Any) -> bool:
    """Say whether a node matches nothing but characters that are not part of a word."""
    if op in _REPEATS:
        return all(_skips_marks(*item) for item in argument[2])
    if op is sre.IN:
        negated = argument[0][0] is sre.NEGATE
        words = any(item == (sre.CATEGORY, sre.CATEGORY_WORD) for item in argument)
        return words if negated else all(_is_mark(*item) for item in argument)
    return _is_mark(op, argument)


def _is_mark(op: Any, argument: Any) -> bool:
    if op is sre.LITERAL:
        return not _WORD.match(chr(argument))
    return op is sre.CATEGORY and argument in (sre.CATEGORY_NOT_WORD, sre.CATEGORY_SPACE)


def _sequence_heads(items: Iterable[Any]) -> Heads:
    whole, begun = _EMPTY
    for op, argument in items:
        item = _fewer(_heads(op, argument), (MAX_BEGINNINGS - len(begun)) // len(whole))
        begun |= {head + rest for head in whole for rest in item.begun}
        whole = frozenset(head + rest for head in whole for rest in item.whole)
        if not whole:
            break
    return Heads(whole, begun)


def _fewer(heads: Heads, most: int) -> Heads:
    """Shorten heads until at most so many are left."""
    if len(heads.whole) + len(heads.begun) <= most:
        return heads
    shortened = ({head[:size] for head in heads.whole | heads.begun} for size in (12, 8, 6, 4))
    return Heads(frozenset(), next((frozenset(some) for some in shortened if len(some) <= most), _ANYTHING.begun))


def _heads(op: Any, argument: Any) -> Heads:
    if op is sre.LITERAL:
        return Heads(frozenset([chr(argument)]), frozenset())
    if op is sre.AT:
        return _EMPTY
    if op is sre.IN:
        return _set_heads(argument)
    if op is sre.SUBPATTERN and not argument[1] and not argument[2]:
        return _sequence_heads(argument[3])
    if op is sre.ATOMIC_GROUP:
        return _sequence_heads(argument)
    if op is sre.BRANCH:
        branches = [_sequence_heads(branch) for branch in argument[1]]
        return Heads(
            frozenset().union(*(branch.whole for branch in branches)),
            frozenset().union(*(branch.begun for branch in branches)),
        )
    if op in _REPEATS:
        least, most, item = argument
        once = _sequence_heads(item)
        if most > 1:
            once = Heads(frozenset(), once.whole | once.begun)
        return once if least else Heads(once.whole | {""}, once.begun)
    return _ANYTHING


def _set_heads(argument: Any) -> Heads:
    out: set[str] = set()
    for kind, value in argument:
        if kind is sre.LITERAL:
            out.add(chr(value))
        elif kind is sre.RANGE and value[1] - value[0] < MAX_RANGE:
            out.update(map(chr, range(value[0], value[1] + 1)))
        elif (kind, value) == (sre.CATEGORY, sre.CATEGORY_SPACE):
            out.add(" ")  # flat text has no other white space
        else:
            return _ANYTHING
    return Heads(frozenset(out), frozenset())


def _worth(literals: Literals) -> float:
    """Long literals filter best, few alternatives next; below `MIN_LITERAL` nothing is gained."""
    shortest = min(map(_letters, literals), default=0)
    return shortest - len(literals) / 100 if shortest >= MIN_LITERAL else 0.0


def _spelled(op: Any, argument: Any) -> list[str] | None:
    """Return all strings that a node can match, if they are few and fixed."""
    whole, begun = _heads(op, argument)
    return sorted(whole) if whole and not begun and len(whole) <= MAX_LITERALS else None
