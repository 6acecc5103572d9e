"""The sums of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from cleaner.io.ledger import FAILED, SKIPPED, Entry

NAMED: Final = 1000
"""Failed and flagged documents that the summary names; the manifest names all."""


@dataclass(slots=True)
class Totals:
    """The accounts of a run.

    Args:
        documents: those that were accounted for so far.
        written: those that were cleaned.
        reused: those that an earlier run had cleaned.
        failures: how many failed.
        flags: how many were flagged.
        failed: the first that failed, with the reason.
        flagged: the first that were flagged, with the flags.
        skipped: files that hold records but no texts, and why that is thought.
        outlets: documents by outlet; those of no known one under "".
        pages: documents that were pages, by how their text was found.
        left_out: parts of pages that are no text of the article, by category.
        characters: in all sources.
        removed_blocks: by category.
        removed_characters: by category.
        read: bytes of the inputs, as they are stored, that were gone through.
    """

    documents: int = 0
    written: int = 0
    reused: int = 0
    failures: int = 0
    flags: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    flagged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    outlets: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    removed_blocks: Counter[str] = field(default_factory=Counter)
    removed_characters: Counter[str] = field(default_factory=Counter)
    read: int = 0

    def add(self, entry: Entry) -> None:
        """Count one document; a file of records counts only if it failed."""
        if entry.state == FAILED:
            self.documents += 1
            self.failures += 1
            if len(self.failed) < NAMED:
                self.failed[entry.id] = entry.error
            return
        if entry.state == SKIPPED:
            self.skipped[entry.id] = entry.error
        if entry.records is not None:
            return
        self.documents += 1
        self.written += 1
        if entry.flags:
            self.flags += 1
            if len(self.flagged) < NAMED:
                self.flagged[entry.id] = entry.flags
        self.outlets[entry.outlet["domain"] if entry.outlet else ""] += 1
        if entry.extraction:
            self.pages[entry.extraction["how"]] += 1
            self.left_out.update(node["category"] for node in entry.extraction["dropped"])
        self.characters += entry.characters
        self.removed_blocks.update(entry.removed_blocks)
        self.removed_characters.update(entry.removed_characters)

    def as_summary(self) -> dict[str, Any]:
        """Return what `summary.json` holds; nothing in it depends on how often the run was stopped."""
        return {
            "documents": self.documents,
            "written": self.written,
            "failures": self.failures,
            "failed": self.failed,
            "flags": self.flags,
            "flagged": self.flagged,
            "skipped": self.skipped,
            "outlets": {domain or "unknown": count for domain, count in self.outlets.items()},
            "pages": self.pages,
            "left_out": self.left_out,
            "characters": self.characters,
            "removed_blocks": self.removed_blocks,
            "removed_characters": self.removed_characters,
        }
