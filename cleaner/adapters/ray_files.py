"""Files under Ray: found on any file system, read in order, and written with the records of a run beside them."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import ray.data
from pyarrow import csv
from pyarrow.fs import FileSelector, FileSystem, FileType, FSSpecHandler, LocalFileSystem, PyFileSystem
from ray.data.block import BlockAccessor
from ray.data.datasource import Datasink, FileBasedDatasource, Partitioning, WriteResult

from cleaner.adapters.arrow import LINES, NOTE
from cleaner.errors import UsageError
from cleaner.io import formats
from cleaner.io.files import RECORDS
from cleaner.io.jsonl import JsonLines
from cleaner.io.records import Reader

SUMMARY: Final = "summary.json"
PART: Final = "part-"
"""How the names of files of records begin."""
_PART_NAME: Final = re.compile(rf"{PART}\d{{6,}}\.[a-z]+(\.[a-z0-9]+)?")
MOST_HELD: Final = 1 << 23
"""Bytes of lines that a reader hands on at a time."""
MOST_ROWS: Final = 4096
"""Rows of Parquet that a reader hands on at a time."""
CSV_BLOCK: Final = 1 << 24
"""Bytes that are parsed at a time; a record of CSV must not be longer."""
SEPARATORS: Final = {"csv": ",", "tsv": "\t"}
"""By format."""
CODECS: Final = {"jsonl": ("", ".gz", ".bz2", ".zst"), "csv": ("", ".gz", ".bz2", ".zst")}
"""Suffixes of the compressions that Arrow's streams have, by format."""
_STRINGS: Final = (pa.string(), pa.large_string(), pa.string_view())
KNOWN: Final = ("jsonl", "parquet", *SEPARATORS, formats.TEXT)
"""Formats that are read and written here."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path on a file system.

    Args:
        system: local or remote.
        path: as that file system names it, without a scheme.
    """

    system: FileSystem
    path: str

    def __truediv__(self, name: str) -> Place:
        return Place(self.system, f"{self.path}/{name}")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a run, all of one format.

    Args:
        format: one of `KNOWN`.
        system: where they are.
        paths: their paths, sorted.
        folders: input folders; the names of the written files are relative to them.
        codec: suffix of the compression in which records are written, or empty.
    """

    format: str
    system: FileSystem
    paths: Sequence[str]
    folders: Sequence[str]
    codec: str

    def name_of(self, path: str) -> str:
        """Return the name in the output folder of the text of a file; a page becomes a text."""
        folder = max((f for f in self.folders if path.startswith(f"{f}/")), key=len, default=None)
        name = path.removeprefix(f"{folder}/") if folder else PurePosixPath(path).name
        kind = formats.kind_of(name)
        return f"{kind.stem}.txt" if kind and kind.format == formats.PAGE else name


@dataclass(frozen=True, slots=True)
class Counts:
    """What a run did.

    Args:
        documents: records or files read.
        without_text: records without a text; they pass through.
        failed: documents that could not be read or cleaned; records among them pass through.
        flagged: documents that a person should look at.
        characters: in all texts.
        removals: removals by category.
        removed_characters: characters removed by category.
        outlets: documents by the outlet found.
    """

    documents: int = 0
    without_text: int = 0
    failed: int = 0
    flagged: int = 0
    characters: int = 0
    removals: Mapping[str, int] = field(default_factory=dict)
    removed_characters: Mapping[str, int] = field(default_factory=dict)
    outlets: Mapping[str, int] = field(default_factory=dict)


def locate(name: str) -> Place:
    """Return the place that a path or a URL means.

    Raises:
        UsageError: there is no such file system here.
    """
    if "://" not in name:
        return Place(LocalFileSystem(), str(Path(name).resolve()))
    try:
        return Place(*FileSystem.from_uri(name.rstrip("/")))
    except pa.ArrowInvalid:  # what Arrow does not know by itself
        from fsspec.core import url_to_fs

        try:
            system, path = url_to_fs(name)
        except (ImportError, ValueError) as e:
            raise UsageError(f"{name}: {e}") from None
        return Place(PyFileSystem(FSSpecHandler(system)), path.rstrip("/"))


def find(inputs: Sequence[str], out: str, format: str | None = None) -> Files:
    """Find the files of a run. In folders, what begins with a dot or `_` is left out.

    Args:
        inputs: files and folders, as paths or URLs.
        out: the output folder; what is inside it is left out.
        format: one of `KNOWN`; None goes by the files' names, and texts beside files of records are left out.

    Raises:
        UsageError: nothing is found, or files of several formats or file systems, or two of one name.
    """
    if format not in (None, *KNOWN):
        raise UsageError(f"Ray does not read {format!r}; choose from {', '.join(KNOWN)}")
    target, places = locate(out), [locate(given) for given in inputs]
    if not all(place.system.equals(places[0].system) for place in places):
        raise UsageError("the inputs are on several file systems; clean them one by one")
    found: dict[str, set[str]] = {}
    for given, place in zip(inputs, places, strict=True):
        for path in _walk(given, place, target):
            known = format if format and path == place.path else _format_of(path)
            if known:
                found.setdefault(known, set()).add(path)
    documents = found.pop(formats.TEXT, set()) if format is None else set()
    chosen = format or (formats.TEXT if not found else next(iter(found)))
    if format is None and len(found) > 1:
        raise UsageError(f"the inputs hold files of several formats, {', '.join(sorted(found))}; name one of them")
    paths = sorted(found.get(chosen, documents if chosen == formats.TEXT else ()))
    if not paths:
        raise UsageError(f"{', '.join(inputs)}: no files that Ray reads; it reads {', '.join(KNOWN)}")
    folders = [place.path for place in places if place.path not in paths]
    kind = formats.kind_of(PurePosixPath(paths[0]).name)
    files = Files(chosen, places[0].system, paths, folders, kind.codec if kind else "")
    if chosen == formats.TEXT:
        twice = next((name for name, times in Counter(map(files.name_of, paths)).items() if times > 1), None)
        if twice:
            raise UsageError(f"several inputs would be written to {twice}; clean them into two folders")
    return files


def _walk(given: str, place: Place, target: Place) -> Iterator[str]:
    info = place.system.get_file_info(place.path)
    is_here = target.system.equals(place.system)
    if info.type == FileType.NotFound:
        raise UsageError(f"{given}: no such file or folder")
    if info.type == FileType.File:
        if is_here and place.path.startswith(f"{target.path}/"):
            raise UsageError(f"{given}: is in the output folder; name another folder with -o")
        yield place.path
        return
    if is_here and place.path == target.path:
        raise UsageError(f"{given}: the output folder is the input; name another folder with -o")
    for entry in place.system.get_file_info(FileSelector(place.path, recursive=True)):
        inner = PurePosixPath(entry.path).relative_to(place.path)
        is_inside = is_here and entry.path.startswith(f"{target.path}/")
        if entry.type == FileType.File and not is_inside and not any(part[0] in "._" for part in inner.parts):
            yield entry.path


def _format_of(path: str) -> str | None:
    kind = formats.kind_of(PurePosixPath(path).name)
    if kind is None or kind.codec not in CODECS.get(kind.format, ("",)):
        return None
    known = formats.TEXT if kind.format == formats.PAGE else kind.format
    return known if known in KNOWN else None


def make_room(place: Place, out: str, *, overwrite: bool) -> None:
    """Refuse an output folder that holds something; or delete what an earlier run wrote there.

    Raises:
        UsageError: it holds something, and `overwrite` is not set.
    """
    entries = {e.base_name: e for e in place.system.get_file_info(FileSelector(place.path, allow_not_found=True))}
    if entries and not overwrite:
        raise UsageError(f"{out}: is not empty; name another folder, or use --overwrite")
    if RECORDS in entries:  # texts and pages need no deleting: they get the same names again
        for name in filter(_PART_NAME.fullmatch, entries):
            place.system.delete_file(entries[name].path)
        place.system.delete_dir(entries[RECORDS].path)


def read(files: Files) -> tuple[ray.data.Dataset, Mapping[str, Any]]:
    """Return what the files hold, and a sample of it: fields with values of the kind that they have."""
    if files.format == "jsonl":
        return ray.data.read_datasource(_LinesDatasource(files.paths, filesystem=files.system)), _first_record(files)
    if files.format == formats.TEXT:
        return ray.data.read_binary_files(files.paths, filesystem=files.system, include_paths=True), {}
    if files.format == "parquet":
        hive = Partitioning("hive", filesystem=files.system)
        ds = ray.data.read_datasource(_ParquetDatasource(files.paths, filesystem=files.system, partitioning=hive))
    else:
        ds = ray.data.read_csv(files.paths, filesystem=files.system, file_extensions=None, **_csv_options(files))
    return ds, sample_of(ds.schema())


def sample_of(schema: Any) -> dict[str, Any]:
    """Return a value of the right kind for each column; what has no Arrow type may be text."""
    return {name: "" if _may_be_text(kind) else 0 for name, kind in zip(schema.names, schema.types, strict=True)}


def _may_be_text(kind: Any) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return not isinstance(inner, pa.DataType) or pa.types.is_null(inner) or inner in _STRINGS


class _ParquetDatasource(FileBasedDatasource):  # type: ignore[misc]  # followed as Any
    """Parquet in the order of its rows; Ray's own reader lists many files in threads that fail without aiohttp."""

    def _open_input_source(self, filesystem: FileSystem, path: str, **_: object) -> Any:
        return filesystem.open_input_file(path)

    def _read_stream(self, f: Any, path: str) -> Iterator[pa.Table]:  # noqa: ARG002
        for batch in pq.ParquetFile(f).iter_batches(MOST_ROWS):
            yield pa.Table.from_batches([batch])


class _LinesDatasource(FileBasedDatasource):  # type: ignore[misc]  # followed as Any
    """Lines of JSON as bytes; Ray's own reader takes dates, numbers and missing fields for something else."""

    def _read_stream(self, f: Any, path: str) -> Iterator[pa.Table]:
        held: list[tuple[bytes, int, str]] = []
        size = 0
        for chunk in _reader(f, path).chunks():
            for raw in chunk.records:
                held.append((raw.data if raw.data.endswith(b"\n") else raw.data + b"\n", raw.line, raw.error))
                size += len(raw.data)
            if size > MOST_HELD:
                yield _lines(held)
                held, size = [], 0
        yield _lines(held)


def _lines(held: Sequence[tuple[bytes, int, str]]) -> pa.Table:
    columns = list(zip(*held, strict=True)) or [(), (), ()]
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, LINES.types, strict=True)], schema=LINES)


def _first_record(files: Files) -> Mapping[str, Any]:
    for path in files.paths:
        with files.system.open_input_stream(path) as file:
            for chunk in _reader(file, path).chunks():
                if sample := JsonLines().sample(chunk, None):
                    return sample
    return {}


def _reader(file: Any, path: str) -> Reader:
    return JsonLines().reader(io.BufferedReader(file), path)  # Arrow's own streams do not read lines


def _csv_options(files: Files) -> dict[str, Any]:
    """Say that all columns are text, so that no number or date is written another way than it was read."""
    parse = csv.ParseOptions(delimiter=SEPARATORS[files.format], newlines_in_values=True)
    block = csv.ReadOptions(block_size=CSV_BLOCK)
    with files.system.open_input_stream(files.paths[0]) as file, csv.open_csv(file, block, parse) as reader:
        names = reader.schema.names
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    return {"read_options": block, "parse_options": parse, "convert_options": convert}


class Sink(Datasink):  # type: ignore[misc]  # followed as Any
    """Writes cleaned records or files, and removals, manifest and summary under `.cleaner`.

    Args:
        place: the output folder.
        files: what was read.
    """

    def __init__(self, place: Place, files: Files) -> None:
        self._place = place
        self._files = replace(files, paths=())  # there may be millions, and every task gets a copy of this
        self.counts = Counts()

    def write(self, blocks: Iterable[Any], ctx: Any) -> Counts:
        """Write some blocks to one part; a task that is run again writes the same part again."""
        tables = [BlockAccessor.for_block(block).to_arrow() for block in blocks]
        table = pa.concat_tables([table for table in tables if table.num_rows], promote_options="default")
        if not table.num_rows:
            return Counts()
        part = f"{PART}{ctx.task_idx:06}"
        notes = pa.Table.from_struct_array(table.column(NOTE).combine_chunks())
        removals = _removals(notes)
        self._write(table.drop_columns([NOTE]), part)
        records = self._place / RECORDS
        _write_parquet(removals, records / "removals" / f"{part}.parquet")
        _write_parquet(_manifest(notes), records / "manifest" / f"{part}.parquet")
        return _counts(notes, removals)

    def on_write_complete(self, write_result: WriteResult) -> None:
        """Add the counts up and write the summary."""
        self.counts = _sum(write_result.write_returns)
        with _created(self._place / RECORDS / SUMMARY) as file:
            file.write(json.dumps(asdict(self.counts), indent=2, sort_keys=True).encode() + b"\n")

    def _write(self, table: pa.Table, part: str) -> None:
        files = self._files
        if files.format == formats.TEXT:
            for path, data in zip(table.column("path").to_pylist(), table.column("bytes").to_pylist(), strict=True):
                if data is not None:
                    with _created(self._place / files.name_of(path)) as file:
                        file.write(data)
        elif files.format == "jsonl":
            with _created(self._place / f"{part}.jsonl{files.codec}") as file:
                for line in table.column("data"):
                    file.write(line.as_buffer())
        elif files.format == "parquet":
            _write_parquet(table, self._place / f"{part}.parquet")
        else:
            options = csv.WriteOptions(delimiter=SEPARATORS[files.format])
            with _created(self._place / f"{part}.{files.format}{files.codec}") as file:
                csv.write_csv(_flat(table), file, options)


def _flat(table: pa.Table) -> pa.Table:
    """Write lists, which are the removals and flags that were added, as JSON."""
    for at, column in enumerate(table.schema):
        if pa.types.is_list(column.type):
            values = [json.dumps(value, ensure_ascii=False) for value in table.column(at).to_pylist()]
            table = table.set_column(at, column.name, pa.array(values, pa.string()))
    return table


def _created(place: Place) -> Any:
    """Open a file for writing, compressed as its name says."""
    place.system.create_dir(str(PurePosixPath(place.path).parent))
    return place.system.open_output_stream(place.path)


def _write_parquet(table: pa.Table, place: Place) -> None:
    with _created(place) as file:
        pq.write_table(table, file, compression="zstd")


def _removals(notes: pa.Table) -> pa.Table:
    """Return one row for each removal; `row` is the record's place in its part, from 0."""
    lists = notes.column("removals").combine_chunks()
    rows = pc.list_parent_indices(lists)
    flat = pa.Table.from_struct_array(lists.flatten())
    return flat.add_column(0, "row", rows).add_column(0, "id", notes.column("id").take(rows))


def _manifest(notes: pa.Table) -> pa.Table:
    count = pc.list_value_length(notes.column("removals"))
    return notes.drop_columns(["removals"]).append_column("removals", count)


def _counts(notes: pa.Table, removals: pa.Table) -> Counts:
    failed = [error != "" for error in notes.column("error").to_pylist()]
    flags = notes.column("flags").to_pylist()
    outlets = [domain or "" for domain in notes.column("outlet").to_pylist()]
    characters = notes.column("characters")
    lengths = pc.subtract(removals.column("end"), removals.column("start"))
    by_category = pa.table({"category": removals.column("category"), "length": lengths}).group_by("category")
    removed = by_category.aggregate([("length", "sum"), ("length", "count")]).to_pylist()
    return Counts(
        documents=notes.num_rows,
        without_text=sum(n is None and not f for n, f in zip(characters.to_pylist(), failed, strict=True)),
        failed=sum(failed),
        flagged=sum(bool(some) and not f for some, f in zip(flags, failed, strict=True)),
        characters=pc.sum(characters).as_py() or 0,
        removals={row["category"]: row["length_count"] for row in removed},
        removed_characters={row["category"]: row["length_sum"] for row in removed},
        outlets=dict(Counter(outlets)),
    )


def _sum(some: Sequence[Counts]) -> Counts:
    def number(name: str) -> int:
        return sum(getattr(counts, name) for counts in some)

    def table(name: str) -> dict[str, int]:
        return dict(sum((Counter(getattr(counts, name)) for counts in some), Counter()))

    return Counts(
        number("documents"),
        number("without_text"),
        number("failed"),
        number("flagged"),
        number("characters"),
        table("removals"),
        table("removed_characters"),
        table("outlets"),
    )
