"""Whole articles of many outlets: what comes out is, byte for byte, what a person cleaned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner import Cleaner, restore
from cleaner.io.encoding import decode
from tests.conftest import FIXTURES

RAW, CLEANED = FIXTURES / "raw", FIXTURES / "cleaned"
NAMES = sorted(path.relative_to(RAW).as_posix() for path in RAW.rglob("*.txt"))


def test_every_article_has_its_cleaned_text_and_no_text_is_left_over() -> None:
    assert sorted(path.relative_to(CLEANED).as_posix() for path in CLEANED.rglob("*.txt")) == NAMES


def test_there_are_articles_of_at_least_twelve_outlets() -> None:
    assert len({Path(name).parent for name in NAMES}) >= 12


@pytest.mark.parametrize("name", NAMES)
def test_article_comes_out_as_a_person_cleaned_it(name: str, cleaner: Cleaner) -> None:
    decoded = decode((RAW / name).read_bytes())
    cleaned = cleaner.clean(decoded.text, id=name)
    assert decoded.encode(cleaned.text) == (CLEANED / name).read_bytes()
    assert not cleaned.flags
    assert restore(cleaned.text, cleaned.removals) == decoded.text


@pytest.mark.parametrize("name", NAMES)
def test_a_cleaned_article_has_nothing_more_to_lose(name: str, cleaner: Cleaner) -> None:
    decoded = decode((CLEANED / name).read_bytes())
    assert cleaner.clean(decoded.text, id=name).text == decoded.text
