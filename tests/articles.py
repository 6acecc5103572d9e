"""Small articles with rules of their own, for tests of runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

GENERIC = """\
rules:
  - {id: letter, category: newsletter, lines: [Get the Quillmore letter each Friday]}
  - {id: gift, category: donation, start: '^give to the quillmore fund'}
  - {id: app, category: promo, inline: '\\(open in the quillmore app\\)'}
  - {id: seen, category: caption, lines: [Seen from the Quillmore tower]}
examples:
  - text: |
      Get the Quillmore letter each Friday

      The lock keeper counted ninety boats in July (open in the Quillmore app) and eighty in August.

      Give to the Quillmore fund today

      Seen from the Quillmore tower
    becomes: |
      The lock keeper counted ninety boats in July and eighty in August.
  - text: The letter that the lock keeper wrote to the board in July was never answered by anybody there.
    becomes: same
"""
OUTLET = """\
outlet: quillmore.example
fingerprints: [The Quillmore Courier]
rules:
  - {id: colophon, category: legal, lines: [Printed at the Quillmore works]}
examples:
  - text: |
      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.

      Printed at the Quillmore works
    becomes: |
      The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.
  - text: The press was built at the Quillmore works, and it printed the paper for ninety years in all.
    becomes: same
"""
LETTER = "Get the Quillmore letter each Friday\n"
GIFT = "Give to the Quillmore fund – всё важно\n"
APP = "(open in the Quillmore app) "
SEEN = "Seen from the Quillmore tower\n"
COLOPHON = "Printed at the Quillmore works\n"
PAPER = "The Quillmore Courier\n"
FIRST = "The lock keeper counted ninety boats in July {}and eighty in August, the board said on Monday – “a record”.\n"
SECOND = "Nobody at the board could say why the boats had come, but the keeper’s wife thought it was the heat.\n"

ARTICLES = {
    "a.txt": LETTER + FIRST.format(APP) + GIFT + SECOND,
    "b.txt": FIRST.format("") + SECOND,
    "c.txt": PAPER + FIRST.format("") + SECOND + COLOPHON,
    "sub/d.txt": FIRST.format(APP) + SEEN + SECOND + LETTER,
    "sub/ё.txt": SECOND + GIFT + LETTER,
}


def rules_folder(folder: Path, generic: str = GENERIC, outlet: str = OUTLET) -> Path:
    """Write the rules."""
    return write_files(folder, {"generic/standing.yaml": generic, "outlets/quillmore.example.yaml": outlet})


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files and return their folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder, by their names in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
