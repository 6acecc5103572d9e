"""Ray: datasets and files on a cluster of two workers come out as single texts do."""

from __future__ import annotations

import gzip
import json
import logging
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaned, Cleaner, UsageError
from cleaner.io.records import Fields
from tests.adapters.texts import TEXTS, removals
from tests.conftest import FIXTURES
from tests.console import Cli

pytest.importorskip("ray.data", reason="needs the extra: pip install 'cleaner[ray]'")

import pyarrow as pa
import pyarrow.parquet as pq
import ray
import ray.data
from pyarrow import csv

from cleaner.adapters.ray import clean_dataset, clean_paths

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
WORKERS = 2


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
        ray.init(
            address="local",
            num_cpus=WORKERS + 1,  # one for reading and writing
            include_dashboard=False,
            object_store_memory=200 << 20,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
        ray.data.DataContext.get_current().enable_progress_bars = False
        yield
        ray.shutdown()


@pytest.fixture(scope="module")
def alone(cleaner: Cleaner) -> list[Cleaned]:
    return [cleaner.clean(text) for text in TEXTS]


def table(rows: list[Any]) -> pa.Table:
    return pa.table(
        {
            "n": pa.array(range(len(rows)), pa.int8()),
            "body": pa.array(rows, pa.large_string()),
            "tags": pa.array([["a", None]] * len(rows), pa.list_(pa.string())),
        }
    )


def test_a_dataset_keeps_rows_types_and_order(cleaner: Cleaner, alone: list[Cleaned]) -> None:
    whole = table([*TEXTS, None])
    ds = ray.data.from_arrow([whole.slice(at, 5) for at in range(0, whole.num_rows, 5)])
    ds.context.execution_options.preserve_order = True
    cleaned = clean_dataset(ds, cleaner, add_removals=True, concurrency=WORKERS, batch_size=4)
    out = pa.concat_tables(ray.get(cleaned.to_arrow_refs()))
    assert out.column("body").to_pylist() == [*(c.text for c in alone), None]
    assert out.column("removals").to_pylist() == [*map(removals, alone), []]
    assert out.select(["n", "tags"]).equals(whole.select(["n", "tags"]))
    assert out.schema.names == ["n", "body", "tags", "removals", "flags"]
    assert out.schema.field("body") == whole.schema.field("body")


def test_a_dataset_without_a_text_is_refused(cleaner: Cleaner) -> None:
    with pytest.raises(UsageError, match="no column seems to hold the text"):
        clean_dataset(ray.data.from_items([{"n": 1}]), cleaner)
    with pytest.raises(UsageError, match="no column 'boody'"):
        clean_dataset(ray.data.from_items([{"body": ""}]), cleaner, fields=Fields(text="boody"))


def parts(out: Path) -> list[Path]:
    return sorted(path for path in out.iterdir() if path.name != ".cleaner")


def test_lines_of_json_keep_every_byte_but_those_of_the_text(
    cleaner: Cleaner, alone: list[Cleaned], tmp_path: Path
) -> None:
    lines = [f'{{"n": 1.50, "at":"2020-01-01", "body": {json.dumps(text)}, "x": [ ]}}' for text in TEXTS]
    others = ['{"n": 2, "body": null}', "not json", '{"body": 3}']
    source = tmp_path / "in"
    source.mkdir()
    for n in range(3):
        with gzip.open(source / f"{n}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join([*lines[n * 11 : n * 11 + 11], others[n]]))
    counts = clean_paths([str(source)], str(tmp_path / "out"), cleaner, concurrency=WORKERS)

    written = "".join(gzip.decompress(path.read_bytes()).decode() for path in parts(tmp_path / "out")).splitlines()
    expected = [
        line.replace(json.dumps(text), json.dumps(c.text)) for line, text, c in zip(lines, TEXTS, alone, strict=True)
    ]
    assert written == [*expected[:11], others[0], *expected[11:22], others[1], *expected[22:], others[2]]
    characters: Counter[str] = Counter()
    for cleaned in alone:
        for removal in cleaned.removals:
            characters[removal.category] += len(removal.text)
    assert counts.removed_characters == characters
    assert (counts.documents, counts.without_text, counts.failed) == (len(TEXTS) + 3, 2, 1)
    assert counts.characters == sum(map(len, TEXTS))

    records = tmp_path / "out" / ".cleaner"
    manifest = pq.read_table(records / "manifest").to_pylist()
    assert [row["error"] for row in manifest if row["error"]] == [manifest[23]["error"]]
    assert "not a JSON object" in manifest[23]["error"]
    rows = pq.read_table(records / "removals").to_pylist()
    assert [{k: v for k, v in row.items() if k not in ("id", "row")} for row in rows] == [
        removal for cleaned in alone for removal in removals(cleaned)
    ]
    assert json.loads((records / "summary.json").read_text())["documents"] == counts.documents


def test_parquet_keeps_its_columns(cleaner: Cleaner, alone: list[Cleaned], tmp_path: Path) -> None:
    whole = table([*TEXTS, None])
    for n in range(2):
        (tmp_path / "in" / f"part={n}").mkdir(parents=True)
        pq.write_table(whole.slice(n * 17, 17), tmp_path / "in" / f"part={n}" / "a.parquet")
    out = str(tmp_path / "out")
    counts = clean_paths([str(tmp_path / "in")], out, cleaner, add_removals=True, concurrency=WORKERS)
    written = pa.concat_tables([pq.ParquetFile(path).read() for path in parts(tmp_path / "out")])
    assert written.column("body").to_pylist() == [*(c.text for c in alone), None]
    assert written.column("removals").to_pylist() == [*map(removals, alone), []]
    assert written.column("part").to_pylist() == ["0"] * 17 + ["1"] * 17
    assert written.select(["n", "tags"]).equals(whole.select(["n", "tags"]))
    assert counts.documents == len(TEXTS) + 1

    with pytest.raises(UsageError, match="is not empty"):
        clean_paths([str(tmp_path / "in")], out, cleaner)
    foreign = tmp_path / "out" / "part-0.txt"
    foreign.write_text("from somebody else")
    (tmp_path / "out" / "part-999999.parquet").write_bytes(b"from a longer run")
    clean_paths([str(tmp_path / "in")], out, cleaner, overwrite=True, concurrency=1)
    foreign.unlink()
    again = pa.concat_tables([pq.ParquetFile(path).read() for path in parts(tmp_path / "out")])
    assert again.equals(written.drop_columns(["removals", "flags"]))


def test_values_of_csv_stay_as_they_are_on_a_file_system_of_fsspec(
    cleaner: Cleaner, alone: list[Cleaned], tmp_path: Path
) -> None:
    whole = pa.table({"id": ["007"] * len(TEXTS), "text": TEXTS, "empty": [""] * len(TEXTS)})
    csv.write_csv(whole, tmp_path / "a.csv")
    clean_paths([f"local://{tmp_path}/a.csv"], f"local://{tmp_path}/out", cleaner)
    (part,) = parts(tmp_path / "out")
    strings = csv.ConvertOptions(column_types=dict.fromkeys(whole.column_names, pa.string()))
    written = csv.read_csv(part, parse_options=csv.ParseOptions(newlines_in_values=True), convert_options=strings)
    assert written.equals(whole.set_column(1, "text", pa.array([c.text for c in alone])))


def test_texts_and_pages_come_out_one_by_one(cleaner: Cleaner, tmp_path: Path) -> None:
    raw = FIXTURES / "raw"
    page = "<html><body><p>ADVERTISEMENT</p><p>The bridge stays open, the council said on Tuesday.</p></body></html>"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.html").write_text(page, "utf-8")
    (tmp_path / "in" / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    counts = clean_paths([str(raw), str(tmp_path / "in")], str(tmp_path / "out"), cleaner)
    assert {str(p.relative_to(tmp_path / "out")): p.read_bytes() for p in (tmp_path / "out").rglob("*.txt")} == {
        "page.txt": cleaner.clean_html(page).text.encode(),
    } | {
        str(path.relative_to(raw)): cleaner.clean(text, id=str(path)).text.encode()
        for path, text in zip(sorted(raw.rglob("*.txt")), TEXTS, strict=True)
    }
    assert (counts.documents, counts.failed) == (len(TEXTS) + 2, 1)


def test_inputs_that_make_no_sense_are_refused(cleaner: Cleaner, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    with pytest.raises(UsageError, match="no such file"):
        clean_paths([str(tmp_path / "nothing")], out, cleaner)
    with pytest.raises(UsageError, match="no files that Ray reads"):
        clean_paths([str(tmp_path)], out, cleaner)
    (tmp_path / "a.jsonl").write_text('{"text": ""}\n')
    (tmp_path / "b.csv").write_text("text\nx\n")
    with pytest.raises(UsageError, match="several formats, csv, jsonl"):
        clean_paths([str(tmp_path)], out, cleaner)
    with pytest.raises(UsageError, match="the output folder is the input"):
        clean_paths([str(tmp_path)], str(tmp_path), cleaner)
    with pytest.raises(UsageError, match="is in the output folder"):
        clean_paths([str(tmp_path / "a.jsonl")], str(tmp_path), cleaner, overwrite=True)
    (tmp_path / "c.txt").write_text("x")
    with pytest.raises(UsageError, match="texts have no fields"):
        clean_paths([str(tmp_path / "c.txt")], out, cleaner, add_removals=True)


def test_the_command_line_gives_the_bytes_of_a_run_on_one_machine(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "news.jsonl"
    source.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate(TEXTS)), "utf-8")
    done = cli("clean", source, "-o", tmp_path / "ray", "--engine", "ray")
    assert f"{len(TEXTS)} of {len(TEXTS)} documents cleaned" in done.said
    plain = cli("clean", source, "-o", tmp_path / "plain")
    assert done.code == plain.code
    parts = sorted((tmp_path / "ray").glob("part-*.jsonl"))
    assert b"".join(part.read_bytes() for part in parts) == (tmp_path / "plain" / "news.jsonl").read_bytes()
    again = cli("clean", source, "-o", tmp_path / "ray", "--engine", "ray")
    assert (again.code, "overwrite" in again.said) == (2, True)
