"""Phrases: what says no more than a text shows, and enough of it."""

from __future__ import annotations

import pytest

from cleaner.imported.phrases import phrases_of
from cleaner.imported.refused import TEXT, NoSelector
from cleaner.imported.xpath import parse


@pytest.mark.parametrize(
    ("expression", "phrases"),
    [
        ("//p[contains(., 'Read on in the Courier')]", [("start", "Read on in the Courier")]),
        ("//p[starts-with(normalize-space(.), 'Photo: ')]", [("start", "Photo:")]),
        ("//div[contains(text(), 'Read  on\there')]", [("start", "Read on here")]),
        ("//p[text()[contains(., 'Read on here')]]", [("start", "Read on here")]),
        ("//span[.='Reklame']", [("lines", "Reklame")]),
        ("//*[text()='Reklame' or normalize-space()='Werbung']", [("lines", "Reklame"), ("lines", "Werbung")]),
        ("//p[.='Reklame'] | //h5[contains(., 'Read on:')]", [("lines", "Reklame"), ("start", "Read on:")]),
    ],
)
def test_phrases_of_whole_blocks(expression: str, phrases: list[tuple[str, str]]) -> None:
    assert phrases_of(parse(expression)) == phrases


@pytest.mark.parametrize(
    "expression",
    [
        "//div[@class='x']/p[contains(., 'Read on here')]",
        "//p[@class='x' and contains(., 'Read on here')]",
        "//p[@class='x'][contains(., 'Read on here')]",
        "//p[not(contains(., 'Read on here'))]",
        "//p[contains(strong, 'Read on here')]",
        "//p[contains(., 'Read on here')]/following::*",
        "//p/text()[contains(., 'Read on here')]",
        "//span[contains(., 'Read on here')]",
        "//*[contains(., 'Read on here')]",
        "//p[contains(., 'Photo')]",
        "//p[contains(., '')]",
        "//p[.='*']",
        "//p[contains(., @title)]",
    ],
)
def test_what_says_more_or_too_little_is_refused(expression: str) -> None:
    with pytest.raises(NoSelector) as caught:
        phrases_of(parse(expression))
    assert caught.value.reason == TEXT
