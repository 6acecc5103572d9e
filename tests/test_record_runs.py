"""Runs over files of records: every field passes, every record is accounted for, every run can be gone on with."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, UsageError
from cleaner.accounts import Totals
from cleaner.batch import clean_all
from cleaner.io.compression import CODECS, compress, expanded
from cleaner.io.files import RECORDS
from cleaner.io.inputs import gather
from cleaner.io.ledger import FAILED, MANIFEST, SKIPPED, WRITTEN, Entry
from cleaner.io.records import Fields
from cleaner.restoring import restore_all
from cleaner.tasks import NO_TEXT, Run
from tests.articles import (
    APP,
    ARTICLES,
    COLOPHON,
    FIRST,
    GENERIC,
    GIFT,
    LETTER,
    OUTLET,
    PAPER,
    SECOND,
    rules_folder,
    tree,
    write_files,
)  # fmt: skip

SCRIPT = Path(sys.executable).with_name("cleaner")
TEXTS = [*ARTICLES.values(), "", FIRST.format(APP) + COLOPHON]
ROWS: list[dict[str, Any]] = [
    {"id": f"n-{i}", "views": 10**12 + i, "text": text, "tags": ["quay", "lock"], "score": 1.50, "url": None}
    for i, text in enumerate(TEXTS)
]
ROWS[-1]["url"] = "https://www.quillmore.example/lock/7"
FORMATS = ("jsonl", "json", "csv", "tsv", "parquet", "arrow")


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand a few records over at a time, as if the files were large."""
    monkeypatch.setattr("cleaner.io.records.MOST_ROWS", 3)
    monkeypatch.setattr("cleaner.batch.MIN_BYTES_PER_WORKER", 1)


def encoded(format: str, rows: list[dict[str, Any]]) -> bytes:
    """Return a file of records as the libraries of the field write it."""
    if format == "jsonl":
        return "".join(json.dumps(row, ensure_ascii=i % 2 == 0) + "\n" for i, row in enumerate(rows)).encode()
    if format == "json":
        return json.dumps(rows, indent=1, ensure_ascii=False).encode()
    if format in ("csv", "tsv"):
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]), delimiter="," if format == "csv" else "\t")
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue().encode()
    pa = pytest.importorskip("pyarrow", reason="tables need the extra `parquet`")
    table, sink = pa.Table.from_pylist(rows), io.BytesIO()
    if format == "arrow":
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table, max_chunksize=4)
    else:
        pytest.importorskip("pyarrow.parquet").write_table(table, sink, row_group_size=4)
    return sink.getvalue()


def decoded(format: str, data: bytes) -> list[dict[str, Any]]:
    if format == "jsonl":
        return [json.loads(line) for line in data.splitlines()]
    if format == "json":
        return list(json.loads(data))
    if format in ("csv", "tsv"):
        return list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter="," if format == "csv" else "\t"))
    pa = pytest.importorskip("pyarrow", reason="tables need the extra `parquet`")
    if format == "arrow":
        return list(pa.ipc.open_stream(data).read_all().to_pylist())
    return list(pytest.importorskip("pyarrow.parquet").read_table(io.BytesIO(data)).to_pylist())


def run_all(
    cleaner: Cleaner,
    source: Path,
    out: Path,
    jobs: int = 1,
    *,
    fields: Fields = Fields(),  # noqa: B008
    to: str | None = None,
    read_as: str | None = None,
    add_removals: bool = False,
    resume: bool = False,
    said: list[str] | None = None,
) -> tuple[list[Entry], Totals]:
    run = Run.of(cleaner, out, None, fields, add_removals=add_removals)
    inputs = gather([source], out, to=to, read_as=read_as)
    steps = list(clean_all(run, inputs, jobs, resume=resume, say=(said if said is not None else []).append))
    return [entry for entry, _ in steps], steps[-1][1]


def restore(out: Path, target: Path) -> dict[str, str]:
    return {name: problem for name, _, problem in restore_all(out, target) if problem}


# Formats


@pytest.mark.parametrize("codec", ["", *CODECS])
@pytest.mark.parametrize("format", FORMATS)
def test_texts_are_cleaned_all_else_passes_and_all_comes_back(
    tmp_path: Path, quillmore: Cleaner, small_chunks: None, format: str, codec: str
) -> None:
    if codec and format in ("parquet", "arrow"):
        pytest.skip("tables are compressed inside")
    name = f"news.{format}{codec}"
    source = write_files(tmp_path / "in", {name: compress(encoded(format, ROWS), codec)})
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    written = expanded(io.BytesIO((tmp_path / "out" / name).read_bytes()), codec, name).read()
    expected = decoded(format, encoded(format, ROWS))
    for row in expected:
        row["text"] = quillmore.clean(row["text"], url=row["url"]).text
    assert decoded(format, written) == expected
    assert [list(row) for row in decoded(format, written)] == [list(row) for row in expected]
    assert [(e.id, e.key) for e in entries[:-1]] == [(f"{name}#{i + 1}", f"n-{i}") for i in range(len(ROWS))]
    assert (entries[-1].id, entries[-1].records) == (name, len(ROWS))
    assert (totals.documents, totals.written, totals.failures) == (len(ROWS), len(ROWS), 0)
    assert [e.removals > 0 for e in entries[:-1]] == [True, False, True, True, True, False, True]
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    back = expanded(io.BytesIO((tmp_path / "back" / name).read_bytes()), codec, name).read()
    assert decoded(format, back) == decoded(format, encoded(format, ROWS))
    if format not in ("parquet", "arrow"):
        assert back == encoded(format, ROWS)


@pytest.mark.parametrize("format", FORMATS)
def test_tables_keep_their_types_and_their_metadata(tmp_path: Path, quillmore: Cleaner, format: str) -> None:
    if format not in ("parquet", "arrow"):
        pytest.skip("has no types")
    pa = pytest.importorskip("pyarrow", reason="tables need the extra `parquet`")
    pq = pytest.importorskip("pyarrow.parquet")
    table = pa.table(
        {
            "n": pa.array([1, None], pa.int16()),
            "text": pa.array([LETTER + SECOND, None], pa.large_string()),
            "when": pa.array([0, 1], pa.timestamp("us", "Europe/Berlin")),
            "nested": pa.array([{"a": [1]}, None], pa.struct([("a", pa.list_(pa.int8()))])),
        },
        metadata={"huggingface": '{"info": 1}'},
    )
    path = tmp_path / f"news.{format}"
    if format == "parquet":
        pq.write_table(table, path)
    else:
        with pa.ipc.new_stream(path, table.schema) as stream:
            stream.write_table(table)
    if format == "parquet":
        table = pq.read_table(path)  # which calls the items of lists by another name
    run_all(quillmore, path, tmp_path / "out")
    data = (tmp_path / "out" / path.name).read_bytes()
    written = pq.read_table(io.BytesIO(data)) if format == "parquet" else pa.ipc.open_stream(data).read_all()
    assert written.schema.equals(table.schema, check_metadata=True)
    assert written.drop_columns("text").equals(table.drop_columns("text"))
    assert written["text"].to_pylist() == [SECOND, None]


@pytest.mark.parametrize("format", FORMATS)
def test_removals_can_stand_beside_the_text(tmp_path: Path, quillmore: Cleaner, format: str) -> None:
    source = write_files(tmp_path / "in", {f"news.{format}": encoded(format, ROWS)})
    run_all(quillmore, source, tmp_path / "out", add_removals=True)
    rows = decoded(format, (tmp_path / "out" / f"news.{format}").read_bytes())
    for row, before in zip(rows, ROWS, strict=True):
        removals = row["removals"]
        removals = json.loads(removals) if isinstance(removals, str) else removals
        expected = quillmore.clean(before["text"], url=before["url"]).removals
        assert [(r["start"], r["end"], r["text"], r["rule"]) for r in removals] == [
            (r.start, r.end, r.text, r.rule) for r in expected
        ]
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    back = (tmp_path / "back" / f"news.{format}").read_bytes()
    assert decoded(format, back) == decoded(format, encoded(format, ROWS))


@pytest.mark.parametrize("to", ["jsonl", "json", "csv", "tsv", "parquet", "arrow", "jsonl.gz", "csv.zst"])
@pytest.mark.parametrize("format", ["jsonl", "csv", "parquet"])
def test_one_format_becomes_another_and_comes_back(
    tmp_path: Path, quillmore: Cleaner, small_chunks: None, format: str, to: str
) -> None:
    source = write_files(tmp_path / "in", {f"news.{format}": encoded(format, ROWS)})
    run_all(quillmore, source, tmp_path / "out", to=to)
    kind, _, codec = to.partition(".")
    written = (tmp_path / "out" / f"news.{to}").read_bytes()
    rows = decoded(kind, expanded(io.BytesIO(written), codec and f".{codec}", to).read())
    texts = [quillmore.clean(row["text"], url=row["url"]).text for row in ROWS]
    assert [row["text"] for row in rows] == texts
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    if "csv" not in (format, kind) and kind != "tsv":
        assert [row["tags"] for row in rows] == [row["tags"] for row in ROWS]
        assert [row["views"] for row in rows] == [row["views"] for row in ROWS]
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    back = expanded(io.BytesIO((tmp_path / "back" / f"news.{to}").read_bytes()), codec and f".{codec}", to).read()
    assert [row["text"] for row in decoded(kind, back)] == TEXTS


def test_files_become_the_records_of_one_and_records_files_of_their_own(tmp_path: Path, quillmore: Cleaner) -> None:
    articles = write_files(tmp_path / "in", {**ARTICLES, "broken.txt": b"\x89PNG\r\n\x1a\n"})
    entries, totals = run_all(quillmore, articles, tmp_path / "one", to="jsonl")
    rows = decoded("jsonl", (tmp_path / "one" / "documents.jsonl").read_bytes())
    assert {row["id"]: row["text"] for row in rows} == {n: quillmore.clean(t).text for n, t in ARTICLES.items()}
    assert (totals.documents, totals.written, totals.failures) == (6, 5, 1)
    assert {entry.key: entry.state for entry in entries[:-1]} == dict.fromkeys(ARTICLES, WRITTEN) | {
        "broken.txt": FAILED
    }
    run_all(quillmore, tmp_path / "one" / "documents.jsonl", tmp_path / "many", to="txt")
    texts = {name: data.decode() for name, data in tree(tmp_path / "many").items() if not name.startswith(RECORDS)}
    assert sorted(texts.values()) == sorted(quillmore.clean(quillmore.clean(t).text).text for t in ARTICLES.values())
    assert all(name.startswith("documents/000000") and name.endswith(".txt") for name in texts)
    assert restore(tmp_path / "many", tmp_path / "back") == {}


@pytest.mark.parametrize("to", ["txt", "md", "txt.gz", "md.zst"])
def test_records_become_files_of_the_kind_that_was_asked_for_and_come_back(
    tmp_path: Path, quillmore: Cleaner, to: str
) -> None:
    rows = [{"text": LETTER + SECOND}, {"text": None}, {"text": SECOND}]
    source = write_files(tmp_path / "in", {"news.jsonl": encoded("jsonl", rows)})
    run_all(quillmore, source, tmp_path / "out", to=to)
    codec = to.partition(".")[1] + to.partition(".")[2]
    written = {name: data for name, data in tree(tmp_path / "out").items() if not name.startswith(RECORDS)}
    assert set(written) == {f"news/0000001.{to}", f"news/0000003.{to}"}
    assert {expanded(io.BytesIO(data), codec, to).read() for data in written.values()} == {SECOND.encode()}
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    back = {name: expanded(io.BytesIO(data), codec, to).read() for name, data in tree(tmp_path / "back").items()}
    assert back == {f"news/0000001.{to}": (LETTER + SECOND).encode(), f"news/0000003.{to}": SECOND.encode()}


@pytest.mark.parametrize("key", ["../../outside", "/etc/passwd", "a/b\\c", "..", "x" * 5000, "nul\0", "\u202etxt.exe"])
def test_no_id_leads_out_of_the_output_folder(tmp_path: Path, quillmore: Cleaner, key: str) -> None:
    source = write_files(tmp_path / "in", {"news.jsonl": json.dumps({"id": key, "text": LETTER + SECOND})})
    run_all(quillmore, source, tmp_path / "out" / "deep", to="txt")
    written = [name for name in tree(tmp_path) if name.endswith(".txt")]
    assert len(written) == 1
    assert written[0].startswith("out/deep/news/0000001")
    assert (tmp_path / written[0]).read_text("utf-8") == SECOND


def test_one_object_alone_is_a_record_as_crawlers_write_it(tmp_path: Path, quillmore: Cleaner) -> None:
    source = write_files(tmp_path / "in", {"1.json": json.dumps({"maintext": LETTER + SECOND, "title": "Heat"})})
    run_all(quillmore, source, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "1.json").read_bytes()) == {"maintext": SECOND, "title": "Heat"}


# Fields


def test_the_fields_that_were_chosen_are_told_and_noted(tmp_path: Path, quillmore: Cleaner) -> None:
    row = {"Link": "https://quillmore.example/1", "body": SECOND + COLOPHON, "published_at": "2024-03-01T10:00:00Z"}
    source = write_files(tmp_path / "in", {"news.jsonl": json.dumps(row)})
    said: list[str] = []
    entries, _ = run_all(quillmore, source, tmp_path / "out", said=said)
    assert said == ["news.jsonl: text in 'body', url in 'Link', date in 'published_at'"]
    assert entries[0].outlet == {"domain": "quillmore.example", "how": "url", "evidence": row["Link"]}
    assert entries[-1].layout is not None
    assert entries[-1].layout["fields"]["text"] == "body"


def test_fields_that_are_named_win(tmp_path: Path, quillmore: Cleaner) -> None:
    row = {"text": "a summary", "full": SECOND + COLOPHON, "site": "quillmore.example", "id": 1, "nr": 7}
    source = write_files(tmp_path / "in", {"news.jsonl": json.dumps(row)})
    entries, _ = run_all(quillmore, source, tmp_path / "out", fields=Fields("full", id="nr", outlet="site"))
    assert json.loads((tmp_path / "out" / "news.jsonl").read_bytes()) == {**row, "full": SECOND}
    assert entries[0].key == "7"
    assert entries[0].outlet is not None
    assert entries[0].outlet["how"] == "given"


def test_dates_choose_the_rules_of_their_time(tmp_path: Path) -> None:
    old = "{id: colophon, category: legal, lines: [Printed at the Quillmore works], before: 2020-01-01}"
    dated = OUTLET.replace("{id: colophon, category: legal, lines: [Printed at the Quillmore works]}", old)
    cleaner = Cleaner(rules=[rules_folder(tmp_path / "rules", outlet=dated)], rules_only=True)
    rows = [{"text": PAPER + SECOND + COLOPHON, "date": day} for day in ("2019-12-31", "2020-01-01", "nonsense")]
    source = write_files(tmp_path / "in", {"news.jsonl": "\n".join(map(json.dumps, rows))})
    entries, _ = run_all(cleaner, source, tmp_path / "out")
    assert [entry.removals for entry in entries[:-1]] == [1, 0, 1]


def test_the_day_of_a_record_is_noted_also_when_a_run_of_a_version_that_did_not_is_gone_on_with(
    tmp_path: Path, quillmore: Cleaner
) -> None:
    days = ("2024-05-01", "2024-06-30T23:59:00+02:00", "nonsense")
    rows = [{"text": FIRST.format(APP) + SECOND, "date": day} for day in days]
    lines = [json.dumps(row) + "\n" for row in rows]
    source = write_files(tmp_path / "in", {"news.jsonl": "".join(lines[:2])})
    run_all(quillmore, source, tmp_path / "out")
    manifest = tmp_path / "out" / RECORDS / MANIFEST
    assert [json.loads(line)["date"] for line in manifest.read_bytes().splitlines()] == ["2024-05-01", "2024-06-30", ""]
    manifest.write_bytes(re.sub(rb'"date":"[^"]*",', b"", manifest.read_bytes()))
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    write_files(tmp_path / "in", {"news.jsonl": "".join(lines)})
    entries, totals = run_all(quillmore, source, tmp_path / "out", resume=True)
    assert totals.reused == 2
    assert [entry.date for entry in entries] == ["2024-05-01", "2024-06-30", "", ""]
    run_all(quillmore, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_a_table_without_texts_in_a_folder_is_skipped_and_said_so_but_one_that_is_named_fails(
    tmp_path: Path, quillmore: Cleaner
) -> None:
    files = {"labels.jsonl": '{"id": 1, "labels": []}\n', "a.txt": LETTER + SECOND}
    source = write_files(tmp_path / "in", files)
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    assert {entry.id: entry.state for entry in entries} == {"a.txt": WRITTEN, "labels.jsonl": SKIPPED}
    assert (totals.documents, totals.failures) == (1, 0)
    assert "name the field with --text-field" in totals.skipped["labels.jsonl"]
    assert "id, labels" in totals.skipped["labels.jsonl"]
    assert not (tmp_path / "out" / "labels.jsonl").exists()
    _, totals = run_all(quillmore, source / "labels.jsonl", tmp_path / "named")
    assert list(totals.failed) == ["labels.jsonl"]
    _, totals = run_all(quillmore, source / "labels.jsonl", tmp_path / "wrong", fields=Fields("body"))
    assert totals.failed["labels.jsonl"].startswith("has no field 'body' in its first record; it has id, labels")


def test_a_field_that_would_be_added_must_not_be_there(tmp_path: Path, quillmore: Cleaner) -> None:
    source = write_files(tmp_path / "in", {"news.jsonl": json.dumps({"text": SECOND, "removals": 3})})
    _, totals = run_all(quillmore, source, tmp_path / "out", add_removals=True)
    assert "'removals' already" in totals.failed["news.jsonl"]
    assert not (tmp_path / "out" / "news.jsonl").exists()


def test_pages_in_records_get_a_text_beside_them(tmp_path: Path, quillmore: Cleaner) -> None:
    page = f"<html><body><article><p>{FIRST.format('')}</p><p>{SECOND}</p><p>{LETTER}</p></article></body></html>"
    rows = [{"html": page, "n": 1}, {"html": "<html></html>", "n": 2}]
    source = write_files(tmp_path / "in", {"pages.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    first, second = decoded("jsonl", (tmp_path / "out" / "pages.jsonl").read_bytes())
    assert list(first) == ["html", "n", "text", "page_metadata"]
    assert first["html"] == page
    assert "keeper’s wife" in first["text"]
    assert "letter" not in first["text"]
    assert second == rows[1]
    assert [entry.state for entry in entries[:-1]] == [WRITTEN, FAILED]
    assert ["shows no text" in why for why in totals.failed.values()] == [True]
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    assert tree(tmp_path / "back") == tree(source)


# Bad input


def test_bad_records_are_named_and_stay_as_they_are(tmp_path: Path, quillmore: Cleaner) -> None:
    lines = [
        json.dumps({"text": LETTER + SECOND}).encode(),
        b'{"text": "cut off',
        b"",
        b'{"text": "' + LETTER[:-1].encode() + b'\\ncaf\xe9 by the quay, and the keeper\\u0020sat there."}',
        b'{"texts": 1}',
        b'{"text": null}',
        b'{"text": ["a list"]}',
        b"[1, 2]",
        json.dumps({"text": SECOND}).encode(),
    ]
    source = write_files(tmp_path / "in", {"news.jsonl": b"\n".join(lines)})
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    assert [entry.state for entry in entries] == [
        WRITTEN, FAILED, WRITTEN, WRITTEN, WRITTEN, WRITTEN, FAILED, WRITTEN, WRITTEN,
    ]  # fmt: skip
    assert totals.failed == {
        "news.jsonl#2": "line 2: not JSON: Unterminated string starting at at column 10",
        "news.jsonl#7": "line 8: not a JSON object, which begins with {",
    }
    assert [entry.flags for entry in entries[2:6]] == [("bad-utf-8",), (NO_TEXT,), (NO_TEXT,), (NO_TEXT,)]
    written = (tmp_path / "out" / "news.jsonl").read_bytes().split(b"\n")
    assert json.loads(written[0]) == {"text": SECOND}
    assert b"caf\xe9 by the quay" in written[3]
    assert LETTER[:-1].encode() not in written[3]
    assert [written[i] for i in (1, 2, 4, 5, 6, 7, 8)] == [lines[i] for i in (1, 2, 4, 5, 6, 7, 8)]
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    assert tree(tmp_path / "back") == tree(source)


def test_a_record_that_cannot_be_rewritten_is_named_and_stays_as_it_is(tmp_path: Path, quillmore: Cleaner) -> None:
    rows = [{"html": f"<article><p>{SECOND}</p><p>{SECOND}</p></article>"} for _ in range(3)]
    rows[1]["text"] = "it has one"
    source = write_files(tmp_path / "in", {"a.json": encoded("json", rows)})
    _, totals = run_all(quillmore, source, tmp_path / "out")
    assert totals.failed == {"a.json#2": "has a field 'text' already, which would be added"}
    written = decoded("json", (tmp_path / "out" / "a.json").read_bytes())
    assert written[1] == rows[1]
    assert [list(row) for row in written] == [added := ["html", "text", "page_metadata"], ["html", "text"], added]


def test_a_table_in_an_old_encoding_comes_back_though_without_some_texts_it_looks_like_another(
    tmp_path: Path, quillmore: Cleaner
) -> None:
    rows = [
        {"n": i, "text": f"{GIFT}The board met on Monday, and nobody came but the keeper of the lock.\n"}
        for i in range(9)
    ]
    file = io.StringIO()
    writer = csv.DictWriter(file, ["n", "text"])
    writer.writeheader()
    writer.writerows(rows)
    source = write_files(tmp_path / "in", {"a.csv": file.getvalue().replace("–", "-").encode("cp1251")})
    _, totals = run_all(quillmore, source, tmp_path / "out")
    assert totals.removed_blocks == {"donation": 9}
    assert (tmp_path / "out" / "a.csv").read_bytes().isascii()
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    assert tree(tmp_path / "back") == tree(source)


@pytest.mark.parametrize("codec", CODECS)
def test_of_a_file_that_is_cut_off_what_came_before_is_kept(tmp_path: Path, quillmore: Cleaner, codec: str) -> None:
    rows = [{"id": i, "text": LETTER + SECOND, "salt": random.Random(i).randbytes(200).hex()} for i in range(4000)]
    whole = compress(encoded("jsonl", rows), codec)
    source = write_files(tmp_path / "in", {f"news.jsonl{codec}": whole[: len(whole) * 3 // 4], "z.txt": SECOND})
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    assert "is cut off after" in totals.failed[f"news.jsonl{codec}"]
    kept = expanded(io.BytesIO((tmp_path / "out" / f"news.jsonl{codec}").read_bytes()), codec, "kept").read()
    good = [json.loads(line) for line in kept.split(b"\n")[:-1]]
    assert 100 < len(good) < 4000
    assert good == [{**row, "text": SECOND} for row in rows[: len(good)]]
    assert entries[-1].id == "z.txt"
    write_files(source, {f"news.jsonl{codec}": whole})
    _, totals = run_all(quillmore, source, tmp_path / "out", resume=True)
    assert (totals.failures, totals.reused) == (0, len(good) + 1)
    run_all(quillmore, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_a_decompression_bomb_is_refused(tmp_path: Path, quillmore: Cleaner) -> None:
    bomb = gzip.compress(b'{"text": "' + bytes(300_000_000), 9)
    source = write_files(tmp_path / "in", {"a.jsonl.gz": bomb, "b.txt.gz": bomb, "c.txt": LETTER + SECOND})
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    assert {entry.id: entry.state for entry in entries} == {
        "a.jsonl.gz": FAILED, "b.txt.gz": FAILED, "c.txt": WRITTEN,
    }  # fmt: skip
    assert "decompression bomb" in totals.failed["a.jsonl.gz"]
    assert "decompression bomb" in totals.failed["b.txt.gz"]


def test_a_record_that_is_too_long_is_named_and_the_rest_goes_on(
    tmp_path: Path, quillmore: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("jsonl", "json_array", "delimited"):
        monkeypatch.setattr(f"cleaner.io.{module}.MAX_RECORD", 10_000)
    rows = [{"text": LETTER + SECOND}, {"text": SECOND * 1000}, {"text": LETTER + SECOND}]
    source = write_files(tmp_path / "in", {"news.jsonl": encoded("jsonl", rows)})
    entries, totals = run_all(quillmore, source, tmp_path / "out")
    assert [entry.state for entry in entries] == [WRITTEN, FAILED, WRITTEN, WRITTEN]
    assert totals.failed == {"news.jsonl#2": "line 2: has more than 10,000 bytes; is it one article?"}
    assert decoded("jsonl", (tmp_path / "out" / "news.jsonl").read_bytes()) == [{"text": SECOND}] * 2


FULL_DISK = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
from cleaner.cli.app import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of resources")
def test_a_file_that_the_disk_has_no_room_for_is_named_and_the_rest_goes_on(tmp_path: Path, rules: Path) -> None:
    rows = [{"id": i, "text": SECOND} for i in range(1000)]
    source = write_files(tmp_path / "in", {"a.json": encoded("json", rows[:2]), "z.txt": LETTER + SECOND})
    write_files(source, {"m.txt": SECOND * 700})
    arguments = ["clean", source, "-o", tmp_path / "out", "--rules", rules, "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, *map(str, arguments)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert "m.txt: cannot be written: File too large" in done.stderr
    assert set(tree(tmp_path / "out")) >= {"a.json", "z.txt"}
    assert not (tmp_path / "out" / "m.txt").exists()
    assert not list((tmp_path / "out").rglob(".cleaner-*"))


def test_a_disk_without_room_for_the_records_stops_the_run_which_can_be_gone_on_with(
    tmp_path: Path, rules: Path, quillmore: Cleaner
) -> None:
    source = write_files(tmp_path / "in", {f"{i:03}.txt": LETTER + SECOND for i in range(300)})
    arguments = ["clean", source, "-o", tmp_path / "out", "--rules", rules, "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, *map(str, arguments)], check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "the records cannot be written: File too large" in done.stderr
    assert "run the same command again" in done.stderr
    _, totals = run_all(quillmore, source, tmp_path / "out")
    assert 0 < totals.reused < 300
    run_all(quillmore, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_a_file_that_vanishes_or_cannot_be_opened_is_named_and_the_rest_goes_on(
    tmp_path: Path, quillmore: Cleaner
) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": encoded("jsonl", ROWS), "b.jsonl": encoded("jsonl", ROWS)})
    (source / "c.csv").symlink_to(tmp_path / "nowhere")
    inputs = gather([source], tmp_path / "out")
    (source / "a.jsonl").unlink()
    totals = [totals for _, totals in clean_all(Run.of(quillmore, tmp_path / "out"), inputs)][-1]
    assert totals.failed == dict.fromkeys(("a.jsonl", "c.csv"), "cannot be read: No such file or directory")
    assert (totals.written, totals.documents) == (len(ROWS), len(ROWS) + 2)


# Workers and going on


@pytest.mark.parametrize("format", FORMATS)
def test_any_number_of_workers_gives_the_same_bytes(
    tmp_path: Path, quillmore: Cleaner, small_chunks: None, format: str
) -> None:
    rows = [{**row, "id": f"{n}-{row['id']}"} for n in range(6) for row in ROWS]
    files: dict[str, str | bytes] = {f"news.{format}": encoded(format, rows), **ARTICLES}
    source = write_files(tmp_path / "in", files)
    one, _ = run_all(quillmore, source, tmp_path / "one", 1)
    two, _ = run_all(quillmore, source, tmp_path / "two", 2)
    assert one == two
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


@pytest.mark.parametrize("format", FORMATS)
def test_a_run_stopped_after_any_step_ends_as_if_undisturbed(
    tmp_path: Path, quillmore: Cleaner, small_chunks: None, format: str
) -> None:
    files: dict[str, str | bytes] = {f"b.{format}": encoded(format, ROWS), "a.txt": LETTER + SECOND}
    source = write_files(tmp_path / "in", {**files, f"c.{format}": encoded(format, ROWS[:2]), "d.txt": SECOND})
    run_all(quillmore, source, tmp_path / "undisturbed")
    whole = tree(tmp_path / "undisturbed")
    for done in range(14):
        out = tmp_path / f"out-{done}"
        with closing(clean_all(Run.of(quillmore, out), gather([source], out))) as steps:
            seen = [entry for entry, _ in islice(steps, done)]
        _, totals = run_all(quillmore, source, out)
        assert totals.reused >= sum(entry.records is None for entry in seen)
        assert tree(out) == whole


def test_a_run_stopped_again_and_again_ends_as_if_undisturbed(
    tmp_path: Path, quillmore: Cleaner, small_chunks: None
) -> None:
    rows = [{**row, "id": n} for n, row in enumerate(ROWS * 5)]
    source = write_files(tmp_path / "in", {"b.jsonl": encoded("jsonl", rows), "a.txt": LETTER + SECOND})
    run_all(quillmore, source, tmp_path / "undisturbed")
    for done in (3, 9, 2, 14, 14, 5, 20):
        with closing(clean_all(Run.of(quillmore, tmp_path / "out"), gather([source], tmp_path / "out"))) as steps:
            list(islice(steps, done))
    _, totals = run_all(quillmore, source, tmp_path / "out")
    assert totals.reused >= 20
    assert tree(tmp_path / "out") == tree(tmp_path / "undisturbed")


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_run_killed_in_the_middle_of_a_file_ends_with_the_same_bytes(tmp_path: Path, rules: Path) -> None:
    rows = [{"id": i, "text": LETTER + FIRST.format(APP) * 12 + f"Boat {i} came.\n" + GIFT} for i in range(3000)]
    source = write_files(tmp_path / "in", {"news.jsonl.zst": compress(encoded("jsonl", rows), ".zst")})
    options = ["--rules", rules, "--rules-only", "--jobs", "2", "--quiet"]
    command = [SCRIPT, "clean", source, "-o", tmp_path / "out", *options]
    manifest, before = tmp_path / "out" / RECORDS / MANIFEST, 0
    for _ in range(3):
        running = subprocess.Popen([str(part) for part in command], start_new_session=True)
        while not (manifest.exists() and manifest.stat().st_size > before + 30_000):
            assert running.poll() is None, "the run ended before it could be killed"
            time.sleep(0.002)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        before = manifest.stat().st_size
        assert not (tmp_path / "out" / "news.jsonl.zst").exists()
    assert subprocess.run([str(part) for part in command], check=False).returncode == 0
    _, totals = run_all(Cleaner(rules=[rules], rules_only=True), source, tmp_path / "undisturbed")
    assert totals.written == 3000
    assert tree(tmp_path / "out") == tree(tmp_path / "undisturbed")


def test_a_finished_file_is_not_read_again_and_a_changed_one_is(
    tmp_path: Path, quillmore: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, str | bytes] = {"a.jsonl": encoded("jsonl", ROWS), "b.jsonl": encoded("jsonl", ROWS), **ARTICLES}
    source = write_files(tmp_path / "in", files)
    run_all(quillmore, source, tmp_path / "out")
    write_files(source, {"b.jsonl": encoded("jsonl", [*ROWS[:3], {**ROWS[3], "text": GIFT + SECOND}, *ROWS[4:]])})
    opened: list[str] = []
    real = Path.open

    def spied(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.is_relative_to(source):
            opened.append(self.name)
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", spied)
    _, totals = run_all(quillmore, source, tmp_path / "out", resume=True)
    assert set(opened) == {"b.jsonl"}
    assert totals.documents - totals.reused == 1
    monkeypatch.undo()
    run_all(quillmore, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_documents_that_became_one_file_are_not_read_again_until_one_changes(
    tmp_path: Path, quillmore: Cleaner
) -> None:
    source = write_files(tmp_path / "in", ARTICLES)
    run_all(quillmore, source, tmp_path / "out", to="jsonl")
    before = (tmp_path / "out" / "documents.jsonl").stat().st_mtime_ns
    _, totals = run_all(quillmore, source, tmp_path / "out", to="jsonl")
    assert totals.reused == len(ARTICLES)
    assert (tmp_path / "out" / "documents.jsonl").stat().st_mtime_ns == before
    write_files(source, {"b.txt": GIFT + SECOND})
    _, totals = run_all(quillmore, source, tmp_path / "out", to="jsonl")
    assert totals.documents - totals.reused == 1
    run_all(quillmore, source, tmp_path / "fresh", to="jsonl")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_a_record_that_is_written_in_another_way_comes_back_in_that_way(tmp_path: Path, quillmore: Cleaner) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    source = write_files(tmp_path / "in", {"a.jsonl": "\n".join(lines)})
    run_all(quillmore, source, tmp_path / "out")
    write_files(source, {"a.jsonl": "\n".join(json.dumps(row).replace("A", "\\u0041") for row in ROWS)})
    run_all(quillmore, source, tmp_path / "out", resume=True)
    assert restore(tmp_path / "out", tmp_path / "back") == {}
    assert tree(tmp_path / "back") == tree(source)


def test_a_touched_file_is_known_by_its_hash(tmp_path: Path, quillmore: Cleaner) -> None:
    files = {"a.jsonl": encoded("jsonl", ROWS), "b.jsonl.gz": compress(encoded("jsonl", ROWS), ".gz"), **ARTICLES}
    source = write_files(tmp_path / "in", {**files, "c.txt.gz": compress(SECOND.encode(), ".gz")})
    run_all(quillmore, source, tmp_path / "out")
    for path in source.rglob("*.*"):
        os.utime(path, (1, 1))
    _, totals = run_all(quillmore, source, tmp_path / "out", resume=True)
    assert totals.reused == totals.documents == 2 * len(ROWS) + len(ARTICLES) + 1
    run_all(quillmore, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_an_edit_of_one_outlets_rules_cleans_that_outlet_again_and_no_other(tmp_path: Path, quillmore: Cleaner) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": encoded("jsonl", ROWS), **ARTICLES})
    run_all(quillmore, source, tmp_path / "out")
    edited = OUTLET.replace("{id: colophon, category: legal,", "{id: colophon, category: other,")
    cleaner = Cleaner(rules=[rules_folder(tmp_path / "edited", outlet=edited)])
    with pytest.raises(UsageError, match="--resume"):
        run_all(cleaner, source, tmp_path / "out")
    entries, totals = run_all(cleaner, source, tmp_path / "out", resume=True)
    of_outlet = [entry for entry in entries if entry.outlet and entry.outlet["domain"] == "quillmore.example"]
    assert len(of_outlet) == 3
    assert totals.documents - totals.reused == 3
    run_all(cleaner, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_an_edit_of_generic_rules_cleans_all_again(tmp_path: Path, quillmore: Cleaner) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": encoded("jsonl", ROWS), **ARTICLES})
    run_all(quillmore, source, tmp_path / "out")
    generic = GENERIC.replace("each Friday", "each friday or so")
    cleaner = Cleaner(rules=[rules_folder(tmp_path / "edited", generic)])
    _, totals = run_all(cleaner, source, tmp_path / "out", resume=True)
    assert totals.reused == 0
    run_all(cleaner, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


def test_another_form_of_the_output_cleans_nothing_again(tmp_path: Path, quillmore: Cleaner) -> None:
    source = write_files(tmp_path / "in", {"a.jsonl": encoded("jsonl", ROWS)})
    run_all(quillmore, source, tmp_path / "out")
    _, totals = run_all(quillmore, source, tmp_path / "out", add_removals=True, resume=True)
    assert totals.reused == len(ROWS)
    run_all(quillmore, source, tmp_path / "fresh", add_removals=True)
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


class Deadly(Cleaner):
    """Takes its whole process down on some documents, as running out of memory does."""

    def clean_many(self, documents: Any) -> Any:
        documents = list(documents)
        if any("deadly" in document.text for document in documents):
            os._exit(9)
        return super().clean_many(documents)


def test_a_record_that_kills_its_worker_costs_itself_and_the_file_is_tried_again(
    tmp_path: Path, rules: Path, quillmore: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.batch.MIN_BYTES_PER_WORKER", 1)
    rows = [{"id": i, "text": LETTER + SECOND} for i in range(9)]
    rows[4]["text"] = "This one is deadly.\n"
    source = write_files(tmp_path / "in", {"a.jsonl": encoded("jsonl", rows), "b.txt": LETTER + SECOND})
    _, totals = run_all(Deadly(rules=[rules]), source, tmp_path / "out", 2)
    assert set(totals.failed) == {"a.jsonl#5", "a.jsonl"}
    assert "its worker process was killed" in totals.failed["a.jsonl#5"]
    kept = decoded("jsonl", (tmp_path / "out" / "a.jsonl").read_bytes())
    assert kept[4] == rows[4]
    assert {row["text"] for row in kept} == {SECOND, "This one is deadly.\n"}
    _, totals = run_all(quillmore, source, tmp_path / "out")
    assert (totals.failures, totals.documents - totals.reused) == (0, 1)
    run_all(quillmore, source, tmp_path / "fresh")
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")


# Streams and other places


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="has no /dev/stdin")
def test_standard_input_may_be_records(tmp_path: Path, rules: Path, quillmore: Cleaner) -> None:
    command = [SCRIPT, "clean", "-", "--from", "jsonl", "--rules", rules]
    done = subprocess.run(
        [str(part) for part in command], input=encoded("jsonl", ROWS), capture_output=True, check=False
    )
    run_all(quillmore, write_files(tmp_path / "in", {"a.jsonl": encoded("jsonl", ROWS)}), tmp_path / "out")
    assert done.stdout == (tmp_path / "out" / "a.jsonl").read_bytes()


def test_inputs_may_stand_in_another_place(tmp_path: Path, quillmore: Cleaner) -> None:
    pytest.importorskip("upath", reason="remote paths need the extra `remote`")
    import fsspec

    from cleaner.io.files import locate

    memory = fsspec.filesystem("memory")
    files: Mapping[str, bytes] = {
        "a.jsonl.gz": compress(encoded("jsonl", ROWS), ".gz"),
        "sub/b.txt": (LETTER + SECOND).encode(),
    }
    for name, data in files.items():
        memory.pipe(f"/news/{name}", data)
    inputs = gather([locate("memory://news")], tmp_path / "out")
    assert [source.name for source in inputs.sources] == ["a.jsonl.gz", "sub/b.txt"]
    list(clean_all(Run.of(quillmore, tmp_path / "out"), inputs))
    local = write_files(tmp_path / "in", files)
    run_all(quillmore, local, tmp_path / "local")
    for name in files:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()
    totals = [totals for _, totals in clean_all(Run.of(quillmore, tmp_path / "out"), inputs)][-1]
    assert totals.reused == totals.documents


def test_a_dataset_of_hugging_face_is_a_dataset_again(tmp_path: Path, quillmore: Cleaner) -> None:
    datasets = pytest.importorskip("datasets", reason="needs the package `datasets`")
    rows = [{"id": i, "text": text, "views": i} for i, text in enumerate(TEXTS)]
    dataset = datasets.DatasetDict({name: datasets.Dataset.from_list(rows) for name in ("train", "test")})
    dataset.save_to_disk(tmp_path / "in")
    run_all(quillmore, tmp_path / "in", tmp_path / "out")
    again = datasets.load_from_disk(tmp_path / "out")
    assert set(again) == {"train", "test"}
    assert again["train"].features == dataset["train"].features
    assert again["train"]["text"][:] == [quillmore.clean(text).text for text in TEXTS]
    assert again["train"]["views"][:] == list(range(len(TEXTS)))
    assert again["train"]._fingerprint != dataset["train"]._fingerprint
