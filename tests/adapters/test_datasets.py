"""`clean_columns` in `datasets.Dataset.map`, with worker processes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner
from cleaner.adapters.columns import clean_columns
from cleaner.io.records import Fields
from tests.adapters.texts import TEXTS, removals

datasets = pytest.importorskip("datasets", reason="needs the extra: pip install 'cleaner[datasets]'")


@pytest.fixture(autouse=True)
def _offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    datasets.disable_progress_bars()
    yield
    datasets.enable_progress_bars()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:multiprocess", "ignore::DeprecationWarning:dill")
@pytest.mark.parametrize("workers", [None, 2])
def test_a_mapped_dataset_is_cleaned_as_single_texts_are(cleaner: Cleaner, workers: int | None) -> None:
    features = datasets.Features(
        {"body": datasets.Value("large_string"), "n": datasets.Value("int8"), "kind": datasets.ClassLabel(names=["a"])}
    )
    rows: list[Any] = [*TEXTS, None]
    ds = datasets.Dataset.from_dict({"body": rows, "n": range(len(rows)), "kind": [0] * len(rows)}, features)
    clean = partial(clean_columns, cleaner, fields=Fields(text="body"), added=True)
    cleaned = ds.map(clean, batched=True, batch_size=8, num_proc=workers)
    alone = [cleaner.clean(text) for text in TEXTS]
    assert cleaned["body"][:] == [*(c.text for c in alone), None]
    assert cleaned["removals"][:] == [*map(removals, alone), []]
    assert cleaned["n"][:] == ds["n"][:]
    assert {name: cleaned.features[name] for name in features} == features
