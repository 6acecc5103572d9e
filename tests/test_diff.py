"""`cleaner diff` as a user meets it: filters, samples, finished runs, and two sets of rules."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.articles import APP, ARTICLES, COLOPHON, GENERIC, GIFT, LETTER, SEEN, rules_folder, tree, write_files
from tests.console import Cli

pytestmark = pytest.mark.usefixtures("own_cache")

WITHOUT_GIFT = GENERIC.replace(
    "  - {id: gift, category: donation, start: '^give to the quillmore fund'}\n", ""
).replace("\n      Give to the Quillmore fund today\n", "")
RENAMED = GENERIC.replace("{id: letter, category: newsletter,", "{id: weekly, category: promo,")
GREEDY = "The lock keeper's list of boats\nBoats that came in July\nBoats that came in August\n"


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    return write_files(tmp_path / "in", ARTICLES)


@pytest.fixture
def run(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> Path:
    assert cli("clean", articles, "-o", tmp_path / "out", "--rules", rules).code == 0
    return tmp_path / "out"


def other_rules(folder: Path, generic: str) -> Path:
    return rules_folder(folder, generic)


def lines(out: str, signs: str = "-~") -> list[str]:
    """The lines of removals, without what stands around them."""
    return [line for line in out.splitlines() if line[:1] in signs and line[1:2] == " "]


def names(out: str) -> list[str]:
    """The documents that are shown."""
    return [line.split("  ")[0] for line in out.splitlines() if line.split("  ")[0] in ARTICLES]


# The unified view


def test_a_cut_inside_a_line_is_shown_within_its_line(cli: Cli, articles: Path, rules: Path) -> None:
    out = cli("diff", articles / "a.txt", "--rules", rules).out
    assert f"ninety boats in July [-{APP}-]and eighty in August" in out
    assert "“a record”.  [promo] generic/standing/app" in out


def test_lines_around_are_shown_as_asked_and_the_others_counted(cli: Cli, tmp_path: Path, rules: Path) -> None:
    kept = [f"On day {n} the keeper of the lock counted {n} boats and wrote them into his long book." for n in range(9)]
    text = "\n".join([*kept[:4], LETTER.strip(), *kept[4:]])
    path = write_files(tmp_path / "in", {"a.txt": text}) / "a.txt"
    for context, before, after in ((0, 4, 5), (1, 3, 4), (3, 1, 2), (4, 0, 1), (9, 0, 0)):
        out = cli("diff", path, "--rules", rules, "--context", context).out.splitlines()
        at = out.index(f"- {LETTER.strip()}  [newsletter] generic/standing/letter")
        shown = [f"  {line}" for line in (*kept[before:4], *kept[4 : 9 - after])]
        assert [line for line in out[1 : at + 10] if line in shown] == shown
        hidden = [line for line in out if line.startswith("  … ")]
        assert hidden == [f"  … {n} more line{'s' * (n > 1)} kept" for n in (before, after) if n]


def test_the_reason_is_shown_on_request(cli: Cli, articles: Path, rules: Path) -> None:
    said = "generic/standing/gift, 0.95: holds “give to the quillmore fund”"
    assert said in cli("diff", articles, "--rules", rules, "--why").out
    assert said not in cli("diff", articles, "--rules", rules).out


def test_output_to_a_pipe_has_no_colours(cli: Cli, articles: Path, rules: Path) -> None:
    for view in ([], ["--stat"], ["--side-by-side"], ["--json"]):
        assert "\x1b" not in cli("diff", articles, "--rules", rules, *view).out


# Filters


@pytest.mark.parametrize(
    ("options", "shown", "hidden"),
    [
        pytest.param(["--rule", "generic/standing/gift"], [GIFT], [LETTER, APP, COLOPHON], id="rule"),
        pytest.param(["--rule", "generic/standing"], [GIFT, LETTER, APP], [COLOPHON], id="file"),
        pytest.param(["--rule", "outlets"], [COLOPHON], [GIFT, LETTER, APP], id="folder"),
        pytest.param(["--category", "legal"], [COLOPHON], [GIFT, LETTER, APP], id="category"),
        pytest.param(["--category", "legal,promo"], [COLOPHON, APP], [GIFT, LETTER], id="categories"),
        pytest.param(["--category", "legal", "--category", "promo"], [COLOPHON, APP], [GIFT, LETTER], id="repeated"),
        pytest.param(["--category", "promo", "--rule", "outlets"], [], [GIFT, LETTER, APP, COLOPHON], id="both"),
        pytest.param(["--min-confidence", "0.96"], [COLOPHON], [GIFT, LETTER, APP], id="min"),
        pytest.param(["--max-confidence", "0.96"], [GIFT, LETTER, APP], [COLOPHON], id="max"),
        pytest.param(["--min-confidence", "0.95", "--max-confidence", "0.95"], [GIFT], [COLOPHON], id="between"),
        pytest.param([], [GIFT, LETTER, APP, COLOPHON], [SEEN], id="none"),
    ],
)
def test_filters_choose_removals(
    cli: Cli, articles: Path, rules: Path, options: list[str], shown: list[str], hidden: list[str]
) -> None:
    result = cli("diff", articles, "--rules", rules, *options)
    removed = "\n".join(lines(result.out))
    assert all(text.strip() in removed for text in shown)
    assert not any(f"- {text.strip()}" in removed or f"[-{text}" in removed for text in hidden)


def test_a_document_without_what_was_asked_for_is_not_shown(cli: Cli, articles: Path, rules: Path) -> None:
    assert names(cli("diff", articles, "--rules", rules, "--category", "legal").out) == ["c.txt"]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Some articles, one that is all boilerplate and so gets a flag, and one with a run that is too long to cut."""
    return write_files(tmp_path / "mixed", {**ARTICLES, "empty.txt": LETTER})


def test_flagged_shows_only_documents_with_flags(cli: Cli, mixed: Path, rules: Path) -> None:
    everything = cli("diff", mixed, "--rules", rules).out
    assert "empty.txt  flagged: emptied" in everything
    assert "a.txt" in everything
    out = cli("diff", mixed, "--rules", rules, "--flagged").out
    assert "empty.txt  flagged: emptied" in out
    assert names(out) == []
    assert "1 of 6 documents would change" in out


def test_refused_cuts_are_shown_with_the_filters_that_fit_them(cli: Cli, tmp_path: Path) -> None:
    generic = GENERIC.replace(
        "examples:\n",
        "  - {id: tail, category: legal, where: tail, start: '^boats of', until: end, at_most: 2}\nexamples:\n",
    ).replace("      Seen from the Quillmore tower\n    becomes", "      Boats of the year\n    becomes", 1)
    generic = generic.replace("  - {id: seen, category: caption, lines: [Seen from the Quillmore tower]}\n", "")
    folder = rules_folder(tmp_path / "rules", generic)
    prose = "The lock keeper counted ninety boats in July and eighty in August, the board said on Monday.\n"
    path = write_files(tmp_path / "in", {"a.txt": prose + "Boats of the year\n" + prose * 4}) / "a.txt"
    result = cli("diff", path, "--rules", folder)
    assert result.code == 1
    assert "! Boats of the year  kept: generic/standing/tail" in result.out
    for fits in (["--category", "legal"], ["--rule", "generic/standing/tail"], ["--flagged"]):
        assert "! Boats of the year" in cli("diff", path, "--rules", folder, *fits).out
    other = cli("diff", path, "--rules", folder, "--category", "ad")
    assert (other.code, "Boats of the year" in other.out) == (0, False)


# Samples


def test_a_sample_is_a_part_of_the_whole_in_its_order(cli: Cli, articles: Path, rules: Path) -> None:
    whole = names(cli("diff", articles, "--rules", rules).out)
    result = cli("diff", articles, "--rules", rules, "--sample", 2)
    drawn = names(result.out)
    assert len(drawn) == 2
    assert drawn == [name for name in whole if name in drawn]
    assert "2 of 2 documents drawn from 5 would change" in result.out


def test_another_seed_draws_others_and_the_same_seed_the_same(cli: Cli, articles: Path, rules: Path) -> None:
    def drawn(seed: int) -> tuple[str, ...]:
        return tuple(names(cli("diff", articles, "--rules", rules, "--sample", 1, "--seed", seed).out))

    assert drawn(3) == drawn(3)
    assert len({drawn(seed) for seed in range(12)}) > 1


def test_a_sample_is_drawn_from_the_documents_that_hold_what_was_asked_for(
    cli: Cli, articles: Path, rules: Path
) -> None:
    for seed in range(5):
        out = cli("diff", articles, "--rules", rules, "--sample", 1, "--seed", seed, "--category", "legal").out
        assert names(out) == ["c.txt"]


# Sums and JSON


def test_stat_gives_each_document_a_line_and_sums_by_category(cli: Cli, articles: Path, rules: Path) -> None:
    out = cli("diff", articles, "--rules", rules, "--stat").out
    rows = [line.split("│") for line in out.splitlines() if line.startswith(" ")]
    assert [name.strip() for name, _ in rows] == ["a.txt", "c.txt", "sub/d.txt", "sub/ё.txt"]
    assert rows[1][1].startswith(f"     1 block        31 of {len(ARTICLES['c.txt']):>9} characters --+++")
    assert "generic/standing" not in out
    assert f"│ all        │      8 │        {len(LETTER) * 3 + len(GIFT) * 2 + len(APP) * 2 + len(COLOPHON)} │" in out


def test_json_gives_each_document_a_line(cli: Cli, articles: Path, rules: Path) -> None:
    rows = [json.loads(line) for line in cli("diff", articles, "--rules", rules, "--json").out.splitlines()]
    assert [row["document"] for row in rows] == ["a.txt", "c.txt", "sub/d.txt", "sub/ё.txt"]
    first = rows[0]["removals"][0]
    assert (first["text"], first["category"], first["start"]) == (LETTER, "newsletter", 0)
    assert rows[1]["outlet"] == "quillmore.example"


# Finished runs


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--side-by-side"],
        ["--stat"],
        ["--category", "donation"],
        ["--rule", "outlets"],
        ["--max-confidence", "0.96", "--context", "3"],
        ["--sample", "2", "--seed", "4"],
        ["--flagged"],
    ],
    ids=" ".join,
)
def test_a_finished_run_shows_what_a_dry_run_shows(
    cli: Cli, articles: Path, rules: Path, run: Path, options: list[str]
) -> None:
    before = tree(run)
    dry = cli("diff", articles, "--rules", rules, *options)
    done = cli("diff", run, *options)
    assert (done.code, done.out) == (dry.code, dry.out.replace("would change", "changed"))
    assert tree(run) == before


def test_a_run_over_records_is_shown_too(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    cli("clean", articles, "-o", tmp_path / "out", "--rules", rules, "--to", "jsonl")
    done = cli("diff", tmp_path / "out")
    assert done.code == 0
    assert lines(done.out) == lines(cli("diff", articles, "--rules", rules).out)


def test_outlet_filters_a_finished_run_and_is_given_to_a_dry_one(
    cli: Cli, articles: Path, rules: Path, run: Path
) -> None:
    done = cli("diff", run, "--outlet", "quillmore.example").out
    assert names(done) == ["c.txt"]
    assert "1 of 5 documents changed" in done
    assert names(cli("diff", run, "--outlet", "elsewhere.example").out) == []
    dry = cli("diff", articles, "--rules", rules, "--outlet", "quillmore.example").out
    assert names(dry) == ["a.txt", "c.txt", "sub/d.txt", "sub/ё.txt"]
    assert "(quillmore.example, by given)" in dry


def test_a_text_of_a_run_that_was_changed_is_named_and_the_rest_shown(cli: Cli, run: Path) -> None:
    (run / "a.txt").write_text("edited")
    result = cli("diff", run)
    assert result.code == 1
    assert "a.txt: was changed since it was cleaned" in result.err
    assert names(result.out) == ["c.txt", "sub/d.txt", "sub/ё.txt"]


# Two sets of rules


def test_only_what_changes_between_two_sets_of_rules_is_shown(
    cli: Cli, tmp_path: Path, articles: Path, rules: Path
) -> None:
    fewer = other_rules(tmp_path / "fewer", WITHOUT_GIFT)
    result = cli("diff", articles, "--rules", rules, "--against", fewer)
    assert result.code == 0
    assert names(result.out) == ["a.txt", "sub/ё.txt"]
    assert f"- kept     {GIFT.strip()}  [donation] generic/standing/gift" in result.out
    assert LETTER.strip() not in result.out
    assert "2 of 5 documents change: 0 blocks more removed, 2 fewer" in result.out
    assert result.out.startswith(f"from {rules} to {fewer}: + removed: ")


def test_the_other_way_round_the_same_blocks_are_more(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    fewer = other_rules(tmp_path / "fewer", WITHOUT_GIFT)
    result = cli("diff", articles, "--rules", fewer, "--against", rules)
    assert names(result.out) == ["a.txt", "sub/ё.txt"]
    assert f"+ removed  {GIFT.strip()}  [donation] generic/standing/gift" in result.out
    assert "2 of 5 documents change: 2 blocks more removed, 0 fewer" in result.out


def test_equal_sets_of_rules_show_nothing(cli: Cli, tmp_path: Path, articles: Path, rules: Path) -> None:
    same = shutil.copytree(rules, tmp_path / "same")
    for view in ([], ["--stat"]):
        result = cli("diff", articles, "--rules", rules, "--against", same, *view)
        assert result.code == 0
        assert "0 of 5 documents change: 0 blocks more removed, 0 fewer\n" in result.out
        assert names(result.out) == []
    assert cli("diff", articles, "--rules", rules, "--against", same, "--json").out == ""


def test_without_rules_the_packaged_ones_are_compared(cli: Cli, articles: Path, rules: Path) -> None:
    result = cli("diff", articles, "--against", rules)
    assert result.out.startswith(f"from the packaged rules to {rules}: ")
    assert "~ in part  The lock keeper counted ninety boats in July {+(open in the Quillmore app) +}and" in result.out
    assert "4 of 5 documents change: 8 blocks more removed, 0 fewer" in result.out
    columns = cli("diff", articles, "--against", rules, "--side-by-side").out
    assert "old rules" in columns
    assert "new rules" in columns


def test_blocks_that_only_change_their_rule_are_counted_and_listed_by_stat(
    cli: Cli, tmp_path: Path, articles: Path, rules: Path
) -> None:
    renamed = other_rules(tmp_path / "renamed", RENAMED)
    call = ("diff", articles, "--rules", rules, "--against", renamed)
    plain, stat = cli(*call).out, cli(*call, "--stat").out
    assert names(plain) == []
    assert "0 of 5 documents change: 0 blocks more removed, 0 fewer; 3 by another rule or category" in plain
    moved = "1 removed by generic/standing/letter [newsletter], now by generic/standing/weekly [promo]"
    assert stat.count(moved) == 3
    assert moved not in plain


def test_filters_hold_for_a_comparison(cli: Cli, articles: Path, rules: Path) -> None:
    result = cli("diff", articles, "--against", rules, "--category", "legal")
    assert names(result.out) == ["c.txt"]
    assert "1 of 5 documents change: 1 block more removed, 0 fewer" in result.out


def test_a_finished_run_is_compared_with_the_rules_of_now(cli: Cli, tmp_path: Path, rules: Path, run: Path) -> None:
    nothing = cli("diff", run, "--against", rules)
    assert "0 of 5 documents change" in nothing.out
    result = cli("diff", run, "--against", other_rules(tmp_path / "fewer", WITHOUT_GIFT))
    assert result.out.startswith(f"from the run in {run} to ")
    assert names(result.out) == ["a.txt", "sub/ё.txt"]
    assert "2 of 5 documents change: 0 blocks more removed, 2 fewer" in result.out
    kept = cli("diff", run, "--against", rules, "--keep", "legal")
    assert names(kept.out) == ["c.txt"]


# Calls that make no sense


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--mode", "recall"], "leave out --mode", id="mode"),
        pytest.param(["--keep", "ad"], "leave out --keep", id="keep"),
        pytest.param(["--drop", "caption", "--rules-only"], "leave out --drop, --rules-only", id="drop"),
        pytest.param(["--rules", "RULES"], "leave out --rules", id="rules"),
        pytest.param(["--rules", "RULES", "--against", "RULES"], "leave out --rules", id="rules-against"),
    ],
)
def test_a_finished_run_has_no_use_for_options_of_cleaning(
    cli: Cli, rules: Path, run: Path, options: list[str], said: str
) -> None:
    result = cli("diff", run, *(str(rules) if option == "RULES" else option for option in options))
    assert (result.code, result.out) == (2, "")
    assert said in result.said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(["--category", "ads"], "unknown category 'ads'", id="category"),
        pytest.param(["--category", "ad,ads"], "unknown category 'ads'", id="second-category"),
        pytest.param(["--rule", "generic/ad/markeren"], "did you mean 'generic/ad/marker-en'?", id="rule"),
        pytest.param(["--rule", "xyzzy"], "see `cleaner rules list`", id="no-rule"),
        pytest.param(["--min-confidence", "0.9", "--max-confidence", "0.1"], "swap the two", id="confidence"),
        pytest.param(["--min-confidence", "2"], "--min-confidence", id="too-sure"),
        pytest.param(["--sample", "0"], "--sample", id="sample"),
        pytest.param(["--context", "-1"], "--context", id="context"),
        pytest.param(["--stat", "--json"], "--stat and --json are two views; choose one", id="views"),
        pytest.param(["--against", "nowhere"], "no such rules folder", id="against"),
    ],
)
def test_a_call_that_makes_no_sense_says_why(cli: Cli, articles: Path, options: list[str], said: str) -> None:
    result = cli("diff", articles, *options)
    assert (result.code, result.out) == (2, "")
    assert said in result.said


def test_a_run_beside_other_inputs_is_refused(cli: Cli, articles: Path, run: Path) -> None:
    result = cli("diff", run, articles)
    assert result.code == 2
    assert "is shown alone" in result.said


def test_rules_of_the_heuristics_can_be_named(cli: Cli, articles: Path) -> None:
    for rule in ("heuristics", "heuristics/navigation"):
        assert cli("diff", articles, "--rule", rule).code == 0
