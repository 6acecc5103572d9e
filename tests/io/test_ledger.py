"""The records of a run: equal when read back, and true after a stop at any moment."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import UsageError
from cleaner.io import ledger
from cleaner.io.files import RECORDS
from cleaner.io.ledger import FAILED, MANIFEST, REMOVALS, SUMMARY, WRITTEN, Entry, Ledger, Noted, noted
from cleaner.model import Removal

AD = Removal(0, 4, "Ad\r\n", "ad", "generic/ad/marker-en", 0.95, "ad marker: the line “ad”")
PLEA = Removal(31, 44, "\nПоддержите нас", "donation", "outlets/example-times.com/plea", 0.99, "holds “поддержите”")
RECORDS_OF_A_RUN = (
    noted(
        Entry(
            "a.txt",
            WRITTEN,
            sha256="00ff",
            cleaned_sha256="ff00",
            encoding="utf-16-le",
            bom="fffe",
            recipe="0123",
            outlet={"domain": "example-times.com", "how": "path", "evidence": "example-times.com_1.txt"},
            characters=44,
            removed_blocks={"ad": 1, "donation": 1},
            removed_characters={"ad": 4, "donation": 13},
            removals=2,
            refusals=({"start": 5, "end": 9, "category": "ad", "rule": "generic/ad/x", "reason": "too much"},),
            flags=("cut-refused", "emptied"),
        ),
        (AD, PLEA),
    ),
    noted(Entry("sub/б\n\u2028\x85.txt", FAILED, "looks like a PNG image, not text"), ()),
    noted(Entry("c.txt", WRITTEN, encoding="utf-8"), ()),
    noted(Entry("d.txt", WRITTEN, encoding="utf-8", removals=1), (PLEA,)),
)


def write(out: Path, records: tuple[Noted, ...] = RECORDS_OF_A_RUN) -> None:
    ledger.forget(out)
    ledger.set_aside(out)
    with Ledger(out) as book:
        for record in records:
            book.add([record])


def test_records_are_read_back_equal_and_in_order(tmp_path: Path) -> None:
    write(tmp_path)
    assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN


@settings(max_examples=60, deadline=None)
@given(text=st.text(), name=st.text(min_size=1), reason=st.text(), confidence=st.floats(0, 1))
def test_any_text_is_read_back_equal(text: str, name: str, reason: str, confidence: float) -> None:
    removal = Removal(0, len(text), text, "other", "generic/other/x", confidence, reason)
    record = noted(Entry(name, WRITTEN, removals=2), (removal, removal))
    with TemporaryDirectory() as folder:
        write(Path(folder), (record,))
        assert list(ledger.read(Path(folder))) == [record]
        assert record.removals() == (removal, removal)


def test_every_line_is_one_json_object(tmp_path: Path) -> None:
    write(tmp_path)
    for name, count in ((MANIFEST, 4), (REMOVALS, 3)):
        lines = (tmp_path / RECORDS / name).read_bytes().split(b"\n")
        assert lines.pop() == b""
        assert len(lines) == count
        assert all(isinstance(json.loads(line), dict) for line in lines)


def test_logs_that_are_set_aside_stay_readable_until_the_end_the_newest_first(tmp_path: Path) -> None:
    for records in (RECORDS_OF_A_RUN[:1], RECORDS_OF_A_RUN[1:2], RECORDS_OF_A_RUN[2:]):
        ledger.set_aside(tmp_path)
        with Ledger(tmp_path) as book:
            book.add(records)
    aside = [tuple(ledger.read_logs(folder)) for folder in ledger.logs_aside(tmp_path)]
    assert aside == [RECORDS_OF_A_RUN[1:2], RECORDS_OF_A_RUN[:1]]
    ledger.set_aside(tmp_path)
    with Ledger(tmp_path) as book:
        book.finish({})
    assert ledger.logs_aside(tmp_path) == []


def test_a_kill_between_the_two_moves_loses_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / RECORDS / "earlier-1").mkdir()
    (tmp_path / RECORDS / MANIFEST).rename(tmp_path / RECORDS / "earlier-1" / MANIFEST)
    ledger.set_aside(tmp_path)
    assert [tuple(ledger.read_logs(folder)) for folder in ledger.logs_aside(tmp_path)] == [RECORDS_OF_A_RUN]


def test_a_manifest_torn_at_any_byte_gives_the_whole_entries_before_it(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / RECORDS / MANIFEST
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        kept = whole[:length].count(b"\n")
        assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[:kept], f"torn after {length} bytes"


def test_removals_torn_at_any_byte_harm_no_entry_before_them(tmp_path: Path) -> None:
    write(tmp_path, RECORDS_OF_A_RUN[:3])
    folder = tmp_path / RECORDS
    manifest, removals = (folder / MANIFEST).read_bytes(), (folder / REMOVALS).read_bytes()
    write(tmp_path)
    torn = (folder / REMOVALS).read_bytes()
    (folder / MANIFEST).write_bytes(manifest)  # the last document is done only once its entry stands
    for length in range(len(removals), len(torn)):
        (folder / REMOVALS).write_bytes(torn[:length])
        assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[:3], f"torn after {length} bytes"


def test_removals_without_an_entry_are_left_out(tmp_path: Path) -> None:
    write(tmp_path)
    folder = tmp_path / RECORDS
    entries = (folder / MANIFEST).read_text("utf-8").splitlines(keepends=True)
    (folder / MANIFEST).write_text("".join(entries[-1:]), "utf-8")
    assert tuple(ledger.read(tmp_path)) == RECORDS_OF_A_RUN[-1:]


def test_missing_removals_are_an_error_for_those_who_need_them_all(tmp_path: Path) -> None:
    write(tmp_path)
    path = tmp_path / RECORDS / REMOVALS
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    assert list(ledger.read_logs(tmp_path / RECORDS)) == []
    assert list(ledger.whole_entries(tmp_path / RECORDS)) == []
    with pytest.raises(UsageError, match=r"removals of a\.txt"):
        list(ledger.read(tmp_path))


def test_the_summary_stands_only_after_the_end(tmp_path: Path) -> None:
    path = tmp_path / RECORDS / SUMMARY
    ledger.set_aside(tmp_path)
    with Ledger(tmp_path) as book:
        book.add(RECORDS_OF_A_RUN[:1])
        assert not path.exists()
        book.finish({"written": 1, "failed": {"é": "why"}})
    assert json.loads(path.read_text("utf-8")) == {"written": 1, "failed": {"é": "why"}}
    ledger.set_aside(tmp_path)
    assert not path.exists()


def test_the_summary_does_not_depend_on_the_order_of_its_keys(tmp_path: Path) -> None:
    seen = []
    for i, summary in enumerate(({"a": 1, "b": {"x": 1, "y": 2}}, {"b": {"y": 2, "x": 1}, "a": 1})):
        ledger.set_aside(tmp_path / str(i))
        with Ledger(tmp_path / str(i)) as book:
            book.finish(summary)
        seen.append((tmp_path / str(i) / RECORDS / SUMMARY).read_bytes())
    assert seen[0] == seen[1]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    assert not ledger.exists(tmp_path)
    with pytest.raises(UsageError, match=r"manifest\.jsonl"):
        list(ledger.read(tmp_path))


def test_a_run_exists_from_its_start(tmp_path: Path) -> None:
    ledger.set_aside(tmp_path / "out")
    with Ledger(tmp_path / "out"):
        assert ledger.exists(tmp_path / "out")
    assert list(ledger.read(tmp_path / "out")) == []
