"""The signals of a page's lines, and the network that reads them."""

from __future__ import annotations

import numpy as np
import pytest

from cleaner import Cleaner
from cleaner.fold import flat, fold
from cleaner.heuristics.network import load_network
from cleaner.html import WEIGHTS
from cleaner.html.judge import OUTCOMES, Measured, likely, measure
from cleaner.html.page import Page
from cleaner.html.signals import names
from tests.html.pages import HEADLINE, MENU, PARAGRAPHS, head, simple, whole


def measured(cleaner: Cleaner, *sources: str) -> list[Measured]:
    pages = [Page(source) for source in sources]
    return measure([(page.lines(), page.head) for page in pages], cleaner.matcher, cleaner.directory)


def row(page: Measured, name: str) -> dict[str, float]:
    return dict(zip(page.flats, page.signals[names().index(name)].tolist(), strict=True))


def folded(text: str) -> str:
    return flat(fold(text))


def test_signals_have_names_that_are_theirs_alone(cleaner: Cleaner) -> None:
    [page] = measured(cleaner, whole())
    assert len(set(names())) == len(names())
    assert page.signals.shape == (len(names()), len(page.flats))
    assert np.isfinite(page.signals).all()


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        ("tag h1", HEADLINE, PARAGRAPHS[0]),
        ("in nav", MENU[0], PARAGRAPHS[0]),
        ("in article", PARAGRAPHS[0], "Most read"),
        ("near body", PARAGRAPHS[0], HEADLINE),
        ("within sidebar", "Most read", PARAGRAPHS[0]),
        ("all link", MENU[1], PARAGRAPHS[0]),
        ("title", HEADLINE, PARAGRAPHS[0]),
        ("after title", PARAGRAPHS[0], MENU[0]),
        ("in best", PARAGRAPHS[0], MENU[0]),
        ("seen before", "Lighthouse keeper retires after forty winters", PARAGRAPHS[0]),
    ],
)
def test_a_signal_says_what_its_name_says(cleaner: Cleaner, name: str, on: str, off: str) -> None:
    said = row(measured(cleaner, whole())[0], name)
    assert (said[folded(on)], said[folded(off)]) == (1, 0)


def test_rules_are_signals_of_pages_too(cleaner: Cleaner) -> None:
    [page] = measured(cleaner, whole())
    taken = {page.flats[n]: category for n, category in page.ruled.items()}
    assert taken[folded("Related stories")] == "recommended"
    assert not {folded(text) for text in PARAGRAPHS} & taken.keys()


def test_what_is_measured_of_a_page_does_not_depend_on_the_others(cleaner: Cleaner) -> None:
    sources = [whole(), simple(), f"{head()}<p>{PARAGRAPHS[0]}</p>"]
    together = measured(cleaner, *sources)
    for source, page, article in zip(sources, together, likely(together), strict=True):
        [alone] = measured(cleaner, source)
        assert np.array_equal(page.signals, alone.signals)
        assert np.array_equal(article, likely([alone])[0])


def test_data_for_scripts_and_invisible_lines_are_no_text(cleaner: Cleaner) -> None:
    [page] = measured(cleaner, f'<p>{PARAGRAPHS[0]}</p><p>{{"layout": 2, "title": "Buy now"}}</p><p>\u200b</p>')
    assert likely([page])[0].tolist()[1:] == [0, 0]


def test_weights_fit_signals_and_others_are_refused() -> None:
    with pytest.raises(ValueError, match="other signals or outcomes"):
        load_network(WEIGHTS, names()[1:], OUTCOMES)
