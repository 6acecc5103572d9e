"""Influences: what speaks for and against, and that far blocks play no part."""

from __future__ import annotations

import pytest

from cleaner import Cleaner
from cleaner.heuristics.influence import GROUPS, NEIGHBOURS, RULES, influences
from cleaner.heuristics.network import network
from cleaner.heuristics.signals import NAMES
from tests.heuristics.test_judge import PROSE, TEASERS, text


def test_every_signal_belongs_to_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    assert {name for name in NAMES if "rule" not in name} == {name for name in grouped if "rule" not in name}


def test_the_strongest_come_first_and_each_group_once(cleaner: Cleaner) -> None:
    judgement = cleaner.decide(text(*PROSE, *TEASERS)).judgement
    assert judgement
    found = influences(network(), judgement.signals, len(PROSE) + 2)
    assert [i.group for i in sorted(found, key=lambda i: -abs(i.share))] == [i.group for i in found]
    assert {i.group for i in found} == {*GROUPS, NEIGHBOURS, RULES}
    assert any(abs(i.share) > 0.05 for i in found)


def test_without_rules_around_rules_have_no_influence() -> None:
    judgement = Cleaner().decide(text(*PROSE)).judgement
    assert judgement
    by_group = {i.group: i.share for i in influences(network(), judgement.signals, 2)}
    assert by_group[RULES] == pytest.approx(0, abs=1e-6)
