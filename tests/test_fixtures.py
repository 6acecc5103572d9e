"""Whole articles of many outlets: what comes out is, byte for byte, what a person wrote beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, restore
from cleaner.io.encoding import decode
from tests.conftest import FIXTURES

RAW = sorted(path for path in FIXTURES.rglob("*.txt") if not path.name.endswith(".cleaned.txt"))


def _name(path: Path) -> str:
    return path.relative_to(FIXTURES).with_suffix("").as_posix()


def test_there_are_articles_of_at_least_twelve_outlets() -> None:
    assert len({path.parent.name for path in RAW}) >= 12


@pytest.mark.parametrize("path", RAW, ids=_name)
def test_article_comes_out_as_a_person_cleaned_it(path: Path, cleaner: Cleaner) -> None:
    decoded = decode(path.read_bytes())
    cleaned = cleaner.clean(decoded.text, id=str(path.relative_to(FIXTURES)))
    assert decoded.encode(cleaned.text) == path.with_suffix(".cleaned.txt").read_bytes()
    assert not cleaned.flags
    assert restore(cleaned.text, cleaned.removals) == decoded.text


@pytest.mark.parametrize("path", RAW, ids=_name)
def test_a_cleaned_article_has_nothing_more_to_lose(path: Path, cleaner: Cleaner) -> None:
    decoded = decode(path.with_suffix(".cleaned.txt").read_bytes())
    assert cleaner.clean(decoded.text, id=str(path.relative_to(FIXTURES))).text == decoded.text
