"""Take boilerplate and ads out of scraped news articles, on record and reversibly.

>>> from cleaner import Cleaner, restore
>>> source = "The bridge stays open.\\n\\nADVERTISEMENT\\n\\nWork starts in May."
>>> cleaned = Cleaner().clean(source)
>>> cleaned.text
'The bridge stays open.\\n\\nWork starts in May.'
>>> restore(cleaned.text, cleaned.removals) == source
True
"""

import typing

from cleaner.errors import CleanerError, DocumentError, RuleError, RulesError, UsageError
from cleaner.model import Block, Cleaned, Document, Dropped, Extraction, Outlet, Refusal, Removal, cut, restore

__all__ = [
    "Block",
    "Cleaned",
    "Cleaner",
    "CleanerError",
    "Document",
    "DocumentError",
    "Dropped",
    "Extraction",
    "Outlet",
    "Refusal",
    "Removal",
    "RuleError",
    "RulesError",
    "UsageError",
    "cut",
    "restore",
]


if typing.TYPE_CHECKING:
    from cleaner.api import Cleaner
else:

    def __getattr__(name: str) -> object:  # what `Cleaner` needs takes long to import, and `--help` does not need it
        if name == "Cleaner":
            from cleaner.api import Cleaner

            return Cleaner
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
