"""What is shown of documents as JSON Lines, for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from rich.text import Text

from cleaner.choosing import Found
from cleaner.comparing import Changes
from cleaner.model import Removal
from cleaner.report.diff import Look


def cuts(found: Found, _: Look) -> Iterator[Text]:
    """Yield a document with what goes."""
    outlet = found.cleaned.outlet
    yield _line(
        document=found.name,
        outlet=outlet.domain if outlet else None,
        flags=found.cleaned.flags,
        removals=_rows(found.removals),
        refusals=[asdict(refusal) for refusal in found.refusals],
        dropped=[asdict(node) for node in found.dropped],
    )


def changes(changes: Changes, _: Look) -> Iterator[Text]:
    """Yield a document with what changes."""
    yield _line(
        document=changes.name,
        more=_rows(part.removal for part in changes.more),
        fewer=_rows(part.removal for part in changes.fewer),
        moved=[{"old": old._asdict(), "new": new._asdict()} for old, new in changes.moved],
        refused=[asdict(refusal) for refusal in changes.refused],
    )


def _rows(removals: Iterable[Removal]) -> list[dict[str, Any]]:
    return [removal._asdict() for removal in dict.fromkeys(removals)]


def _line(**row: object) -> Text:
    return Text(json.dumps(row))
