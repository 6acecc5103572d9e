"""Finding, merging and naming rules: what is read, what wins, and what makes two rulebooks the same."""

from __future__ import annotations

import datetime as dt
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import RulesError
from cleaner.examples import prove
from cleaner.outlets import Directory
from cleaner.rulebook.load import ENVIRONMENT, Rule, Rulebook, load, packaged_rules, search_path
from cleaner.rulebook.match import Matcher

SAME = "examples:\n  - {text: The bridge stays open., becomes: same}\n"


def folder(root: Path, **files: str) -> Path:
    """Write rule files, named such as `outlets__example.com`, and return their folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def generic(*entries: str, more: str = SAME) -> str:
    return "category: ad\nrules:\n" + "".join(f"  - {entry}\n" for entry in entries) + more


def outlet(domain: str, *entries: str, more: str = "") -> str:
    return f"outlet: {domain}\n{more}" + generic(*entries)


def by_id(rulebook: Rulebook) -> dict[str, Rule]:
    return {rule.id: rule for rule in rulebook.rules}


def refused(*folders: Path) -> list[str]:
    with pytest.raises(RulesError) as caught:
        load(folders)
    return [str(finding) for finding in caught.value.findings]


# Finding


def test_the_packaged_rules_are_found_and_hold_rules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert search_path() == [packaged_rules()]
    rulebook = load(search_path())
    assert any(rule.id.startswith("generic/") for rule in rulebook.rules)
    assert rulebook.reserve


def test_packaged_rules_come_first_then_the_environment_then_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, os.pathsep.join(["/one", "", "/two"]))
    assert search_path([Path("/three"), Path("/four")]) == [
        packaged_rules(), Path("/one"), Path("/two"), Path("/three"), Path("/four"),
    ]  # fmt: skip


def test_an_empty_environment_variable_names_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "")
    assert search_path() == [packaged_rules()]


def test_rules_of_the_environment_hold_and_those_of_the_caller_win_over_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = folder(tmp_path / "named", generic__zz=generic("{id: one, lines: first}", "{id: two, lines: x}"))
    given_by_caller = folder(tmp_path / "given", generic__zz=generic("{id: one, lines: second}"))
    monkeypatch.setenv(ENVIRONMENT, str(named))
    rules = by_id(load(search_path([given_by_caller])))
    assert rules["generic/zz/one"].entry.lines == ("second",)
    assert rules["generic/zz/two"].entry.lines == ("x",)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    [message] = refused(tmp_path / "nowhere")
    assert "no such rules folder" in message
    assert "nowhere" in message


def test_an_empty_folder_holds_no_rules(tmp_path: Path) -> None:
    rulebook = load([tmp_path])
    assert (rulebook.rules, rulebook.outlets, rulebook.files) == ((), {}, ())


def test_files_may_end_in_yml_and_other_files_are_left_alone(tmp_path: Path) -> None:
    folder(tmp_path, generic__zz=generic("{id: one, lines: x}"))
    (tmp_path / "generic" / "zz.yaml").rename(tmp_path / "generic" / "zz.yml")
    (tmp_path / "README.md").write_text("notes")
    (tmp_path / "generic" / "zz.yaml.bak").write_text("[")
    assert [rule.id for rule in load([tmp_path]).rules] == ["generic/zz/one"]


@pytest.mark.parametrize(
    "name",
    ["zz", "example.com", "others__zz", "generic__sub__zz", "outlets__press__example.com", "reserve__zz"],
)
def test_a_misplaced_file_is_refused_and_told_where_to_stand(tmp_path: Path, name: str) -> None:
    [message] = refused(folder(tmp_path, **{name: generic("{id: one, lines: x}")}))
    assert "generic/, networks/ or outlets/" in message
    assert "move it to" in message
    assert name.replace("__", "/") + ".yaml:1:1: " in message


def test_a_folder_named_like_a_rule_file_is_refused_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "generic" / "zz.yaml").mkdir(parents=True)
    [message] = refused(tmp_path)
    assert "cannot be read" in message


def test_findings_of_all_files_and_folders_come_together(tmp_path: Path) -> None:
    first = folder(tmp_path / "a", generic__aa="zzz: 1\n", generic__bb="[", loose="rules: []\n")
    second = folder(tmp_path / "b", generic__aa=generic("{id: One, lines: x}"))
    messages = refused(first, second, tmp_path / "c")
    assert len(messages) == 5
    for part in ("aa.yaml:1:1: unknown key", "bb.yaml", "loose.yaml:1:1", "'One'", "no such rules folder"):
        assert sum(part in message for message in messages) == 1


def test_the_reserve_is_gathered_from_all_folders_without_blank_lines(tmp_path: Path) -> None:
    for name, text in (("a", "One line.\n\n  \nAnother line.\n"), ("b", "Dritte Zeile: é.")):
        (tmp_path / name / "reserve").mkdir(parents=True)
        (tmp_path / name / "reserve" / "xx.txt").write_text(text, "utf-8")
    assert load([tmp_path / "a", tmp_path / "b"]).reserve == ("One line.", "Another line.", "Dritte Zeile: é.")


# Merging


def test_a_rule_of_the_same_id_replaces_the_earlier_one_and_the_rest_stays(tmp_path: Path) -> None:
    first = folder(tmp_path / "a", generic__zz=generic("{id: one, lines: first}", "{id: two, lines: kept}"))
    second = folder(
        tmp_path / "b",
        generic__zz=generic("{id: one, start: second, category: promo, confidence: 0.5}", "{id: three, lines: new}"),
    )
    rules = by_id(load([first, second]))
    assert sorted(rules) == ["generic/zz/one", "generic/zz/three", "generic/zz/two"]
    replaced = rules["generic/zz/one"]
    assert (replaced.category, replaced.confidence) == ("promo", 0.5)
    assert (replaced.entry.start, replaced.entry.lines) == (("second",), None)
    assert by_id(load([second, first]))["generic/zz/one"].entry.lines == ("first",)


def test_the_same_name_in_another_file_is_another_rule(tmp_path: Path) -> None:
    rulebook = load(
        [folder(tmp_path, generic__yy=generic("{id: one, lines: a}"), generic__zz=generic("{id: one, lines: b}"))]
    )
    assert [rule.id for rule in rulebook.rules] == ["generic/yy/one", "generic/zz/one"]


def test_a_replaced_rule_need_not_pass_the_examples_of_the_rule_that_it_replaces(tmp_path: Path) -> None:
    earlier = generic(
        "{id: one, lines: Zorvex}",
        more='examples:\n  - {text: "Zorvex\\n\\nThe bridge.", becomes: The bridge.}\n  - {text: x, becomes: same}\n',
    )
    later = generic(
        "{id: one, lines: Quilbar}",
        more='examples:\n  - {text: "Quilbar\\n\\nThe mill.", becomes: The mill.}\n  - {text: Zorvex, becomes: same}\n',
    )
    rulebook = load([folder(tmp_path / "a", generic__zz=earlier), folder(tmp_path / "b", generic__zz=later)])
    prove(Matcher(rulebook), Directory(rulebook))
    assert by_id(rulebook)["generic/zz/one"].entry.lines == ("Quilbar",)


def test_versions_stand_side_by_side_under_their_own_ids(tmp_path: Path) -> None:
    entries = ("{id: one, lines: old, before: 2021-03-01}", "{id: one, version: 2, lines: new, since: 2021-03-01}")
    rules = by_id(load([folder(tmp_path, generic__zz=generic(*entries))]))
    assert sorted(rules) == ["generic/zz/one", "generic/zz/one@2"]
    assert rules["generic/zz/one@2"].entry.lines == ("new",)


def test_a_later_folder_replaces_one_version_and_leaves_the_other(tmp_path: Path) -> None:
    first = folder(tmp_path / "a", generic__zz=generic("{id: one, lines: a1}", "{id: one, version: 2, lines: a2}"))
    second = folder(tmp_path / "b", generic__zz=generic("{id: one, version: 2, lines: b2}"))
    rules = by_id(load([first, second]))
    assert rules["generic/zz/one"].entry.lines == ("a1",)
    assert rules["generic/zz/one@2"].entry.lines == ("b2",)


@pytest.mark.parametrize(
    ("limits", "day", "applies"),
    [
        ("", "2021-03-01", True),
        ("since: 2021-03-01", "2021-02-28", False),
        ("since: 2021-03-01", "2021-03-01", True),
        ("before: 2021-03-01", "2021-02-28", True),
        ("before: 2021-03-01", "2021-03-01", False),
        ("since: 2021-03-01, before: 2021-03-02", "2021-03-01", True),
        ("since: 2021-03-01, before: 2021-03-02", "2021-03-02", False),
        ("since: 2021-03-01, before: 2021-03-02", None, True),
    ],
)
def test_since_is_the_first_day_and_before_is_past_the_last(
    tmp_path: Path, limits: str, day: str | None, applies: bool
) -> None:
    [rule] = load([folder(tmp_path, generic__zz=generic(f"{{id: one, lines: x, {limits}}}"))]).rules
    assert rule.applies(dt.date.fromisoformat(day) if day else None) is applies


def test_category_and_confidence_come_from_the_rule_then_the_file_then_the_folder(tmp_path: Path) -> None:
    entries = (
        "{id: plain, lines: a}",
        "{id: own, lines: b, category: promo, confidence: 0.6}",
        "{id: safe, keep: abc}",
    )
    rulebook = load(
        [folder(tmp_path, generic__zz=generic(*entries), networks__nn=generic(*entries),
                **{"outlets__example.com": outlet("example.com", *entries)})]
    )  # fmt: skip
    rules = by_id(rulebook)
    for file, scope in (("generic/zz", 0), ("networks/nn", 1), ("outlets/example.com", 2)):
        plain, own, safe = (rules[f"{file}/{name}"] for name in ("plain", "own", "safe"))
        assert (plain.category, own.category, safe.category) == ("ad", "promo", "")
        assert own.confidence == 0.6
        assert {plain.scope, own.scope, safe.scope} == {scope}
    confidence = [rules[f"{file}/plain"].confidence for file in ("generic/zz", "networks/nn", "outlets/example.com")]
    assert confidence == sorted(confidence)
    assert 0.9 < confidence[0] < confidence[-1] < 1


# Outlets and networks


def test_an_outlet_file_in_a_later_folder_adds_to_the_earlier_one(tmp_path: Path) -> None:
    first = folder(
        tmp_path / "a", networks__nn=generic("{id: one, lines: x}"),
        **{"outlets__example.com": outlet(
            "example.com", "{id: one, lines: a}",
            more="name: First\nlanguage: en\ndomains: [example.org]\nfingerprints: [Aa]\nextends: networks/nn\n")},
    )  # fmt: skip
    second = folder(
        tmp_path / "b",
        **{"outlets__example.com": outlet(
            "example.com", "{id: two, lines: b}",
            more="name: Second\ndomains: [example.org, example.net]\nfingerprints: [Bb]\nhtml: {content: main}\n")},
    )  # fmt: skip
    rulebook = load([first, second])
    entry = rulebook.outlets["example.com"]
    assert (entry.name, entry.language) == ("Second", "en")
    assert entry.domains == ("example.org", "example.net")
    assert entry.fingerprints == ("Aa", "Bb")
    assert entry.extends == ("networks/nn",)
    assert entry.html is not None
    assert {rule.id for rule in rulebook.rules} >= {"outlets/example.com/one", "outlets/example.com/two"}


def test_an_outlet_has_its_own_files_and_those_it_extends_and_nobody_else_has_them(tmp_path: Path) -> None:
    rulebook = load(
        [folder(
            tmp_path, networks__aa=generic("{id: one, lines: x}"), networks__b=generic("{id: one, lines: x}"),
            **{
                "outlets__one.com": outlet("one.com", "{id: a, lines: x}", more="extends: [networks/aa, networks/b]\n"),
                "outlets__two.com": outlet("two.com", "{id: a, lines: x}"),
            },
        )]
    )  # fmt: skip
    assert rulebook.files_for("one.com") == {"outlets/one.com", "networks/aa", "networks/b"}
    assert rulebook.files_for("two.com") == {"outlets/two.com"}
    for unknown in (None, "", "three.com", "networks/aa"):
        assert rulebook.files_for(unknown) == frozenset()


def test_a_network_of_another_folder_can_be_extended(tmp_path: Path) -> None:
    own = folder(
        tmp_path / "b", **{"outlets__one.com": outlet("one.com", "{id: a, lines: x}", more="extends: networks/aa\n")}
    )
    network = folder(tmp_path / "a", networks__aa=generic("{id: one, lines: x}"))
    for folders in ([network, own], [own, network]):
        assert "networks/aa" in load(folders).files_for("one.com")


@pytest.mark.parametrize("parent", ["networks/nowhere", "networks/aa.yaml", "generic/zz", "outlets/two.com", "aa"])
def test_an_unknown_parent_is_refused_where_it_is_named(tmp_path: Path, parent: str) -> None:
    [message] = refused(
        folder(
            tmp_path, networks__aa=generic("{id: one, lines: x}"), generic__zz=generic("{id: one, lines: x}"),
            **{
                "outlets__one.com": outlet("one.com", "{id: a, lines: x}", more=f"extends: [networks/aa, {parent}]\n"),
                "outlets__two.com": outlet("two.com", "{id: a, lines: x}"),
            },
        )
    )  # fmt: skip
    assert f"one.com.yaml:2:24: no rule file '{parent}'" in message
    assert "networks/" in message


# The version of a rulebook

TWO = {
    "generic__yy": generic("{id: one, lines: x}", "{id: two, start: abc}"),
    "networks__nn": generic("{id: one, keep: xyz}"),
    "outlets__one.com": outlet("one.com", "{id: a, lines: x}", more="extends: networks/nn\nfingerprints: [Aa]\n"),
    "outlets__two.com": outlet("two.com", "{id: a, inline: xyz}", more="domains: [zwei.de]\n"),
}


@settings(max_examples=15)
@given(order=st.permutations(list(TWO)), cuts=st.lists(st.booleans(), min_size=4, max_size=4))
def test_rules_and_version_do_not_depend_on_the_order_of_files_or_on_their_folders(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], cuts: list[bool]
) -> None:
    whole = load([folder(tmp_path_factory.mktemp("whole"), **TWO)])
    parts: list[dict[str, str]] = [{}]
    for name, is_cut in zip(order, cuts, strict=True):
        parts += [{}] * is_cut
        parts[-1] = {**parts[-1], name: TWO[name]}
    other = load([folder(tmp_path_factory.mktemp("part"), **part) for part in parts])
    assert other.version == whole.version
    assert other.rules == whole.rules
    assert other.outlets == whole.outlets


def test_comments_spacing_and_the_order_of_rules_and_keys_leave_the_version(tmp_path: Path) -> None:
    a = folder(tmp_path / "a", generic__zz=generic("{id: one, lines: x}", "{id: two, start: abc}"))
    b = folder(
        tmp_path / "b",
        generic__zz='# note\nrules:\n- start: ["abc"]\n  id: two\n\n- {lines: [x], id: "one"}\ncategory: ad\n' + SAME,
    )
    assert load([a]).version == load([b]).version


BASE = "{id: one, start: ab cd, until: end, at_most: 5, since: 2021-01-01, confidence: 0.9, why: plea, language: en}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: one", "id: uno"),
        ("id: one", "id: one, version: 2"),
        ("id: one", "id: one, category: promo"),
        ("id: one", "id: one, where: tail"),
        ("id: one", "id: one, max_words: 9"),
        ("id: one", "id: one, before: 2022-01-01"),
        ("start: ab cd", "start: ab ce"),
        ("start: ab cd", "start: Ab cd"),
        ("start: ab cd", "lines: ab cd"),
        ("start: ab cd", "start: [ab, cd]"),
        ("until: end", "until: prose"),
        ("at_most: 5", "at_most: 6"),
        ("since: 2021-01-01", "since: 2021-01-02"),
        ("confidence: 0.9", "confidence: 0.91"),
        ("why: plea", "why: a plea"),
    ],
)
def test_any_change_of_a_rule_changes_the_version(tmp_path: Path, old: str, new: str) -> None:
    assert old in BASE
    before = load([folder(tmp_path / "a", generic__zz=generic(BASE))]).version
    after = load([folder(tmp_path / "b", generic__zz=generic(BASE.replace(old, new)))]).version
    assert after != before


ENTRY = "name: One\ndomains: [eins.de]\nfingerprints: [Aa]\nlanguage: de\nhtml: {content: main, remove: [aside]}\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("eins.de", "uno.es"), ("[Aa]", "[Ab]"), ("[Aa]", "[Aa, Bb]"), ("language: de", "language: en"),
        ("content: main", "content: article"), ("[aside]", "[aside, nav]"), ("name: One", "name: Uno"),
        ("name: One", "name: One\nextends: networks/nn"),
    ],
)  # fmt: skip
def test_any_change_of_an_outlet_changes_the_version(tmp_path: Path, old: str, new: str) -> None:
    assert old in ENTRY
    versions = {
        load(
            [folder(tmp_path / name, networks__nn=generic("{id: one, lines: x}"),
                    **{"outlets__one.com": outlet("one.com", "{id: a, lines: x}", more=more)})]
        ).version
        for name, more in (("a", ENTRY), ("b", ENTRY.replace(old, new)))
    }  # fmt: skip
    assert len(versions) == 2


def test_a_rule_more_or_less_or_of_another_file_changes_the_version(tmp_path: Path) -> None:
    one, two = "{id: one, lines: x}", "{id: two, lines: y}"
    sets = [
        {"generic__zz": generic(one)},
        {"generic__zz": generic(one, two)},
        {"generic__yy": generic(one)},
        {"networks__zz": generic(one)},
        {},
    ]
    assert len({load([folder(tmp_path / str(n), **files)]).version for n, files in enumerate(sets)}) == len(sets)


def test_a_rulebook_survives_pickling(tmp_path: Path) -> None:
    rulebook = load([folder(tmp_path, **TWO)])
    again = pickle.loads(pickle.dumps(rulebook))  # noqa: S301 (its own bytes)
    assert (again.version, again.rules, again.outlets, again.files) == (
        rulebook.version, rulebook.rules, rulebook.outlets, rulebook.files,
    )  # fmt: skip
