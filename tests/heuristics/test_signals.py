"""Signals say what they are named for, in any script, and hold for any text."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from cleaner.blocks import split
from cleaner.characters import (
    DIGIT,
    LETTER,
    LOWER,
    QUOTE,
    SEPARATOR,
    SPACE,
    STOP,
    SYMBOL,
    UNSPACED,
    UPPER,
    Floats,
    classify,
    code_points,
)  # fmt: skip
from cleaner.heuristics.signals import NAMES, signals
from tests.scrapes import articles
from tests.stacked import stacked


def of(text: str, ruled: dict[int, str] | None = None) -> Floats:
    return signals(stacked(text), ruled or {})


def column(rows: Floats, name: str) -> list[float]:
    return [round(float(value), 3) for value in rows[NAMES.index(name)]]


@pytest.mark.parametrize(
    ("character", "kind"),
    [
        ("a", LOWER), ("Ж", UPPER), ("ω", LOWER), ("ع", LETTER), ("한", LETTER), ("字", UNSPACED), ("ก", UNSPACED),
        ("か", UNSPACED), ("٣", DIGIT), ("7", DIGIT), ("。", STOP), ("؟", STOP), ("।", STOP), ("»", QUOTE),
        ("›", QUOTE), ("|", SEPARATOR), ("\u00a0", SPACE), ("😀", SYMBOL), ("→", SEPARATOR),
    ],
)  # fmt: skip
def test_kinds_of_characters_in_many_scripts(character: str, kind: int) -> None:
    assert classify(code_points(character)).tolist() == [kind]


@given(articles())
def test_every_text_has_one_finite_row_for_each_block(text: str) -> None:
    blocks = split(text)
    if blocks:
        rows = of(text)
        assert rows.shape == (len(NAMES), len(blocks))
        assert np.isfinite(rows).all()


@given(articles())
def test_the_same_text_has_the_same_signals(text: str) -> None:
    if split(text):
        assert (of(text) == of(text)).all()


@pytest.mark.parametrize(
    "prose",
    [
        "The council voted on Tuesday to keep the old bridge open for at least another year, the mayor said.",
        "Совет проголосовал во вторник за то, чтобы старый мост оставался открытым ещё хотя бы один год, сказал мэр.",
        "Το συμβούλιο ψήφισε την Τρίτη να μείνει ανοιχτή η παλιά γέφυρα για έναν ακόμη χρόνο, είπε ο δήμαρχος.",
        "صوت المجلس يوم الثلاثاء على إبقاء الجسر القديم مفتوحا لمدة عام آخر على الأقل كما قال رئيس البلدية للصحافة.",
        "市议会周二投票决定让旧桥至少再开放一年，市长在会议之后对记者说，渡轮也将继续运行。",
        "市議会は火曜日、古い橋を少なくともあと一年開けておくことを決めたと市長が語った。",
    ],
)
def test_prose_counts_the_same_in_every_script(prose: str) -> None:
    rows = of(f"{prose}\nA B\n")
    assert column(rows, "prose") == [1, 0]
    assert column(rows, "ends: stop") == [1, 0]


def test_ends_look_behind_quotes_and_brackets() -> None:
    rows = of("He said “no.”\nRead more…\nIs it true?\nTopics:\nPage 3\nSee all »\n")
    assert column(rows, "ends: stop") == [1, 1, 1, 0, 0, 0]
    assert column(rows, "ends: question") == [0, 0, 1, 0, 0, 0]
    assert column(rows, "ends: ellipsis") == [0, 1, 0, 0, 0, 0]
    assert column(rows, "ends: colon") == [0, 0, 0, 1, 0, 0]
    assert column(rows, "ends: digit") == [0, 0, 0, 0, 1, 0]


def test_case_and_beginnings() -> None:
    rows = of("Council Keeps Old Bridge Open\ncouncil keeps old bridge open\nSPORT\n12 views\n• Weather\n")
    assert column(rows, "title case") == [1, 0, 1, 0, 1]
    assert column(rows, "capitals")[2] == 1
    assert column(rows, "begins: digit") == [0, 0, 0, 1, 0]
    assert column(rows, "begins: separator") == [0, 0, 0, 0, 1]


def test_figures_do_not_reach_over_the_end_of_a_block() -> None:
    rows = of("14:35\n12.03.2024\nSince 1987\nSee https://example.com\nwww.example.com\n1\n987 and 20245\n")
    assert column(rows, "clock") == [1, 0, 0, 0, 0, 0, 0]
    assert column(rows, "year") == [0, 1, 1, 0, 0, 0, 0]
    assert [value > 0 for value in column(rows, "date")[:3]] == [False, True, False]
    assert column(rows, "link") == [0, 0, 0, 1, 1, 0, 0]


def test_repeats_are_counted_over_the_document() -> None:
    assert column(of("Storm hits coast\nstorm hits  coast\nOther\nStorm hits coast\n"), "repeats") == [2, 2, 0, 2]


ARTICLE = (
    "Old harbour bridge reopens after repairs\n"
    "The harbour bridge reopened on Monday after months of repairs, the council said in a statement.\n"
    "Repairs of the bridge\n"
    "Painter wins national biscuit contest\n"
    "Drivers crossed the harbour for the first time since March, and the council thanked them for waiting.\n"
)


def test_places_are_measured_by_the_prose() -> None:
    rows = of(f"Menu\nSport\n{ARTICLE}More\nStories\n")
    assert column(rows, "prose before") == [0, 0, 0, 0, 0.693, 0.693, 0.693, 1.099, 1.099]
    assert column(rows, "since prose")[:4] == [4.5, 4.5, 4.5, 4.5]
    assert np.expm1(rows[NAMES.index("run of short blocks"), 0]).round() == 3
    assert column(rows, "until prose")[-1] == 4.5


def test_what_rules_take_is_a_signal_and_no_prose() -> None:
    rows = of(ARTICLE, {1: "paywall", 3: "recommended"})
    assert column(rows, "rule") == [0, 1, 0, 1, 0]
    assert column(rows, "rule: paywall") == [0, 1, 0, 0, 0]
    assert column(rows, "prose") == [0, 0, 0, 0, 1]


def test_a_rule_may_take_a_neutral_block() -> None:
    assert column(of(ARTICLE, {2: "caption"}), "rule") == [0, 0, 1, 0, 0]


def test_sentences_of_a_one_line_text_are_told_from_lines() -> None:
    text = " ".join(["The council voted on Tuesday to keep the old bridge open, the mayor told reporters."] * 20)
    assert set(column(of(text), "sentence of one line")) == {1.0}
    assert set(column(of(ARTICLE), "sentence of one line")) == {0.0}
