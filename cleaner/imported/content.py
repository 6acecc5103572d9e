"""The article's elements, out of alternatives of which the first that a page has counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cleaner.imported import xpath
from cleaner.imported.css import alternatives, read_xpath, selectors_of
from cleaner.imported.draft import MAX_SELECTOR, Selector, check_selector
from cleaner.imported.refused import NOT_XPATH, NOTHING, NoSelector, Refusal

AFTER_REFUSED: Final = "comes after a `body` that could not be taken"
TOO_MANY: Final = "is one alternative too many"


def content_of(path: Path, bodies: Iterable[tuple[int, str]]) -> tuple[Selector | None, list[Refusal]]:
    """Return one selector for the alternatives of `body` lines, and what could not be taken.

    Full-Text RSS takes the first line that matches and joins everything that it selects, as `content` does. So the
    selector of a line is made to match only where no earlier line does.

    Args:
        path: the foreign file.
        bodies: line numbers and XPaths, in their order.

    >>> content_of(Path("example.com.txt"), [(1, "//main"), (2, "//div[@id='a'] | //div[@id='b']")])[0].css
    'main, div[id="a"]:not(html:has(main) *), div[id="b"]:not(html:has(main) *)'
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
            branches = list(dict.fromkeys(_branches(read_xpath(source))))
        except NoSelector as e:
            refusals.append(Refusal(str(path), line, f"body: {source}", e.reason, e.hint))
            is_open = e.reason in (NOTHING, NOT_XPATH)  # such a line has no say there either
            continue
        guarded = [css + _unless(earlier) for css in branches]
        if len(", ".join([*taken, *guarded])) > MAX_SELECTOR:
            refusals.append(Refusal(str(path), line, f"body: {source}", TOO_MANY))
            is_open = False
        else:
            taken += guarded
            first = first or line
        earlier += branches
    if not taken:
        return None, refusals
    return Selector(", ".join(taken), path, first), refusals


def _branches(expression: xpath.Expression) -> Iterator[str]:
    """Yield the selectors of alternatives.

    Raises:
        NoSelector: CSS cannot say one of them, or none matches anything.
    """
    nothing: NoSelector | None = None
    is_any = False
    for part in alternatives(expression):
        try:
            selectors = selectors_of(part)
        except NoSelector as e:
            if e.reason != NOTHING:
                raise
            nothing = e
            continue
        is_any = True
        for css in selectors:
            check_selector(css)
            yield css
    if nothing and not is_any:
        raise nothing


def _unless(others: Iterable[str]) -> str:
    """Return the condition that a page has none of some elements."""
    listed = ", ".join(f"*:is({css})" if css.startswith("html") else css for css in dict.fromkeys(others))
    return f":not(html:has({listed}) *)" if listed else ""
