"""The texts that every adapter is tried with, and what it is compared with."""

from __future__ import annotations

from typing import Any

from cleaner import Cleaned
from tests.conftest import FIXTURES

TEXTS = [path.read_bytes().decode("utf-8") for path in sorted((FIXTURES / "raw").rglob("*.txt"))]


def removals(cleaned: Cleaned) -> list[dict[str, Any]]:
    return [removal._asdict() for removal in cleaned.removals]
