"""Arrow tables: cleaned column by column, and with a note beside each record for whoever writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import pyarrow as pa

from cleaner.adapters.columns import FLAGS, Outcome, clean_rows, named, records_of, rows_of
from cleaner.api import Cleaner
from cleaner.errors import DocumentError
from cleaner.io import formats
from cleaner.io.json_object import is_whole
from cleaner.io.jsonl import JsonLines
from cleaner.io.records import ADDED, Change, Chunk, Fields, Layout, Raw, Row
from cleaner.model import Removal
from cleaner.reading import Reading, read_document

REMOVALS: Final = pa.list_(
    pa.struct(
        [
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("text", pa.string()),
            ("category", pa.string()),
            ("rule", pa.string()),
            ("confidence", pa.float64()),
            ("reason", pa.string()),
        ]
    )
)
"""Type of a column of removals."""
_FLAGS: Final = pa.list_(pa.string())
NOTE: Final = "__cleaner__"
"""Name of the column that holds what is to be noted of each record, until it is written."""
_NOTES: Final = pa.struct(
    [
        ("id", pa.string()),
        ("error", pa.string()),
        ("outlet", pa.string()),
        ("flags", _FLAGS),
        ("characters", pa.int64()),
        ("removed_characters", pa.int64()),
        ("removals", REMOVALS),
    ]
)
LINES: Final = pa.schema([("data", pa.large_binary()), ("line", pa.int64()), ("error", pa.string())])
"""JSON Lines as they are read: the line with its end, its number, and why it could not be read."""


def clean_table(cleaner: Cleaner, table: pa.Table, fields: Fields, *, added: bool = False) -> pa.Table:
    """Clean a table; other columns stay as they are, and the text's column keeps its type.

    Args:
        cleaner: the rules and the policy.
        table: records.
        fields: which column holds what.
        added: add the columns `removals` and `flags`.
    """
    return _clean(cleaner, table, fields, added=added).table


def note_table(cleaner: Cleaner, table: pa.Table, fields: Fields, *, added: bool) -> pa.Table:
    """Clean a table as `clean_table` does, and add the column `NOTE`."""
    return _with_notes(*_clean(cleaner, table, fields, added=added))


def note_lines(cleaner: Cleaner, table: pa.Table, fields: Fields, *, added: bool) -> pa.Table:
    """Clean lines of JSON, which keep all bytes but those of the text, and add the column `NOTE`.

    Args:
        cleaner: as for `clean_table`.
        table: see `LINES`.
        fields: as for `clean_table`.
        added: as for `clean_table`.
    """
    columns = (table.column(name).to_pylist() for name in LINES.names)
    records = [Raw(*values) for values in zip(*columns, strict=True)]
    layout, json_lines = Layout(fields), JsonLines()
    rows = json_lines.rows(Chunk(records, 1), layout)
    outcomes = clean_rows(cleaner, rows)
    data = [
        json_lines.rebuild(Chunk([raw], raw.line), layout, [_change(row, outcome, added=added)])
        for raw, row, outcome in zip(records, rows, outcomes, strict=True)
    ]
    return _with_notes(pa.table({"data": pa.array(data, pa.large_binary())}), rows, outcomes)


def note_files(cleaner: Cleaner, table: pa.Table) -> pa.Table:
    """Clean whole files, texts or pages, and add the column `NOTE`; what fails has no bytes any more.

    Args:
        cleaner: as for `clean_table`.
        table: columns `bytes` and `path`.
    """
    paths = table.column("path").to_pylist()
    readings = [_read(cleaner, *values) for values in zip(table.column("bytes").to_pylist(), paths, strict=True)]
    rows = [
        Row(key=path, error=reading) if isinstance(reading, str) else _row(reading)
        for path, reading in zip(paths, readings, strict=True)
    ]
    outcomes = clean_rows(cleaner, rows)
    data = [
        reading.decoded.encode(outcome.cleaned.text) if isinstance(reading, Reading) and outcome.cleaned else None
        for reading, outcome in zip(readings, outcomes, strict=True)
    ]
    return _with_notes(pa.table({"bytes": pa.array(data, pa.large_binary()), "path": paths}), rows, outcomes)


class _Cleaned(NamedTuple):
    table: pa.Table
    rows: Sequence[Row]
    outcomes: Sequence[Outcome]


def _clean(cleaner: Cleaner, table: pa.Table, fields: Fields, *, added: bool) -> _Cleaned:
    names = [name for name in named(fields) if name in table.column_names]  # a block may lack what others have
    columns = {name: table.column(name).to_pylist() for name in names}
    rows = rows_of(columns, fields)
    outcomes = clean_rows(cleaner, rows)
    if any(outcome.removals for outcome in outcomes):
        at = table.column_names.index(fields.text)
        field = table.schema.field(at)
        was = columns[field.name]
        texts = [o.cleaned.text if o.cleaned else text for o, text in zip(outcomes, was, strict=True)]
        table = table.set_column(at, field, pa.array(texts, field.type))
    if added:
        flags = pa.array([list(outcome.flags) for outcome in outcomes], _FLAGS)
        table = table.append_column(ADDED, _removals(outcomes)).append_column(FLAGS, flags)
    return _Cleaned(table, rows, outcomes)


def _removals(outcomes: Sequence[Outcome]) -> pa.Array:
    return pa.array([records_of([_storable(r) for r in outcome.removals]) for outcome in outcomes], REMOVALS)


def _storable(removal: Removal) -> Removal:
    return removal if is_whole(removal.text) else removal._replace(text=_escaped(removal.text))


def _escaped(text: str) -> str:
    """Return a text without lone surrogates, which Arrow cannot hold: they come out as in Python's `repr`."""
    return text.encode("utf-8", "backslashreplace").decode()


def _change(row: Row, outcome: Outcome, *, added: bool) -> Change:
    text = outcome.cleaned.text if outcome.cleaned and outcome.removals else None
    flags = [*row.flags, *outcome.flags]
    return Change(text, {ADDED: records_of(outcome.removals), FLAGS: flags} if added and not row.error else {})


def _read(cleaner: Cleaner, data: bytes, path: str) -> Reading | str:
    """Return a document, or why there is none."""
    kind = formats.kind_of(path)
    try:
        return read_document(data, cleaner, id=path, is_html=kind is not None and kind.format == formats.PAGE)
    except DocumentError as e:
        return e.message


def _row(reading: Reading) -> Row:
    document = reading.document
    return Row(document.text, key=document.id, url=document.url)


def _with_notes(table: pa.Table, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> pa.Table:
    notes = [_note(row, outcome) for row, outcome in zip(rows, outcomes, strict=True)]
    columns = [pa.array([note[field.name] for note in notes], field.type) for field in list(_NOTES)[:-1]]
    return table.append_column(NOTE, pa.StructArray.from_arrays([*columns, _removals(outcomes)], fields=list(_NOTES)))


def _note(row: Row, outcome: Outcome) -> dict[str, Any]:
    found = outcome.cleaned.outlet if outcome.cleaned else None
    return {
        "id": _escaped(row.key),
        "error": _escaped(outcome.error),
        "outlet": found.domain if found else None,
        "flags": [*row.flags, *outcome.flags],
        "characters": None if row.text is None else len(row.text),
        "removed_characters": sum(len(removal.text) for removal in outcome.removals),
    }
