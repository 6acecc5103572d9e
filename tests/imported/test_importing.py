"""The whole way: foreign files in, rule files that hold out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.imported.importing import ELSEWHOSE, THERE, Imported, Kind, import_rules, kind_of
from cleaner.imported.proving import UNPROVEN
from tests.articles import tree
from tests.console import Cli

FOREIGN = Path(__file__).parent.parent / "fixtures" / "foreign"
COURIER = "lockside-courier.example"


@pytest.fixture(autouse=True)
def _own_cache(own_cache: None) -> None:
    """Rules that are tried here stay out of the user's cache."""


def imported(tmp_path: Path, text: str, name: str = f"{COURIER}.txt") -> Imported:
    (tmp_path / name).write_text(text, "utf-8")
    return import_rules([tmp_path / name], tmp_path / "rules")


def reasons(result: Imported) -> list[tuple[int, str]]:
    return [(refusal.line, refusal.reason) for refusal in result.refusals]


def test_what_is_written_loads_and_cleans_pages_and_texts(cli: Cli, tmp_path: Path) -> None:
    ran = cli("rules", "import", FOREIGN / "sites", FOREIGN / "hide.txt", "-o", tmp_path)
    assert ran.code == 0, ran.said
    cleaner = Cleaner([tmp_path], rules_only=True)
    prose = "The lock at Quillmore stays shut until the frost is over, the keeper told the boatmen on Monday evening."
    text = f"{prose}\n\nRead on in the Courier: The frost\n\n{prose} Nobody minded."
    assert cleaner.clean(text, outlet=COURIER).text == f"{prose}\n\n{prose} Nobody minded."
    assert cleaner.clean(text, outlet="other.example").text == text
    page = (
        f'<html><body><nav>x</nav><div class="story-text b"><p>{prose}</p><div><i class="sponsor">i</i>Buy</div>'
        f'<p class="Xshare-boxX">Share</p><p>{prose} Nobody minded.</p></div><p>{prose} Elsewhere.</p></body></html>'
    )
    cleaned = cleaner.clean_html(page, outlet=COURIER)
    assert cleaned.text == f"{prose}\n{prose} Nobody minded."
    assert cleaned.extraction is not None
    assert {node.text for node in cleaned.extraction.dropped} == {"i Buy", "Share"}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = import_rules([FOREIGN / "sites", FOREIGN / "hide.txt"], tmp_path)
    before = tree(tmp_path)
    second = import_rules([FOREIGN / "hide.txt", FOREIGN / "sites"], tmp_path)
    assert (len(first.written), second.written, second.grown) == (3, (), ())
    assert set(second.same) == set(first.written)
    assert second.refusals == first.refusals
    assert tree(tmp_path) == before


@pytest.mark.parametrize("end", ["\n", "", "\n# the end", "\r\n"])
def test_a_file_that_is_there_grows_and_keeps_its_bytes(tmp_path: Path, end: str) -> None:
    path = tmp_path / "rules" / "outlets" / f"{COURIER}.yaml"
    path.parent.mkdir(parents=True)
    mine = f"# mine\noutlet:   {COURIER}  # so\nname: 'The  Courier'{end}".encode()
    path.write_bytes(mine)
    result = imported(tmp_path, "strip: //aside\nstrip: //p[.='Read on here']\n")
    assert result.grown == (path,)
    assert path.read_bytes().startswith(mine)
    assert reasons(result) == [(2, THERE)]
    outlet = Cleaner([tmp_path / "rules"]).rulebook.outlets[COURIER]
    assert outlet.name == "The  Courier"
    assert outlet.html is not None
    assert outlet.html.remove == ("aside",)


@pytest.mark.parametrize(
    "mine",
    [
        f"outlet: {COURIER}\nhtml:\n  remove: [nav]\n",
        f"{{outlet: {COURIER}}}\n",
        f"outlet: {COURIER}\n...\n",
    ],
)
def test_where_it_cannot_grow_by_its_end_the_selectors_are_named(tmp_path: Path, mine: str) -> None:
    path = tmp_path / "rules" / "outlets" / f"{COURIER}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(mine, "utf-8")
    result = imported(tmp_path, "strip: //nav\nstrip: //aside\n")
    assert path.read_text("utf-8") == mine
    assert (result.written, result.grown, result.same) == ((), (), ())
    lacking = ["aside"] if "nav" in mine else ["nav", "aside"]
    assert [(refusal.what, refusal.reason) for refusal in result.refusals] == [(css, THERE) for css in lacking]
    assert str(path) in result.refusals[0].hint


def test_a_phrase_that_prose_holds_is_no_rule_and_the_others_stay(tmp_path: Path) -> None:
    reserve = Path(__file__).parent.parent.parent / "rules" / "reserve" / "en.txt"
    prose = reserve.read_text("utf-8").splitlines()[0]
    start = " ".join(prose.split()[:4])
    assert '"' not in start
    result = imported(tmp_path, f'strip: //p[starts-with(., "{start}")]\nstrip: //p[contains(., "Read on here")]\n')
    assert reasons(result) == [(1, UNPROVEN)]
    assert result.taken["rules for texts"] == 1
    Cleaner([tmp_path / "rules"])


def test_only_phrases_that_do_not_hold_leave_no_file(tmp_path: Path) -> None:
    prose = (Path(__file__).parent.parent.parent / "rules" / "reserve" / "en.txt").read_text("utf-8").splitlines()[0]
    result = imported(tmp_path, f'strip: //p[starts-with(., "{" ".join(prose.split()[:4])}")]\n')
    assert result.written == ()
    assert not (tmp_path / "rules").exists()


def test_phrases_with_signs_of_patterns_and_yaml_hold(tmp_path: Path) -> None:
    phrases = ["Read (on) here: [x] {2} $5?", "# Read: on & on", "»Weiter lesen« – hier", "Read\\on | here*"]
    text = "".join(f'strip: //p[contains(., "{p}")]\nstrip: //p[.="{p}!"]\n' for p in phrases)
    result = imported(tmp_path, text)
    assert reasons(result) == []
    cleaner = Cleaner([tmp_path / "rules"], rules_only=True)
    for phrase in phrases:
        prose = "The lock at Quillmore stays shut until the frost is over, the keeper told the boatmen on Monday."
        assert cleaner.clean(f"{prose}\n\n{phrase}", outlet=COURIER).text == prose


def test_other_domains_of_outlets_with_rules_are_not_taken_from_them(tmp_path: Path) -> None:
    for name in ("economia.elpais.com.txt", "guardian.co.uk.txt"):
        result = imported(tmp_path, "strip: //aside\n", name)
        assert reasons(result) == [(1, ELSEWHOSE)]
    assert imported(tmp_path, "strip: //aside\n", "elpais.com.txt").written


def test_the_kind_is_seen_by_what_is_inside(tmp_path: Path) -> None:
    assert kind_of(FOREIGN / "hide.txt") is Kind.adblock
    assert {kind_of(path) for path in (FOREIGN / "sites").iterdir()} == {Kind.ftr}
    path = tmp_path / "x.txt"
    path.write_text("Nothing of the kind.\n", "utf-8")
    assert kind_of(path) is None


def test_exit_codes_tell_all_from_nothing_and_from_nonsense(cli: Cli, tmp_path: Path) -> None:
    out, nothing = tmp_path / "rules", tmp_path / "nothing.txt"
    nothing.write_text("Nothing of the kind.\n", "utf-8")
    ran = cli("rules", "import", nothing, "-o", out)
    assert ran.code == 1
    assert "neither a file of ftr-site-config nor an ad-block list" in ran.said
    assert cli("rules", "import", nothing, "-o", out, "--from", "adblock").code == 1
    for arguments in (
        (tmp_path / "missing", "-o", out),
        (nothing, "-o", out, "--domain", "../x"),
        (nothing, "-o", out, "--from", "csv"),
        (nothing,),
        (nothing, "-o", out, "--report", nothing),
    ):
        assert cli("rules", "import", *arguments).code == 2
    assert nothing.read_text("utf-8") == "Nothing of the kind.\n"
    assert not out.exists()


def test_rules_that_do_not_hold_are_not_added_to(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "outlets" / "a.example.yaml"
    path.parent.mkdir()
    path.write_text("outlet: b.example\n", "utf-8")
    ran = cli("rules", "import", FOREIGN / "hide.txt", "-o", tmp_path)
    assert ran.code == 2
    assert "a.example.yaml:1:9" in ran.said


def test_the_report_names_every_line_of_the_outlets_that_are_wanted(cli: Cli, tmp_path: Path) -> None:
    shutil.copytree(FOREIGN, tmp_path / "foreign")
    (tmp_path / "foreign" / "sites" / "b.example.txt").write_text("strip: //p[\x1b]31m\nstrip: //nav", "utf-8")
    report = tmp_path / "not-taken.txt"
    sources = (tmp_path / "foreign" / "sites", tmp_path / "foreign" / "hide.txt")
    ran = cli("rules", "import", *sources, "-o", tmp_path / "rules", "--report", report, "--domain", "www.b.example")
    assert ran.code == 0
    assert [path.name for path in (tmp_path / "rules" / "outlets").iterdir()] == ["b.example.yaml"]
    (line,) = report.read_text("utf-8").splitlines()
    assert line.startswith(f"{sources[0] / 'b.example.txt'}:1: strip: //p[")
    assert "is no XPath 1.0" in line
    assert "\x1b" not in line
