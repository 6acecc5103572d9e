"""What becomes of a line that repeats, one property changed at a time."""

from __future__ import annotations

from typing import Any

import pytest

from cleaner.learn.compose import compose
from cleaner.learn.observe import CATEGORIES
from cleaner.learn.repeats import Repeat
from cleaner.learn.weigh import LeftOut, Phrase, weigh, with_foot

ARTICLES = 40
MENU = Repeat(
    shown="Tide tables", key="tide tables", articles=40, occurrences=40, words=2, prose=0, head=1, tail=0, taken=0,
    known=0, article=0.02, neutral=0.05, category=CATEGORIES.index("navigation"), company=1, heads_other=0, followed=1,
    run_article=0.1, longest_run=9, ends=0,
)  # fmt: skip
FOOT = MENU._replace(head=0, tail=1, ends=1)
BETWEEN = MENU._replace(head=0, tail=0, company=0, followed=0)
HEADING = BETWEEN._replace(category=CATEGORIES.index("recommended"), company=0.2, heads_other=1, followed=1)


def weighed(repeat: Repeat, pattern: str = "", **changes: Any) -> Phrase | LeftOut | None:
    return weigh(repeat._replace(**changes), ARTICLES, pattern)


def test_standing_lines_get_rules_at_their_place() -> None:
    places = [(MENU, "head"), (FOOT, "tail"), (MENU._replace(head=0.5, tail=0.5), "edge"),
              (MENU._replace(head=0.5, tail=0.3), "anywhere")]  # fmt: skip
    for repeat, where in places:
        phrase = weighed(repeat)
        assert isinstance(phrase, Phrase)
        assert (phrase.category, phrase.where) == ("navigation", where)


def test_what_rules_take_needs_no_other() -> None:
    assert weighed(MENU, taken=0.95) is None
    assert isinstance(weighed(MENU, taken=0.5), Phrase)


@pytest.mark.parametrize(
    ("repeat", "changes", "why"),
    [
        (MENU, {"known": 0.2}, LeftOut.known),
        (MENU, {"neutral": 0.6}, LeftOut.neutral),
        (MENU, {"article": 0.6, "company": 0.5}, LeftOut.article),
        (MENU, {"key": "· 12 ·"}, LeftOut.bare),
        (MENU, {"prose": 1, "articles": 4}, LeftOut.paragraph),
        (BETWEEN, {"articles": 4, "occurrences": 4}, LeftOut.subheading),
        (BETWEEN, {"article": 0.3}, LeftOut.subheading),
        (HEADING, {"heads_other": 0, "words": 6}, LeftOut.teaser),
    ],
)
def test_what_may_be_article_text_stays(repeat: Repeat, changes: dict[str, Any], why: LeftOut) -> None:
    assert weighed(repeat, **changes) is why


def test_a_line_in_few_of_many_articles_stays() -> None:
    assert weigh(MENU._replace(articles=5), 1000) is LeftOut.rare


def test_a_sentence_in_every_other_article_is_no_article_text_whatever_it_reads_as() -> None:
    assert isinstance(weighed(BETWEEN, articles=24, words=12, article=0.8), Phrase)
    assert weighed(BETWEEN, articles=12, words=12, article=0.8) is LeftOut.article
    assert weighed(BETWEEN, articles=24, words=3, article=0.8) is LeftOut.article


def test_a_line_among_others_that_repeat_is_no_article_text_whatever_it_reads_as() -> None:
    assert isinstance(weighed(MENU, article=0.9, company=1), Phrase)
    assert weighed(MENU, article=0.9, company=0.4) is LeftOut.article
    assert weighed(MENU, article=0.9, company=1, articles=12) is LeftOut.article


def test_headings_of_changing_lists_take_them_along_but_not_article_text() -> None:
    heads = {
        changed: isinstance(phrase := weighed(HEADING, **{changed: value}), Phrase) and phrase.heads_list
        for changed, value in (("articles", 40), ("run_article", 0.9), ("longest_run", 300), ("followed", 0.1))
    }
    assert heads == {"articles": True, "run_article": False, "longest_run": False, "followed": False}


def test_one_line_opens_the_foot_if_nothing_below_may_be_article_text() -> None:
    def feet(*repeats: Repeat) -> list[str]:
        phrases = [phrase for repeat in repeats if isinstance(phrase := weighed(repeat), Phrase)]
        return [p.repeat.key for p in with_foot(phrases, ARTICLES) if p.opens_foot]

    first, second = FOOT._replace(key="imprint"), FOOT._replace(key="print", longest_run=4)
    assert feet(second, first, MENU) == ["imprint"]
    assert feet(first._replace(run_article=0.4)) == []
    assert feet(first._replace(ends=0.5)) == []
    assert feet(first._replace(articles=8)) == []


def test_forms_that_headlines_may_have_stay() -> None:
    assert weighed(MENU, "^x$", head=0.5, tail=0.5) is LeftOut.headline
    assert weighed(FOOT, "^x$", words=12, articles=8) is LeftOut.teaser
    assert isinstance(weighed(FOOT, "^x$"), Phrase)


def test_rules_hold_phrases_of_one_category_place_and_kind_and_take_no_name_that_is_used() -> None:
    form = weighed(FOOT, "^by tram \\d+$")
    phrases = [p for p in (weighed(MENU), weighed(FOOT), weighed(HEADING), form) if isinstance(p, Phrase)]
    rules = compose(phrases, {"navigation-head"})
    assert [(rule.id, rule.kind, len(rule.phrases)) for rule in rules] == [
        ("recommended-list", "list", 1),
        ("navigation-head-2", "lines", 1),
        ("navigation-tail", "lines", 1),
        ("navigation-tail-forms", "forms", 1),
    ]
    assert rules[0].entry() == {
        "id": "recommended-list", "category": "recommended", "why": "heading of a list", "lines": ["Tide tables"],
        "until": "prose", "at_most": 15,
    }  # fmt: skip
