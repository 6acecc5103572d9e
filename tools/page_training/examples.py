"""From annotated pages to what the network learns from."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from cleaner import Cleaner
from cleaner.html.chrome import chrome, without
from cleaner.html.judge import measure
from cleaner.html.page import Page
from cleaner.io.charsets import decode_page
from tools.page_training.labels import label
from tools.page_training.train import Example


def examples(path: Path, cleaner: Cleaner) -> Iterator[Example]:
    """Yield an example for each page of a jsonl file that holds text."""
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        data = (path.parent / row["html"]).read_bytes()
        page = Page(decode_page(gzip.decompress(data) if row["html"].endswith(".gz") else data))
        every = page.lines()
        lines = without(every, chrome(every))
        if not lines.texts:
            continue
        [measured] = measure([(lines, page.head)], cleaner.matcher, cleaner.directory)
        outlet = re.sub(r"^www\.|\.com$", "", row["outlet"].split("/")[-1].lower())
        labels = label(lines.texts, row["gold"])
        yield Example(row["id"], outlet, lines.texts, measured.flats, measured.signals, labels, measured.words)
