"""The console, one colour for each category, and text made safe for a terminal."""

from __future__ import annotations

from typing import IO, Final

from rich.console import Console
from rich.text import Text

PIPED_WIDTH: Final = 160
"""Columns of a table that goes to a file or pipe, where nothing tells the width."""

_COLOURS: Final = {
    "ad": "red",
    "donation": "magenta",
    "newsletter": "yellow",
    "recommended": "cyan",
    "social": "blue",
    "navigation": "green",
    "legal": "bright_black",
    "comments": "bright_blue",
    "paywall": "bright_magenta",
    "contact": "bright_yellow",
    "promo": "bright_red",
    "player": "bright_cyan",
}
_CONTROLS: Final = dict.fromkeys((*range(9), *range(11, 32), 127, *range(128, 160)), "�")


def make_console(*, stderr: bool = False, quiet: bool = False, file: IO[str] | None = None) -> Console:
    """Return a console that keeps long lines of text whole and tables readable in a pipe."""
    console = Console(stderr=stderr, quiet=quiet, file=file, soft_wrap=True, highlight=False)
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    return console


def colour(category: str) -> str:
    """Return the colour of a category; neutral and rare ones are white."""
    return _COLOURS.get(category, "white")


def shown(text: str, style: str = "") -> Text:
    """Return untrusted text for a terminal: no markup, and no control characters that could steer it."""
    return Text(plain(text), style=style)


def plain(text: str) -> str:
    """Return untrusted text without the control characters that could steer a terminal."""
    return text.translate(_CONTROLS).encode("utf-8", "backslashreplace").decode()
