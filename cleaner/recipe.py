"""What decides what is removed from a document, as a hash: equal recipes clean equal documents alike."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from typing import Final

from cleaner.api import Cleaner
from cleaner.heuristics.network import WEIGHTS
from cleaner.html import WEIGHTS as PAGE_WEIGHTS

LENGTH: Final = 16
"""Hexadecimal digits that are kept of a hash."""


class Recipe:
    """The recipes of one run; those of two outlets differ by the rules that hold for them alone.

    Args:
        cleaner: the rules and the policy.
        outlet: the outlet of all documents, if the user gave one.
    """

    def __init__(self, cleaner: Cleaner, outlet: str | None) -> None:
        policy, self._rulebook = cleaner.policy, cleaner.rulebook
        asked = (sorted(policy.categories), policy.mode, policy.rules_only, policy.flag_only)
        pages = (cleaner.page_format, cleaner.page_metadata)
        weights = hashlib.sha256(WEIGHTS.read_bytes() + PAGE_WEIGHTS.read_bytes()).hexdigest()
        self._general = (version("cleaner"), weights, asked, pages, outlet, self._rulebook.versions[""])
        self._known: dict[tuple[str, bool], str] = {}

    def of(self, outlet: Mapping[str, str] | None) -> str:
        """Return the recipe of a document.

        Args:
            outlet: its outlet, and how that was found, as in the manifest.
        """
        domain, how = (outlet["domain"], outlet["how"]) if outlet else ("", "")
        key = domain, how == "given"
        if key not in self._known:
            # Which outlet it is depends on all domains and fingerprints, unless somebody said so.
            finding = "" if key[1] else self._rulebook.finding
            self._known[key] = _hash(self._general, self._rulebook.versions.get(domain, ""), finding)
        return self._known[key]

    def of_file(self, asked: object) -> str:
        """Return the recipe of a file with documents of any outlets.

        Args:
            asked: what else decides what it becomes.
        """
        return _hash(self._general, self._rulebook.version, asked)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:LENGTH]
