"""Lines that stay at the ends of cleaned texts, counted over the documents of each outlet."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cleaner.api import stacks
from cleaner.drift.counts import UNDATED, UNKNOWN, Side
from cleaner.drift.proportions import LEAST, SOUND, Rate
from cleaner.errors import DocumentError
from cleaner.finished import cleaned_documents
from cleaner.fold import bare, identity
from cleaner.io.ledger import Entry
from cleaner.model import Document
from cleaner.stack import stack
from cleaner.tables import explained, temporary_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

EDGE: Final = 12
"""Lines at each end of a text that are looked at."""
SAME_STORY: Final = 0.1
"""Share of documents; a longest line that stands in more of them does not tell that two are the same story."""
MEMORY: Final = 200
"""Megabytes for the tables."""
TOGETHER: Final = 5000
"""Documents that are put into the tables at a time."""
LONGEST: Final = 1000
"""Characters of a line that are shown."""

_NUMBER: Final = re.compile("[0-9][0-9.,:/]*")
_TABLES: Final = (
    "CREATE TABLE documents (n BIGINT, outlet VARCHAR, month VARCHAR, is_new BOOLEAN, name UBIGINT, longest UBIGINT)",
    "CREATE TABLE lines (n BIGINT, this UBIGINT, is_tail BOOLEAN)",
)
# Two documents with the same longest line are one story: what they share besides repeats for no other reason.
_STORIES: Final = f"""
CREATE TABLE stories AS
SELECT n, outlet, month, is_new, name, CASE
    WHEN count(*) OVER (PARTITION BY outlet, is_new, longest)
        <= greatest(3, {SAME_STORY} * count(*) OVER (PARTITION BY outlet, is_new))
    THEN longest ELSE n
END AS story FROM documents
"""  # noqa: S608
_TOTALS: Final = """
CREATE TABLE totals AS SELECT outlet, is_new, count(DISTINCT story) AS stories FROM stories GROUP BY outlet, is_new
"""
_OFTEN: Final = f"""
CREATE TABLE often AS
SELECT outlet, this FROM lines JOIN stories USING (n) GROUP BY outlet, this HAVING count(*) >= {LEAST}
"""  # noqa: S608
_COUNTED: Final = """
CREATE TABLE counted AS
SELECT
    outlet, this, count(DISTINCT story) FILTER (NOT is_new) AS before, count(DISTINCT story) FILTER (is_new) AS after,
    avg(is_tail::INTEGER) FILTER (is_new) AS tail, min(name) FILTER (is_new) AS name
FROM lines JOIN stories USING (n) SEMI JOIN often USING (outlet, this) GROUP BY outlet, this
"""
_TESTED: Final = f"SELECT count(*) FROM counted WHERE before + after >= {LEAST}"  # noqa: S608
_CANDIDATES: Final = f"""
SELECT outlet, this, tail, name, before, older.stories, after, newer.stories
FROM counted
JOIN (FROM totals WHERE NOT is_new) older USING (outlet) JOIN (FROM totals WHERE is_new) newer USING (outlet)
WHERE after >= {LEAST} AND after >= {SOUND} * newer.stories
ORDER BY outlet, after DESC, this
"""  # noqa: S608
_BY_MONTH: Final = """
SELECT outlet, this, month, count(DISTINCT story) FROM lines JOIN stories USING (n)
JOIN (SELECT unnest($outlets) AS outlet, unnest($keys) AS this) USING (outlet, this)
WHERE is_new = $is_new GROUP BY outlet, this, month
"""


class Staying(NamedTuple):
    """A line that stays in cleaned texts.

    Args:
        outlet: of the texts.
        this: identity of the line's key.
        tail: share of the newer documents in which it stands nearer to the end.
        name: identity of the name of one of these.
        old: in how many stories it stood.
        new: in how many it stands.
    """

    outlet: str
    this: int
    tail: float
    name: int
    old: Rate
    new: Rate


class Shown(NamedTuple):
    """How a line reads.

    Args:
        text: its beginning.
        document: id of a document in which it stands.
    """

    text: str
    document: str


class _Edges(NamedTuple):
    """The lines at both ends of a text.

    Args:
        document: the text.
        longest: identity of the longest line of all.
        keys: identities of the lines, by the form in which they are compared.
        tails: which of them are nearer to the end.
        spans: where they stand.
    """

    document: Document
    longest: int
    keys: list[int]
    tails: list[bool]
    spans: list[tuple[int, int]]


@dataclass(slots=True)
class Lines:
    """The lines at the ends of documents; opened by `counting`.

    Args:
        tables: where they are counted.
        sides: the older and the newer documents.
        documents: how many were counted.
        unread: those that could not be read.
    """

    tables: DuckDBPyConnection
    sides: tuple[Side, Side]
    documents: int = 0
    unread: list[DocumentError] = field(default_factory=list)

    def read(self) -> None:
        """Read the cleaned texts of all documents that are compared."""
        older, newer = self.sides
        runs = ([older, newer],) if older.logs is newer.logs else ([older], [newer])
        for here in runs if newer.months else ():
            edges = self._edges(here[0].logs.out, partial(_is_of, newer.months.keys()))
            while some := list(islice(edges, TOGETHER)):
                self._add(some, here)

    def staying(self) -> tuple[list[Staying], int]:
        """Return the lines that stand in enough of the newer documents, and how many lines repeat at all."""
        for table in (_STORIES, _TOTALS, _OFTEN, _COUNTED):
            self.tables.execute(table)
        ((tested,),) = self.tables.execute(_TESTED).fetchall()
        rows = self.tables.execute(_CANDIDATES).fetchall()
        lines = [
            Staying(outlet, this, tail, name, Rate(before, of_older), Rate(after, of_newer))
            for outlet, this, tail, name, before, of_older, after, of_newer in rows
        ]
        return lines, tested

    def by_month(self, lines: Collection[Staying], *, is_new: bool) -> dict[tuple[str, int], dict[str, int]]:
        """Return in how many of the older or the newer documents of each month lines stand."""
        result: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        lists = {"outlets": [line.outlet for line in lines], "keys": [line.this for line in lines]}
        for outlet, this, month, documents in self.tables.execute(_BY_MONTH, {"is_new": is_new, **lists}).fetchall():
            result[outlet, this][month] = documents
        return result

    def shown(self, lines: Collection[Staying]) -> dict[tuple[str, int], Shown]:
        """Look up how lines read, in the newer documents."""
        asked = {(line.outlet, line.this) for line in lines}
        names = {line.name for line in lines}
        result: dict[tuple[str, int], Shown] = {}
        if not names:
            return result
        for document, _, keys, _, spans in self._edges(self.sides[1].logs.out, lambda e: identity(e.id) in names):
            for key, (start, end) in zip(keys, spans, strict=True):
                pair = document.outlet or "", key
                if pair in asked and pair not in result:
                    result[pair] = Shown(document.text[start:end][:LONGEST], document.id)
        return result

    def _edges(self, out: Path, select: Callable[[Entry], bool]) -> Iterator[_Edges]:
        for documents in stacks(self._texts(out, select)):
            yield from _edges(documents)

    def _texts(self, out: Path, select: Callable[[Entry], bool]) -> Iterator[Document]:
        for name, cleaned in cleaned_documents(out, select):
            if isinstance(cleaned, DocumentError):
                self.unread.append(cleaned)
            else:
                outlet = cleaned.outlet.domain if cleaned.outlet else UNKNOWN
                yield Document(cleaned.text, name, outlet=outlet, date=cleaned.document.date)

    def _add(self, some: Collection[_Edges], here: Collection[Side]) -> None:
        rows: list[tuple[str, str, bool, _Edges]] = []
        for one in some:
            outlet, date = one.document.outlet or "", one.document.date
            month = date.isoformat()[:7] if date else UNDATED
            side = next((side for side in here if month in side.months.get(outlet, ())), None)
            if side:
                rows.append((outlet, month, side.is_new, one))
        if not rows:
            return
        outlets, months, news, edges = zip(*rows, strict=True)
        numbers = np.arange(self.documents, self.documents + len(rows))
        self.documents += len(rows)
        documents = {
            "n": numbers,
            "outlet": np.array(outlets, object),
            "month": np.array(months, object),
            "is_new": np.array(news, np.bool_),
            "name": np.array([identity(one.document.id) for one in edges], np.uint64),
            "longest": np.array([one.longest for one in edges], np.uint64),
        }
        lines = {
            "n": numbers.repeat([len(one.keys) for one in edges]),
            "this": np.array([key for one in edges for key in one.keys], np.uint64),
            "is_tail": np.array([tail for one in edges for tail in one.tails], np.bool_),
        }
        self._insert("documents", documents)
        self._insert("lines", lines)

    def _insert(self, table: str, rows: dict[str, Any]) -> None:  # noqa: ARG002 (DuckDB finds it by its name)
        self.tables.execute(f"INSERT INTO {table} SELECT * FROM rows")  # noqa: S608


@contextlib.contextmanager
def counting(sides: tuple[Side, Side]) -> Iterator[Lines]:
    """Open empty tables for the lines of the older and the newer documents."""
    with explained("lines cannot be counted"), temporary_tables(MEMORY) as tables:
        for table in _TABLES:
            tables.execute(table)
        yield Lines(tables, sides)


def _is_of(outlets: Collection[str], entry: Entry) -> bool:
    return (entry.outlet["domain"] if entry.outlet else UNKNOWN) in outlets


def _edges(documents: Sequence[Document]) -> Iterator[_Edges]:
    """Find the lines at both ends of texts: none twice, so that in a short text each is of the nearer end."""
    stacked = stack(documents)
    lengths = stacked.ends - stacked.starts
    for i, document in enumerate(documents):
        first, stop = stacked.firsts[i : i + 2].tolist()
        if first == stop:
            continue
        middle = (first + stop) // 2
        tail = max(middle, stop - EDGE)
        places = [*range(first, min(middle, first + EDGE)), *range(tail, stop)]
        longest = first + int(lengths[first:stop].argmax())
        offset = int(stacked.offsets[i])
        spans = (np.stack([stacked.starts[places], stacked.ends[places]], axis=1) - offset).tolist()
        keys = [_key(stacked.flats[place]) for place in places]
        tails = [place >= tail for place in places]
        yield _Edges(document, identity(stacked.flats[longest]), keys, tails, spans)


def _key(flat: str) -> int:
    """Return the identity of a line; lines that differ in numbers only have the same."""
    return identity(_NUMBER.sub("0", bare(flat)))
