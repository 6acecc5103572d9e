"""Some readings extracted and cleaned together; an error is what came of one document alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from cleaner.api import Cleaner
from cleaner.model import Cleaned
from cleaner.reading import Reading, extracted

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def extracted_each(cleaner: Cleaner, readings: Mapping[int, Reading | Exception]) -> dict[int, Reading | Exception]:
    """Return readings with the articles of those that are pages, or what is wrong with them.

    Args:
        cleaner: knows the outlets and their selectors.
        readings: by their positions; errors stay what they are.
    """
    return _each(partial(extracted, cleaner), readings)


def cleaned_each(cleaner: Cleaner, readings: Mapping[int, Reading | Exception]) -> dict[int, Cleaned | Exception]:
    """Clean the documents of readings; see `extracted_each`."""
    return _each(lambda some: cleaner.clean_many([reading.document for reading in some]), readings)


def _each(
    do: Callable[[Sequence[_In]], Iterable[_Out]], items: Mapping[int, _In | Exception]
) -> dict[int, _Out | Exception]:
    """Do something with all that are no errors together, or if that fails one by one, to find out which it is."""
    outcomes: dict[int, _Out | Exception] = {i: item for i, item in items.items() if isinstance(item, Exception)}
    some = {i: item for i, item in items.items() if not isinstance(item, Exception)}
    try:
        outcomes |= zip(some, do(list(some.values())), strict=True)
    except Exception:
        for i, item in some.items():
            try:
                [outcomes[i]] = do([item])
            except Exception as e:  # one document must never end a batch; its name and the error are on record
                outcomes[i] = e
    return dict(sorted(outcomes.items()))
