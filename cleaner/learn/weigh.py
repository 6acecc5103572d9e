"""Which of the lines that repeat are boilerplate, where they go, and which might be article text and stay."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from cleaner.learn.observe import CATEGORIES
from cleaner.learn.repeats import Repeat

TAKEN: Final = 0.9
"""Share of a line's occurrences; one that rules take this often needs no rule."""
KNOWN: Final = 0.1
"""Share; one that rules know as neutral, or protect, this often is left to them."""
LIKELY: Final = 0.5
"""Mean probability, by the heuristics, from which on a line is what they say."""
HARMLESS: Final = 0.2
"""The same, below which it is surely no article text."""
ALWAYS: Final = 0.98
"""Share of occurrences at a place for which a line is looked for there only."""
MOSTLY: Final = 0.7
COMMON: Final = 0.3
"""Share of articles that sub-headings rarely reach."""
RARE: Final = 0.01
"""Share of articles in which a line must stand."""
LINKS: Final = ("recommended", "comments")
"""Categories whose lines are mostly headlines of other stories."""
TEASER_WORDS: Final = 3
"""Words of the shortest of these at the edge of an article, where names of sections stand as well."""
SENTENCE_WORDS: Final = 5
"""Words of a line that hardly repeats by chance."""
HEADING_WORDS: Final = 8
FEW: Final = 5
"""Articles; paragraphs, and lines without company, must stand in more than the fewest."""
LONGEST_RUN: Final = 60
"""Lines of the longest list under a heading."""


class LeftOut(StrEnum):
    """Why a line that repeats gets no rule."""

    neutral = "reads as headline, byline, date or caption"
    article = "reads as article text"
    known = "a rule knows it as neutral, or protects it"
    headline = "stands before articles and behind them, as headlines do"
    bare = "holds no letter"
    teaser = "a teaser of another story, which will not stand for long"
    subheading = "may be a sub-heading: it stands alone between paragraphs"
    paragraph = "a paragraph in few articles"
    rare = "in few of the articles"
    harm = "took what may be article text"
    proof = "did not pass its examples"


class Phrase(NamedTuple):
    """A line or form that gets a rule.

    Args:
        repeat: what is known of it.
        category: what it is.
        where: `head`, `tail`, `edge` or `anywhere`.
        heads_list: whether a list that changes follows it.
        opens_foot: whether all that follows it goes too.
        pattern: of a form; empty for a line.
    """

    repeat: Repeat
    category: str
    where: str
    heads_list: bool = False
    opens_foot: bool = False
    pattern: str = ""


def weigh(repeat: Repeat, articles: int, pattern: str = "") -> Phrase | LeftOut | None:
    """Say what a line or form that repeats is; None for one that rules take already.

    Args:
        repeat: what is known of it.
        articles: all that were learned from, each story once.
        pattern: of a form.
    """
    if repeat.taken >= TAKEN:
        return None
    if (reason := _doubt(repeat, pattern, repeat.articles / articles)) is not None:
        return reason
    phrase = Phrase(repeat, CATEGORIES[repeat.category], _where(repeat), pattern=pattern)
    return phrase._replace(heads_list=_heads_list(repeat))


def _doubt(repeat: Repeat, pattern: str, share: float) -> LeftOut | None:
    where, category = _where(repeat), CATEGORIES[repeat.category]
    is_sentence = repeat.words >= SENTENCE_WORDS and repeat.articles >= FEW
    # Nobody writes the same sentence in every other article, or the same line beside others that repeat as well.
    is_furniture = (
        (is_sentence or repeat.company >= ALWAYS) and repeat.articles >= FEW and share >= LIKELY and not pattern
    )
    if repeat.known >= KNOWN:
        return LeftOut.known
    if share < RARE:
        return LeftOut.rare
    if not any(character.isalpha() for character in repeat.key):
        return LeftOut.bare
    if repeat.article + repeat.neutral > LIKELY and not (is_furniture and repeat.article > repeat.neutral):
        return LeftOut.neutral if repeat.neutral > repeat.article else LeftOut.article
    if pattern:
        return _doubt_of_form(repeat, where, share)
    often = share >= COMMON or repeat.occurrences >= 2 * repeat.articles
    if repeat.prose >= LIKELY and not (repeat.articles >= FEW and (where != "anywhere" or often)):
        return LeftOut.paragraph
    is_link = category in LINKS and repeat.heads_other < MOSTLY
    if is_link and (repeat.words >= TEASER_WORDS or (where == "anywhere" and share < ALWAYS)):
        return LeftOut.teaser
    is_alone = where == "anywhere" and repeat.company < MOSTLY and not is_furniture
    is_harmless = (often or is_sentence) and repeat.article + repeat.neutral <= HARMLESS
    return LeftOut.subheading if is_alone and not is_harmless else None


def _doubt_of_form(repeat: Repeat, where: str, share: float) -> LeftOut | None:
    if where == "edge":
        return LeftOut.headline
    if repeat.words > HEADING_WORDS and share < COMMON:
        return LeftOut.teaser
    is_alone = where == "anywhere" and repeat.company < MOSTLY
    return LeftOut.subheading if is_alone and repeat.article + repeat.neutral > HARMLESS else None


def _where(repeat: Repeat) -> str:
    if repeat.head >= ALWAYS:
        return "head"
    if repeat.tail >= ALWAYS:
        return "tail"
    return "edge" if repeat.head + repeat.tail >= ALWAYS else "anywhere"


def _heads_list(repeat: Repeat) -> bool:
    """Say whether a line is the heading of a list that changes, such as teasers, and none of article text."""
    return (
        repeat.words <= HEADING_WORDS
        and repeat.prose == 0
        and repeat.head < 1 - MOSTLY
        and repeat.heads_other >= MOSTLY
        and repeat.followed >= MOSTLY
        and repeat.run_article < COMMON
        and repeat.longest_run <= LONGEST_RUN
    )


def with_foot(phrases: list[Phrase], articles: int) -> list[Phrase]:
    """Let the line after which most goes at the end of articles open the foot, if nothing there may be article text.

    Args:
        phrases: all that get a rule.
        articles: all that were learned from, each story once.
    """
    feet = [p for p in phrases if not p.pattern and _opens_foot(p, articles)]
    if not feet:
        return phrases
    foot = max(feet, key=lambda p: (p.repeat.articles, p.repeat.longest_run, p.repeat.key))
    return [p._replace(opens_foot=True, heads_list=False) if p is foot else p for p in phrases]


def _opens_foot(phrase: Phrase, articles: int) -> bool:
    repeat = phrase.repeat
    return (
        phrase.where == "tail"
        and repeat.articles >= max(FEW, LIKELY * articles)
        and repeat.ends >= ALWAYS
        and repeat.run_article < HARMLESS
        and repeat.longest_run > 1
    )
