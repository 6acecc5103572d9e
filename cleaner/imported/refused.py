"""Why something of a foreign rule file is not taken: one line of the report each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NOT_XPATH: Final = "is no XPath 1.0"
TEXT: Final = "tests text, which CSS cannot"
NODES: Final = "takes attributes or text, not elements"
NOTHING: Final = "matches nothing"
UNSAYABLE: Final = "no CSS selects the same"
NOT_CSS: Final = "is no CSS that the page parser knows"
WHOLE_PAGE: Final = "takes the whole page"

LONGEST: Final = 160
"""Characters of a refused line that the report shows."""


class NoSelector(ValueError):  # noqa: N818
    """CSS cannot say what an expression says.

    Args:
        reason: one of the reasons of this module.
        hint: what about it; empty where the reason says it.
    """

    def __init__(self, reason: str, hint: str = "") -> None:
        self.reason, self.hint = reason, hint
        super().__init__(f"{reason}: {hint}" if hint else reason)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not taken.

    Args:
        file: the foreign file as the user named it.
        line: line of it, from 1.
        what: the line, or the part of it.
        reason: why, as the summary counts it.
        hint: more on why, or what to do next.
    """

    file: str
    line: int
    what: str
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        shown = self.what if len(self.what) <= LONGEST else f"{self.what[: LONGEST - 1]}…"
        return f"{self.file}:{self.line}: {shown}: {self.reason}" + (f": {self.hint}" if self.hint else "")
