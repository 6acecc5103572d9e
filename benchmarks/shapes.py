"""Labelled articles in another shape: hard-wrapped, or each as one long line.

    python benchmarks/shapes.py GOLD -o OUT --shape wrapped
    cleaner clean OUT/raw -o CLEANED
    cleaner score GOLD --cleaned CLEANED

GOLD holds labels.jsonl and raw/<id>.txt; OUT gets only raw/<id>.txt. The labels stay those of GOLD, line by line, so
it is GOLD that CLEANED is scored against: what scores finds the words of a text again in their order, whatever its
lines. Of texts that were shaped and not cleaned, all words are kept.

    wrapped     lines of at most 80 columns, of which a Chinese or Japanese character takes two, with an empty line
                between what were the lines
    one-line    all lines joined with single spaces
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from pathlib import Path

from cleaner.labelled import RAW, lines_of, load

COLUMNS = 80
_UNSPACED = r"[\u3040-\u30ff\u3400-\u9fff]"
_BETWEEN = re.compile(f"(?<={_UNSPACED})(?={_UNSPACED})")
"""Where a line may end without a space: between two characters of a script that puts none between words."""


def main() -> None:
    """Write every text of a labelled folder in another shape."""
    shapes = {"wrapped": wrapped, "one-line": one_line}
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("gold", type=Path)
    arguments.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    arguments.add_argument("--shape", choices=shapes, default="wrapped")
    given = arguments.parse_args()
    if given.output.resolve() == given.gold.resolve():
        arguments.error(f"{given.output}: is the labelled folder itself; name another with -o")
    for document in load(given.gold):
        path = given.output / RAW / f"{document.id}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(shapes[given.shape](document.text).encode())


def wrapped(text: str) -> str:
    """Return a text hard-wrapped, with an empty line between what were its lines."""
    return "\n\n".join(map(_wrap, lines_of(text))) + "\n"


def one_line(text: str) -> str:
    """Return a text as one line."""
    return " ".join(lines_of(text)) + "\n"


def _wrap(line: str) -> str:
    out, column = "", 0
    for word in line.split():
        for i, piece in enumerate(_BETWEEN.split(word)):
            space, width = "" if i or not out else " ", _width(piece)
            if column and column + len(space) + width > COLUMNS:
                space, column = "\n", -1
            out += space + piece
            column += len(space) + width
    return out


def _width(piece: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in piece)


if __name__ == "__main__":
    main()
