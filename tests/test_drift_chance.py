"""Shares compared: as exact arithmetic has it, as the papers have it, and with few false alarms."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.drift.proportions import ENOUGH, FALSE, FAR, Rate, by_chance, changed_at, fell, found, odds_ratio
from cleaner.io.files import RECORDS
from cleaner.io.ledger import WRITTEN, Entry, Ledger, noted
from cleaner.model import Removal
from cleaner.rulebook.load import Rulebook, load
from tests.test_drift import QUILL, compared


def exactly(old: Rate, new: Rate) -> float:
    """Return twice the smaller tail, in whole numbers."""
    total, hits = old.of + new.of, old.documents + new.documents
    ways = {
        k: math.comb(hits, k) * math.comb(total - hits, new.of - k)
        for k in range(max(0, new.of + hits - total), min(hits, new.of) + 1)
    }
    lower = sum(n for k, n in ways.items() if k <= new.documents)
    upper = sum(n for k, n in ways.items() if k >= new.documents)
    return float(min(Fraction(1), 2 * Fraction(min(lower, upper), sum(ways.values()))))


RATES = st.integers(0, 60).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))


@given(old=RATES, new=RATES)
def test_chance_is_as_whole_numbers_have_it_and_the_same_from_both_sides(old: Rate, new: Rate) -> None:
    assert by_chance(old, new) == pytest.approx(exactly(old, new), rel=1e-9)
    assert by_chance(new, old) == pytest.approx(by_chance(old, new), rel=1e-9)


@pytest.mark.parametrize(
    ("old", "new", "chance"),
    [
        pytest.param(Rate(3, 4), Rate(1, 4), 2 * 17 / 70, id="Fisher, the lady who tastes tea"),
        pytest.param(Rate(10, 13), Rate(2, 17), 2 * 0.0004652, id="Fisher, twins of convicts"),
        pytest.param(Rate(0, 50), Rate(0, 50), 1, id="nothing in either"),
        pytest.param(Rate(50, 50), Rate(9, 9), 1, id="everything in both"),
        pytest.param(Rate(0, 0), Rate(5, 9), 1, id="nothing to compare with"),
        pytest.param(Rate(90_000, 200_000), Rate(0, 200_000), 0, id="certain"),
    ],
)
def test_chance_in_known_cases(old: Rate, new: Rate, chance: float) -> None:
    assert by_chance(old, new) == pytest.approx(chance, rel=1e-3)


def test_of_many_tests_those_of_the_paper_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of Benjamini and Hochberg (1995), at 0.05: the first four of fifteen."""
    monkeypatch.setattr("cleaner.drift.proportions.FALSE", 0.05)
    chances = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1,
    ]  # fmt: skip
    assert found(chances, 15) == [True] * 4 + [False] * 11
    assert found(chances[::-1], 15) == [False] * 11 + [True] * 4
    assert found(chances[:6], 15) == [True] * 4 + [False] * 2
    assert found([], 0) == []


@given(chances=st.lists(st.floats(0, 1), max_size=30), more=st.integers(0, 100))
def test_what_is_kept_is_likelier_than_what_is_not_and_no_laxer_than_one_test(chances: list[float], more: int) -> None:
    kept = found(chances, len(chances) + more)
    assert all(chance <= FALSE for chance, is_kept in zip(chances, kept, strict=True) if is_kept)
    most = max((c for c, is_kept in zip(chances, kept, strict=True) if is_kept), default=-1)
    assert all(is_kept == (chance <= most) for chance, is_kept in zip(chances, kept, strict=True))


def test_equal_rates_raise_no_alarm() -> None:
    """200 rules, 100 times over, each with the same rate in two runs."""
    rng = random.Random(0)
    alarms = 0
    for _ in range(100):
        pairs = []
        for _ in range(200):
            rate, many, more = rng.random() ** 2, rng.randint(ENOUGH, 200), rng.randint(ENOUGH, 200)
            pairs.append(tuple(Rate(sum(rng.random() < rate for _ in range(n)), n) for n in (many, more)))
        far = [pair for pair in pairs if fell(*pair) or fell(*pair[::-1])]
        alarms += any(found([by_chance(*pair) for pair in far], len(pairs)))
    assert alarms <= 3  # one in a hundred is to be expected


def test_a_sound_rate_that_is_gone_is_found_among_others() -> None:
    old, new = Rate(40, 100), Rate(0, 60)
    assert fell(old, new)
    assert not fell(new, old)
    assert found([by_chance(old, new)], 200) == [True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(Rate(4, 40), Rate(0, 400), id="found in few documents"),
        pytest.param(Rate(40, 1000), Rate(0, 1000), id="found in few of the documents"),
        pytest.param(Rate(15, 19), Rate(0, 400), id="few old documents"),
        pytest.param(Rate(400, 400), Rate(0, 19), id="few new documents"),
        pytest.param(Rate(600, 1000), Rate(300, 1000), id="no large difference"),
        pytest.param(Rate(0, 0), Rate(0, 0), id="nothing"),
    ],
)
def test_what_is_too_little_has_not_fallen(old: Rate, new: Rate) -> None:
    assert not fell(old, new)


def test_odds_are_compared_with_a_half_added() -> None:
    assert odds_ratio(Rate(9, 10), Rate(0, 10)) == pytest.approx(9.5 / 1.5 * 10.5 / 0.5)
    assert odds_ratio(Rate(5, 10), Rate(5, 10)) == 1
    assert odds_ratio(Rate(400, 1000), Rate(142, 1000)) == pytest.approx(FAR, rel=0.02)


@pytest.mark.parametrize(
    ("counts", "rises", "at"),
    [
        ([9, 8, 9, 1, 0], False, 3),
        ([0, 1, 9, 9], True, 2),
        ([9, 8, 9, 1, 0], True, 0),  # no step in it rises
        ([9, 0, 9, 9], True, 2),
        ([5, 5, 5], False, 0),
        ([9], False, 0),
        ([], False, 0),
    ],
)
def test_the_step_is_where_it_is(counts: list[int], rises: bool, at: int) -> None:
    assert changed_at([Rate(n, 10) for n in counts], rises=rises) == at


# Runs


@pytest.fixture(scope="module")
def book(rules: Path) -> Rulebook:
    return load([rules])


def logged(out: Path, rng: random.Random, documents: int, rates: Sequence[float], flagged: float = 0) -> Path:
    """Write the logs of a run in which rules fire as chance will have it."""
    outlet = {"domain": QUILL, "how": "url", "evidence": ""}
    notes = []
    for n in range(documents):
        rules = [i for i, rate in enumerate(rates) if rng.random() < rate]
        removals = [Removal(i, i + 1, "x", "ad", f"outlets/{QUILL}/{rule}", 1, "") for i, rule in enumerate(rules)]
        length = 2 * len(rates)
        flags = ("odd",) if rng.random() < flagged else ()
        entry = Entry(
            str(n),
            WRITTEN,
            outlet=outlet,
            characters=length,
            removals=len(removals),
            removed_characters={"ad": len(removals)},
            flags=flags,
        )
        notes.append(noted(entry, removals))
    (out / RECORDS).mkdir(parents=True)
    with Ledger(out) as ledger:
        ledger.add(notes)
        ledger.finish({})
    return out


def test_chance_alone_is_no_drift(tmp_path: Path, book: Rulebook) -> None:
    """All 200 rules keep their rates: from one in a hundred documents to nearly all."""
    rng = random.Random(20)
    rates = [0.01 + 0.97 * i / 199 for i in range(200)]
    old, new = logged(tmp_path / "old", rng, 150, rates, 0.1), logged(tmp_path / "new", rng, 60, rates, 0.1)
    drift = compared(new, old, book)
    assert (drift.rules, drift.outlets) == ((), ())
    assert drift.compared == 1


def test_an_outlet_of_which_more_is_removed_and_flagged_is_found(tmp_path: Path, book: Rulebook) -> None:
    rng = random.Random(21)
    rates = [0.2] * 100, [0.5] * 100
    old, new = logged(tmp_path / "old", rng, 60, rates[0], 0.1), logged(tmp_path / "new", rng, 60, rates[1], 0.9)
    outlets = {row.what: row for row in compared(new, old, book).outlets}
    assert outlets["removed"].old == pytest.approx(0.1, abs=0.03)
    assert outlets["removed"].new == pytest.approx(0.25, abs=0.03)
    assert outlets["flagged"].new > 0.75
