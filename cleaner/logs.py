"""The logs of a run as tables of DuckDB, whatever their size, and as Parquet files."""

from __future__ import annotations

import contextlib
import glob
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cleaner.errors import UsageError
from cleaner.io.files import RECORDS, TEMPORARY
from cleaner.io.ledger import MANIFEST, REMOVALS, SUMMARY, logs_aside
from cleaner.tables import MEMORY, explained, temporary_tables, threads

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LONGEST: Final = 4 << 20
"""Bytes of the longest line that this memory is meant for; a longer one takes more."""
BLOCK: Final = 1 << 20
"""Bytes of a log that are looked through at a time."""

ENTRY: Final = {
    "id": "VARCHAR",
    "state": "VARCHAR",
    "error": "VARCHAR",
    "input": "VARCHAR",
    "file": "VARCHAR",
    "record": "BIGINT",
    "records": "BIGINT",
    "key": "VARCHAR",
    "stamp": "VARCHAR",
    "sha256": "VARCHAR",
    "text_sha256": "VARCHAR",
    "cleaned_sha256": "VARCHAR",
    "encoding": "VARCHAR",
    "bom": "VARCHAR",
    "literal": "VARCHAR",
    "recipe": "VARCHAR",
    "outlet": "STRUCT(domain VARCHAR, how VARCHAR, evidence VARCHAR)",
    "date": "VARCHAR",
    "characters": "BIGINT",
    "removed_blocks": "MAP(VARCHAR, BIGINT)",
    "removed_characters": "MAP(VARCHAR, BIGINT)",
    "removals": "BIGINT",
    "refusals": 'STRUCT("start" BIGINT, "end" BIGINT, category VARCHAR, rule VARCHAR, reason VARCHAR)[]',
    "flags": "VARCHAR[]",
    "extraction": "JSON",
    "layout": "JSON",
}
"""The fields of `ledger.Entry` and their types."""
REMOVAL: Final = {
    "document": "VARCHAR",
    "start": "BIGINT",
    "end": "BIGINT",
    "text": "VARCHAR",
    "category": "VARCHAR",
    "rule": "VARCHAR",
    "confidence": "DOUBLE",
    "reason": "VARCHAR",
}
"""The fields of a line of the removals log and their types."""

_NAMES: Final = ("id", "document", "input", "file")
"""Fields that hold names of files."""
_LONE: Final = re.compile("[\ud800-\udfff]")
_LONE_ESCAPE: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\ud[89a-f]")
"""In a log, only lines that hold lone surrogates have such escapes, which DuckDB refuses."""

_ENTRIES: Final = """
CREATE TABLE entries AS
SELECT
    hash(id) AS hash, id, state, error, coalesce(records IS NULL AND state = 'written', false) AS is_document,
    coalesce(nullif(outlet.domain, ''), 'unknown') AS outlet, recipe, coalesce(date, '') AS date,
    characters, removed_blocks, removed_characters, removals, flags,
    coalesce(list_sum(map_values(removed_characters)), 0)::BIGINT AS removed
FROM manifest_log
"""
# A line that is no record was read as a row of NULLs.
_WRONG_LINE: Final = """
SELECT min(rowid) + 1 FROM entries
WHERE id IS NULL OR state IS NULL OR error IS NULL OR characters IS NULL OR removed_blocks IS NULL
    OR removed_characters IS NULL OR removals IS NULL OR flags IS NULL
"""
_LINES: Final = """
CREATE TABLE lines AS
SELECT hash(document) AS hash, rule, category, confidence::DECIMAL(9, 6) AS confidence, "end" - "start" AS characters
FROM removals_log
"""
# Both logs are in one order, so where a removal stands tells of which document it is; the hashes confirm it.
_OWNERS: Final = """
CREATE TABLE owners AS
SELECT entry, owner FROM (SELECT rowid AS entry, hash AS owner, unnest(range(removals)) FROM entries)
"""
_MISFIT: Final = """
SELECT id FROM entries WHERE rowid = (
    SELECT min(entry) FROM owners POSITIONAL JOIN lines
    WHERE entry IS NOT NULL AND (
        owner IS DISTINCT FROM hash OR rule IS NULL OR category IS NULL OR confidence IS NULL OR characters IS NULL
    )
)
"""
# Behind those that have an owner stand removals of documents that a stopped run did not come to note.
_REMOVALS: Final = """
CREATE TABLE removals AS
SELECT entry, rule, category, confidence, characters FROM owners POSITIONAL JOIN lines WHERE entry IS NOT NULL
"""
_MANIFEST_COPY: Final = """
SELECT
    * REPLACE (outlet.domain AS outlet, layout::VARCHAR AS layout),
    outlet.how AS outlet_how, outlet.evidence AS outlet_evidence
FROM manifest_log LIMIT (SELECT count(*) FROM entries)
"""
_REMOVALS_COPY: Final = "FROM removals_log LIMIT (SELECT count(*) FROM removals)"


@dataclass(frozen=True, slots=True)
class Logs:
    """The logs of a run, opened by `opened`.

    They are the tables `entries` and `removals`; the column `entry` of the second is the `rowid` of the first.

    Args:
        out: the output folder.
        is_finished: whether the run came to its end.
    """

    out: Path
    is_finished: bool
    _tables: DuckDBPyConnection

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return what a query finds.

        Raises:
            UsageError: there is no room for it.
        """
        with explained(self.out):
            return self._tables.execute(query, parameters or {}).fetchall()

    def export(self, folder: Path) -> None:
        """Write the logs as `manifest.parquet` and `removals.parquet`, in their order; both are whole or not there.

        Raises:
            UsageError: they cannot be written.
        """
        copies = {"removals.parquet": _REMOVALS_COPY, "manifest.parquet": _MANIFEST_COPY}
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=folder, prefix=TEMPORARY) as unfinished:
                for name, copy in copies.items():
                    self._tables.sql(copy).write_parquet(str(Path(unfinished, name)), compression="zstd")
                for name in copies:
                    Path(unfinished, name).replace(folder / name)


@contextlib.contextmanager
def opened(out: Path) -> Iterator[Logs]:
    """Open the logs of a run, finished or not.

    Args:
        out: the output folder.

    Raises:
        UsageError: the folder holds no run, the logs do not fit each other, or there is no room for temporary files.
    """
    folder = next((f for f in (out / RECORDS, *logs_aside(out)) if (f / MANIFEST).is_file()), None)
    if folder is None:
        raise UsageError(f"{out}: holds no {RECORDS}/{MANIFEST}; name the output folder of `cleaner clean`")
    with contextlib.ExitStack() as stack:
        with explained(out):
            tables = _load(folder, Path(stack.enter_context(TemporaryDirectory(prefix=TEMPORARY))), stack)
        yield Logs(out, (folder / SUMMARY).is_file(), tables)


def _load(folder: Path, temporary: Path, stack: contextlib.ExitStack) -> DuckDBPyConnection:
    """Read both logs into tables and see that they fit."""
    # The removals of an entry were written before it, so they are looked at after it while a run goes on.
    manifest = _readable(folder / MANIFEST, temporary)
    removals = _readable(folder / REMOVALS, temporary)
    longest = max(LONGEST, manifest.longest, removals.longest)
    megabytes = MEMORY + 4 * threads() * (longest - LONGEST) // 1_000_000  # for the buffers of long lines
    tables = stack.enter_context(temporary_tables(megabytes))
    for name, log, columns in (("manifest_log", manifest, ENTRY), ("removals_log", removals, REMOVAL)):
        tables.read_json(
            glob.escape(str(log.path)),
            columns=columns,
            format="newline_delimited",
            maximum_object_size=longest + BLOCK,
            ignore_errors=True,
            hive_partitioning=False,
        ).create_view(name)
    tables.execute(_ENTRIES)
    tables.execute("DELETE FROM entries WHERE rowid >= $lines", {"lines": manifest.lines})
    tables.execute(_LINES)
    if (line := _one(tables, _WRONG_LINE)) is not None:
        raise UsageError(
            f"{folder / MANIFEST}:{line}: not a record of this version; the file was changed, clean again with "
            "--overwrite"
        )
    tables.execute(_OWNERS)
    if (document := _one(tables, _MISFIT)) is not None:
        raise UsageError(f"{folder / REMOVALS}: does not hold the removals of {document}; clean again")
    tables.execute(_REMOVALS)
    tables.execute("DROP TABLE lines")
    tables.execute("DROP TABLE owners")
    return tables


def _one(tables: DuckDBPyConnection, query: str) -> Any:
    row = tables.execute(query).fetchone()
    return row[0] if row else None


class _Log(NamedTuple):
    """A log that DuckDB can read.

    Args:
        path: where it stands.
        lines: how many of it are whole.
        longest: bytes of its longest line, if that is more than `BLOCK`.
    """

    path: Path
    lines: int
    longest: int


def _readable(path: Path, temporary: Path) -> _Log:
    """Look through a log, and copy it if it holds lone surrogates; a missing one is empty."""
    if not path.exists():
        path = temporary / path.name
        path.touch()
    lines = longest = open_line = 0
    may_have_lone, tail = False, b""
    with path.open("rb") as log:
        while block := log.read(BLOCK):
            lines += block.count(b"\n")
            if (end := block.find(b"\n")) >= 0:
                longest = max(longest, open_line + end)
                open_line = 0
            open_line += len(block) - 1 - block.rfind(b"\n")
            may_have_lone = may_have_lone or b"\\ud" in tail + block
            tail = block[-2:]
    longest = max(longest, open_line)
    if not may_have_lone or not _has_lone(path):
        return _Log(path, lines, longest)
    copy = temporary / path.name
    with path.open("rb") as log, copy.open("wb") as repaired:
        for line, _ in zip(log, range(lines), strict=False):
            repaired.write(_repaired(line) if _LONE_ESCAPE.search(line) else line)
    return _Log(copy, lines, longest)


def _has_lone(path: Path) -> bool:
    with path.open("rb") as log:
        return any(b"\\ud" in line and _LONE_ESCAPE.search(line) for line in log)


def _repaired(line: bytes) -> bytes:
    """Return a line without lone surrogates: as U+FFFD in texts, so that offsets hold; names stay different names."""
    try:
        row = json.loads(line)
        row |= {name: row[name].encode("utf-8", "backslashreplace").decode() for name in _NAMES if name in row}
    except (ValueError, TypeError, AttributeError):  # no record; it will be refused
        return line
    return _LONE.sub("\ufffd", json.dumps(row, ensure_ascii=False)).encode() + b"\n"
