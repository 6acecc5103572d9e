"""Conditions on one attribute, as CSS says them; values are compared with their case, as XPath does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cleaner.imported.refused import NOTHING, TEXT, UNSAYABLE, NoSelector
from cleaner.imported.xpath import Call, Expression, Path, Step, Text

_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]*")
_FOLDED: Final = frozenset({
    "accept", "accept-charset", "align", "alink", "axis", "bgcolor", "charset", "checked", "clear", "codetype",
    "color", "compact", "declare", "defer", "dir", "direction", "disabled", "enctype", "face", "frame",
    "hreflang", "http-equiv", "lang", "language", "link", "media", "method", "multiple", "nohref", "noresize",
    "noshade", "nowrap", "readonly", "rel", "rev", "rules", "scope", "scrolling", "selected", "shape", "target",
    "text", "type", "valign", "valuetype", "vlink",
})  # fmt: skip
"""Attributes whose values CSS compares without case, unless told; the list is the HTML standard's."""
_SPACE: Final = Text(" ")
_SPACES: Final = (" ", "\t", "\n")
"""What may part two classes in a page; parsers make line feeds of carriage returns."""


def attribute(name: str, operator: str = "", value: str = "") -> str:
    """Return the selector for an attribute.

    Args:
        name: its name.
        operator: such as `*=`; none asks only that it is there.
        value: what it is compared with, as it is.

    Raises:
        NoSelector: no attribute has that name.

    >>> attribute("rel", "=", 'a "b"')
    '[rel="a \\\\"b\\\\"" s]'
    """
    if not _NAME.fullmatch(name):
        known = name.isascii() and name.replace("-", "").isalnum()
        raise NoSelector(NOTHING, "names are in small letters") if known else NoSelector(UNSAYABLE, f"@{name}")
    if not operator:
        return f"[{name}]"
    flag = " s" if name in _FOLDED else ""
    return f'[{name}{operator}"{_quoted(value)}"{flag}]'


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(f"\\{ord(c):x} " if ord(c) < 32 or ord(c) == 127 else c for c in escaped)


def attribute_test(test: str, subject: Expression, value: Expression) -> tuple[Sequence[Step], str]:
    """Return the elements whose attribute is compared, and the selector that does it.

    Args:
        test: `=`, `!=`, `contains` or `starts-with`.
        subject: what is compared, such as `@class`.
        value: what with.

    Returns:
        Steps to the elements, none for the one at hand, and simple selectors.

    Raises:
        NoSelector: CSS cannot say it.
    """
    if not isinstance(value, Text):
        raise NoSelector(UNSAYABLE, "the value is computed")
    subject, padded = _unpadded(subject)
    normal = isinstance(subject, Call) and subject.name == "normalize-space" and len(subject.arguments) == 1
    if normal and isinstance(subject, Call):
        subject = subject.arguments[0]
    if not isinstance(subject, Path) or subject.start != "":
        text = isinstance(subject, Path) or subject in (Call("normalize-space"), Call("string"))
        raise (
            NoSelector(TEXT)
            if text
            else NoSelector(UNSAYABLE, f"{subject.name}()" if isinstance(subject, Call) else "")
        )
    last = subject.steps[-1]
    if last.axis != "attribute":
        raise NoSelector(TEXT)
    if last.predicates:
        raise NoSelector(UNSAYABLE)
    steps, name, wanted = subject.steps[:-1], last.test, value.value
    if not padded and not normal:
        return steps, _plain(test, name, wanted)
    if test != "contains" or len(wanted.split()) != 1 or wanted.strip(" ") != wanted.split()[0]:
        raise NoSelector(UNSAYABLE, "white space inside the value")
    return steps, _of_words(name, wanted, padded=padded, spaces=_SPACES if normal else _SPACES[:1])


def _unpadded(e: Expression) -> tuple[Expression, bool]:
    """Take `concat(' ', x, ' ')` for x."""
    if isinstance(e, Call) and e.name == "concat" and len(e.arguments) == 3 and e.arguments[::2] == (_SPACE, _SPACE):
        return e.arguments[1], True
    return e, False


def _plain(test: str, name: str, wanted: str) -> str:
    if test == "=":
        return attribute(name, "=", wanted)
    if test == "!=":
        return attribute(name) + f":not({attribute(name, '=', wanted)})"
    if not wanted:
        raise NoSelector(UNSAYABLE, "is always true")
    return attribute(name, "*=" if test == "contains" else "^=", wanted)


def _of_words(name: str, wanted: str, *, padded: bool, spaces: Sequence[str]) -> str:
    """Return the selector for a word, or for how one begins or ends, in a value that words with spaces between make.

    Args:
        name: the attribute.
        wanted: a word, with a space where it must begin or end.
        padded: spaces were put around the value, so that its first and last word have one too.
        spaces: characters that part words.
    """
    word = wanted.strip(" ")
    begins, ends = wanted.startswith(" "), wanted.endswith(" ")
    if begins + ends != len(wanted) - len(word):
        raise NoSelector(NOTHING)
    if not (begins or ends):
        return attribute(name, "*=", word)
    if not padded:
        raise NoSelector(UNSAYABLE, "white space inside the value")
    if begins and ends and len(spaces) > 1:
        return attribute(name, "~=", word)
    lefts, rights = (spaces if begins else ("",)), (spaces if ends else ("",))
    alternatives = [attribute(name, "*=", left + word + right) for left in lefts for right in rights]
    if ends:
        alternatives += [attribute(name, "$=", left + word) for left in lefts]
    if begins:
        alternatives += [attribute(name, "^=", word + right) for right in rights]
    if begins and ends:
        alternatives.append(attribute(name, "=", word))
    return f":is({', '.join(alternatives)})"
