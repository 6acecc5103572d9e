"""What many tests share: one proven rulebook, and texts made of what real scrapes hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cleaner import Cleaner

settings.register_profile("cleaner", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("cleaner")

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    return Cleaner()
