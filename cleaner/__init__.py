"""Take boilerplate and ads out of scraped news articles, on record and reversibly.

>>> from cleaner import Cleaner, restore
>>> source = "The bridge stays open.\\n\\nADVERTISEMENT\\n\\nWork starts in May."
>>> cleaned = Cleaner().clean(source)
>>> cleaned.text
'The bridge stays open.\\n\\nWork starts in May.'
>>> restore(cleaned.text, cleaned.removals) == source
True
"""

from cleaner.api import Cleaner
from cleaner.errors import CleanerError, DocumentError, RuleError, RulesError, UsageError
from cleaner.model import Block, Cleaned, Document, Dropped, Outlet, Refusal, Removal, cut, restore

__all__ = [
    "Block",
    "Cleaned",
    "Cleaner",
    "CleanerError",
    "Document",
    "DocumentError",
    "Dropped",
    "Outlet",
    "Refusal",
    "Removal",
    "RuleError",
    "RulesError",
    "UsageError",
    "cut",
    "restore",
]
