"""Ray: `clean_dataset` for a `ray.data.Dataset`, `clean_paths` for files, on one machine or on a cluster.

Workers need the package in the same version, and nothing else: the cleaner, rules included, comes to them from the
caller, once for each machine. No step shuffles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from cleaner.adapters.columns import guess_fields
from cleaner.api import Cleaner
from cleaner.errors import UsageError
from cleaner.io import formats
from cleaner.io.records import Fields

try:
    import pyarrow as pa
    import ray
    import ray.data

    from cleaner.adapters import ray_files
    from cleaner.adapters.arrow import clean_table, note_files, note_lines, note_table
    from cleaner.adapters.ray_files import Counts, Files, Sink
except ModuleNotFoundError as e:
    hint = f"{e}; install what Ray needs with: pip install 'cleaner[ray]'"
    raise ModuleNotFoundError(hint, name=e.name) from None

BATCH: Final = 256
"""Records that a worker cleans at a time; more are no faster and need more memory."""
_Clean: TypeAlias = Callable[[Cleaner, pa.Table], pa.Table]


def clean_dataset(
    ds: ray.data.Dataset,
    cleaner: Cleaner | None = None,
    *,
    fields: Fields | None = None,
    add_removals: bool = False,
    concurrency: int | None = None,
    batch_size: int = BATCH,
) -> ray.data.Dataset:
    """Clean the texts of a dataset, lazily; other columns keep their values, types and order.

    What is no text stays as it is, and so does a text that cannot be cleaned. Rows keep their order where the
    dataset does, which is what `ExecutionOptions.preserve_order` decides.

    Args:
        ds: the dataset.
        cleaner: the rules and the policy; None for those that come with the package.
        fields: which column holds what; what is not named is guessed from names and types, and logged.
        add_removals: add the columns `removals` and `flags`; the flag of a document that could not be cleaned
            begins with `failed`.
        concurrency: workers, one core each; None takes what the cluster has.
        batch_size: records that a worker cleans at a time; the results do not depend on it.

    Raises:
        UsageError: no column seems to hold the text, there is no such column, or one of an added column's name.
    """
    schema = ds.schema()
    if schema is None:  # there is nothing in it
        return ds
    known = guess_fields(fields, ray_files.sample_of(schema), added=add_removals)
    clean = partial(clean_table, fields=known, added=add_removals)
    return _mapped(ds, cleaner, clean, concurrency, batch_size)


def clean_paths(
    inputs: Sequence[str],
    out: str,
    cleaner: Cleaner | None = None,
    *,
    fields: Fields | None = None,
    format: str | None = None,
    add_removals: bool = False,
    overwrite: bool = False,
    concurrency: int | None = None,
) -> Counts:
    """Clean files, local or remote, and write them to a folder in the format that they have.

    Records come out in their order as files `part-000000.parquet` and so on; texts and pages come out one by one,
    each under its path relative to its input folder. Under `OUT/.cleaner`, `removals` and `manifest` hold, as
    Parquet, what was removed and a row for each document, and `summary.json`, written last, the counts. All is
    written in the one pass that cleans.

    JSON Lines keep every byte but those of the text; Parquet keeps types and order of the columns; CSV keeps the
    values, but not how they were quoted.

    Args:
        inputs: files and folders: paths, or URLs such as `s3://bucket/news`.
        out: the output folder, likewise.
        cleaner: as for `clean_dataset`.
        fields: as for `clean_dataset`.
        format: `jsonl`, `parquet`, `csv`, `tsv` or `txt`; None goes by the names of the files.
        add_removals: add the fields `removals` and `flags` to records.
        overwrite: replace what an earlier run wrote to the output folder.
        concurrency: as for `clean_dataset`.

    Raises:
        UsageError: no files are found, or of several formats; the output folder holds something; or see
            `clean_dataset`.
    """
    files = ray_files.find(inputs, out, format)
    ds, sample = ray_files.read(files)
    clean = _noting(files, fields, sample, added=add_removals)
    ds.context.execution_options.preserve_order = True
    place = ray_files.locate(out)
    ray_files.make_room(place, out, overwrite=overwrite)
    sink = Sink(place, files)
    _mapped(ds, cleaner, clean, concurrency, BATCH).write_datasink(sink)
    return sink.counts


def _noting(files: Files, fields: Fields | None, sample: Mapping[str, Any], *, added: bool) -> _Clean:
    if files.format == formats.TEXT:
        if added:
            raise UsageError("texts have no fields that removals could be added to; they are under .cleaner/removals")
        return note_files
    known = guess_fields(fields, sample, added=added)
    return partial(note_lines if files.format == "jsonl" else note_table, fields=known, added=added)


def _mapped(
    ds: ray.data.Dataset, cleaner: Cleaner | None, clean: _Clean, concurrency: int | None, batch_size: int
) -> ray.data.Dataset:
    return ds.map_batches(
        _Worker,
        fn_constructor_args=(ray.put(cleaner or Cleaner()), clean),
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=ray.data.ActorPoolStrategy(size=concurrency),
        udf_modifying_row_count=False,
    )


class _Worker:
    """What lives in a worker process: one cleaner for all batches."""

    def __init__(self, cleaner: ray.ObjectRef, clean: _Clean) -> None:
        self._cleaner: Cleaner = ray.get(cleaner)
        self._clean = clean

    def __call__(self, table: pa.Table) -> pa.Table:
        return self._clean(self._cleaner, table)
