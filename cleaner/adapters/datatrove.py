"""`CleanerFormatter`: a step of a datatrove pipeline."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from cleaner.adapters.columns import FLAGS, Outcome, clean_rows, records_of
from cleaner.api import MOST_TOGETHER, Cleaner
from cleaner.errors import UsageError
from cleaner.io.records import ADDED, Fields, Row, guess, row_of

try:
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.pipeline.formatters.base import BaseFormatter
    from datatrove.utils.batching import batched
    from datatrove.utils.typeshelper import StatHints
except ModuleNotFoundError as e:
    hint = f"{e}; install what datatrove needs with: pip install 'cleaner[datatrove]'"
    raise ModuleNotFoundError(hint, name=e.name) from None

OUTLET = "outlet"
"""Name of the metadata field that holds the outlet's domain, or None; one that is there stays."""


class CleanerFormatter(BaseFormatter):  # type: ignore[misc]  # datatrove has no types
    """Cleans documents and puts removals, flags and outlet into their metadata.

    The cleaner is pickled with the pipeline, so all tasks, on whatever machine, have the rules of the machine that
    launched them; only the package must be installed there, in the same version.

    Args:
        cleaner: the rules and the policy; None for those that come with the package.
        fields: which metadata hold URL, outlet and date; None guesses, for each document.
        removals: put the removals into the metadata.
    """

    name = "🧹 Cleaner"

    def __init__(self, cleaner: Cleaner | None = None, *, fields: Fields | None = None, removals: bool = True) -> None:
        super().__init__()
        self.cleaner = cleaner or Cleaner()
        self.fields = fields
        self.removals = removals

    def format(self, text: str) -> str:
        """Clean a text of which nothing else is known."""
        return self.cleaner.clean(text).text

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:  # noqa: ARG002
        """Clean documents some at a time, which is faster; they come out in their order, each as it would alone.

        Raises:
            UsageError: a document's metadata has a field of the name of one that is added.
        """
        for documents in batched(data, MOST_TOGETHER):
            with self.track_time("batch"):
                outcomes = clean_rows(self.cleaner, [self._row(document) for document in documents])
                for document, outcome in zip(documents, outcomes, strict=True):
                    self._note(document, outcome)
            yield from documents

    def _row(self, document: Document) -> Row:
        metadata: dict[str, Any] = document.metadata
        for name in (ADDED, FLAGS) if self.removals else (FLAGS,):
            if name in metadata:
                raise UsageError(f"document {document.id}: its metadata has a field {name!r} already; rename it")
        fields = guess(Fields(), metadata) if self.fields is None else self.fields
        row = row_of(metadata, replace(fields, text=None, page=None, id=None))
        return row._replace(text=document.text, key=document.id)

    def _note(self, document: Document, outcome: Outcome) -> None:
        self.stat_update(StatHints.total)
        if outcome.error:
            self.stat_update("failed")
        elif outcome.flags:
            self.stat_update("flagged")
        characters: Counter[str] = Counter()
        for removal in outcome.removals:
            characters[removal.category] += len(removal.text)
        for category, removed in characters.items():
            self.stat_update(f"removed_characters_{category}", value=removed)
        cleaned = outcome.cleaned
        if cleaned:
            document.text = cleaned.text
        document.metadata[FLAGS] = list(outcome.flags)
        document.metadata.setdefault(OUTLET, cleaned.outlet.domain if cleaned and cleaned.outlet else None)
        if self.removals:
            document.metadata[ADDED] = records_of(outcome.removals)
        self.update_doc_stats(document)
