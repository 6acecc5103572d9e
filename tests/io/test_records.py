"""What all formats share: fields found by their names, days of dates, rows, and chunks within bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from cleaner.errors import DocumentError
from cleaner.io.records import MOST_BYTES, MOST_ROWS, Chunk, Fields, Raw, Row, as_date, grouped, guess, row_of


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        pytest.param(
            {"maintext": "t", "url": "u", "date_publish": "d", "source_domain": "s"},
            Fields("maintext", None, "url", "url", "source_domain", "date_publish"),
            id="news-please",
        ),
        pytest.param({"Text": "t", "ID": 7}, Fields(text="Text", id="ID"), id="any-case"),
        pytest.param({"content": "t", "text": "t"}, Fields(text="text"), id="likeliest-name-first"),
        pytest.param({"text": 5, "body": "t"}, Fields(text="body"), id="no-text-in-a-number"),
        pytest.param({"text": None}, Fields(text="text"), id="a-null-may-be-text-elsewhere"),
        pytest.param({"html": "<p>", "text": "t"}, Fields(text="text"), id="text-before-page"),
        pytest.param({"html": b"<p>"}, Fields(page="html"), id="page-of-bytes"),
        pytest.param({"text": "a", "TEXT": "b"}, Fields(text="text"), id="first-of-two-cases"),
        pytest.param({"title": "t"}, Fields(), id="nothing"),
        pytest.param({}, Fields(), id="no-fields"),
    ],
)
def test_fields_are_found_by_name(sample: dict[str, object], expected: Fields) -> None:
    assert guess(Fields(), sample) == expected


def test_what_the_user_names_is_taken() -> None:
    sample = {"text": "t", "lead": "l", "html": "<p>", "day": "2020-02-02"}
    assert guess(Fields(text="lead", date="day"), sample) == Fields(text="lead", date="day")
    assert guess(Fields(page="html"), sample) == Fields(text="text", page="html")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("2024-05-06", dt.date(2024, 5, 6), id="day"),
        pytest.param(" 2024-05-06T23:59:59+02:00", dt.date(2024, 5, 6), id="time-with-zone"),
        pytest.param(dt.datetime(2024, 5, 6, 1), dt.date(2024, 5, 6), id="datetime"),
        pytest.param(dt.date(2024, 5, 6), dt.date(2024, 5, 6), id="date"),
        pytest.param("6 May 2024", None, id="words"),
        pytest.param("2024-13-01", None, id="no-such-month"),
        pytest.param("", None, id="empty"),
        pytest.param(1715000000, None, id="number"),
        pytest.param(None, None, id="none"),
    ],
)
def test_dates(value: object, expected: dt.date | None) -> None:
    assert as_date(value) == expected


def test_a_row_takes_the_page_only_where_there_is_no_text() -> None:
    fields = Fields("text", "html", "id", "url", "site", "day")
    full = {"text": "t", "html": "<p>", "id": 7, "url": "", "site": 3, "day": "2024-05-06"}
    assert row_of(full, fields) == Row("t", None, "7", None, None, dt.date(2024, 5, 6))
    assert row_of({**full, "text": None}, fields).page == "<p>"
    assert row_of({"text": ["t"], "html": "<p>"}, fields) == Row()


def test_chunks_are_bounded_in_rows_and_bytes_and_a_longer_record_is_alone() -> None:
    sizes = [1] * (MOST_ROWS + 1) + [MOST_BYTES // 2] * 3 + [2 * MOST_BYTES, 1]
    chunks = list(grouped(Raw(b"x" * size, 1) for size in sizes))
    assert [len(chunk.records) for chunk in chunks] == [MOST_ROWS, 2, 2, 1, 1]
    assert [chunk.first for chunk in chunks] == [1, *(MOST_ROWS + n for n in (1, 3, 5, 6))]


def test_what_was_read_before_an_error_comes_first() -> None:
    def records() -> Iterator[Raw]:
        yield Raw(b"one", 1)
        raise DocumentError("a.jsonl", "is damaged")

    chunks = grouped(records())
    assert next(chunks) == Chunk([Raw(b"one", 1)], 1)
    with pytest.raises(DocumentError, match="is damaged"):
        next(chunks)


def test_halves_keep_their_numbers() -> None:
    assert list(Chunk(["a", "b", "c"], 10).halves()) == [Chunk(["a"], 10), Chunk(["b", "c"], 11)]
