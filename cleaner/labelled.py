"""Articles whose lines a person labelled, to score a cleaner by.

A folder of them holds `raw/<id>.txt` and `labels.jsonl`, in which each row has an `id`, one label for each line of
the text that is not blank, and for lines labelled M the `cuts` that must go from them:

    {"id": "0001", "outlet": "example.com", "labels": ["K", "M", "D:ad"], "cuts": {"2": ["(Get the app)"]}}

    K            the article: must stay
    N, N:head    neutral, such as a headline, a date or a caption
    D, D:ad      boilerplate: must go
    M            a line of the article with boilerplate inside
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Final

from cleaner.errors import DocumentError, LabelsError, UsageError
from cleaner.io.encoding import BinaryError, decode
from cleaner.io.files import read_bytes
from cleaner.model import BOILERPLATE, NEUTRAL

LABELS: Final = "labels.jsonl"
"""The file of a labelled folder that holds the labels."""
RAW: Final = "raw"
"""The folder of a labelled folder that holds the texts."""
ARTICLE: Final = "K"
MIXED: Final = "M"
_CATEGORIES: Final = (*BOILERPLATE, "donate", "nav")
"""Boilerplate by our names, and by those that labellers also use."""
_KINDS: Final = (*NEUTRAL, "head")
_KNOWN: Final = (ARTICLE, MIXED, "D", *(f"D:{c}" for c in _CATEGORIES), "N", *(f"N:{k}" for k in _KINDS))
_WORD: Final = re.compile(r"\w+|[^\w\s]")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Thai, Lao, Japanese, Chinese and Korean, whose words are counted by character."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A raw article and its labels.

    Args:
        id: its name, as in `raw/<id>.txt`.
        path: the raw text's file.
        text: the raw text.
        labels: one for each line that is not blank.
        cuts: by line, from 1, the substrings that must go from it.
        fields: the whole row of `labels.jsonl`.
    """

    id: str
    path: Path
    text: str
    labels: tuple[str, ...]
    cuts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


def load(folder: Path) -> tuple[Labelled, ...]:
    """Read a folder of labelled articles.

    Args:
        folder: holds `labels.jsonl` and `raw/<id>.txt`.

    Raises:
        UsageError: there is no `labels.jsonl`, or nothing in it.
        LabelsError: rows that are wrong, that do not fit their text, or whose text cannot be read; names all of them.
    """
    path = folder / LABELS
    if not path.is_file():
        raise UsageError(f"{path}: no such file; a labelled folder holds {LABELS} and {RAW}/<id>.txt")
    documents: dict[str, Labelled] = {}
    findings: list[tuple[int, str]] = []
    for number, row in enumerate(_rows(path), 1):
        try:
            document = _labelled(folder, row)
            if document.id in documents:
                raise ValueError(f"id {document.id!r} is labelled twice; keep one row")
        except (ValueError, DocumentError) as e:
            findings.append((number, str(e)))
        else:
            documents[document.id] = document
    if findings:
        raise LabelsError(str(path), findings)
    if not documents:
        raise UsageError(f"{path}: holds no rows; label an article first")
    return tuple(documents.values())


def read_cleaned(gold: Iterable[Labelled], folder: Path) -> dict[str, str]:
    """Return the texts of labelled articles that were cleaned before, by id; those without a file are left out.

    Args:
        gold: the articles.
        folder: holds `<id>.txt`, such as the output of `cleaner clean GOLD/raw`.

    Raises:
        UsageError: the folder has a text of none of them.
        DocumentError: a text cannot be read.
    """
    paths = {document.id: folder / f"{document.id}.txt" for document in gold}
    texts = {id: _read(path) for id, path in paths.items() if path.is_file()}
    if not texts:
        raise UsageError(f"{folder}: holds no text of a labelled article, such as {next(iter(paths.values()))}")
    return texts


def lines_of(text: str) -> list[str]:
    """Return the lines that are not blank, with single spaces."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def words_of(line: str) -> list[str]:
    """Return the words and punctuation marks of a line.

    >>> words_of("Tea, 茶道!")
    ['Tea', ',', '茶', '道', '!']
    """
    return [piece for word in _WORD.findall(line) for piece in (word if _UNSPACED.search(word) else [word])]


def _rows(path: Path) -> list[str]:
    try:
        text = decode(read_bytes(path)).text
    except (BinaryError, DocumentError) as e:
        raise UsageError(str(e) if isinstance(e, DocumentError) else f"{path}: {e}") from None
    rows = text.split("\n")  # not `splitlines`: strings in JSON may hold other line ends
    return rows if rows[-1] else rows[:-1]


def _read(path: Path) -> str:
    try:
        return decode(read_bytes(path)).text
    except BinaryError as e:
        raise DocumentError(str(path), str(e)) from None


def _labelled(folder: Path, row: str) -> Labelled:
    """Make a labelled article of a row; whatever is wrong with it is a `ValueError` or `DocumentError`."""
    try:
        fields = json.loads(row)
    except (ValueError, RecursionError) as e:
        raise ValueError(f"not JSON: {e}; write one object on each line") from None
    if not isinstance(fields, dict):
        raise ValueError("not an object; write one object with `id` and `labels` on each line")
    id, labels = fields.get("id"), fields.get("labels")
    if not isinstance(id, str) or not id:
        raise ValueError("no `id`; name the text as in raw/<id>.txt")
    if PurePath(id).is_absolute() or ".." in PurePath(id).parts or not id.isprintable():
        raise ValueError(f"id {id!r} does not name a file under {RAW}/; rename the file and the id")
    if not isinstance(labels, list):
        raise ValueError("no `labels`; list one label for each line that is not blank")
    path = folder / RAW / f"{id}.txt"
    text = _read(path)
    lines = lines_of(text)
    if len(labels) != len(lines):
        raise ValueError(f"{len(labels)} labels for {len(lines)} lines that are not blank in {path}; label each")
    for number, label in enumerate(labels, 1):
        if label not in _KNOWN:
            raise ValueError(_unknown(number, label))
    cuts = dict(_cuts(lines, labels, fields.get("cuts") or {}))
    return Labelled(id, path, text, tuple(labels), cuts, fields)


def _unknown(number: int, label: object) -> str:
    near = difflib.get_close_matches(str(label), _KNOWN, n=1)
    choices = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(_KNOWN)}"
    return f"unknown label {label!r} of line {number}; {choices}"


def _cuts(lines: Sequence[str], labels: Sequence[str], given: object) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the cuts by line, each checked to be part of its line."""
    if not isinstance(given, dict):
        raise ValueError('`cuts` is not an object; write {"LINE": ["what must go"]}')
    mixed = {str(number) for number, label in enumerate(labels, 1) if label == MIXED}
    if strange := [key for key in given if key not in mixed]:
        raise ValueError(f"cuts for line {strange[0]}, which is not labelled {MIXED}; label it so, or drop the cuts")
    for number in sorted(map(int, mixed)):
        cuts = given.get(str(number))
        if not isinstance(cuts, list) or not cuts:
            raise ValueError(f"line {number} is labelled {MIXED} and has no cuts; list what must go, or label it K")
        line = " ".join(words_of(lines[number - 1]))
        for cut in cuts:
            if not isinstance(cut, str) or not cut.strip() or " ".join(words_of(cut)) not in line:
                raise ValueError(f"cut {cut!r} is not in line {number}; copy it from the text")
        yield number, tuple(cuts)
