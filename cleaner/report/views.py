"""What `diff` shows of documents, one after the other, and the sums at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

from rich.console import Console, RenderableType

from cleaner.choosing import Choice, Found, Sample
from cleaner.comparing import Changes, compare
from cleaner.errors import DocumentError
from cleaner.model import Cleaned
from cleaner.previews import Results
from cleaner.report import comparison, json_lines, stat
from cleaner.report.comparison import Balance
from cleaner.report.diff import Form, Look, preview
from cleaner.report.palette import shown
from cleaner.report.screen import Screen
from cleaner.report.stat import Tally

Shown = TypeVar("Shown")
Counted = TypeVar("Counted", contravariant=True)


class Sums(Protocol[Counted]):
    """Counts over all documents."""

    documents: int
    refused: int

    def add(self, counted: Counted, /) -> None:
        """Count what is shown of a document."""
        ...

    def table(self, sampled: int | None) -> RenderableType:
        """Return the table at the end."""
        ...


Lines = Callable[[Shown, Look], Iterator[RenderableType]]
_CUTS: Final[dict[Form, Lines[Found]]] = {Form.stat: stat.stat, Form.json: json_lines.cuts}
_CHANGES: Final[dict[Form, Lines[Changes]]] = {Form.stat: comparison.stat, Form.json: json_lines.changes}


@dataclass(frozen=True, slots=True)
class View(Generic[Shown]):
    """A kind of preview.

    Args:
        find: returns what is to be shown of a document, by its name and what came out of it.
        lines: yields that; nothing, if it only counts.
        sums: of what was shown.
        look: how it is shown.
        sample: if only some are to be shown.
    """

    find: Callable[[str, tuple[Cleaned, ...]], Shown | None]
    lines: Lines[Shown]
    sums: Sums[Shown]
    look: Look
    sample: Sample[Shown] | None = None

    def wanted(self, name: str) -> bool:
        """Count a document, and say whether it can be one of those that are shown."""
        self.sums.documents += 1
        return self.sample is None or self.sample.wants(name)

    def show(self, results: Iterable[Results], console: Console, complain: Callable[[object], None]) -> int:
        """Print documents as they come, or a sample of them in the end, and the sums.

        Args:
            results: the documents.
            console: where they are printed.
            complain: prints what cannot be read; where a pager may have the terminal, that goes through the pager.

        Returns:
            The number of documents that cannot be read.
        """
        failed = 0
        for name, got in results:
            if isinstance(got, DocumentError):
                failed += 1
                if isinstance(console.file, Screen):
                    console.print(shown(str(got), "red"))
                else:
                    complain(got)
            elif found := self.find(name, got):
                if self.sample is None:
                    self._print(found, console)
                elif next(self.lines(found, self.look), None):
                    self.sample.offer(name, found)
        drawn = self.sample.chosen() if self.sample else None
        for found in drawn or ():
            self._print(found, console)
        if self.look.form is Form.stat:
            console.print()
        if self.look.form is not Form.json:
            number = None if drawn is None else len(drawn)
            console.print(self.sums.table(number))
        return failed

    def _print(self, found: Shown, console: Console) -> None:
        self.sums.add(found)
        if lines := list(self.lines(found, self.look)):  # printed at once, as a call takes as long as several lines
            console.print(*lines, sep="\n", soft_wrap=self.look.form is not Form.side_by_side)


def cuts(choice: Choice, look: Look, sample: tuple[int, int] | None, *, is_done: bool) -> View[Found]:
    """Return a view of what is cut.

    Args:
        choice: what was asked for.
        look: how it is shown.
        sample: how many documents to draw, and the seed; None shows all.
        is_done: whether a finished run is shown.
    """
    return View(
        lambda name, results: choice.find(name, results[0]),
        _CUTS.get(look.form, preview),
        Tally(is_done, look.form is Form.stat),
        look,
        Sample(*sample) if sample else None,
    )


def changes(choice: Choice, look: Look, sample: tuple[int, int] | None) -> View[Changes]:
    """Return a view of what another set of rules changes; see `cuts`."""
    return View(
        lambda name, results: compare(name, results[0], results[1], choice),
        _CHANGES.get(look.form, comparison.comparison),
        Balance(),
        look,
        Sample(*sample) if sample else None,
    )
