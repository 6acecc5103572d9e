"""The command line as tests call it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Result(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that was printed, on one line."""
        return " ".join(f"{self.out} {self.err}".split())


Cli = Callable[..., Result]
