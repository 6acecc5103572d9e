"""What the names of elements (class, id, itemprop and the like) say of what they hold.

The vocabulary is data, in `rules/pages/names.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from cleaner.rulebook.load import packaged_rules

FILE: Final = "pages/names.toml"
LONGEST: Final = 3
"""Words of the longest name in the vocabulary."""
MOST_CHARACTERS: Final = 1_000
"""Characters of a list of names that are looked at; style sheets in attributes can be much longer."""
LONGEST_NAME: Final = 100
"""Characters of one name that are looked at."""
_CAMEL: Final = re.compile("(?<=[a-z0-9])(?=[A-Z])")
_WORD: Final = re.compile("[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Concepts, in the order of their bits.

    Args:
        concepts: their names.
        categories: what an element of a concept is on record as when it goes, for those that say.
        bits: for each name, the bits of the concepts that it stands for.
    """

    concepts: tuple[str, ...]
    categories: Mapping[str, str]
    bits: Mapping[str, int]


@cache
def vocabulary() -> Vocabulary:
    """Load the vocabulary that comes with the package."""
    with (packaged_rules() / FILE).open("rb") as file:
        data = tomllib.load(file)
    bits: dict[str, int] = {}
    for position, entry in enumerate(data.values()):
        for name in entry["names"]:
            bits[name] = bits.get(name, 0) | 1 << position
    return Vocabulary(tuple(data), {name: e["category"] for name, e in data.items() if "category" in e}, bits)


def concepts_of(names: str) -> int:
    """Return the bits of the concepts that some names stand for.

    Args:
        names: names with spaces between them, as in a class attribute.

    >>> [c for i, c in enumerate(vocabulary().concepts) if concepts_of("StoryBody__share-bar") >> i & 1]
    ['social', 'body', 'article']
    """
    found = 0
    for name in names[:MOST_CHARACTERS].split():
        found |= _concepts_of(name[:LONGEST_NAME])
    return found


@lru_cache(maxsize=1 << 16)
def _concepts_of(name: str) -> int:
    known, found = vocabulary().bits, 0
    words = _WORD.findall(_CAMEL.sub("-", name).lower())
    for i, word in enumerate(words):
        found |= known.get(word, 0)
        for size in range(2, min(LONGEST, len(words) - i) + 1):
            some = words[i : i + size]
            found |= known.get("-".join(some), 0)
            if size == 2:  # body-text and bodytext are one name
                found |= known.get("".join(some), 0)
    return found
