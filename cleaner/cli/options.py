"""Options that several commands share, and the cleaner that they describe."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cleaner.api import Cleaner


class Mode(StrEnum):
    """How sure a removal must be."""

    precision = "precision"
    balanced = "balanced"
    recall = "recall"


class PageFormat(StrEnum):
    """What the article of a page becomes."""

    text = "text"
    markdown = "markdown"


class Engine(StrEnum):
    """Where the work is done."""

    local = "local"
    ray = "ray"


Inputs = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders or URLs such as `s3://bucket/news`; `-` is standard input.", show_default=False
    ),
]
ReadAs = Annotated[
    str | None, typer.Option("--from", metavar="FORMAT", help="Read all inputs so, whatever their names.")
]
To = Annotated[
    str | None,
    typer.Option(
        "--to", metavar="FORMAT", help="Write so: txt, md, jsonl, json, csv, tsv, parquet, arrow; jsonl.gz ..."
    ),
]
TextField = Annotated[str | None, typer.Option("--text-field", metavar="NAME", help="Field of the text in records.")]
PageField = Annotated[str | None, typer.Option("--html-field", metavar="NAME", help="Field of the page in records.")]
IdField = Annotated[str | None, typer.Option("--id-field", metavar="NAME", help="Field of the record's name.")]
UrlField = Annotated[str | None, typer.Option("--url-field", metavar="NAME", help="Field of the URL.")]
OutletField = Annotated[
    str | None, typer.Option("--outlet-field", metavar="NAME", help="Field of the outlet's domain.")
]
DateField = Annotated[str | None, typer.Option("--date-field", metavar="NAME", help="Field of the day of publication.")]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", metavar="DIR", help="A folder of your own rules; later ones win. Repeatable."),
]
Outlet = Annotated[
    str | None, typer.Option("--outlet", metavar="DOMAIN", help="The outlet of all documents, if you know it.")
]
ModeOption = Annotated[Mode, typer.Option("--mode", help="How sure a removal must be.")]
Keep = Annotated[
    list[str] | None, typer.Option("--keep", metavar="CATEGORY", help="A category to leave in. Repeatable.")
]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="CATEGORY", help="A neutral category to take out too, such as caption. Repeatable."),
]
RulesOnly = Annotated[bool, typer.Option("--rules-only", help="Take out what rules name and nothing else.")]

PageFormatOption = Annotated[
    PageFormat, typer.Option("--format", help="What the articles of HTML pages become; texts stay as they are.")
]


def make_cleaner(
    rules: Sequence[Path] | None,
    mode: Mode = Mode.balanced,
    keep: Sequence[str] | None = None,
    drop: Sequence[str] | None = None,
    *,
    rules_only: bool = False,
    flag_only: bool = False,
    page_format: PageFormat = PageFormat.text,
    page_metadata: bool = True,
) -> Cleaner:
    """Load the rules that the options name; imported late so that `--help` stays quick."""
    from cleaner.api import Cleaner

    return Cleaner(
        rules or (), mode, split(keep), split(drop), rules_only=rules_only, flag_only=flag_only,
        page_format=page_format, page_metadata=page_metadata,
    )  # fmt: skip


def split(categories: Sequence[str] | None) -> list[str]:
    """Let `--drop caption,byline` stand for two."""
    return [part.strip() for given in categories or () for part in given.split(",") if part.strip()]
