"""HTML parsed within bounds: pages whose parsing would take more than a second or so are refused before.

A parser follows rules (the HTML standard, 13.2.6) that have it look at all open elements for each tag, open again all
formatting that was never closed, and compare the attributes of an element with each other. What that costs is estimated
from the tags as they stand in the source, in numpy, in half the time that the parsing itself takes.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from selectolax.lexbor import LexborHTMLParser

from cleaner.characters import Flags, Ints
from cleaner.errors import DocumentError

MOST_CHARACTERS: Final = 20_000_000
"""Characters of the longest page that is parsed; no article's is as long."""
MOST_TAGS: Final = 300_000
"""Start and end tags of the largest page; of 537 pages none has more than 10,000."""
MOST_STEPS: Final = 300_000_000
"""Steps of some 3 ns each: open elements times tags, or attributes times attributes."""
MOST_OPEN: Final = 1_000_000
"""Elements that formatting which is never closed may become, as a parser opens it again in every paragraph after it."""
MOST_ALIKE: Final = 3
"""Of formatting that is alike, no more is opened again ("Noah's Ark clause" of the standard)."""
MOST_OPTIONS: Final = 10_000
"""Options of all menus; the parser looks at all of a menu for each."""
MOST_ROOTS: Final = 20
"""Tags `html` and `body`; the attributes of all of them end up in one element."""
LONG: Final = 200
"""Characters of a tag that may hold so many attributes that they count."""
NAME: Final = 8
"""Letters of a tag's name that are looked at; of `h2` it is the `h`, and any of them ends any other."""
FORMATTING: Final = ("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
"""Elements that are opened again; links are too, but each ends the one before."""
ENDED: Final = (
    "a", "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img", "image",
    "input", "li", "link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
    "track", "wbr",
)  # fmt: skip
"""Elements that need no end tag, so that their start tags do not add to the open ones."""
SCOPES: Final = (
    "applet", "caption", "foreignobject", "marquee", "math", "object", "select", "svg", "table", "td", "template", "th",
)  # fmt: skip
"""Elements in which an end tag does not end formatting that was opened outside."""
_SPREAD: Final = 0x9E3779B97F4A7C15
"""2 to the 64th by the golden ratio: multiples of it differ in all bits."""
_FORMATTING_TAG: Final = re.compile(f"<(?:{'|'.join(FORMATTING)})(?=[ \t\r\n\f/>])[^>]*", re.IGNORECASE)
_TAG: Final = re.compile(rb"""(?:[^"'>]+|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*""")
_QUOTED: Final = re.compile(rb"""=\s*(?:"[^"]*"?|'[^']*'?)""")


class Parsed(NamedTuple):
    """A parsed page, and how many tags it has."""

    tree: LexborHTMLParser
    tags: int


def parse(source: str) -> Parsed:
    """Parse HTML.

    Args:
        source: a page or a part of one.

    Raises:
        DocumentError: it is too large, or made so that it takes far too long to parse.
    """
    if len(source) > MOST_CHARACTERS:
        raise _refused(f"has more than {MOST_CHARACTERS:,} characters; is it one article?")
    tags = _tags_in(source)
    if len(tags.places) > MOST_TAGS:
        raise _refused(f"has more than {MOST_TAGS:,} tags; is it one article?")
    _check(source, tags)
    return Parsed(LexborHTMLParser(tags.data[: -len(_AFTER)]), len(tags.places))


def _refused(why: str) -> DocumentError:
    return DocumentError("", f"the page {why}")


class _Tags(NamedTuple):
    """The tags of a page.

    Args:
        places: of their names, in the page's UTF-8.
        names: the first letters of their names as one number.
        ends: which of them are end tags.
        data: the page, and some spaces.
    """

    places: Ints
    names: NDArray[np.uint64]
    ends: Flags
    data: bytes


def _tags_in(source: str) -> _Tags:
    data = source.encode("utf-8", "ignore") + _AFTER
    codes = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(codes == ord("<")) + 1
    ends = codes[places] == ord("/")
    places += ends
    letters = (codes[places] | 0x20) - np.uint8(ord("a")) < 26
    places, ends = places[letters], ends[letters]
    if len(places) > MOST_TAGS:
        return _Tags(places, np.zeros(0, np.uint64), ends, data)
    names = np.ndarray((len(data) - NAME,), "<u8", data, strides=(1,))[places] | _LOWER
    others = (names.view(np.uint8) - np.uint8(ord("a")) >= 26).view("<u8")  # a bit in each byte that is no letter
    before = (others & (~others + np.uint64(1))) - np.uint64(1)  # all bits before the first of them
    return _Tags(places, names & before, ends, data)


def _number(name: str) -> int:
    return int.from_bytes(re.match("[a-z]*", name)[0].encode()[:NAME].ljust(NAME, b"\0"), "little")  # type: ignore[index]


_AFTER: Final = b" " * (NAME + 2)
_LOWER: Final = np.uint64(0x2020202020202020)
_FORMATTING: Final = np.array([_number(name) for name in FORMATTING], np.uint64)
_ENDED: Final = np.array([_number(name) for name in ENDED], np.uint64)
_SCOPES: Final = np.array([_number(name) for name in SCOPES], np.uint64)
_OPTION, _HTML, _BODY = (np.uint64(_number(name)) for name in ("option", "html", "body"))


def _check(source: str, tags: _Tags) -> None:
    """Refuse a page that takes far too long to parse.

    Raises:
        DocumentError: what the page has too many of.
    """
    count, starts = len(tags.places), ~tags.ends
    if ((tags.names == _OPTION) & starts).sum() > MOST_OPTIONS:
        raise _refused(f"has more than {MOST_OPTIONS:,} options in menus; is it one article?")
    if max(((tags.names == root) & starts).sum() for root in (_HTML, _BODY)) > MOST_ROOTS:
        raise _refused("holds several pages; divide them into files of their own")
    is_formatting = _among(tags.names, _FORMATTING)
    formatting = int((starts & is_formatting).sum())
    if formatting * count > MOST_OPEN:
        # In a cell or the like an end tag ends nothing that was opened outside, so it counts for what was opened since.
        since = np.cumsum(_among(tags.names, _SCOPES)).astype(np.uint64) * np.uint64(_SPREAD)
        formatting = _open((tags.names ^ since)[is_formatting], tags.ends[is_formatting])
    if formatting * count > MOST_OPEN:
        alike = Counter(_FORMATTING_TAG.findall(source)).values()
        others = int((starts & ~is_formatting).sum())
        if min(formatting, sum(min(MOST_ALIKE, n) for n in alike)) * others > MOST_OPEN:
            raise _refused(
                f"opens formatting such as <b> {formatting:,} times and does not close it, which would become "
                f"more than {MOST_OPEN:,} elements; mend it with a tool such as tidy"
            )
    if count * count > MOST_STEPS:
        counted = ~_among(tags.names, _ENDED)
        if (deep := _open(tags.names[counted], tags.ends[counted])) * count > MOST_STEPS:
            raise _refused(f"has {deep:,} elements in each other that are not closed in time; is it damaged?")
    _check_attributes(tags)


def _among(names: NDArray[np.uint64], some: NDArray[np.uint64]) -> Flags:
    """Say which names are among some."""
    order = np.sort(some)
    found: Flags = order[np.minimum(np.searchsorted(order, names), len(order) - 1)] == names
    return found


def _open(names: NDArray[np.uint64], ends: Flags) -> int:
    """Return how many elements are open at most, if each end tag ends the last element of its name."""
    order = np.argsort(names, kind="stable")
    names, steps = names[order], np.where(ends[order], -1, 1)
    total = 0
    for some in np.split(steps, np.flatnonzero(names[1:] != names[:-1]) + 1):
        level = np.cumsum(some)
        total += int((level - np.minimum(np.minimum.accumulate(level), 0)).max(initial=0))
    return total


def _check_attributes(tags: _Tags) -> None:
    """Refuse a page with too many attributes in one element.

    An attribute takes two characters at least. The text that follows a tag is counted with it at first, and the longest
    are read more closely until what is left is little enough.
    """
    lengths = np.diff(np.append(tags.places, len(tags.data)))
    most = np.where((lengths > LONG) & ~tags.ends, lengths // 2, 0).astype(np.float64) ** 2
    total = float(most.sum())
    if total <= MOST_STEPS:
        return
    for n in np.argsort(-most).tolist():
        tag = _TAG.match(tags.data, int(tags.places[n]))[0]  # type: ignore[index]  # it matches the empty string too
        total += len(_QUOTED.sub(b"=", tag).replace(b"/", b" ").split()) ** 2 - float(most[n])
        if total <= MOST_STEPS:
            return
    raise _refused("has elements with thousands of attributes; is it damaged?")
