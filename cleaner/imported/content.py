"""The article's element, out of alternatives of which the first that a page has counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cleaner.imported import xpath
from cleaner.imported.css import Compound, alternatives, read_xpath, selectors_of
from cleaner.imported.draft import MAX_SELECTOR, Selector, check_selector
from cleaner.imported.refused import NOT_XPATH, NOTHING, NoSelector, Refusal

SEVERAL: Final = "holds several elements, and `content` is one"
AFTER_REFUSED: Final = "comes after a `body` that could not be taken"
TOO_MANY: Final = "is one alternative too many"
_PARTS: Final = frozenset({
    "a", "b", "blockquote", "br", "caption", "dd", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3",
    "h4", "h5", "h6", "hr", "i", "iframe", "img", "li", "ol", "p", "picture", "pre", "small", "span", "strong",
    "time", "tr", "u", "ul", "video",
})  # fmt: skip
"""Elements of which an article has several; the first alone would lose the others."""
_ALONE: Final = ("article", "body", "main")
"""Elements that hold an article whatever their attributes say."""


def content_of(path: Path, bodies: Iterable[tuple[int, str]]) -> tuple[Selector | None, list[Refusal]]:
    """Return one selector for the alternatives of `body` lines, and what could not be taken.

    Full-Text RSS takes the first line that matches and joins everything that it selects; `content` is the first
    element that matches. So the selector is made to match only where both are the same but for further elements of
    the same kind: where no earlier line matches, and no other alternative of the same line.

    Args:
        path: the foreign file.
        bodies: line numbers and XPaths, in their order.

    >>> content_of(Path("example.com.txt"), [(1, "//main"), (2, "//div[@id='a'] | //div[@id='b']")])[0].css
    'main, div[id="a"]:not(html:has(main, div[id="b"]) *), div[id="b"]:not(html:has(main, div[id="a"]) *)'
    """
    taken: list[str] = []
    first = 0
    earlier: list[str] = []
    refusals: list[Refusal] = []
    is_open = True
    for line, source in bodies:
        if not is_open:
            refusals.append(Refusal(str(path), line, f"body: {source}", AFTER_REFUSED))
            continue
        try:
            branches = dict(_branches(read_xpath(source)))
        except NoSelector as e:
            refusals.append(Refusal(str(path), line, f"body: {source}", e.reason, e.hint))
            is_open = e.reason in (NOTHING, NOT_XPATH)  # such a line has no say there either
            continue
        guarded = [
            css + _unless([*earlier, *(other for other in branches if other != css)])
            for css, compound in branches.items()
            if not _is_part(compound)
        ]
        if not guarded:
            refusals.append(Refusal(str(path), line, f"body: {source}", SEVERAL))
        elif len(", ".join([*taken, *guarded])) > MAX_SELECTOR:
            refusals.append(Refusal(str(path), line, f"body: {source}", TOO_MANY))
            is_open = False
        else:
            taken += guarded
            first = first or line
        earlier += branches
    if not taken:
        return None, refusals
    return Selector(", ".join(taken), path, first), refusals


def _branches(expression: xpath.Expression) -> Iterator[tuple[str, Compound]]:
    """Yield the selectors of alternatives; `(x)[1]` is x, as `content` takes the first anyway.

    Raises:
        NoSelector: CSS cannot say one of them, or none matches anything.
    """
    nothing: NoSelector | None = None
    is_any = False
    for part in alternatives(expression):
        if isinstance(part, xpath.Path) and not isinstance(part.start, str) and _is_first(part):
            part = part.start
        try:
            selectors = selectors_of(part)
        except NoSelector as e:
            if e.reason != NOTHING:
                raise
            nothing = e
            continue
        is_any = True
        for css, compound in selectors.items():
            check_selector(css)
            yield css, compound
    if nothing and not is_any:
        raise nothing


def _is_first(path: xpath.Path) -> bool:
    return path.predicates == (xpath.Number(1),) and not path.steps


def _is_part(compound: Compound) -> bool:
    """Say whether an article has several elements such as this."""
    return compound.tag in _PARTS or not (compound.conditions or compound.tag in _ALONE)


def _unless(others: Iterable[str]) -> str:
    """Return the condition that a page has none of some elements."""
    listed = ", ".join(f"*:is({css})" if css.startswith("html") else css for css in dict.fromkeys(others))
    return f":not(html:has({listed}) *)" if listed else ""
