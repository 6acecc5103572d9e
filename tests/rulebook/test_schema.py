"""What a rule file may say, and where the error stands when it says something else."""

from __future__ import annotations

import datetime as dt
import textwrap
from pathlib import PurePosixPath

import pytest

from cleaner.errors import RuleError, RulesError
from cleaner.model import BOILERPLATE, NEUTRAL
from cleaner.rulebook.document import read
from cleaner.rulebook.schema import RuleFile, check

GENERIC = "generic/ad.yaml"
NETWORK = "networks/press.yaml"
OUTLET = "outlets/example.com.yaml"

SAME = """
examples:
  - {text: x, becomes: same}
"""


def checked(source: str, path: str = GENERIC) -> RuleFile:
    return check(read(path, source.encode()), PurePosixPath(path))


def findings(source: str, path: str) -> tuple[RuleError, ...]:
    with pytest.raises(RulesError) as caught:
        checked(source, path)
    return caught.value.findings


# In the sources an arrow stands right before the place that the error must point at; it is taken out first.
ARROW = "→"


def rule(entry: str) -> str:
    """Return a file that is whole but for one rule."""
    return f"category: ad\nrules:\n  - {entry}{SAME}"


FILES = [
    ("unknown-key", GENERIC, "→categroy: ad\nrules: []\n", ["unknown key 'categroy'", "did you mean 'category'?"]),
    ("unknown-key-near-none", GENERIC, "rules: []\n→zzz: 1\n", ["unknown key 'zzz'", "known keys:", "fingerprints"]),
    ("merge-key", GENERIC, "rules: []\n→<<: {category: ad}\n", ["unknown key '<<'"]),
    ("bad-category", GENERIC, "category: →donatoin\n", ["'donatoin'", "did you mean 'donation'?"]),
    ("category-of-the-tool", GENERIC, "category: →duplicate\n", ["category: 'duplicate' is not"]),
    ("bad-language", GENERIC, "language: →english\n", ["language", "'english'"]),
    ("rules-are-a-word", GENERIC, "rules: →Advertisement\n", ["rules"]),
    ("list", GENERIC, "→- id: one\n", ["a rule file is a map"]),
    ("empty", GENERIC, "→", ["a rule file is a map"]),
    ("no-category-anywhere", GENERIC, "rules:\n  - →id: one\n    lines: [Ad]" + SAME, ["'one' names no category"]),
    # Outlets
    ("unknown-key-in-html", OUTLET, "outlet: example.com\nhtml:\n  content: main\n  →remvoe: aside\n",
     ["unknown key 'remvoe'", "did you mean 'remove'?"]),
    ("wrong-file-name", OUTLET, "name: Other\noutlet: →other.com\n", ["example.com.yaml", "'other.com'", "equal"]),
    ("subdomain-as-outlet", OUTLET, "outlet: →www.example.com\n", ["example.com.yaml", "'www.example.com'"]),
    ("no-outlet-named", OUTLET, "→name: Example\n", ["example.com.yaml", "no outlet"]),
    ("outlet-not-a-domain", OUTLET, "outlet: →Example Times\n", ["'Example Times'", "a domain such as"]),
    ("outlet-in-capitals", OUTLET, "outlet: →Example.com\n", ["'Example.com'", "small letters"]),
    ("domain-with-scheme", OUTLET, "outlet: example.com\ndomains: [a.org, →'https://b.org']\n", ["a domain such as"]),
    ("outlet-in-generic", GENERIC, "category: ad\n→outlet: example.com\n", ["'outlet' belongs", "under outlets/"]),
    ("domains-in-generic", GENERIC, "category: ad\n→domains: [example.com]\n", ["'domains' belongs"]),
    ("fingerprints-in-generic", GENERIC, "category: ad\n→fingerprints: [x]\n", ["'fingerprints' belongs"]),
    ("html-in-generic", GENERIC, "category: ad\n→html: {content: main}\n", ["'html' belongs"]),
    ("html-in-network", NETWORK, "category: ad\n→html: {content: main}\n", ["'html' belongs"]),
    ("extends-in-generic", GENERIC, "category: ad\n→extends: [networks/press]\n", ["'extends' belongs"]),
    # Examples
    ("unknown-key-in-example", GENERIC, "examples:\n  - text: x\n    →become: same\n    becomes: same\n",
     ["unknown key 'become'", "did you mean 'becomes'?"]),
    ("example-without-text", GENERIC, "examples:\n  - →becomes: same\n", ["'text' is missing"]),
    ("example-without-becomes", GENERIC, "examples:\n  - →text: x\n", ["'becomes' is missing"]),
    ("todo-left", GENERIC, "examples:\n  - {text: x, becomes: same}\n  - text: y\n    becomes: →TODO\n",
     ["TODO", "`same`"]),
    ("todo-left-in-a-block", GENERIC, "examples:\n  - text: y\n    becomes: →|\n      TODO\n", ["TODO"]),
    ("no-examples", GENERIC, "→category: ad\nrules:\n  - {id: one, lines: Ad}\n", ["no example says `becomes: same`"]),
    ("no-same-example", GENERIC,
     "category: ad\nrules:\n  - {id: one, lines: Ad}\nexamples:\n  →- {text: Ad, becomes: ''}\n",
     ["no example says `becomes: same`", "looks alike"]),
    # Several rules
    ("two-triggers", GENERIC, rule("{id: zero, lines: x}\n  - →id: one\n    start: ab\n    lines: b"),
     ["exactly one of start, lines, inline and keep", "found start and lines"]),
    ("id-twice", GENERIC, rule("{id: one, lines: a}\n  - id: →one\n    lines: b"), ["'one' given twice", "version"]),
    ("id-and-version-twice", GENERIC, rule("{id: one, lines: a, version: 2}\n  - {id: →one, lines: b, version: 2}"),
     ["'one' given twice"]),
    ("unknown-key-in-second-rule", GENERIC, rule("{id: one, lines: Ad}\n  - {id: two, →strat: Ad, lines: Ad}"),
     ["unknown key 'strat'", "did you mean 'start'?"]),
]  # fmt: skip

RULES = [
    ("unknown-key-in-rule", "id: one\n    →lnies: Ad\n    lines: Ad", ["unknown key 'lnies'", "did you mean 'lines'?"]),
    ("key-of-a-file", "{id: one, lines: Ad, →fingerprints: x}", ["'fingerprints'", "known keys:", "at_most"]),
    ("rule-is-a-word", "→Advertisement", ["dictionary"]),
    ("no-id", "→lines: [Ad]", ["'id' is missing"]),
    ("bad-id", "id: →Sign Up\n    lines: [Ad]", ["'Sign Up'", "small letters"]),
    ("no-trigger", "→id: one", ["exactly one of", "found none"]),
    ("keep-and-inline", "→{id: one, keep: ab, inline: b}", ["found inline and keep"]),
    ("until-of-inline", "→{id: one, inline: ab, until: end}", ["until", "not to inline"]),
    ("until-of-keep", "→{id: one, keep: ab, until: end}", ["until", "not to keep"]),
    ("at-most-without-until", "→{id: one, start: ab, at_most: 5}", ["at_most limits a run", "until"]),
    ("since-after-before", "→{id: one, start: ab, since: 2021-03-02, before: 2021-03-01}", ["since must be earlier"]),
    ("since-equals-before", "→{id: one, start: ab, since: 2021-03-01, before: 2021-03-01}", ["since must be earlier"]),
    ("bad-category", "id: one\n    category: →newsleter\n    lines: [Ad]", ["category: 'newsleter'", "'newsletter'?"]),
    ("bad-where", "{id: one, start: ab, where: →tial}", ["where: 'tial'", "did you mean 'tail'?"]),
    ("no-lines", "{id: one, lines: →[]}", ["lines", "at least 1"]),
    ("blank-line", "{id: one, lines: [Ad, →'  ']}", ["is empty"]),
    ("blank-why", "{id: one, lines: Ad, why: →''}", ["why", "is empty"]),
    ("lines-are-a-map", "{id: one, lines: →{a: b}}", ["lines"]),
    ("at-most-nothing", "{id: one, start: ab, until: end, at_most: →0}", ["at_most"]),
    ("at-most-a-word", "{id: one, start: ab, until: end, at_most: →few}", ["at_most"]),
    ("confidence-over-one", "{id: one, start: ab, confidence: →95}", ["confidence"]),
    ("confidence-zero", "{id: one, start: ab, confidence: →0}", ["confidence"]),
    ("confidence-not-a-number", "{id: one, start: ab, confidence: →.nan}", ["confidence"]),
    ("no-such-day", "{id: one, start: ab, since: →2021-02-30}", ["since"]),
    ("version-zero", "{id: one, start: ab, version: →0}", ["version"]),
    ("bad-regex", "{id: one, start: →'*a'}", ["bad pattern", "'*a'"]),
    ("bad-regex-in-a-list", "id: one\n    start:\n      - fine\n      - →'a(b'", ["bad pattern", "missing )", "'a(b'"]),
    ("bad-regex-in-inline", "{id: one, inline: →'[z-a]'}", ["bad pattern", "'[z-a]'"]),
    ("bad-regex-in-keep", "{id: one, keep: →'a{2,1}'}", ["bad pattern", "'a{2,1}'"]),
    ("bad-regex-in-until", "{id: one, start: ab, until: →'c)'}", ["bad pattern", "'c)'"]),
    ("empty-matching-pattern", "{id: one, start: →'(?:ad)?'}", ["matches the empty string", "'(?:ad)?'"]),
    ("empty-matching-until", "{id: one, start: ab, until: →'.*'}", ["matches the empty string"]),
    ("runaway-pattern", "{id: one, start: →'^(\\w+\\s?)+$'}", ["runaway pattern"]),
]  # fmt: skip

BROKEN = [*FILES, *((f"rule-{name}", GENERIC, rule(entry), fragments) for name, entry, fragments in RULES)]


@pytest.mark.parametrize(("path", "marked", "fragments"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_file_is_refused_with_the_address_and_the_next_step(
    path: str, marked: str, fragments: list[str]
) -> None:
    source = marked.replace(ARROW, "")
    before = marked[: marked.index(ARROW)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found = findings(source, path)
    assert [(f.path, f.line, f.column) for f in found] == [(path, line, column)]
    message = str(found[0])
    assert message.startswith(f"{path}:{line}:{column}: ")
    for fragment in fragments:
        assert fragment in message


def test_everything_wrong_with_a_file_is_said_at_once_in_the_order_of_its_lines() -> None:
    source = textwrap.dedent("""\
        category: ads
        rules:
          - id: One
            lines: [x]
          - id: two
            strat: x
            lines: [x]
          - lines: [y]
        exmaples: []
        """)
    found = findings(source, GENERIC)
    assert [(f.line, f.column) for f in found] == [(1, 11), (3, 9), (6, 5), (8, 5), (9, 1)]


def test_all_bad_patterns_ids_and_examples_of_a_well_shaped_file_are_said_at_once() -> None:
    source = textwrap.dedent("""\
        rules:
          - {id: one, category: ad, start: ['a(', ok, 'b*']}
          - {id: one, lines: x}
          - {id: two, category: ad, start: ab, until: '['}
        examples:
          - {text: x, becomes: TODO}
        """)
    found = findings(source, GENERIC)
    assert [(f.line, f.column) for f in found] == [(2, 37), (2, 47), (3, 5), (3, 10), (4, 47), (6, 3), (6, 24)]


@pytest.mark.parametrize("path", [GENERIC, NETWORK], ids=["generic", "networks"])
def test_every_key_that_belongs_to_outlets_is_said_at_once(path: str) -> None:
    source = "outlet: example.com\ndomains: [a.org]\nfingerprints: [x]\nhtml: {content: main}\n"
    assert [(f.line, f.column) for f in findings(source, path)] == [(1, 1), (2, 1), (3, 1), (4, 1)]


# What is accepted


def test_a_full_outlet_file_is_read_as_written() -> None:
    source = textwrap.dedent("""\
        outlet: example.com
        name: The Example
        domains: example.co.uk
        language: no
        category: other
        fingerprints: ["The Example"]
        extends: networks/press
        rules:
          - id: plea
            category: donation
            where: tail
            start: "^A message"
            until: end
            at_most: 25
            why: a plea
            since: 2021-03-01
            before: 2022-03-01
            confidence: 0.9
          - {id: chrome, lines: [no, Read more], max_words: 4}
          - {id: chrome, version: 2, inline: "\\\\(app\\\\)", language: pt-BR}
          - {id: note, keep: ["^Note", "^Editor"]}
        html: {content: article, remove: [.ad, aside]}
        examples:
          - {name: plain, text: x, becomes: same, date: 2021-03-01}
        """)
    file = checked(source, OUTLET)
    plea, chrome, second, note = file.rules
    assert (file.outlet, file.domains, file.language) == ("example.com", ("example.co.uk",), "no")
    assert (file.fingerprints, file.extends) == (("The Example",), ("networks/press",))
    assert (plea.start, plea.until, plea.at_most, plea.where) == (("^A message",), "end", 25, "tail")
    assert (plea.since, plea.before, plea.confidence) == (dt.date(2021, 3, 1), dt.date(2022, 3, 1), 0.9)
    assert (chrome.lines, chrome.where, chrome.max_words, chrome.version) == (("no", "Read more"), "anywhere", 4, 1)
    assert (second.inline, second.version, second.language) == (("\\(app\\)",), 2, "pt-BR")
    assert note.keep == ("^Note", "^Editor")
    assert file.html is not None
    assert (file.html.content, file.html.remove) == ("article", (".ad", "aside"))
    assert file.examples[0].date == dt.date(2021, 3, 1)


@pytest.mark.parametrize("category", sorted({*BOILERPLATE, *NEUTRAL} - {"duplicate"}))
def test_a_rule_may_name_every_category_but_duplicate(category: str) -> None:
    file = checked(f"rules:\n  - {{id: one, category: {category}, lines: x}}" + SAME)
    assert file.rules[0].category == category


def test_a_keep_rule_needs_no_category() -> None:
    assert checked("rules:\n  - {id: one, keep: ab}" + SAME).rules[0].category is None


def test_one_id_may_have_several_versions() -> None:
    source = "category: ad\nrules:\n  - {id: one, lines: a}\n  - {id: one, lines: b, version: 2}" + SAME
    assert [rule.version for rule in checked(source).rules] == [1, 2]


@pytest.mark.parametrize("path", [OUTLET, "outlets/example.com.yml"], ids=["yaml", "yml"])
def test_both_suffixes_are_the_outlet_s_file_name(path: str) -> None:
    assert checked("outlet: example.com\n", path).outlet == "example.com"


def test_a_file_without_rules_needs_no_examples() -> None:
    assert checked("outlet: example.com\nfingerprints: [x]\n", OUTLET).rules == ()


def test_until_is_a_keyword_or_a_pattern() -> None:
    source = "category: ad\nrules:\n" + "".join(
        f"  - {{id: r{n}, start: ab, until: '{until}'}}\n"
        for n, until in enumerate(["end", "prose", "^End of", "ends?"])
    )
    assert [rule.until for rule in checked(source + SAME).rules] == ["end", "prose", "^End of", "ends?"]
