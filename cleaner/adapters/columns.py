"""Batches of records: what all adapters share, and `clean_columns`, made for `datasets.Dataset.map`."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from cleaner.api import Cleaner
from cleaner.errors import UsageError
from cleaner.io.records import ADDED, Fields, Row, guess, row_of
from cleaner.model import Cleaned, Document, Removal

FLAGS: Final = "flags"
"""Name of the column that stands beside the added removals."""
FAILED: Final = "failed"
"""How the flag of a document begins that could not be cleaned; its reason follows."""

_log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What became of one record.

    Args:
        cleaned: the cleaned document; None where there was no text, or cleaning failed.
        error: why cleaning failed.
    """

    cleaned: Cleaned | None = None
    error: str = ""

    @property
    def flags(self) -> tuple[str, ...]:
        """Why a person should look at it."""
        if self.error:
            return (f"{FAILED}: {self.error}",)
        return self.cleaned.flags if self.cleaned else ()

    @property
    def removals(self) -> tuple[Removal, ...]:
        """What was taken out."""
        return self.cleaned.removals if self.cleaned else ()


def clean_rows(cleaner: Cleaner, rows: Sequence[Row]) -> list[Outcome]:
    """Clean the texts of some records, one outcome for each; a record without a text has an empty one.

    Args:
        cleaner: the rules and the policy.
        rows: the records.
    """
    documents = {
        at: Document(row.text, row.key, row.url, row.outlet, date=row.date)
        for at, row in enumerate(rows)
        if row.text is not None and not row.error
    }
    outcomes = [Outcome(error=row.error) for row in rows]
    for at, outcome in zip(documents, _outcomes(cleaner, list(documents.values())), strict=True):
        outcomes[at] = outcome
    return outcomes


def _outcomes(cleaner: Cleaner, documents: Sequence[Document]) -> list[Outcome]:
    try:
        return [Outcome(cleaned) for cleaned in cleaner.clean_many(documents)]
    except Exception as e:  # one document must never end a batch
        if len(documents) > 1:
            return [outcome for document in documents for outcome in _outcomes(cleaner, [document])]
        error = f"unexpected {type(e).__name__}: {e}; please report it"
        _log.warning("document %r stays as it was: %s", documents[0].id, error)
        return [Outcome(error=error)]


def clean_columns(
    cleaner: Cleaner, columns: Mapping[str, Any], fields: Fields, *, added: bool = False
) -> dict[str, Any]:
    """Clean a batch of records that comes as columns and return all columns, the text replaced.

    What is no text, such as None, stays as it is, and so does a text that cannot be cleaned. The results do not
    depend on how records are divided into batches.

    Args:
        cleaner: the rules and the policy.
        columns: lists, numpy arrays or pandas series of equal length, by name.
        fields: which column holds what.
        added: add the columns `removals` and `flags`; the flag of a document that could not be cleaned begins
            with `failed`.

    Raises:
        UsageError: no such column, or one of an added column's name.

    >>> batch = {"id": [1, 2], "body": ["ADVERTISEMENT\\n\\nThe bridge stays open, the council said.", None]}
    >>> clean_columns(Cleaner(), batch, Fields(text="body"))
    {'id': [1, 2], 'body': ['The bridge stays open, the council said.', None]}
    """
    check_fields(fields, columns, added=added)
    values = {name: _listed(columns[name]) for name in named(fields)}
    texts = values[str(fields.text)]
    outcomes = clean_rows(cleaner, rows_of(values, fields))
    cleaned = [o.cleaned.text if o.cleaned else text for o, text in zip(outcomes, texts, strict=True)]
    more = {ADDED: [records_of(o.removals) for o in outcomes], FLAGS: [list(o.flags) for o in outcomes]}
    return {**columns, str(fields.text): cleaned, **(more if added else {})}


def guess_fields(given: Fields | None, sample: Mapping[str, Any], *, added: bool = False) -> Fields:
    """Complete the fields that the user named, check them and log what was found.

    Args:
        given: what the user named.
        sample: the columns, each with a value of the kind that it holds.
        added: whether removals and flags will be added.

    Raises:
        UsageError: no column seems to hold the text, there is no such column, or one of an added column's name.
    """
    fields = guess(given or Fields(), sample)
    check_fields(fields, sample, added=added)
    _log.info("fields: %s", ", ".join(f"{meaning} is {name!r}" for meaning, name in fields.named().items()))
    return fields


def check_fields(fields: Fields, columns: Collection[str], *, added: bool) -> None:
    """Refuse fields that do not fit the columns.

    Raises:
        UsageError: see `guess_fields`.
    """
    there = ", ".join(map(str, columns))
    if fields.text is None:
        raise UsageError(f"no column seems to hold the text; name it with Fields(text=...), one of: {there}")
    for name in named(fields):
        if name not in columns:
            raise UsageError(f"there is no column {name!r}; choose from {there}")
    for name in (ADDED, FLAGS) if added else ():
        if name in columns:
            raise UsageError(f"there is a column {name!r} already; rename it, or do without added removals")


def named(fields: Fields) -> list[str]:
    """Return the names of the columns that are looked at; pages are not."""
    return [name for meaning, name in fields.named().items() if meaning != "page"]


def rows_of(columns: Mapping[str, Sequence[Any]], fields: Fields) -> list[Row]:
    """Make rows of columns of plain Python values."""
    return [row_of(dict(zip(columns, values, strict=True)), fields) for values in zip(*columns.values(), strict=True)]


def records_of(removals: Sequence[Removal]) -> list[dict[str, Any]]:
    """Return removals as dictionaries."""
    return [removal._asdict() for removal in removals]


def _listed(column: Any) -> list[Any]:
    """Return a column as plain Python values."""
    if getattr(column, "dtype", None) is not None and column.dtype.kind == "M":
        times = column.astype("datetime64[us]")  # of nanoseconds, `tolist` would make numbers
        return [None if value is None or str(value) == "NaT" else value for value in times.tolist()]
    return list(column.tolist() if hasattr(column, "tolist") else column)
