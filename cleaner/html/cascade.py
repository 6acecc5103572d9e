"""From pages to the text of their articles: the cascade, and on record which of its stages it was.

1. An outlet's `content` selector gives the article, if its rules have one and it finds something.
2. The network judges all lines of the page.
3. Where that is unsure, trafilatura is asked too, and each line goes by what both say.
4. Where hardly any text is left, but the page holds the whole article as data for search engines, that is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from cleaner.characters import Flags, Floats, Ints
from cleaner.errors import DocumentError
from cleaner.fold import flat, fold
from cleaner.html.chrome import chrome, without
from cleaner.html.dropping import dropped
from cleaner.html.judge import Measured, likely, measure
from cleaner.html.markdown import as_markdown, as_text
from cleaner.html.page import Page
from cleaner.html.tree import ANCESTORS, Lines
from cleaner.model import Dropped
from cleaner.outlets import Directory
from cleaner.rulebook.match import Matcher
from cleaner.rulebook.schema import HtmlRules

BESIDE: Final = ("nav", "form", "button", "dialog", "figcaption", "footer")
"""Tags of what stands in an outlet's content beside the text of the article."""
_BESIDE: Final = sum(1 << ANCESTORS.index(tag) for tag in BESIDE)
UNSURE: Final = 0.7
"""Sureness below which trafilatura is asked. Cross-validated on 537 pages, that is one page in 40, with words F1 .46 by
the network, .75 by trafilatura and .77 by both. Below .8 it would be one in 20, for the same F1 over all pages."""
VOTE: Final = 0.48
"""What trafilatura's word counts then; the network overrules it where it is nearly certain."""
LEAST_BY_BOTH: Final = 0.5
"""How likely a line must be by both, where the network alone would have to be surer."""
CANDIDATE: Final = 0.2
"""Likelihood from which on a line counts for how sure the network is of its page."""
MOST_WORDS: Final = 60
"""Words from which on a line counts no more than a shorter one for that."""
LONGEST_ASKED: Final = 2_000_000
"""Characters of the longest page that trafilatura is asked about; it takes some two seconds for it."""
MOST_ASKED: Final = 20_000
"""Tags of the largest one."""
SHORTEST_FOUND: Final = 15
"""Characters of the shortest line that is looked for inside trafilatura's paragraphs."""
COPIED: Final = 50
"""Characters of the shortest line whose second copy goes."""
TIMES_LONGER: Final = 3
"""How many times longer than what was found the text in the page's data must be to be taken instead."""


class Request(NamedTuple):
    """A page, and what the rules of its outlet say of pages."""

    page: Page
    rules: HtmlRules | None


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a page's article.

    Args:
        text: one line for each paragraph, heading, item and row, or Markdown.
        how: the stage that gave it: `selector`, `network`, `network and trafilatura`, or `data`.
        reason: why it was that one, in words.
        dropped: the nodes that do not belong to the text, in the order of the page; those of selectors first.
    """

    text: str
    how: str
    reason: str
    dropped: tuple[Dropped, ...]


class _Read(NamedTuple):
    """A page's lines, and those of them that are judged; `missed` is the content selector that found nothing."""

    request: Request
    lines: Lines
    chrome: Flags
    judged: Lines
    removed: list[Dropped]
    missed: str


def extract(
    requests: Sequence[Request], matcher: Matcher, directory: Directory, least: float, form: str
) -> list[Extracted | DocumentError]:
    """Extract the articles of some pages; what comes of one does not depend on the others.

    Args:
        requests: the pages.
        matcher: the rules; generic ones alone count here.
        directory: the outlets that the matcher knows.
        least: how likely a line must be article text to stay.
        form: `text` or `markdown`.
    """
    results: list[Extracted | DocumentError | None] = [None] * len(requests)
    waiting: dict[int, _Read] = {}
    for n, request in enumerate(requests):
        try:
            found = _read(request, form)
        except DocumentError as e:
            results[n] = e
            continue
        if isinstance(found, Extracted):
            results[n] = found
        else:
            waiting[n] = found
    with_lines = [(read.judged, read.request.page.head) for read in waiting.values() if read.judged.texts]
    measured = measure(with_lines, matcher, directory) if with_lines else []
    likelihoods = zip(measured, likely(measured) if measured else [], strict=True)
    for n, read in waiting.items():
        judged = _judged(read, *next(likelihoods), least, form) if read.judged.texts else None
        results[n] = _or_data(read, judged)
    return [result for result in results if result is not None]


def _read(request: Request, form: str) -> Extracted | _Read:
    """Apply the outlet's selectors; without a content selector, or where it finds nothing, all lines remain."""
    page, rules = request
    removed = page.remove(rules.remove or ()) if rules else []
    content = rules.content if rules else None
    if content:
        lines = page.lines(content)
        kept = [not marks & _BESIDE for marks in map(lines.elements.marks.__getitem__, lines.owners)]
        if any(kept):
            gone = dropped(lines, kept, {}, {})
            text = _written(lines, kept, form)
            return Extracted(text, "selector", f"the outlet's rules say {content}", (*removed, *gone))
    lines = page.lines()
    around = chrome(lines)
    return _Read(request, lines, around, without(lines, around), removed, content or "")


def _judged(read: _Read, measured: Measured, article: Floats, least: float, form: str) -> Extracted | None:
    """Keep the lines that are likely enough; None if there are none."""
    lines = read.lines
    sure = sureness(article, measured.words)
    how, reason = "network", f"{sure:.0%} sure of its lines"
    if sure < UNSURE and (said := _asked(read.request.page, measured.flats)) is not None:
        article, least = (1 - VOTE) * article + VOTE * said, min(least, LEAST_BY_BOTH)
        how, reason = "network and trafilatura", f"the network alone is but {reason}"
    if read.missed:
        reason += f"; the selector {read.missed} of the outlet's rules finds nothing"
    kept = np.zeros(len(lines.texts), np.bool_)
    kept[~read.chrome] = article >= least
    if not kept.any():
        return None
    whys = {}
    seen: set[str] = set()
    places = np.flatnonzero(~read.chrome).tolist()
    for n, text in zip(places, measured.flats, strict=True):
        if kept[n] and len(text) >= COPIED:
            if text in seen:
                kept[n], whys[n] = False, ("duplicate", "repeats a line that stays")
            seen.add(text)
    gone = dropped(lines, kept.tolist(), {places[n]: category for n, category in measured.ruled.items()}, whys)
    return Extracted(_written(lines, kept.tolist(), form), how, reason, (*read.removed, *gone))


def _written(lines: Lines, kept: Sequence[bool], form: str) -> str:
    return as_markdown(lines, kept) if form == "markdown" else as_text(lines, kept)


def sureness(article: Floats, words: Ints) -> float:
    """Return how far the lines that may be article text are from undecided, from 0 to 1.

    Args:
        article: how likely each line is article text.
        words: of each line.
    """
    weights = np.minimum(words, MOST_WORDS) * (article > CANDIDATE)
    return float((weights * np.abs(2 * article - 1)).sum() / max(1, weights.sum()))


def _asked(page: Page, flats: Sequence[str]) -> Floats | None:
    """Return which lines trafilatura takes for article text; None if it finds none, or cannot be asked."""
    if len(page.source) > LONGEST_ASKED or page.tags > MOST_ASKED:
        return None
    from trafilatura import extract as ask  # slow to import, and few pages need it

    try:
        found = ask(page.source, include_comments=False)
    except Exception:  # on a page that it cannot read, the network's word counts alone
        return None
    if not found:
        return None
    paragraphs = {flat(fold(line.strip("-| "))) for line in found.splitlines()}
    whole = flat(fold(found.replace("|", " ")))
    return np.array([text in paragraphs or _is_in(text, whole) for text in flats], np.float32)


def _is_in(text: str, whole: str) -> bool:
    return len(text) >= SHORTEST_FOUND and flat(text.replace("|", " ")) in whole


def _or_data(read: _Read, judged: Extracted | None) -> Extracted | DocumentError:
    """Return what was judged, or the text that the page holds as data where that is much more."""
    data = read.request.page.head.body
    if data and len(data) > TIMES_LONGER * len(judged.text if judged else ""):
        reason = "the page shows hardly any text, but holds the article for search engines (articleBody)"
        return Extracted(data, "data", reason, tuple(read.removed))
    if judged:
        return judged
    if not read.lines.texts:
        return DocumentError("", "the page shows no text; was it made by a script, or is it a frame?")
    return DocumentError("", "no article found in the page")
