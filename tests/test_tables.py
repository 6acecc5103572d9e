"""Tables that are needed for a while."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaner.errors import UsageError
from cleaner.learn.repeats import counting
from cleaner.tables import temporary_tables


def test_tables_hold_what_is_put_in_and_are_gone_in_the_end() -> None:
    with temporary_tables(100) as tables:
        tables.execute("CREATE TABLE numbers AS SELECT unnest(range(1000)) AS n")
        assert tables.execute("SELECT sum(n) FROM numbers").fetchall() == [(499500,)]
        (path,) = tables.execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()[0]
        assert Path(path).exists()
    assert not Path(path).exists()


def test_what_the_database_complains_about_is_said_with_the_next_step() -> None:
    with pytest.raises(UsageError, match=r"cannot be counted: .*TMPDIR"), counting() as repeats:
        repeats.rows("SELECT * FROM nowhere")
