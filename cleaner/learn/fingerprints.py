"""Texts that tell an outlet: what stands in most of its articles and in nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cleaner.fold import flat, fold
from cleaner.learn.repeats import Repeat
from cleaner.rulebook.load import Rulebook

SHORTEST, LONGEST = 8, 120
"""Characters of a fingerprint."""
SHARE: Final = 0.5
"""Share of articles in which it must stand."""
MOST: Final = 12
"""Fingerprints of one outlet; those of most articles are taken."""


def fingerprints(
    repeats: Iterable[Repeat], articles: int, outlet: str, rulebook: Rulebook, others: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return texts that only this outlet's articles hold.

    They name the outlet: hold its domain, or what stands before the dot in it. A line without its name tells an outlet
    only where articles of others were looked through.

    Args:
        repeats: the lines that repeat in its articles.
        articles: how many there are.
        outlet: its domain.
        rulebook: rules whose examples and phrases are others' as well.
        others: texts of articles of other outlets.
    """
    label = outlet.split(".")[0].replace("-", "")
    candidates: dict[str, tuple[bool, str]] = {}
    for repeat in repeats:
        text = " ".join(repeat.shown.split())
        if repeat.articles >= SHARE * articles and SHORTEST <= len(text) <= LONGEST and repeat.known == 0:
            key = flat(fold(text))
            squeezed = key.replace(" ", "").replace("-", "")
            candidates[key] = len(label) >= 4 and label in squeezed, text
    for other in _of_others(outlet, rulebook):
        candidates = {key: value for key, value in candidates.items() if key not in other}
    has_others = False
    for other in others:
        has_others = True
        text = flat(fold(other))
        candidates = {key: value for key, value in candidates.items() if key not in text}
    telling = [text for is_named, text in candidates.values() if is_named]
    unnamed = [text for is_named, text in candidates.values() if not is_named and len(text.split()) > 1]
    return tuple((telling + (unnamed if has_others and not telling else []))[:MOST])


def _of_others(outlet: str, rulebook: Rulebook) -> Iterable[str]:
    for file in rulebook.files:
        if file.content.outlet != outlet:
            for example in file.content.examples:
                yield flat(fold(example.text))
            for rule in file.content.rules:
                yield flat(fold("\n".join(rule.lines or ())))
    yield flat(fold("\n".join(rulebook.reserve)))
