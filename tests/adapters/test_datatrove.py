"""`CleanerFormatter` in a pipeline of datatrove with two workers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, UsageError
from tests.adapters.texts import TEXTS, removals

pytest.importorskip("datatrove", reason="needs the extra: pip install 'cleaner[datatrove]'")

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from cleaner.adapters.datatrove import CleanerFormatter

URL = "https://www.theguardian.com/a"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:multiprocess")
def test_two_workers_clean_as_single_texts_are(cleaner: Cleaner, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    records = [{"id": str(n), "text": text, "url": URL, "n": n} for n, text in enumerate(TEXTS)]
    for part in (0, 1):
        (source / f"{part}.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records[part::2]))
    steps = [JsonlReader(str(source)), CleanerFormatter(cleaner), JsonlWriter(str(tmp_path / "out"), compression=None)]
    executor = LocalPipelineExecutor(steps, tasks=2, workers=2, logging_dir=str(tmp_path / "logs"))
    stats = executor.run()

    alone = {str(n): cleaner.clean(text, id=str(n), url=URL) for n, text in enumerate(TEXTS)}
    for part in (0, 1):
        lines = (tmp_path / "out" / f"{part:05}.jsonl").read_text().splitlines()
        written = [json.loads(line) for line in lines]
        assert [record["id"] for record in written] == [record["id"] for record in records[part::2]]
        for record in written:
            cleaned, metadata = alone[record["id"]], record["metadata"]
            assert record["text"] == cleaned.text
            assert metadata["removals"] == removals(cleaned)
            assert metadata["flags"] == list(cleaned.flags)
            assert metadata["outlet"] == "theguardian.com"
            assert metadata["n"] == int(record["id"])

    counted = stats.stats[1].to_dict()["stats"]
    characters: Counter[str] = Counter()
    for cleaned in alone.values():
        for removal in cleaned.removals:
            characters[f"removed_characters_{removal.category}"] += len(removal.text)
    assert {name: value["total"] for name, value in counted.items() if name in characters} == characters
    assert counted["total"] == len(TEXTS)
    assert counted.get("flagged", 0) == sum(bool(cleaned.flags) for cleaned in alone.values())


def step(cleaner: Cleaner, metadata: dict[str, Any], **options: Any) -> Any:
    (document,) = CleanerFormatter(cleaner, **options).run(iter([Document(TEXTS[0], "a", metadata=metadata)]))
    return document


def test_removals_can_be_left_out_and_an_outlet_stays(cleaner: Cleaner) -> None:
    document = step(cleaner, {"outlet": "theguardian.com"}, removals=False)
    assert document.metadata == {"outlet": "theguardian.com", "flags": []}
    assert document.text == cleaner.clean(TEXTS[0], id="a", outlet="theguardian.com").text


def test_metadata_are_not_overwritten(cleaner: Cleaner) -> None:
    with pytest.raises(UsageError, match="field 'flags' already"):
        step(cleaner, {"flags": 1})


def test_a_single_text_can_be_formatted(cleaner: Cleaner) -> None:
    assert CleanerFormatter(cleaner).format(TEXTS[0]) == cleaner.clean(TEXTS[0]).text
