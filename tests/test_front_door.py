"""The public names, and what the package promises of itself as a package."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import cleaner
from cleaner import errors
from cleaner.model import CATEGORIES
from cleaner.rulebook.schema import Category

PACKAGE = Path(cleaner.__file__).parent


def test_all_public_names_are_listed_sorted() -> None:
    there = {name: getattr(cleaner, name) for name in cleaner.__all__}  # `Cleaner` is loaded when it is asked for
    public = {name for name, value in vars(cleaner).items() if not name.startswith("_") and not _is_module(value)}
    assert set(there) == public | {"Cleaner"}
    assert list(cleaner.__all__) == sorted(cleaner.__all__, key=str.lower) or list(cleaner.__all__) == sorted(
        cleaner.__all__
    )


def test_help_does_without_what_cleaning_needs() -> None:
    program = "import sys; from cleaner.cli.app import app; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()
    assert "cleaner.cli.clean" in modules
    assert not {"numpy", "pydantic", "regex", "trafilatura", "lxml"} & set(modules)


def _is_module(value: object) -> bool:
    return type(value).__name__ == "module"


def test_every_error_is_drawn_in_the_tree() -> None:
    tree = errors.__doc__ or ""
    for name, value in vars(errors).items():
        if isinstance(value, type) and issubclass(value, Exception):
            assert name in tree


def test_rules_can_name_every_category_but_the_one_that_is_found_by_comparing() -> None:
    assert {*Category.__args__, "duplicate"} == set(CATEGORIES)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_file_of_the_package_is_much_over_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 420


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_file_of_the_package_swallows_undecodable_text(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "errors" and isinstance(node.value, ast.Constant):
            assert node.value.value not in ("ignore", "replace")
