"""Tables with columns of all kinds, and what the tests of Parquet and Arrow share."""

from __future__ import annotations

import datetime as dt
import decimal
from typing import Any

import pyarrow as pa

from cleaner.io.records import ADDED
from tests.io.roundtrip import REMOVAL

ROWS = 200
KINDS = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int16(), pa.string()),
    pa.dictionary(pa.int32(), pa.large_string()),
]
"""Types that a column of texts may have."""


def text(i: int) -> str | None:
    return None if i % 7 == 0 else "" if i % 11 == 0 else f"The ferry “Mole” sails at {i % 50}. " * (i % 5)


def table(kind: pa.DataType = KINDS[0]) -> pa.Table:
    """Return a table whose columns hold nulls, lists, objects, zones, categories, bytes and notes."""
    zoned = dt.datetime(2024, 5, 6, 23, 30, tzinfo=dt.UTC)
    columns = {
        "id": pa.array(range(ROWS), pa.uint32()),
        "text": pa.array([text(i) for i in range(ROWS)]).cast(kind),
        "when": pa.array([zoned, None] * (ROWS // 2), pa.timestamp("us", "Europe/Berlin")),
        "price": pa.array([decimal.Decimal("1.10"), None] * (ROWS // 2), pa.decimal128(9, 2)),
        "raw": pa.array([b"\xff\0", None] * (ROWS // 2), pa.binary()),
        "tags": pa.array([["a", None], None, [], ["b"]] * (ROWS // 4), pa.list_(pa.field("item", pa.string()))),
        "author": pa.array([{"name": "x", "age": 1}, None] * (ROWS // 2)),
        "map": pa.array([[("k", 1)], None] * (ROWS // 2), pa.map_(pa.string(), pa.int64())),
        "section": pa.array(["news", "sport", None, "news"] * (ROWS // 4)).dictionary_encode(),
        "flag": pa.array([True, None, False, False] * (ROWS // 4)),
        "score": pa.array([float("nan"), 1.5, None, -0.0] * (ROWS // 4), pa.float32()),
        "nothing": pa.nulls(ROWS),
        "url": pa.array(["https://a.example/b"] * ROWS, pa.large_string()),
        "date": pa.array([dt.date(2024, 5, 6), None] * (ROWS // 2)),
        "view": pa.array(["a long value that does not fit into a view", None] * (ROWS // 2), pa.string_view()),
    }
    fields = [pa.field(name, column.type, metadata={"of": name}) for name, column in columns.items()]
    notes = {"pandas": "{}", "huggingface": '{"info": {}}'}
    return pa.table(list(columns.values()), pa.schema(fields, metadata=notes))


def plain(read: pa.Table) -> list[dict[str, Any]]:
    """Return a table's rows so that NaN equals itself."""
    rows: list[dict[str, Any]] = read.to_pylist()
    return [{name: repr(value) for name, value in row.items()} for row in rows]


def check_changed(before: pa.Table, after: pa.Table, new: dict[str | None, str | None], added: tuple[str, ...]) -> None:
    """Assert that only the texts differ, and that the added columns stand behind all others."""
    after.validate(full=True)
    assert after.schema.names == [*before.schema.names, *added]
    kept = after.select(before.schema.names)
    assert kept.schema.equals(before.schema, check_metadata=True)
    assert after.schema.metadata == before.schema.metadata
    assert kept["text"].to_pylist() == [new[value] for value in before["text"].to_pylist()]
    assert plain(kept.drop_columns(["text"])) == plain(before.drop_columns(["text"]))
    for name in added:
        value = [REMOVAL] if name == ADDED else "taken out of the page"
        assert after[name].to_pylist() == [None if text is None else value for text in before["text"].to_pylist()]
