"""Phrases in XPath conditions, such as `//p[contains(., 'Read on')]`, as rules for texts, which have no elements."""

from __future__ import annotations

from typing import Final, Literal

from cleaner.imported.refused import TEXT, NoSelector
from cleaner.imported.xpath import ANYWHERE, HERE, Binary, Call, Expression, Path, Step, Text

Trigger = Literal["lines", "start"]
_BLOCKS: Final = frozenset({
    "address", "aside", "blockquote", "center", "dd", "div", "dt", "figcaption", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "li", "p", "section", "td",
})  # fmt: skip
"""Elements whose text is a block of its own; of others, only a text that is the whole block is known."""
_SUBJECTS: Final = (Path("", (HERE,)), Path("", (Step("child", "text()"),)))
MIN_LETTERS: Final = 2
"""Fixed letters that a pattern should hold; see CONTRIBUTING.md."""


def phrases_of(expression: Expression) -> list[tuple[Trigger, str]]:
    """Return the phrases that tell the blocks an expression selects.

    A block of text that holds the phrase somewhere may be the article's own, so what `contains` a phrase is taken
    only where it begins with it.

    Args:
        expression: from the document.

    Returns:
        `lines` with a phrase that is the whole block, or `start` with one that it begins with.

    Raises:
        NoSelector: it says something of elements that a text does not show, or too little.

    >>> from cleaner.imported.xpath import parse
    >>> phrases_of(parse("//p[starts-with(., 'Read on:') or normalize-space()='Advert']"))
    [('start', 'Read on:'), ('lines', 'Advert')]
    """
    if isinstance(expression, Binary) and expression.operator == "|":
        return [*phrases_of(expression.left), *phrases_of(expression.right)]
    if not isinstance(expression, Path) or expression.start != "/" or len(expression.steps) != 2:
        raise NoSelector(TEXT, "and says where, which a text does not show")
    first, step = expression.steps
    if first != ANYWHERE or step.axis != "child" or len(step.predicates) != 1:
        raise NoSelector(TEXT, "and says where, which a text does not show")
    found = _tested(step.predicates[0])
    for trigger, phrase in found:
        if trigger == "start" and step.test not in _BLOCKS:
            raise NoSelector(TEXT, f"of {step.test}, which may be a part of a block")
        if sum(map(str.isalpha, phrase)) < MIN_LETTERS:
            raise NoSelector(TEXT, "of too few letters")
        if trigger == "start" and len(phrase.split()) == 1 and phrase[-1].isalnum():
            raise NoSelector(TEXT, "of one word, with which any paragraph might begin")
    return found


def _tested(e: Expression) -> list[tuple[Trigger, str]]:
    if isinstance(e, Binary) and e.operator == "or":
        return [*_tested(e.left), *_tested(e.right)]
    if isinstance(e, Path) and e.start == "" and len(e.steps) == 1:
        step = e.steps[0]
        if (step.axis, step.test) == ("child", "text()") and len(step.predicates) == 1:
            return _tested(step.predicates[0])
    if isinstance(e, Binary) and e.operator == "=" and _is_text(e.left) and isinstance(e.right, Text):
        return [("lines", " ".join(e.right.value.split()))]
    if isinstance(e, Call) and e.name in ("contains", "starts-with") and len(e.arguments) == 2:
        subject, phrase = e.arguments
        if _is_text(subject) and isinstance(phrase, Text):
            return [("start", " ".join(phrase.value.split()))]
    raise NoSelector(TEXT, "and says more, which a text does not show")


def _is_text(e: Expression) -> bool:
    """Say whether an expression is the text of the element at hand."""
    if isinstance(e, Call) and e.name in ("normalize-space", "string"):
        return not e.arguments or (len(e.arguments) == 1 and _is_text(e.arguments[0]))
    return e in _SUBJECTS
