"""Columns of Arrow: their values in Python, and columns made of such values without a loss."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from cleaner.io.json_object import BYTES_KEPT
from cleaner.io.records import ADDED
from cleaner.model import METADATA

_UNREADABLE: Final = (pa.ArrowException, ValueError, TypeError, KeyError, ArithmeticError)
"""What pyarrow raises for values that Python has no equal of, such as a day in the year 300,000."""
REMOVALS: Final = pa.list_(
    pa.field(
        "element",  # as Parquet names it
        pa.struct(
            {
                "start": pa.int64(),
                "end": pa.int64(),
                "text": pa.string(),
                "category": pa.string(),
                "rule": pa.string(),
                "confidence": pa.float64(),
                "reason": pa.string(),
            }
        ),
    )
)

SAID_OF_PAGE: Final = pa.struct(dict.fromkeys(METADATA, pa.string()))


def seen(column: pa.Array, *, as_day: bool) -> list[Any]:
    """Return the values of a column that matters; None where Python has no equal."""
    try:
        return python(column.cast(pa.date32()) if as_day and pa.types.is_timestamp(column.type) else column)
    except _UNREADABLE:
        return [None] * len(column)


def python(column: pa.Array) -> list[Any]:
    """Return the values of a column.

    Raises:
        ValueError: Python has no equal of one.
    """
    try:
        return list(column.to_pylist())
    except _UNREADABLE:
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:
    """Return a value; its bytes that are not UTF-8 as in JSON, and what Python has no equal of as a string."""
    for kind in (scalar.type, pa.large_binary(), pa.string()):
        try:
            value = scalar.as_py() if kind == scalar.type else scalar.cast(kind).as_py()
        except _UNREADABLE:
            continue
        return str(value, "utf-8", BYTES_KEPT) if isinstance(value, bytes) and kind != scalar.type else value
    raise ValueError(f"holds a value of type {scalar.type} that cannot be read")


def storable(value: Any) -> Any:
    """Replace what UTF-8 cannot hold in the values of added fields, character by character."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {key: storable(item) for key, item in value.items()}
    return [storable(item) for item in value] if isinstance(value, list | tuple) else value


def built(name: str, kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    """Make a column.

    Raises:
        ValueError: a value does not fit.
    """
    try:
        array = pa.array(values, kind)
    except _UNREADABLE:
        for value in values:
            try:
                pa.array([value], kind)
            except _UNREADABLE as e:
                raise ValueError(f"has a {name!r} that does not fit its column of {kind}: {_said(e)}") from None
        raise
    if any(_loses(value, kind) for value in values):
        raise ValueError(f"has a {name!r} of which its column of {kind} would lose a part")
    return array


def _said(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "it holds half a character, a lone surrogate, which no table can store"
    return said(error)


def said(error: BaseException) -> str:
    """Return the first sentence of what pyarrow says."""
    return (str(error) or type(error).__name__).splitlines()[0].rstrip(".")


def _loses(value: Any, kind: pa.DataType) -> bool:
    """Tell whether a value has parts that pyarrow would leave out without a word."""
    if isinstance(value, Mapping) and pa.types.is_struct(kind):
        return any(kind.get_field_index(key) < 0 or _loses(part, kind.field(key).type) for key, part in value.items())
    if isinstance(value, list | tuple) and (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
        return any(_loses(part, kind.value_type) for part in value)
    if isinstance(value, float):
        return bool(pa.types.is_integer(kind)) and not value.is_integer()
    return isinstance(value, dt.datetime) and bool(pa.types.is_date(kind))


def inferred(name: str, values: Sequence[Any]) -> pa.DataType:
    """Return the type of a column for some values.

    Raises:
        ValueError: there is none for all of them.
    """
    if name == ADDED and all(value is None or isinstance(value, list | tuple) for value in values):
        return REMOVALS
    try:
        return _settled(pa.array(values).type)
    except _UNREADABLE as e:
        raise ValueError(
            f"the field {name!r} cannot be a column: {_said(e)}; write JSON Lines, with --to jsonl"
        ) from None


def _settled(kind: pa.DataType) -> pa.DataType:
    """Return a type in which what is not known yet is a string."""
    if pa.types.is_null(kind):
        return pa.string()
    if pa.types.is_list(kind):
        return pa.list_(pa.field("element", _settled(kind.value_type)))
    if pa.types.is_struct(kind):
        if not kind.num_fields:
            raise ValueError("its objects have no fields")
        return pa.struct([(part.name, _settled(part.type)) for part in kind])
    return kind
