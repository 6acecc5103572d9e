"""Data inside of a page: JSON that no text in it can break out of."""

from __future__ import annotations

import json
from typing import Any, Final

_ESCAPES: Final = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""What could end a script element, begin a comment in it, or end a line of a script; in JSON they stand in strings."""


def embedded(value: Any) -> bytes:
    r"""Return a value as JSON for a script element: the same value to a parser of JSON, and plain text to one of HTML.

    Args:
        value: of lists, dictionaries, strings, numbers and booleans; strings may hold lone surrogates.

    >>> embedded(["</script>", "R&D", "\ud800"])
    b'["\\u003c/script\\u003e","R\\u0026D","\\ud800"]'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).translate(_ESCAPES)
    return text.encode("utf-8", "backslashreplace")  # only lone surrogates cannot be encoded


def name(text: str) -> str:
    """Return a name without lone surrogates, as the logs have it in `cleaner.logs`; different ones stay different."""
    return text.encode("utf-8", "backslashreplace").decode()
