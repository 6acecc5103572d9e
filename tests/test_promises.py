"""The promises of the tool, as properties over texts that look like scrapes."""

from __future__ import annotations

import pickle
import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, cut, restore
from cleaner.api import MOST_CHARACTERS, MOST_TOGETHER
from cleaner.model import CATEGORIES, Document
from tests.conftest import FIXTURES
from tests.scrapes import PACKAGED, articles, prose
from tests.stacked import is_prose

CLEANER = Cleaner()
RULES_ONLY = Cleaner(rules_only=True)
RECALL = Cleaner(mode="recall")
DROPPING_ALL = Cleaner(drop=CATEGORIES, mode="recall")


@given(articles())
@settings(max_examples=300)
def test_cleaned_text_is_the_source_without_the_removed_spans(text: str) -> None:
    cleaned = DROPPING_ALL.clean(text)
    kept, at = [], 0
    for removal in cleaned.removals:
        kept.append(text[at : removal.start])
        at = removal.end
    assert cleaned.text == "".join([*kept, text[at:]]) == cut(text, cleaned.removals)


@given(articles())
@settings(max_examples=200)
def test_every_removal_is_on_record_with_offsets_category_rule_and_reason(text: str) -> None:
    cleaned = CLEANER.clean(text)
    rules = {rule.id: rule for rule in PACKAGED.rules}
    for removal in cleaned.removals:
        assert text[removal.start : removal.end] == removal.text != ""
        by_heuristics = removal.rule == f"heuristics/{removal.category}"
        assert by_heuristics or removal.category == rules[removal.rule].category
        assert removal.category in CLEANER.policy.categories
        assert 0 < removal.confidence <= 1
        assert removal.reason
    for a, b in pairwise(cleaned.removals):
        assert a.end <= b.start
    assert sum(len(r.text) for r in cleaned.removals) == len(text) - len(cleaned.text)


@given(articles(), st.data())
@settings(max_examples=200)
def test_restore_gives_back_all_or_exactly_the_chosen_removals(text: str, data: st.DataObject) -> None:
    cleaned = CLEANER.clean(text)
    assert restore(cleaned.text, cleaned.removals) == text
    category = data.draw(st.sampled_from(CATEGORIES))
    others = [r for r in cleaned.removals if r.category != category]
    assert restore(cleaned.text, cleaned.removals, lambda r: r.category == category) == cut(text, others)


@given(articles())
@settings(max_examples=200)
def test_cleaning_twice_by_rules_changes_nothing_more(text: str) -> None:
    once = RULES_ONLY.clean(text)
    again = RULES_ONLY.clean(once.text, outlet=once.outlet.domain if once.outlet else None)
    assert again.text == once.text


@given(st.lists(articles(), min_size=1, max_size=6), st.integers())
@settings(max_examples=100)
def test_neighbours_and_order_do_not_matter(texts: list[str], seed: int) -> None:
    alone = {text: RECALL.clean(text) for text in texts}
    shuffled = random.Random(seed).sample(texts, len(texts))
    assert RECALL.clean_many([Document(text) for text in shuffled]) == [alone[text] for text in shuffled]


def test_many_documents_are_cleaned_in_order_as_alone() -> None:
    source = (FIXTURES / "raw" / "harbour-post.example" / "one-ad.txt").read_text("utf-8")
    alone = CLEANER.clean(source).text
    documents = [Document(f"{number}\n\n{source}") for number in range(2 * MOST_TOGETHER + 1)]
    documents.insert(3, Document(f"{source}\n" * (MOST_CHARACTERS // len(source) + 1)))
    texts = [cleaned.text for cleaned in CLEANER.clean_many(iter(documents))]
    long = texts.pop(3)
    assert len(long) > MOST_CHARACTERS / 2
    assert texts == [CLEANER.clean(document).text for n, document in enumerate(documents) if n != 3]
    assert all(alone in text for text in texts)


@given(st.lists(articles(), min_size=1, max_size=3))
@settings(max_examples=10)
def test_a_copy_in_another_process_cleans_alike(texts: list[str]) -> None:
    copied: Cleaner = pickle.loads(pickle.dumps(CLEANER))  # noqa: S301 - our own object, as a worker gets it
    assert [copied.clean(text) for text in texts] == [CLEANER.clean(text) for text in texts]


@given(st.lists(prose(), min_size=1, max_size=12))
@settings(max_examples=150)
def test_an_article_of_nothing_but_prose_comes_out_as_it_was(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    cleaned = RULES_ONLY.clean(text)
    assert cleaned.text == text
    assert not cleaned.flags


@given(articles())
@settings(max_examples=200)
def test_generic_rules_never_take_more_than_a_third_of_the_prose_unless_it_is_little(text: str) -> None:
    lines = [line.strip() for line in text.splitlines()]
    total = sum(len(line) for line in lines if line and is_prose(line))
    cleaned = CLEANER.clean(text, outlet="unknown.example")
    generic = [r.text.strip() for r in cleaned.removals if r.rule.startswith("generic/")]
    taken = sum(len(text) for text in generic if is_prose(text))
    assert taken <= max(0.34 * total, 300) + 1


@given(articles())
@settings(max_examples=100)
def test_lines_that_stay_stay_whole_lines(text: str) -> None:
    source = {line.strip() for line in text.splitlines()}
    cleaned = CLEANER.clean(text)
    inline = any(r.text.strip() and not any(r.text.strip() == line for line in source) for r in cleaned.removals)
    if not inline:
        assert {line.strip() for line in cleaned.text.splitlines()} <= source | {""}
