"""What flows through `cleaner`, and the two functions that are inverse to each other: `cut` and `restore`.

All offsets are code points of the decoded source text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from cleaner.errors import UsageError

BOILERPLATE: Final = (
    "ad", "donation", "newsletter", "recommended", "social", "navigation", "legal", "comments",
    "paywall", "contact", "promo", "player", "other", "duplicate",
)  # fmt: skip
"""Categories removed by default; `duplicate` repeats a boilerplate block or the headline word by word."""

NEUTRAL: Final = ("headline", "byline", "date", "caption", "bio", "note")
"""Categories kept by default; `drop` removes them."""

CATEGORIES: Final = (*BOILERPLATE, *NEUTRAL)

METADATA: Final = ("title", "byline", "date", "language", "url", "site_name")
"""What a page may say of its article."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the scraper left it.

    Args:
        text: the source text.
        id: a name for reports, usually the path of the file.
        url: where the article was published, if known.
        outlet: the publisher's main domain, if known.
        language: ISO 639-1 code, if known; used only to split a one-line article into sentences.
        date: day of publication, if known; rules with `since` or `before` look at it.
        metadata: anything else; passes through untouched.
        extraction: of the text of a page, how it was found and what was left out.
    """

    text: str
    id: str = ""
    url: str | None = None
    outlet: str | None = None
    language: str | None = None
    date: dt.date | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    extraction: Extraction | None = None


class Block(NamedTuple):  # a tuple, as hundreds are made for each document
    """The unit of decision: `text[start:end]`, without white space at its ends."""

    start: int
    end: int


class Removal(NamedTuple):  # a tuple, as hundreds are made for each document
    """One span that was taken out, and why.

    Args:
        start: first code point of the span in the source.
        end: one past the last code point.
        text: the span itself, separator included.
        category: one of `CATEGORIES`.
        rule: id of the rule, such as `generic/newsletter/sign-up-en`.
        confidence: how sure the rule is, from 0 to 1.
        reason: why, in words.
    """

    start: int
    end: int
    text: str
    category: str
    rule: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cut that a rule proposed and the guard refused, because it could have harmed the article."""

    start: int
    end: int
    category: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A node of a page that does not belong to the article's text; it has no offsets in that text.

    Args:
        selector: a CSS selector for it; that of the outlet's rules, or one made of its names.
        category: one of `CATEGORIES`.
        text: its visible text.
        reason: why, in words.
    """

    selector: str
    category: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """How the text of a page was found.

    Args:
        how: `selector`, `network`, `network and trafilatura`, or `data`; README says what they mean.
        reason: why it was that one, in words.
        dropped: the nodes that do not belong to the text, in the order of the page; those of the outlet's rules first.
        metadata: what the page says of its article, by `METADATA`; what it does not say is left out.
    """

    how: str
    reason: str
    dropped: tuple[Dropped, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outlet:
    """Which outlet a document is from, and how that is known.

    Args:
        domain: the outlet's main domain.
        how: `given`, `url`, `path` or `fingerprint`.
        evidence: what said so: the URL, the path or the fingerprints found.
    """

    domain: str
    how: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What came out of one document; text, counts and diff are all views of `removals`.

    Args:
        document: the source.
        text: the source without the removed spans.
        removals: in order of their offsets; they never overlap.
        refusals: cuts that the guard refused.
        outlet: the outlet found, or None.
        flags: reasons for a person to look at this document, such as `cut-refused`.
    """

    document: Document
    text: str
    removals: tuple[Removal, ...]
    refusals: tuple[Refusal, ...] = ()
    outlet: Outlet | None = None
    flags: tuple[str, ...] = ()

    @property
    def extraction(self) -> Extraction | None:
        """For a page, how its text was found, and what was not taken for text."""
        return self.document.extraction


def selection(category: str | None = None, rule: str | None = None) -> Callable[[Removal | Refusal], bool]:
    """Return a test for the removals, or refused ones, of a category and of a rule, or of all rules of a file.

    Args:
        category: one of `CATEGORIES`; None for any.
        rule: a rule's id, or a file's path such as `outlets/example.com`; None for any.

    Raises:
        UsageError: an unknown category.
    """
    if category is not None:
        check_category(category)
    return lambda removal: (
        category in (None, removal.category)
        and (rule is None or removal.rule == rule or removal.rule.startswith(f"{rule}/"))
    )


def check_category(category: str) -> None:
    """Refuse a category that there is not.

    Raises:
        UsageError: an unknown category.
    """
    if category not in CATEGORIES:
        raise UsageError(f"unknown category {category!r}; choose from {', '.join(CATEGORIES)}")


def cut(text: str, removals: Iterable[Removal]) -> str:
    """Return `text` without the spans of `removals`.

    >>> cut("News. Ad. More.", [Removal(6, 10, "Ad. ", "ad", "x/y", 1.0, "")])
    'News. More.'
    """
    pieces, at = [], 0
    for removal in removals:
        if removal.start < at or text[removal.start : removal.end] != removal.text:
            raise ValueError(f"removal {removal.start}:{removal.end} does not fit the text or overlaps another")
        pieces.append(text[at : removal.start])
        at = removal.end
    pieces.append(text[at:])
    return "".join(pieces)


def restore(cleaned: str, removals: Iterable[Removal], select: Callable[[Removal], bool] = lambda _: True) -> str:
    """Put removed spans back: the inverse of `cut`.

    Args:
        cleaned: a text that `cut` returned.
        removals: all removals of that text, in order.
        select: which of them to put back; the others stay out.

    >>> restore("News. More.", [Removal(6, 10, "Ad. ", "ad", "x/y", 1.0, "")])
    'News. Ad. More.'
    """
    pieces, at, removed = [], 0, 0
    for removal in removals:
        gap = removal.start - removed
        if gap < at or gap > len(cleaned):
            raise ValueError(f"removal {removal.start}:{removal.end} does not fit the cleaned text")
        pieces.append(cleaned[at:gap])
        at = gap
        removed += removal.end - removal.start
        if select(removal):
            pieces.append(removal.text)
    pieces.append(cleaned[at:])
    return "".join(pieces)
