"""Tables of DuckDB that are needed for a while: compressed, and on disk where memory does not do."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from cleaner.errors import UsageError
from cleaner.io.files import TEMPORARY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = 400
"""Megabytes for the tables; what does not fit goes to temporary files."""
MOST_THREADS: Final = 4


def threads() -> int:
    """Return how many threads work on tables."""
    return min(os.cpu_count() or 1, MOST_THREADS)


@contextlib.contextmanager
def temporary_tables(megabytes: int = MEMORY) -> Iterator[DuckDBPyConnection]:
    """Open an empty database, which is deleted in the end.

    Args:
        megabytes: of memory.
    """
    import duckdb

    with TemporaryDirectory(prefix=TEMPORARY) as folder:
        limits: dict[str, str | bool | int | float | list[str]] = {
            "threads": threads(),
            "memory_limit": f"{megabytes}MB",
            "temp_directory": str(Path(folder, "spilled")),
            "autoinstall_known_extensions": False,
        }
        # In a file, unlike in memory, tables are compressed.
        with duckdb.connect(str(Path(folder, "tables")), config=limits) as tables:
            yield tables


@contextlib.contextmanager
def explained(concerned: object) -> Iterator[None]:
    """Turn what DuckDB and the system complain about into an error with the next step.

    Args:
        concerned: what the tables are about, as the message names it.

    Raises:
        UsageError: there is no room, or something cannot be read or written.
    """
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as e:
        raise UsageError(
            f"{concerned}: {str(e).splitlines()[0]}; if there is no room, name another folder for temporary files in "
            "the environment variable TMPDIR"
        ) from None
