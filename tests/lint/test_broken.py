"""Each mistake that keeps rules from loading is one finding, and it points at the very place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.articles import write_files
from tests.console import Cli
from tests.lint.files import DOMAIN, GOOD, KEPT, marked

FILE = f"outlets/{DOMAIN}.yaml"

# What is put in place of what, with an arrow where the finding must point at.
BROKEN = [
    ("typo-in-key", "category: legal", "→categroy: legal", ["unknown key 'categroy'", "did you mean 'category'?"]),
    ("bad-regex", "'^give to the quillmore fund'", "→'^give (to'", ["bad pattern", "missing )"]),
    ("duplicate-id", "id: plea", "id: →colophon", ["rule id 'colophon' given twice", "version"]),
    ("unknown-category", "category: legal", "category: →legl", ["'legl'", "did you mean 'legal'?"]),
    ("missing-category", "id: colophon\n    category: legal", "→id: colophon", ["'colophon' names no category"]),
    ("both-triggers", "id: plea", "→id: plea\n    lines: [Give]", ["exactly one of", "found start and lines"]),
    ("no-same-example", GOOD[GOOD.index("  - text: |") :],
     "  →" + GOOD[GOOD.index("- text: |") : GOOD.index("  - text: The press")], ["no example says `becomes: same`"]),
    ("becomes-something-else", f"becomes: |\n      {KEPT}", f"becomes: →|\n      {KEPT} Indeed.",
     ["becomes something else", "Indeed."]),
    ("fires-in-no-example", "id: colophon", "id: →ghost\n    category: ad\n    lines: [Boo]\n  - id: colophon",
     ["'ghost' fires in no example", "delete the rule"]),
    ("runaway", "'^give to the quillmore fund'", "→'^(\\w+\\s?)+$'", ["runaway pattern"]),
    ("matches-nothing", "'^give to the quillmore fund'", "→'(?:give)?'", ["matches the empty string"]),
    ("bad-selector", "rules:\n", "html: {remove: [aside, →'p[[']}\nrules:\n", ["bad CSS selector", "p[["]),
    ("bad-indentation", "    category: legal", "     category→: legal", ["not YAML", "indents"]),
    ("tab", "    category: legal", "→\tcategory: legal", ["not YAML"]),
    ("duplicate-key", "max_words: 20", "max_words: 20\n    →category: promo", ["key 'category' given twice"]),
    ("other-outlet", f"outlet: {DOMAIN}", "outlet: →quilmore.example", ["quillmore.example.yaml", "the two equal"]),
    ("unknown-network", "rules:\n", "extends: [→networks/nowhere]\nrules:\n", ["no rule file 'networks/nowhere'"]),
    ("takes-prose", "start: '^give to the quillmore fund'",
     "start:\n      - '^give to the quillmore fund'\n      - →'the gift of'", ["matches plain prose", "old bell"]),
    ("todo", f"becomes: |\n      {KEPT}", "becomes: →TODO", ["`becomes` is still TODO"]),
    ("unfinished-quote", "'^give to the quillmore fund'", "→'^give to", ["not YAML", "quotes"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fragments"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_mistake_is_one_finding_at_its_place(
    cli: Cli, tmp_path: Path, old: str, new: str, fragments: list[str]
) -> None:
    assert GOOD.count(old) == 1
    source, line, column = marked(GOOD.replace(old, new))
    folder = write_files(tmp_path, {FILE: source})
    result = cli("rules", "check", DOMAIN, "--rules", folder, "--json")
    assert result.code == 2
    (finding,) = json.loads(result.out)
    assert (finding["path"], finding["line"], finding["column"]) == (str(folder / FILE), line, column)
    assert (finding["severity"], finding["code"]) == ("error", "invalid")
    said = cli("rules", "check", "--rules", folder)
    assert said.code == 2
    assert said.err.startswith(f"{folder / FILE}:{line}:{column}: {finding['message']}")
    assert said.err.endswith("1 finding\n")
    for fragment in fragments:
        assert fragment in said.err


def test_the_file_without_a_mistake_holds(cli: Cli, tmp_path: Path) -> None:
    folder = write_files(tmp_path, {FILE: GOOD})
    result = cli("rules", "check", DOMAIN, "--rules", folder)
    assert (result.code, result.out) == (0, "")
    assert result.err == "2 rules in 1 file hold; 2 examples passed\n"
    assert cli("rules", "check", DOMAIN, "--rules", folder, "--json") == (0, "[]\n", "")


def test_a_network_that_no_outlet_extends_is_said_to_be_so(cli: Cli, tmp_path: Path) -> None:
    network = GOOD.split("\n", 1)[1]
    folder = write_files(tmp_path, {"networks/quill.yaml": network})
    result = cli("rules", "check", "--rules", folder)
    assert result.code == 2
    assert result.err.startswith(f"{folder}/networks/quill.yaml:1:1: no outlet extends this file; ")
    assert "extends: [networks/quill]" in result.err
    write_files(folder, {FILE: f"outlet: {DOMAIN}\nextends: networks/quill\n"})
    assert cli("rules", "check", "--rules", folder).code == 0


# Several files

OTHER = "outlets/other.example.yaml"
UNPROVED = GOOD.replace(DOMAIN, "other.example").replace(
    f"becomes: |\n      {KEPT}", f"becomes: |\n      {KEPT} Indeed."
)
UNREADABLE = GOOD.replace("'^give to the quillmore fund'", "'^give (to'")


def test_a_broken_file_does_not_hide_what_is_wrong_with_another(cli: Cli, tmp_path: Path) -> None:
    folder = write_files(tmp_path, {FILE: UNREADABLE, OTHER: UNPROVED})
    result = cli("rules", "check", "--rules", folder, "--json")
    assert result.code == 2
    found = [(Path(finding["path"]).name, finding["message"].split(":")[0]) for finding in json.loads(result.out)]
    assert [name for name, _ in found] == ["other.example.yaml", "quillmore.example.yaml"]
    assert found[0][1].startswith("example becomes something else")
    assert found[1][1] == "bad pattern"


@pytest.mark.parametrize(("domain", "file"), [(DOMAIN, FILE), ("other.example", OTHER)], ids=["unreadable", "unproved"])
def test_of_one_outlet_its_own_findings_are_named(cli: Cli, tmp_path: Path, domain: str, file: str) -> None:
    folder = write_files(tmp_path, {FILE: UNREADABLE, OTHER: UNPROVED})
    result = cli("rules", "check", domain, "--rules", folder)
    assert result.code == 2
    assert result.err.startswith(f"{folder / file}:")
    assert result.err.endswith("1 finding\n")


def test_a_sound_file_beside_a_broken_one_is_said_not_to_be_at_fault(cli: Cli, tmp_path: Path) -> None:
    sound = GOOD.replace(DOMAIN, "other.example")
    result = cli("rules", "check", "other.example", "--rules", write_files(tmp_path, {FILE: UNREADABLE, OTHER: sound}))
    assert result.code == 2
    assert f"{tmp_path / FILE}:9:12: bad pattern" in result.err
    assert "none of them in the file of other.example" in result.err


def test_what_depends_on_a_broken_file_is_not_blamed_for_it(cli: Cli, tmp_path: Path) -> None:
    network = GOOD.split("\n", 1)[1]
    child = f"outlet: {DOMAIN}\nextends: networks/quill\n"
    child += GOOD[GOOD.index("examples:") :]
    files = {FILE: child, "networks/quill.yaml": network.replace("category: legal", "category: legl")}
    result = cli("rules", "check", "--rules", write_files(tmp_path, files), "--json")
    assert result.code == 2
    assert [Path(finding["path"]).name for finding in json.loads(result.out)] == ["quill.yaml"]
