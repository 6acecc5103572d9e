"""Verdicts on whole articles of own prose: what goes, what stays, and what the guard says."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given

from cleaner import Cleaner
from cleaner.heuristics.judge import sureness
from cleaner.model import BOILERPLATE, CATEGORIES, NEUTRAL, Document, restore
from cleaner.pipeline import MODES, NO_ARTICLE, TOO_LONG
from tests.scrapes import articles

PROSE = (
    "The harbour bridge reopened on Monday after seven months of repairs, and the first to cross it was a baker.",
    "“I have been waiting since March,” said Ilse Brandt, who sells rolls on both sides of the water.",
    "The council had closed the bridge when an engineer found rust in three of its cables during a routine visit.",
    "Repairs cost twice what had been planned, according to a report that the council published last week.",
    "A ferry carried commuters in the meantime, and the operator now wants to keep the line in summer.",
    "The mayor thanked the neighbours for their patience and promised free coffee at the next festival.",
)
TEASERS = (
    "Painter wins national biscuit contest",
    "Zoo welcomes twin otters",
    "Why winters feel longer every decade",
    "Five recipes for leftover pumpkins",
    "Chess club moves into former bank",
    "How to sleep on a night train",
)
CLEANER = Cleaner()
RECALL = Cleaner(mode="recall")
MENU = ("Home", "World", "Business", "Opinion", "Culture", "Weather")


def text(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def test_prose_alone_stays_whole(cleaner: Cleaner) -> None:
    assert cleaner.clean(text(*PROSE)).removals == ()


def test_menu_before_and_teasers_after_go(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean(text(*MENU, "Harbour bridge reopens", *PROSE, "More stories", *TEASERS))
    assert cleaned.text.strip() == text("Harbour bridge reopens", *PROSE).strip()


def test_a_subheading_between_paragraphs_stays(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean(text(*PROSE[:3], "What the repairs cost", *PROSE[3:], "More stories", *TEASERS))
    assert "What the repairs cost" in cleaned.text


def test_every_removal_has_a_category_a_rule_a_reason_and_a_confidence(cleaner: Cleaner) -> None:
    cleaned = cleaner.clean(text("Harbour bridge reopens", *PROSE, *TEASERS, "Tide tables", "Boat register"))
    made_by_heuristics = [r for r in cleaned.removals if r.rule.startswith("heuristics/")]
    assert made_by_heuristics
    for removal in made_by_heuristics:
        assert removal.category in BOILERPLATE
        assert removal.rule == f"heuristics/{removal.category}"
        assert re.search(r"paragraph|prose|repeats", removal.reason)
        assert 0 < removal.confidence <= 1


def test_the_modes_take_more_and_more() -> None:
    source = text(*MENU, "Harbour bridge reopens", *PROSE, *TEASERS, "Harbour", "Bridges", "Local council")
    taken = [
        {(r.start, r.end) for r in Cleaner(mode=mode).clean(source).removals}
        for mode in ("precision", "balanced", "recall")
    ]
    assert len(taken[0]) <= len(taken[1]) <= len(taken[2])
    assert len(taken[0]) < len(taken[2])


def test_neutral_lines_stay_and_can_be_dropped() -> None:
    source = text("Harbour bridge reopens", "By Jane Roe", "14 May 2024, 10:31", *PROSE)
    assert Cleaner().clean(source).removals == ()
    dropped = Cleaner(drop=["byline", "date"]).clean(source)
    assert {r.category for r in dropped.removals} == {"byline", "date"}
    assert dropped.text == text("Harbour bridge reopens", *PROSE)


def test_a_byline_that_a_rule_knows_is_left_by_the_heuristics_and_goes_on_demand() -> None:
    source = text("Pont du port", "Par Anne Exemple", *PROSE)
    decided = CLEANER.decide(source)
    assert [rule.category for rule in decided.known.values()] == ["byline"]
    assert decided.judgement
    assert 1 not in {verdict.block for verdict in decided.judgement.verdicts}
    assert "Par Anne Exemple" not in Cleaner(drop=["byline"], rules_only=True).clean(source).text


def test_a_byline_among_teasers_is_not_known() -> None:
    assert CLEANER.decide(text(*PROSE, "More stories", *TEASERS, "By Jane Roe")).known == {}


def test_a_kept_category_stays() -> None:
    source = text("Harbour bridge reopens", *PROSE, "More stories", *TEASERS)
    removed = Cleaner().clean(source).removals
    kept = Cleaner(keep=["recommended"]).clean(source)
    assert "recommended" in {r.category for r in removed}
    assert "recommended" not in {r.category for r in kept.removals}


def test_the_repeated_headline_is_a_duplicate(cleaner: Cleaner) -> None:
    headline = "Harbour bridge reopens after seven months"
    cleaned = cleaner.clean(text(headline, *PROSE, headline))
    assert [(r.category, r.text.strip()) for r in cleaned.removals] == [("duplicate", headline)]
    assert cleaned.text.startswith(headline)


def test_rules_only_leaves_the_heuristics_out() -> None:
    source = text(*MENU, "Harbour bridge reopens", *PROSE, "More stories", *TEASERS)
    rules = {r.rule for r in Cleaner(rules_only=True).clean(source).removals}
    assert rules
    assert not any(rule.startswith("heuristics/") for rule in rules)


def test_a_page_without_an_article_is_flagged_and_kept_on_demand() -> None:
    source = text(*MENU, "Page not found", "More stories", *TEASERS, "Terms of use", "Privacy policy")
    assert NO_ARTICLE in Cleaner().clean(source).flags
    flagged = Cleaner(flag_only=True).clean(source)
    assert flagged.text == source
    assert flagged.removals == ()
    assert flagged.flags == (NO_ARTICLE,)


def test_an_article_is_not_flagged(cleaner: Cleaner) -> None:
    assert cleaner.clean(text(*MENU, *PROSE, *TEASERS)).flags == ()


def test_a_long_list_that_no_rule_knows_stays_and_is_flagged(cleaner: Cleaner) -> None:
    names = [f"{first} {last}" for first in ("Ada", "Ilse", "Omar", "Wen", "Zoe", "Yuki", "Raj", "Eva")
             for last in ("Brandt", "Okafor", "Lind", "Moreau", "Silva", "Novak", "Haas", "Dunn", "Berg")]  # fmt: skip
    assert len(names) > MODES["balanced"].longest_run
    cleaned = cleaner.clean(text(*PROSE, *names))
    assert all(name in cleaned.text for name in names)


def test_rules_for_an_outlet_do_not_make_the_heuristics_bolder(quillmore: Cleaner) -> None:
    known = "Printed at the Quillmore works"  # divides a list that is too long for the heuristics to take
    titles = [f"Otter number {i} finds another home by the weir" for i in range(100)]
    divided = [line for i in range(0, 100, 10) for line in (*titles[i : i + 10], known)]
    source = text(*PROSE, *divided)
    alone, taught = quillmore.clean(Document(source)), quillmore.clean(Document(source, outlet="quillmore.example"))
    assert known in alone.text
    assert known not in taught.text
    assert titles[50] in alone.text
    assert taught.text.split() == alone.text.replace(known, "").split()


def test_long_blocks_need_more_evidence() -> None:
    short, long = sureness(np.full(2, 0.1, np.float32), np.array([2, 60]))
    assert short > 0.85 > long


def test_a_text_of_too_many_blocks_is_left_to_the_rules_and_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.pipeline.MOST_BLOCKS", 20)
    short, long = text(*PROSE, *TEASERS), text(*MENU, *PROSE, *MENU, *TEASERS, "ADVERTISEMENT")
    alone, other = CLEANER.clean(short), CLEANER.clean_many([Document(long), Document(short)])
    assert other[1] == alone
    assert TOO_LONG in other[0].flags
    assert {r.rule.split("/")[0] for r in other[0].removals} == {"generic"}


@given(articles())
def test_whatever_goes_comes_back(text: str) -> None:
    cleaned = RECALL.clean(text)
    assert restore(cleaned.text, cleaned.removals) == text


@given(articles())
def test_categories_are_known_and_neutral_ones_stay(text: str) -> None:
    for removal in RECALL.clean(text).removals:
        assert removal.category in CATEGORIES
        assert removal.category not in NEUTRAL
