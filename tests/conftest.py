"""What many tests share: one proven rulebook, and texts made of what real scrapes hold."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cleaner import Cleaner
from cleaner.cli.app import main
from tests.articles import rules_folder
from tests.console import Cli, Result

settings.register_profile("cleaner", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.load_profile("cleaner")

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    return Cleaner()


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """The road from `main` on, without the second that a new process takes."""

    def run(*arguments: object, stdin: bytes = b"") -> Result:
        monkeypatch.setattr(sys, "argv", ["cleaner", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int | None)
        return Result(ended.value.code or 0, out, err)

    return run


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what is noted about rules out of the user's cache, and the packaged ones proved once for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def rules(own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules of `tests.articles`."""
    return rules_folder(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def quillmore(rules: Path) -> Cleaner:
    """A cleaner with the rules of `tests.articles` beside the packaged ones."""
    return Cleaner(rules=[rules])
