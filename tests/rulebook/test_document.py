"""Reading YAML: every value has its address, nothing but plain data comes in, and every scalar stays a string."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import RuleError, RulesError
from cleaner.rulebook.document import MAX_BYTES, MAX_DEPTH, read


def finding(source: bytes | str) -> RuleError:
    """Return the one finding of a document that must be refused."""
    with pytest.raises(RulesError) as caught:
        read("file.yaml", source if isinstance(source, bytes) else source.encode())
    assert len(caught.value.findings) == 1, str(caught.value)
    return caught.value.findings[0]


def findings(source: bytes) -> tuple[RuleError, ...]:
    try:
        read("file.yaml", source)
    except RulesError as e:
        return e.findings
    return ()


def address(error: RuleError) -> tuple[int, int]:
    return error.line, error.column


# Marks


def test_every_value_and_key_knows_its_line_and_column() -> None:
    source = textwrap.dedent("""\
        category: ad
        rules:
          - id: one
            lines: [Read more, "See also"]
          # a comment in between
          - id:   two
            start: >-
              folded
              text
        """)
    sourced = read("file.yaml", source.encode())
    assert sourced.data == {
        "category": "ad",
        "rules": [{"id": "one", "lines": ["Read more", "See also"]}, {"id": "two", "start": "folded text"}],
    }
    expected = {
        (): (1, 1),
        ("category:key",): (1, 1),
        ("category",): (1, 11),
        ("rules:key",): (2, 1),
        ("rules",): (3, 3),
        ("rules", 0): (3, 5),
        ("rules", 0, "id"): (3, 9),
        ("rules", 0, "lines:key"): (4, 5),
        ("rules", 0, "lines"): (4, 12),
        ("rules", 0, "lines", 0): (4, 13),
        ("rules", 0, "lines", 1): (4, 24),
        ("rules", 1): (6, 5),
        ("rules", 1, "id"): (6, 11),
        ("rules", 1, "start"): (7, 12),
    }
    assert {at: sourced.marks.get(at) for at in expected} == expected


@pytest.mark.parametrize(
    ("source", "column"),
    [("{é: 1, x: 2}", 11), ("{😀: 1, x: 2}", 11), ("{новости: 1, x: 2}", 17), ("\ufeff{a: 1, x: 2}", 11)],
    ids=["latin", "astral", "cyrillic", "byte-order-mark"],
)
def test_columns_count_characters_not_bytes(source: str, column: int) -> None:
    assert read("file.yaml", source.encode()).marks["x",] == (1, column)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_lines_are_counted_with_any_line_end(newline: str) -> None:
    assert read("file.yaml", newline.join(["a: 1", "", "b: 2"]).encode()).marks["b",] == (3, 4)


def test_an_error_without_an_address_of_its_own_points_at_the_nearest_parent() -> None:
    sourced = read("file.yaml", b"rules:\n  - id: one\n")
    error = sourced.error(("rules", 0, "category", 3), "missing", "add it")
    assert (error.path, *address(error)) == ("file.yaml", 2, 5)
    assert str(error) == "file.yaml:2:5: missing; add it"
    assert address(sourced.error(("nowhere",), "x")) == (1, 1)


def test_an_empty_document_has_no_data_and_its_errors_stand_at_the_start() -> None:
    for source in (b"", b"\n\n", b"# only a comment\n", b"\xef\xbb\xbf"):
        sourced = read("file.yaml", source)
        assert sourced.data is None
        assert address(sourced.error(("rules",), "x")) == (1, 1)


# Scalars


@pytest.mark.parametrize(
    "word",
    [
        "no", "No", "yes", "on", "off", "y", "true", "null", "~", "12", "0o17", "0x1F", "1_000", "1:30", "1.50",
        "1e3", ".inf", ".nan", "2021-03-01", "2021-03-01 10:00:00", "=", "<<", "+", "no.",
    ],
)  # fmt: skip
def test_plain_scalars_stay_the_strings_they_are_written_as(word: str) -> None:
    assert read("file.yaml", f"key: {word}\n{word}: key\n".encode()).data == {"key": word, word: "key"}
    assert read("file.yaml", f"- {word}\n- [{word}]\n".encode()).data == [word, [word]]


def test_only_a_value_that_is_not_there_is_none() -> None:
    assert read("file.yaml", b"a:\nb: ''\nc: \"\"\nd: null\ne: ~\n").data == {
        "a": None, "b": "", "c": "", "d": "null", "e": "~",
    }  # fmt: skip


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20).filter(
    lambda s: "\ufeff" not in s and "\ufffe" not in s and "\uffff" not in s
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(words.filter(bool), words, max_size=5))
def test_single_quoted_text_of_any_script_comes_back_unchanged(mapping: dict[str, str]) -> None:
    def quoted(s: str) -> str:
        return "'" + s.replace("'", "''") + "'"

    source = "{" + ", ".join(f"{quoted(k)}: {quoted(v)}" for k, v in mapping.items()) + "}"
    sourced = read("file.yaml", source.encode())
    assert sourced.data == mapping
    for key in mapping:
        line, column = sourced.marks[key,]
        assert line == 1
        assert source[column - 1 :].startswith(quoted(mapping[key]))


# What is refused


@pytest.mark.parametrize(
    ("source", "at", "fragment"),
    [
        ("a: 1\nb: 2\na: 3\n", (3, 1), "'a' given twice"),
        ('rules:\n  - id: x\n    "id": y\n', (3, 5), "'id' given twice"),
        ("x: {é: 1, é: 2}\n", (1, 11), "'é' given twice"),
        ("? [a, b]\n: 1\n", (1, 3), "a key must be one word"),
        ("{a: 1}: 1\n", (1, 1), "a key must be one word"),
        ("a: !!python/object/apply:os.system [ls]\n", (1, 4), "python/object/apply:os.system"),
        ("a:\n  - !!python/name:os.system\n", (2, 5), "python/name:os.system"),
        ("a: !!binary aGk=\n", (1, 4), "binary"),
        ("a: !!set {x, y}\n", (1, 4), "set"),
        ("a: !mine x\n", (1, 4), "'!mine'"),
        ("a: 1\n!!python/object:os.system b: 2\n", (2, 1), "python/object:os.system"),
        ("a: 1\n!mine b: 2\n", (2, 1), "'!mine'"),
    ],
    ids=[
        "key-twice", "key-twice-quoted", "key-twice-in-flow", "list-as-key", "map-as-key", "python-apply",
        "python-name", "binary", "set", "own-tag", "python-tag-on-a-key", "own-tag-on-a-key",
    ],
)  # fmt: skip
def test_yaml_that_rule_files_do_not_need_is_refused_where_it_stands(
    source: str, at: tuple[int, int], fragment: str
) -> None:
    error = finding(source)
    assert address(error) == at
    assert fragment in error.message


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("a: &x 1\nb: *x\n", {1, 2}),
        ("a: &x [1]\nb: *x\n", {1, 2}),
        ("a: &x {k: v}\nb:\n  <<: *x\n", {1, 3}),
        ("a: &x [*x]\n", {1}),
        ("&x a: 1\nb: *x\n", {1, 2}),
        ("&x a: 1\nb: {*x : 2}\n", {1, 2}),
        ("a: &x 1\n", {1}),
    ],
    ids=["scalar", "list", "merge-key", "inside-itself", "key-to-value", "key-to-key", "anchor-alone"],
)
def test_anchors_and_aliases_are_refused(source: str, lines: set[int]) -> None:
    with pytest.raises(RulesError) as caught:
        read("file.yaml", source.encode())
    assert {f.line for f in caught.value.findings} <= lines
    assert all("anchors and aliases" in f.message for f in caught.value.findings)


def test_an_alias_of_nothing_is_refused_where_it_stands() -> None:
    assert address(finding("a: 1\nb: *nobody\n")) == (2, 4)


def test_an_alias_bomb_is_refused_and_not_expanded() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    with pytest.raises(RulesError) as caught:
        read("bomb.yaml", "\n".join(levels).encode())
    # At the very most one finding for each anchor and alias; 9 ** 39 of them would never end.
    assert 0 < len(caught.value.findings) <= 40 * 10
    assert all("anchors and aliases" in f.message for f in caught.value.findings)


def test_all_findings_of_a_file_come_together_in_the_order_of_the_lines() -> None:
    with pytest.raises(RulesError) as caught:
        read("file.yaml", b"c: !own x\na: {k: 1, k: 2}\nb: 1\nb: 2\n")
    assert [address(f) for f in caught.value.findings] == [(1, 4), (2, 11), (4, 1)]


def nested(levels: int) -> str:
    return "[" * levels + "x" + "]" * levels


def test_nesting_is_allowed_to_the_limit_and_refused_one_level_deeper() -> None:
    data = read("file.yaml", nested(MAX_DEPTH).encode()).data
    for _ in range(MAX_DEPTH):
        [data] = data
    assert data == "x"
    error = finding(nested(MAX_DEPTH + 1))
    assert address(error) == (1, MAX_DEPTH + 1)
    assert "nested deeper" in error.message


@pytest.mark.parametrize("bracket", ["[", "- ", "{a: ", "? "], ids=["lists", "dashes", "maps", "keys"])
@pytest.mark.parametrize("levels", [1_000, 200_000])
def test_nesting_without_end_is_an_error_with_an_address_and_not_a_crash(bracket: str, levels: int) -> None:
    # A child process, since a parser that runs out of stack takes its whole process with it.
    code = textwrap.dedent("""\
        import sys
        from cleaner.errors import RulesError
        from cleaner.rulebook.document import read
        try:
            read("deep.yaml", (sys.argv[1] * int(sys.argv[2])).encode())
        except RulesError as e:
            sys.exit(0 if str(e).startswith("deep.yaml:") else 3)
        sys.exit(4)
        """)
    done = subprocess.run([sys.executable, "-c", code, bracket, str(levels)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]


@pytest.mark.parametrize(
    ("source", "at"),
    [
        (b"a: 1\nb: caf\xe9\n", (2, 7)),
        (b"\xff\xfea\x00:\x00", (1, 1)),
        (b"a: \xed\xa0\x80\n", (1, 4)),
        (b"a: 1\r\nb: \xc3", (2, 4)),
        ("a: éé".encode() + b"\xff", (1, 6)),
    ],
    ids=["latin-1", "utf-16", "surrogate", "cut-off", "after-longer-characters"],
)
def test_bytes_that_are_not_utf_8_are_refused_at_the_first_bad_one(source: bytes, at: tuple[int, int]) -> None:
    error = finding(source)
    assert "not UTF-8" in error.message
    assert address(error) == at


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    assert read("file.yaml", b"\xef\xbb\xbfrules: []\n").data == {"rules": []}


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read() -> None:
    at_limit = b"a: 1\n#".ljust(MAX_BYTES, b"x")
    assert read("file.yaml", at_limit).data == {"a": "1"}
    error = finding(at_limit + b"x")
    assert address(error) == (1, 1)
    assert f"{MAX_BYTES + 1:,} bytes" in error.message


@pytest.mark.parametrize(
    ("source", "at"),
    [
        ("a: 1\n  b: 2\n", (2, 4)),
        ("rules:\n\t- id: x\n", (2, 1)),
        ("a: 'never closed\nb: 1\n", (1, 4)),
        ("a: 1\n---\nb: 2\n", (2, 1)),
        ("a: b: c\n", (1, 5)),
        ("a: 1\nb: x\x07y\n", (2, 5)),
    ],
    ids=["indent", "tab", "quote", "two-documents", "two-colons", "control-character"],
)
def test_what_is_not_yaml_is_refused_at_its_place(source: str, at: tuple[int, int]) -> None:
    error = finding(source)
    assert error.message.startswith("not YAML")
    assert address(error) == at


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text("a: -[]{}'\"&*!|>?#,\n\t ", max_size=40).map(str.encode))
def test_any_bytes_are_either_read_or_refused_with_an_address(source: bytes) -> None:
    assert all(f.line >= 1 and f.column >= 1 and f.message for f in findings(source))
