"""Columns: as `Cleaner.clean` for each text, whatever the batch; what is no text, or fails, stays as it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cleaner import Cleaned, Cleaner, Document, UsageError
from cleaner.adapters.columns import clean_columns, guess_fields
from cleaner.io.records import Fields
from tests.adapters.texts import TEXTS, removals

FIELDS = Fields(text="body", id="id", url="url")


class Trap(Cleaner):
    """Cannot clean what holds a certain word."""

    def clean_many(self, documents: Iterable[Document]) -> list[Cleaned]:
        documents = list(documents)
        if any("trapdoor" in document.text for document in documents):
            raise ZeroDivisionError("no luck")
        return super().clean_many(documents)


def batch(texts: list[Any]) -> dict[str, list[Any]]:
    return {
        "id": list(range(len(texts))),
        "body": texts,
        "url": ["https://www.example.com/a", *[None] * (len(texts) - 1)],
        "x": [1.5] * len(texts),
    }


def test_columns_come_out_as_single_documents_do(cleaner: Cleaner) -> None:
    cleaned = clean_columns(cleaner, batch([*TEXTS, None, 3]), FIELDS, added=True)
    alone = [
        cleaner.clean(text, id=str(n), url="https://www.example.com/a" if n == 0 else None)
        for n, text in enumerate(TEXTS)
    ]
    assert cleaned["body"] == [*(c.text for c in alone), None, 3]
    assert cleaned["removals"] == [*map(removals, alone), [], []]
    assert cleaned["flags"] == [*(list(c.flags) for c in alone), [], []]
    assert list(cleaned) == ["id", "body", "url", "x", "removals", "flags"]
    assert any(cleaned["removals"])


@pytest.mark.parametrize("size", [1, 7, 33])
def test_results_do_not_depend_on_the_batch(cleaner: Cleaner, size: int) -> None:
    whole = batch(TEXTS)
    parts = [{name: column[at : at + size] for name, column in whole.items()} for at in range(0, len(TEXTS), size)]
    cleaned = [clean_columns(cleaner, part, FIELDS, added=True) for part in parts]
    together = {name: [value for part in cleaned for value in part[name]] for name in cleaned[0]}
    assert together == clean_columns(cleaner, whole, FIELDS, added=True)


def test_arrays_are_taken_and_dates_in_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "generic").mkdir()
    (tmp_path / "generic" / "dated.yaml").write_text(
        "rules:\n  - {id: old, category: promo, lines: [Quillmore tower tours], before: 2020-01-01}\n"
        "examples:\n  - {text: Quillmore tower tours, becomes: ''}\n  - {text: The tower stands., becomes: same}\n"
    )
    text = "The lock keeper counted ninety boats in July and eighty in August.\n\nQuillmore tower tours\n"
    columns = {
        "body": np.array([text, text, None], dtype=object),
        "day": np.array(["2019-05-01", "2021-05-01", "NaT"], dtype="datetime64[ns]"),
    }
    dating = Cleaner(rules=[tmp_path])
    cleaned = clean_columns(dating, columns, Fields(text="body", date="day"))
    dated = [dating.clean(text, date=dt.date(year, 5, 1)).text for year in (2019, 2021)]
    assert cleaned["body"] == [*dated, None]
    assert dated[0] != dated[1]
    assert cleaned["day"] is columns["day"]


def test_one_document_that_fails_costs_no_other(cleaner: Cleaner, caplog: pytest.LogCaptureFixture) -> None:
    texts = [*TEXTS[:3], "ADVERTISEMENT\n\nThe trapdoor is open.", *TEXTS[3:6]]
    cleaned = clean_columns(Trap(), {"body": texts}, Fields(text="body"), added=True)
    assert cleaned["body"] == [text if "trapdoor" in text else cleaner.clean(text).text for text in texts]
    assert cleaned["flags"][3] == ["failed: unexpected ZeroDivisionError: no luck; please report it"]
    assert "no luck" in caplog.text


@pytest.mark.parametrize(
    ("fields", "columns", "message"),
    [
        (Fields(), {"body": [""]}, "name it with Fields"),
        (Fields(text="boody"), {"body": [""]}, "no column 'boody'; choose from body"),
        (Fields(text="body"), {"body": [""], "flags": [1]}, "a column 'flags' already"),
    ],
)
def test_fields_that_do_not_fit_are_refused(
    cleaner: Cleaner, fields: Fields, columns: dict[str, list[Any]], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        clean_columns(cleaner, columns, fields, added=True)


def test_fields_are_guessed_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    assert guess_fields(None, {"Content": "", "link": "", "n": 1}) == Fields(text="Content", url="link")
    assert "text is 'Content', url is 'link'" in caplog.text
