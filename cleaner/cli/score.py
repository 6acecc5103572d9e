"""`cleaner score`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cleaner.cli.guard import EXIT_FAILED, complain
from cleaner.cli.options import Drop, Keep, Mode, ModeOption, Rules, RulesOnly, make_cleaner
from cleaner.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cleaner.labelled import Labelled

OUTLET = "outlet"


def score(
    gold: Annotated[
        Path, typer.Argument(help="Folder with `labels.jsonl` and `raw/<id>.txt`.", metavar="GOLD", show_default=False)
    ],
    cleaned: Annotated[
        Path | None,
        typer.Option(
            "--cleaned", metavar="FOLDER", help="Score `<id>.txt` of this folder, cleaned before by any tool."
        ),
    ] = None,
    rules: Rules = None,
    mode: ModeOption = Mode.balanced,
    keep: Keep = None,
    drop: Drop = None,
    rules_only: RulesOnly = False,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="FIELD", help="Figures by this field of the rows; by outlet where they have one."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, with all groups and documents.")] = False,
) -> None:
    """Score the cleaning of articles whose lines you labelled; writes nothing.

    A row of labels.jsonl: `{"id": "0001", "labels": ["N:head", "K", "D:ad", "M"], "cuts": {"4": ["(Get the app)"]}}`,
    with a label for each line that is not blank: K is the article, N neutral, D boilerplate of a category, and M a
    line of the article out of which the cuts must go.

    Example: `cleaner score labelled/ --mode recall`
    """
    from cleaner.labelled import load, read_cleaned
    from cleaner.report.palette import make_console
    from cleaner.report.scores import as_json as to_json
    from cleaner.report.scores import tables
    from cleaner.scoring import by_field, judge_all, total

    if cleaned and (rules or keep or drop or rules_only or mode is not Mode.balanced):
        raise UsageError(
            "--cleaned scores texts as they are; leave out --rules, --rules-only, --mode, --keep and --drop"
        )
    documents = load(gold)
    if cleaned:
        texts = read_cleaned(documents, cleaned)
    else:
        cleaner = make_cleaner(rules, mode, keep, drop, rules_only=rules_only)
        texts = {d.id: cleaner.clean(d.text, id=str(d.path)).text for d in documents}
    outcomes = judge_all(documents, texts)
    field = by or (OUTLET if any(OUTLET in document.fields for document in documents) else None)
    groups = by_field(outcomes, field) if field else None
    if as_json:
        print(json.dumps(to_json(outcomes, total(outcomes), field or "", groups), indent=2))
    else:
        console = make_console()
        for table in tables(outcomes, total(outcomes), field or "", groups):
            console.print(table, "")
    _name_missing(documents, texts)


def _name_missing(documents: Sequence[Labelled], texts: Mapping[str, str]) -> None:
    if missing := [document.id for document in documents if document.id not in texts]:
        complain(
            f"{len(missing)} of {len(documents)} documents have no cleaned text and count as emptied: {missing[0]}"
        )
        raise typer.Exit(EXIT_FAILED)
