"""What the syntax tree of a pattern says about its matches: how much is fixed, and whether there can be any."""

from __future__ import annotations

import re._constants as sre  # type: ignore[import-not-found]
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

from cleaner.characters import INVISIBLES
from cleaner.fold import flat, fold
from cleaner.rulebook.literals import COMMON_MARKS, FIRST_DENSE

_BEGIN: Final = ((sre.AT, sre.AT_BEGINNING), (sre.AT, sre.AT_BEGINNING_STRING))
_END: Final = ((sre.AT, sre.AT_END), (sre.AT, sre.AT_END_STRING))
_REPEATS: Final = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
_WIDE: Final = (sre.ANY, sre.ANY_ALL)


def anchors(tree: Any) -> tuple[bool, bool]:
    """Say whether every match begins where a block does, and whether it ends there."""
    items = list(tree)
    return (bool(items) and _outer(items[0], 0), bool(items) and _outer(items[-1], -1))


def _outer(item: Any, side: int) -> bool:
    """Say whether a node stands at the beginning (side 0) or the end (side -1) of a block in all its branches."""
    op, argument = item
    if item in (_BEGIN if side == 0 else _END):
        return True
    if op is sre.SUBPATTERN:
        return anchors(argument[3])[side]
    if op is sre.BRANCH:
        return all(anchors(branch)[side] for branch in argument[1])
    return False


def weight(text: str) -> int:
    """Return how many letters a text has; one of Han, kana or Hangul, or a rare mark, counts as two.

    >>> weight("read more"), weight("関連記事"), weight("@")
    (8, 8, 2)
    """
    rare = sum(c >= FIRST_DENSE or not (c.isalnum() or c in COMMON_MARKS) for c in text if not c.isspace())
    return sum(not c.isspace() for c in text) + rare


def fixed(tree: Any) -> int:
    """Return how many letters every match holds at least, counted as by `weight`.

    >>> from cleaner.rulebook.literals import parse
    >>> fixed(parse("^read (more|on) .{3,9}$"))
    6
    """
    return sum(_fixed(*item) for item in tree)


def _fixed(op: Any, argument: Any) -> int:
    if op is sre.LITERAL:
        return weight(chr(argument))
    if op is sre.IN:
        return min(weight(chr(value)) if kind is sre.LITERAL else 0 for kind, value in argument)
    if op is sre.SUBPATTERN:
        return fixed(argument[3])
    if op is sre.ATOMIC_GROUP:
        return fixed(argument)
    if op is sre.ASSERT:
        return fixed(argument[1])
    if op is sre.BRANCH:
        return min(map(fixed, argument[1]))
    if op in _REPEATS:
        return int(argument[0]) * fixed(argument[2])
    return 0


def least_words(tree: Any) -> int:
    """Return the words of the shortest match.

    >>> from cleaner.rulebook.literals import parse
    >>> least_words(parse("^read( on)? this now"))
    3
    """
    return _spaces(tree) + 1


def _spaces(tree: Any) -> int:
    least = 0
    for op, argument in tree:
        if op is sre.LITERAL:
            least += chr(argument) == " "
        elif op is sre.SUBPATTERN:
            least += _spaces(argument[3])
        elif op is sre.BRANCH:
            least += min(map(_spaces, argument[1]))
        elif op in _REPEATS:
            least += int(argument[0]) * _spaces(argument[2])
    return least


def is_endless(tree: Any) -> bool:
    """Say whether a match may run on through any characters, as with `.*`."""
    for op, argument in tree:
        if op in _REPEATS:
            _, most, item = argument
            if most is sre.MAXREPEAT and len(item) == 1 and item[0][0] in _WIDE:
                return True
            if is_endless(item):
                return True
        elif (op is sre.SUBPATTERN and is_endless(argument[3])) or (
            op is sre.BRANCH and any(map(is_endless, argument[1]))
        ):
            return True
    return False


def opening(tree: Any) -> tuple[str, bool]:
    """Return the letters that a pattern anchored at the beginning begins with, and whether it holds nothing else."""
    items = list(tree)
    if not items or items[0] not in _BEGIN:
        return "", False
    letters: list[str] = []
    for op, argument in items[1:]:
        if op is not sre.LITERAL:
            return "".join(letters), False
        letters.append(chr(argument))
    return "".join(letters), True


def impossible(tree: Any) -> str:
    """Return why no folded block on one line can hold a match; empty if one can.

    >>> from cleaner.rulebook.literals import parse
    >>> impossible(parse("^read\\\\tmore")), impossible(parse("^ read")), impossible(parse("^read"))
    ("'\\\\t' never stands in a block as it is compared", 'no block begins with a space', '')
    """
    items = list(tree)
    if items[:1] and items[0] in _BEGIN and _is_space(items[1:2]):
        return "no block begins with a space"
    if items[-1:] and items[-1] in _END and _is_space(items[-2:-1]):
        return "no block ends with a space"
    if any(_is_space([one]) and _is_space([two]) for one, two in pairwise(items)):
        return "no block holds two spaces in a row"
    return next(filter(None, (_impossible(*item) for item in items)), "")


def _impossible(op: Any, argument: Any) -> str:
    if op is sre.LITERAL:
        return _removed([chr(argument)])
    if op is sre.IN and all(kind is sre.LITERAL for kind, _ in argument):
        return _removed([chr(value) for _, value in argument])
    if op is sre.SUBPATTERN:
        return _inner(argument[3])
    if op is sre.ATOMIC_GROUP:
        return _inner(argument)
    if op is sre.BRANCH:
        found = [_inner(branch) for branch in argument[1]]
        return found[0] if all(found) else ""
    if op in _REPEATS and argument[0]:
        return _inner(argument[2])
    return ""


def _inner(tree: Any) -> str:
    return next(filter(None, (_impossible(*item) for item in tree)), "")


def _removed(characters: Iterable[str]) -> str:
    characters = list(characters)
    if all(c in INVISIBLES or (flat(fold(c)) != c and c != " ") for c in characters):
        return f"{characters[0]!r} never stands in a block as it is compared"
    return ""


def _is_space(items: list[Any]) -> bool:
    return bool(items) and items[0] == (sre.LITERAL, ord(" "))
