"""What is taken of foreign files for one outlet, before it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

import regex
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from cleaner.fold import fold
from cleaner.imported.refused import NOT_CSS, WHOLE_PAGE, NoSelector, Refusal
from cleaner.rulebook.schema import DOMAIN

MAX_DOMAIN: Final = 200
"""Characters of the longest domain; Full-Text RSS looks for no longer one, and a file's name has 255 at most."""
MAX_SELECTOR: Final = 1_500
"""Characters of the longest selector that is taken."""
_EMPTY_PAGE: Final = "<!doctype html><html><head></head><body></body></html>"
_MISREAD: Final = regex.compile(r":has\(\s*:(?!not\()")
"""lexbor 2.4 finds nothing for `:has(:is(p))`, and inside `:not` that is everything."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A CSS selector and where it comes from.

    Args:
        css: the selector.
        file: the foreign file.
        line: line of it, from 1.
    """

    css: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that tells boilerplate in text.

    Args:
        trigger: `lines`, the whole block; or `start`, how a block begins.
        text: the phrase.
        file: the foreign file.
        line: line of it, from 1.
    """

    trigger: Literal["lines", "start"]
    text: str
    file: Path
    line: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What will stand in the rule file of one outlet.

    Args:
        domain: main domain of the outlet.
        file: the foreign file.
        origins: that file and others, in words.
        content: selector of the article.
        remove: selectors of what goes, in their order.
        phrases: for texts without markup.
    """

    domain: str
    file: Path
    origins: tuple[str, ...]
    content: Selector | None = None
    remove: tuple[Selector, ...] = ()
    phrases: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.content or self.remove or self.phrases)

    def joined(self, other: Draft) -> Draft:
        """Return this draft with what another one adds; the first content stays."""
        return replace(
            self,
            origins=tuple(dict.fromkeys((*self.origins, *other.origins))),
            content=self.content or other.content,
            remove=unique((*self.remove, *other.remove)),
            phrases=distinct((*self.phrases, *other.phrases)),
        )


@dataclass(slots=True)
class Findings:
    """What reading foreign files gave, gathered file by file.

    Args:
        drafts: by domain.
        refusals: what was not taken, in the order of reading.
        ignored: how much there was that is not about boilerplate, by kind.
    """

    drafts: dict[str, Draft] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def refuse(self, file: Path, line: int, what: str, reason: str, hint: str = "") -> None:
        """Note what is not taken, and why."""
        self.refusals.append(Refusal(str(file), line, what, reason, hint))

    def add(self, draft: Draft) -> None:
        """Add what was found for an outlet."""
        earlier = self.drafts.get(draft.domain)
        self.drafts[draft.domain] = earlier.joined(draft) if earlier else draft


def unique(selectors: Iterable[Selector]) -> tuple[Selector, ...]:
    """Return selectors without those that came before."""
    first: dict[str, Selector] = {}
    for selector in selectors:
        first.setdefault(selector.css, selector)
    return tuple(first.values())


def distinct(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """Return phrases without those that match as one before does."""
    first: dict[tuple[str, str], Phrase] = {}
    for phrase in phrases:
        first.setdefault((phrase.trigger, fold(phrase.text)), phrase)
    return tuple(first.values())


def domain_of(name: str) -> str | None:
    """Return the domain that a name stands for, or None: what is none must not become a path.

    >>> domain_of("WWW.Example.com"), domain_of("../x.com"), domain_of("example.*")
    ('example.com', None, None)
    """
    name = name.lower()
    if name.startswith("www.") and "." in name[4:]:
        name = name[4:]
    return name if len(name) <= MAX_DOMAIN and regex.fullmatch(DOMAIN, name) else None


@lru_cache(maxsize=1)
def _empty_page() -> LexborHTMLParser:
    return LexborHTMLParser(_EMPTY_PAGE)


def check_selector(css: str) -> None:
    """Check that a selector is one for the parser that pages are read with, and takes less than a whole page.

    Raises:
        NoSelector: it is not.
    """
    if len(css) > MAX_SELECTOR:
        raise NoSelector(NOT_CSS, f"longer than {MAX_SELECTOR:,} characters")
    if not css.isprintable() or _MISREAD.search(css):
        raise NoSelector(NOT_CSS)
    try:
        found = _empty_page().css(css)
    except SelectolaxError:
        raise NoSelector(NOT_CSS) from None
    if found:
        raise NoSelector(WHOLE_PAGE)
