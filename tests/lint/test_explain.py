"""`cleaner rules explain`: which rules looked at a line, who won, and who almost had a say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cleaner.report.rules import Lines
from tests.articles import write_files
from tests.console import Cli
from tests.lint.files import DOMAIN, KEPT, outlet

RULES = """\
{id: share, category: social, lines: [Share on Quillbook]}
{id: topics, category: navigation, where: tail, lines: [All topics], until: end, at_most: 9}
{id: foot, category: legal, where: tail, lines: [Quill group]}
{id: short, category: promo, max_words: 4, start: '^try the quill app'}
{id: offer, category: promo, start: '^the quillmore fund asks (each|every) reader for a gift$'}
{id: early, category: legal, lines: [Printed by hand], before: 2001-01-01}
{id: cut, category: promo, inline: ' \\(in the quill app\\)'}
{id: note, keep: '^note of the board'}
{id: lead, category: caption, lines: [Seen from the weir]}
"""
LINES = """\
Share on Quillbook
Try the Quill app
The Quillmore fund asks every reader for a gift
Printed by hand
Quill group
All topics
Parishes"""
ARTICLE = f"""\
Seen from the weir

Note of the board

{KEPT}

Share on Quillbook

Quill group

Nobody at the board could say why the boats had come (in the Quill app), but the keeper thought it was the heat.

The Quillmore fund asks all readers for a gift
Try the Quill app today if you like
All topics
Parishes
"""
LISTED = ARTICLE.splitlines()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    source = outlet(RULES.rstrip(), LINES).replace("  - text: The board met", f"{EXAMPLE}  - text: The board met")
    other = outlet("{id: seal, category: legal, lines: [Sealed by the Ems press]}", "Sealed by the Ems press",
                   domain="other.example")  # fmt: skip
    return write_files(tmp_path / "rules", {f"outlets/{DOMAIN}.yaml": source, "outlets/other.example.yaml": other})


EXAMPLE = f"""\
  - text: |
      Seen from the weir

      Note of the board

      {KEPT[:-1]} (in the Quill app).
    becomes: |
      Note of the board

      {KEPT}
"""


@pytest.fixture
def article(tmp_path: Path) -> Path:
    return write_files(tmp_path, {f"{DOMAIN}/lock.txt": ARTICLE}) / DOMAIN / "lock.txt"


def line_of(text: str) -> int:
    return LISTED.index(text) + 1


def test_every_line_that_a_rule_looked_at_is_shown_with_its_number(cli: Cli, rules: Path, article: Path) -> None:
    result = cli("rules", "explain", article, "--rules", rules)
    assert result.code == 0
    assert result.out.startswith(f"outlet: {DOMAIN} (by path: ")
    shown = [int(number) for number in re.findall(r"^ {0,3}(\d+) ", result.out, re.MULTILINE)]
    silent = {line_of(text) for text in LISTED if text.startswith((KEPT, "The Quillmore", "Try"))}
    assert shown == [n for n, text in enumerate(LISTED, 1) if text and n not in silent]
    assert "\x1b" not in result.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (7, ["7 - social", f"won: outlets/{DOMAIN}/share (", ".yaml:3), confidence 0.99",
             "agrees: generic/standing/share (", "more specific: outlets before generic"]),
        (9, ["9   keep", f"lost: outlets/{DOMAIN}/foot (", "not at the tail: prose follows"]),
        (11, ["11   keep", f"cuts: outlets/{DOMAIN}/cut (", "inside the block"]),
        (3, ["3   keep", f"protected by outlets/{DOMAIN}/note ("]),
        (1, ["1   keep", f"caption by outlets/{DOMAIN}/lead (", "which stays"]),
        (16, ["16 - navigation", f"won: outlets/{DOMAIN}/topics (", "what follows to the end"]),
        (5, ["5   keep", "no rule looked at it"]),
        (13, ["13   keep", f"near: outlets/{DOMAIN}/offer (", "of what is fixed in it stands here"]),
        (14, ["14   keep", f"near: outlets/{DOMAIN}/short (", "has 8 words", "takes 4 at most"]),
    ],
    ids=["won", "lost", "cut", "kept", "neutral", "run", "nothing", "one-word-else", "too-many-words"],
)  # fmt: skip
def test_one_line_is_explained(cli: Cli, rules: Path, article: Path, line: int, said: list[str]) -> None:
    result = cli("rules", "explain", f"{article}:{line}", "--rules", rules)
    assert result.code == 0
    assert len(re.findall(r"^ {0,3}\d+ ", result.out, re.MULTILINE)) == 1
    for part in said:
        assert part in result.out


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Share it on Quillbook", "lists “Share on Quillbook”, which is 92% alike"),
        ("Seal of the Ems press", ""),
        ("Sealed by the Ems press", "is for outlets/other.example only; say --outlet"),
        ("The Quillmore fund asks each reader for a gift of a bell", "and the line goes on behind it"),
        ("Today the Quillmore fund asks each reader for a gift", "and the line has more before it"),
        ("The vicar of the parish wrote to nobody", ""),
    ],
    ids=["one-word-more", "line-of-another-outlet", "other-outlet", "goes-on", "starts-before", "far"],
)
def test_near_misses_say_what_they_lack(cli: Cli, rules: Path, tmp_path: Path, text: str, why: str) -> None:
    path = write_files(tmp_path, {"a.txt": f"{KEPT}\n\n{text}\n\n{KEPT}"}) / "a.txt"
    result = cli("rules", "explain", f"{path}:3", "--outlet", DOMAIN, "--rules", rules)
    assert result.code == 0
    assert why in result.out if why else "near:" not in result.out


def test_the_category_that_stays_and_the_mode_are_named(cli: Cli, tmp_path: Path) -> None:
    source = outlet(
        "{id: seen, category: caption, lines: [Seen from the weir]}\n"
        "{id: low, category: promo, lines: [Buy the bell], confidence: 0.6}",
        "Seen from the weir\nBuy the bell",
    )
    rules = write_files(tmp_path / "rules", {f"outlets/{DOMAIN}.yaml": source})
    path = write_files(tmp_path, {"a.txt": f"{KEPT}\n\nSeen from the weir\n\nBuy the bell"}) / "a.txt"
    call = ("--outlet", DOMAIN, "--rules", rules)
    assert "is of the category caption, which stays" in cli("rules", "explain", f"{path}:3", *call).out
    low = cli("rules", "explain", f"{path}:5", *call).out
    assert "has confidence 0.60, and this mode asks for 0.80" in low


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("lock.txt:2", "line 2 is blank"),
        ("lock.txt:99", "no line 99; the last one is"),
        ("lock.txt:0", "no line 0"),
        ("nowhere.txt", "no such file"),
        ("nowhere.txt:3", "no such file"),
        ("news.jsonl", "holds many documents"),
        (".", "holds many documents"),
    ],
)
def test_a_place_that_there_is_not_is_refused(cli: Cli, rules: Path, article: Path, place: str, said: str) -> None:
    (article.parent / "news.jsonl").write_text('{"text": "x"}\n')
    result = cli("rules", "explain", article.parent / place, "--rules", rules)
    assert result.code == 2
    assert said in result.err


def test_a_file_whose_name_ends_like_a_line_is_a_file(cli: Cli, rules: Path, tmp_path: Path) -> None:
    path = write_files(tmp_path, {"lock:7": ARTICLE}) / "lock:7"
    assert cli("rules", "explain", path, "--rules", rules).out.count("generic/standing/share") == 1
    assert "near" not in cli("rules", "explain", f"{path}:5", "--rules", rules).out


def test_a_text_without_a_rule_is_no_mistake(cli: Cli, rules: Path, tmp_path: Path) -> None:
    path = write_files(tmp_path, {"a.txt": KEPT}) / "a.txt"
    result = cli("rules", "explain", path, "--rules", rules)
    assert result.code == 0
    assert result.out == "outlet: unknown, generic rules only\nno rule looked at any line\n"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_lines_are_counted_as_editors_do(end: str) -> None:
    text = end.join(["one", "", "three\u2028still", ""])
    lines = Lines(text)
    assert [lines.at(text.index(word)) for word in ("one", "three", "still")] == [1, 3, 3]
    assert len(lines) == 4


def test_an_article_cannot_steer_the_terminal(cli: Cli, rules: Path, tmp_path: Path) -> None:
    path = write_files(tmp_path, {"a.txt": f"{KEPT}\n\nShare on Quillbook \x1b[31m[red]\n"}) / "a.txt"
    result = cli("rules", "explain", f"{path}:3", "--outlet", DOMAIN, "--rules", rules)
    assert "\x1b" not in result.out
    assert "[red]" in result.out
