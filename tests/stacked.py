"""What the lower rooms make of one text, for tests that look at them alone."""

from __future__ import annotations

import numpy as np

from cleaner.model import Document
from cleaner.rulebook.match import Match, Matcher, Scan
from cleaner.stack import Stack, stack


def stacked(text: str) -> Stack:
    return stack([Document(text)])


def is_prose(block: str) -> bool:
    """Say whether a text of one block, or none, reads as prose."""
    return stacked(block).prose.tolist() == [True]


def scan(matcher: Matcher, text: str) -> Scan:
    return matcher.scan(stacked(text))


def matches(matcher: Matcher, text: str) -> list[Match]:
    """Return what the rules of all outlets match in a text."""
    one = stacked(text)
    [found] = matcher.matches(matcher.scan(one), [np.ones(len(matcher.rulebook.rules), np.bool_)], one)
    return found
