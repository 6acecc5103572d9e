"""Which format a file has, told by its name, and where the code of each format stands."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import PurePosixPath
from typing import Final, NamedTuple, cast

from cleaner.errors import UsageError
from cleaner.io.compression import CODECS
from cleaner.io.records import Format, Readable

TEXT: Final = "txt"
PAGE: Final = "html"
MEMBERS: Final = "members"
"""Files of one document each that are read as the records of one file."""
DOCUMENTS: Final = (TEXT, PAGE)
"""Formats of files that hold one document each; all others hold records."""
SUFFIXES: Final = {
    "": TEXT, ".txt": TEXT, ".text": TEXT, ".md": TEXT, ".html": PAGE, ".htm": PAGE,
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv",
    ".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow", ".warc": "warc", ".wet": "warc",
}  # fmt: skip
"""Format by suffix, in small letters."""
_MODULES: Final = {
    "jsonl": ("jsonl", "JsonLines", ()),
    "json": ("json_array", "JsonArray", ()),
    "csv": ("delimited", "Delimited", (None,)),
    "tsv": ("delimited", "Delimited", ("\t",)),
    "parquet": ("parquet", "Parquet", ()),
    "arrow": ("arrow", "Arrow", ()),
    "warc": ("warc", "Warc", ()),
    MEMBERS: ("members", "Members", ()),
}
"""Module, class and arguments of each format of records."""
_EXTRAS: Final = {"parquet": "parquet", "arrow": "parquet"}
"""What must be installed besides."""
SEEKABLE: Final = ("parquet", "arrow")
"""Formats that are not read from the first byte to the last."""
READ_ONLY: Final = {"warc": "jsonl", PAGE: TEXT}
"""Formats that come out as another."""
TARGETS: Final = (TEXT, "md", "jsonl", "ndjson", "json", "csv", "tsv", "parquet", "arrow", "feather")
"""What `--to` takes, each also with the suffix of a compression."""


class Kind(NamedTuple):
    """What a file's name says.

    Args:
        format: its format.
        stem: the name without the suffixes that say so.
        codec: suffix of its compression, or empty.
    """

    format: str
    stem: str
    codec: str


def kind_of(name: str) -> Kind | None:
    """Return what a file's name says; None if its suffix is unknown.

    >>> kind_of("news/2020.jsonl.zst")
    Kind(format='jsonl', stem='news/2020', codec='.zst')
    """
    path = PurePosixPath(name)
    codec = path.suffix.lower() if path.suffix.lower() in CODECS else ""
    inner = path.with_suffix("") if codec else path
    known = SUFFIXES.get(inner.suffix.lower())
    if known is None or (codec and known in SEEKABLE):
        return None
    return Kind(known, str(inner.with_suffix("")), codec)


def target_of(wanted: str) -> Kind:
    """Return what `--to` means.

    Raises:
        UsageError: no format that can be written.
    """
    kind = kind_of(f"x.{wanted}")
    if kind is None or wanted.removesuffix(kind.codec) not in TARGETS:
        raise UsageError(f"cannot write {wanted!r}; choose from {', '.join(TARGETS)}, with {', '.join(CODECS)} or bare")
    return kind


def source_of(wanted: str) -> str:
    """Return the format that `--from` means.

    Raises:
        UsageError: no format that can be read.
    """
    known = SUFFIXES.get(f".{wanted}")
    if known is None:
        names = ", ".join(suffix[1:] for suffix in SUFFIXES if suffix)
        raise UsageError(f"cannot read {wanted!r}; choose from {names}")
    return known


@cache
def readable(name: str, encoding: str = "") -> Readable:
    """Return a format of records to read.

    Args:
        name: one of the formats in `SUFFIXES`.
        encoding: that of the file, where it is known and the format has any.

    Raises:
        UsageError: what it needs is not installed.
    """
    module, kind, arguments = _MODULES[name]
    try:
        make = getattr(importlib.import_module(f"cleaner.io.{module}"), kind)
    except ModuleNotFoundError as e:
        raise UsageError(
            f"{name} needs {e.name}; install it with: pip install 'cleaner[{_EXTRAS.get(name)}]'"
        ) from None
    return cast(Readable, make(*arguments, *([encoding] if encoding else [])))


def writable(name: str, encoding: str = "") -> Format:
    """Return a format of records to read and to write; see `readable`."""
    return cast(Format, readable(name, encoding))
