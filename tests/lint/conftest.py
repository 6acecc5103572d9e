"""A small set of rules in place of the packaged ones, so that hundreds of files are checked in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.articles import write_files

BASE = {
    "generic/standing.yaml": """\
rules:
  - {id: share, category: social, lines: [Share on Quillbook, Share, Like]}
  - {id: letter, category: newsletter, start: '^get the quill letter\\W*$'}
  - {id: marker, category: ad, lines: [Advert]}
  - {id: head, category: navigation, where: head, lines: [All parishes]}
examples:
  - text: |
      All parishes

      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.

      Share on Quillbook

      Get the Quill letter

      Advert
    becomes: |
      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.
  - text: The letter that the lock keeper wrote to the board in July was never answered by anybody there.
    becomes: same
""",
    "reserve/en.txt": """\
The ferry will run every hour from May, the board said, and it will wait for the school bus.
Nobody could recall when the gift of the old bell was made
""",
}


@pytest.fixture(autouse=True)
def base(own_cache: None, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_files(tmp_path_factory.mktemp("base"), BASE)
    monkeypatch.setattr("cleaner.rulebook.load.packaged_rules", lambda: folder)
    return folder
