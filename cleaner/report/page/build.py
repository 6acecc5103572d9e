"""The page itself: a template with its style, its scripts and its data inside, so that it needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from cleaner.errors import UsageError
from cleaner.io.files import write_atomically
from cleaner.report.page.embedded import embedded

SCRIPTS: Final = (
    "data.js",
    "elements.js",
    "overview.js",
    "lists.js",
    "subjects.js",
    "details.js",
    "reader.js",
    "report.js",
)
"""The page's scripts, in the order in which they become one."""
MARK: Final = b'<meta name="generator" content="cleaner report">'
"""What our pages hold near their beginning, and no other file does."""
HEAD: Final = 4_096
"""Bytes in which it stands."""

_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")


def page(data: Mapping[str, Any]) -> bytes:
    """Return the page.

    Args:
        data: what its script shows.
    """
    style, script = _asset("report.css"), "".join(map(_asset, SCRIPTS))
    parts = {
        "policy": f"default-src 'none'; img-src data:; style-src {_source(style)}; script-src {_source(script)}; "
        "base-uri 'none'; form-action 'none'",
        "title": _text(f"Cleaning report: {data['run']['name']}"),
        "style": style,
        "script": script,
        "totals": _totals(data),
    }
    before, after = _PLACE.sub(lambda place: parts[place[1]], _asset("report.html")).split("<!-- data -->")
    return before.encode() + embedded(data) + after.encode()


def write(path: Path, content: bytes) -> None:
    """Write a page, whole or not at all.

    Args:
        path: where to.
        content: the page.

    Raises:
        UsageError: a file stands there that is no report, or a folder.
        DocumentError: it cannot be written.
    """
    check_place(path)
    write_atomically(path, content)


def check_place(path: Path) -> None:
    """Refuse to write a page over anything but a page.

    Raises:
        UsageError: something else stands there.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file with -o, such as {path / 'report.html'}")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError:
        return
    except OSError as e:
        raise UsageError(f"{path}: cannot be written: {e.strerror}") from None
    if MARK not in head:
        raise UsageError(f"{path}: is no report of cleaner and stays as it is; name another file with -o")


def _asset(file: str) -> str:
    return files(__package__).joinpath(file).read_text("utf-8")


def _source(content: str) -> str:
    """Return a style or script as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _totals(data: Mapping[str, Any]) -> str:
    """Return the rows of the table for readers without scripts."""
    totals = data["totals"]
    rows = [
        ("documents cleaned", f"{totals['written']:,} of {totals['documents']:,}"),
        ("flagged", f"{totals['flagged']:,}"),
        ("failed", f"{totals['failed']:,}"),
        ("removals", f"{totals['removals']:,}"),
        ("characters removed", f"{totals['removed']:,} of {totals['characters']:,}"),
        *((f"characters of {category}", f"{characters:,}") for category, _, characters in data["categories"]),
    ]
    return "".join(f"<tr><th>{_text(said)}</th><td>{_text(value)}</td></tr>" for said, value in rows)


def _text(text: str) -> str:
    return html.escape(text).encode("utf-8", "backslashreplace").decode()
