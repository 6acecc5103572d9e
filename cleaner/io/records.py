"""What all formats of records share: rows, chunks of them, and which field holds what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import IO, Any, Final, Literal, NamedTuple, Protocol, TypeAlias

from cleaner.errors import DocumentError

MOST_ROWS: Final = 256
"""Records that a worker gets at a time: enough to make the hand-over cheap, few enough to keep all busy."""
MOST_BYTES: Final = 1 << 19
"""Bytes of them, but for a longer record, which is handed over alone."""
MAX_RECORD: Final = 100_000_000
"""Bytes of the longest record that is read."""
ADDED: Final = "removals"
"""Name of the field that `--add-removals` adds."""
PAGE_TEXT: Final = "text"
"""Field that gets the text of a record that holds a page."""
PAGE_METADATA: Final = "page_metadata"
"""Field that gets what a page says of its article: title, byline and the like."""
GUESSES: Final[Mapping[str, Sequence[str]]] = {
    "text": (
        "text", "content", "body", "article", "article_text", "articletext", "maintext", "main_text", "full_text",
        "fulltext", "plain_text", "plaintext", "raw_content", "raw_text", "text_content", "articlebody", "story",
    ),
    "page": ("html", "raw_html", "page", "page_html", "html_content"),
    "id": ("id", "_id", "doc_id", "docid", "document_id", "article_id", "uuid", "guid", "uid", "warc_record_id", "url"),
    "url": ("url", "link", "source_url", "article_url", "canonical_url", "page_url", "uri", "warc_target_uri"),
    "outlet": ("outlet", "domain", "source_domain", "publisher_domain", "site", "website", "hostname"),
    "date": (
        "date", "published", "publish_date", "published_at", "date_publish", "publication_date", "pub_date", "pubdate",
        "date_published", "datepublished", "published_date", "timestamp",
    ),
}  # fmt: skip
"""Names that a field has in the records of scrapers and corpora, the likeliest first; compared in small letters.

Seen in news-please, newspaper4k, fundus, trafilatura, Common Crawl derivatives and Kaggle tables."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields that matter; None where there is none. All others pass through untouched.

    Args:
        text: the article's text.
        page: the article's page, where there is no text.
        id: the record's own name.
        url: where the article was published.
        outlet: the publisher's domain.
        date: day of publication.
    """

    text: str | None = None
    page: str | None = None
    id: str | None = None
    url: str | None = None
    outlet: str | None = None
    date: str | None = None

    def named(self) -> dict[str, str]:
        """Return what is known, by meaning."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name)) is not None}


class Row(NamedTuple):
    """One record, read.

    Args:
        text: the article as it stands in the record; None where there is none.
        page: the page to extract it from, where there is no text.
        key: the record's own name.
        url: where the article was published.
        outlet: the publisher's domain.
        date: day of publication.
        error: why the record cannot be read.
        literal: how its format writes the text: a style that it knows, or the very literal if no style gives it.
        flags: why a person should look at it.
    """

    text: str | None = None
    page: str | bytes | None = None
    key: str = ""
    url: str | None = None
    outlet: str | None = None
    date: dt.date | None = None
    error: str = ""
    literal: str = ""
    flags: tuple[str, ...] = ()


class Raw(NamedTuple):
    """One record as it stands in its file.

    Args:
        data: the record; `str` where the file has an encoding.
        line: where it begins, from 1.
        error: why it could not be read; then there is no data.
        before: what stands between it and the record before it.
        after: what stands behind the last one, or behind this line.
    """

    data: Any
    line: int
    error: str = ""
    before: Any = b""
    after: Any = b""


class Chunk(NamedTuple):
    """Some records that stand one after another in a file, as a format hands them to a worker.

    Args:
        records: a sequence that can be sliced; what it holds is the format's own affair.
        first: number of the first record, from 1.
    """

    records: Any
    first: int

    def halves(self) -> Iterator[Chunk]:
        """Yield its first and its second half."""
        half = len(self.records) // 2
        yield Chunk(self.records[:half], self.first)
        yield Chunk(self.records[half:], self.first + half)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the records of one file are read.

    Args:
        fields: which field holds what.
        like: what the format knows of this file, such as its columns; picklable.
        added: fields that the cleaned records have besides.
    """

    fields: Fields
    like: Any = None
    added: tuple[str, ...] = ()


class Change(NamedTuple):
    """What becomes of one record.

    Args:
        text: what its text field is to hold; None leaves the record as it is.
        added: values of the fields that are added.
    """

    text: str | None = None
    added: Mapping[str, Any] = {}


class Restored(NamedTuple):
    """The text that a cleaned record is to have.

    Args:
        text: the text.
        literal: how it was written; see `Row`.
    """

    text: str
    literal: str


Parts: TypeAlias = Literal["rebuild", "build", "restore"]
"""Which function of a format makes what a writer writes."""


class Reader(Protocol):
    """An open file of records."""

    @property
    def like(self) -> Any:
        """What the format knows of this file."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Yield all records; a `DocumentError` ends them where the file is damaged."""
        ...


class Writer(Protocol):
    """A file of records that is being written."""

    def write(self, part: Any) -> None:
        """Write what `rebuild` or `build` returned."""
        ...

    def close(self) -> None:
        """Complete the file."""
        ...


class Readable(Protocol):
    """One format of records, to read; functions that take a chunk run in a worker."""

    def reader(self, file: IO[bytes], path: str) -> Reader:
        """Open a file for reading."""
        ...

    def sample(self, chunk: Chunk, like: Any) -> Mapping[str, Any]:
        """Return the fields of the first record that can be read, with their values."""
        ...

    def rows(self, chunk: Chunk, layout: Layout) -> list[Row]:
        """Read the records of a chunk, one row for each."""
        ...

    def values(self, chunk: Chunk, like: Any) -> list[dict[str, Any] | None]:
        """Return the records as dictionaries, for another format; None for what is no record."""
        ...


class Format(Readable, Protocol):
    """One format of records, to read and to write."""

    def rebuild(self, chunk: Chunk, layout: Layout, changes: Sequence[Change]) -> Any:
        """Return the records with their new texts and added fields, for a writer."""
        ...

    def infer(self, records: Sequence[Mapping[str, Any]]) -> Any:
        """Return what a new file of such records is to be like, for `build` and `writer`."""
        ...

    def build(self, records: Sequence[Mapping[str, Any]], like: Any) -> Any:
        """Return records that come from another format, for a writer; a `ValueError` says which does not fit."""
        ...

    def restore(self, chunk: Chunk, layout: Layout, texts: Sequence[Restored | None]) -> Any:
        """Return cleaned records with the texts that they had and without added fields; None: it never had a text."""
        ...

    def writer(self, file: IO[bytes], layout: Layout, parts: Parts) -> Writer:
        """Open a file for writing the parts that one of the functions above makes."""
        ...


def guess(given: Fields, sample: Mapping[str, Any]) -> Fields:
    """Complete the fields that the user named with those that a record seems to have.

    Args:
        given: what the user named.
        sample: the fields of a record.
    """
    known = {name.lower(): name for name in reversed(list(sample))}
    found = {
        meaning: next((known[name] for name in names if name in known and _fits(meaning, sample[known[name]])), None)
        for meaning, names in GUESSES.items()
    }
    guessed = replace(given, **{meaning: name for meaning, name in found.items() if getattr(given, meaning) is None})
    return replace(guessed, page=None) if guessed.text and not given.page else guessed


def _fits(meaning: str, value: object) -> bool:
    return meaning in ("id", "date") or value is None or isinstance(value, str | bytes)


def as_date(value: object) -> dt.date | None:
    """Return the day of a date, a time or an ISO 8601 string; None for anything else."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip()[:10])
        except ValueError:
            return None
    return None


def row_of(values: Mapping[str, Any], fields: Fields) -> Row:
    """Make a row of a record's values."""

    def said(name: str | None) -> str | None:
        value = values.get(name) if name else None
        return value if isinstance(value, str) and value else None

    key = values.get(fields.id) if fields.id else None
    text = values.get(fields.text) if fields.text else None
    page = values.get(fields.page) if fields.page and text is None else None
    return Row(
        text if isinstance(text, str) else None,
        page if isinstance(page, str | bytes) else None,
        "" if key is None else str(key),
        said(fields.url),
        said(fields.outlet),
        as_date(values.get(fields.date)) if fields.date else None,
    )


def grouped(records: Iterable[Raw]) -> Iterator[Chunk]:
    """Group records into chunks; what was read before an error comes before the error."""
    some: list[Raw] = []
    first, size = 1, 0
    try:
        for record in records:
            if some and (len(some) == MOST_ROWS or size + len(record.data) > MOST_BYTES):
                yield Chunk(some, first)
                first, some, size = first + len(some), [], 0
            some.append(record)
            size += len(record.data)
    except DocumentError:
        if some:
            yield Chunk(some, first)
        raise
    if some:
        yield Chunk(some, first)


class Concatenated:
    """A writer for formats whose records stand one after another.

    Args:
        file: where they go.
        head: what stands before them.
        tail: what stands after them.
        between: what stands between them.
        empty: what to write if there are none.
    """

    def __init__(
        self, file: IO[bytes], head: bytes = b"", tail: bytes = b"", between: bytes = b"", empty: bytes = b""
    ) -> None:
        self._file, self._tail, self._between, self._empty, self._is_first = file, tail, between, empty, True
        file.write(head)

    def write(self, part: bytes) -> None:
        """Write some records."""
        if part:
            self._file.write(part if self._is_first else self._between + part)
            self._is_first = False

    def close(self) -> None:
        """Write what stands after the last record."""
        self._file.write(self._empty + self._tail if self._is_first else self._tail)
