"""How well labelled articles were cleaned: what went of the boilerplate, and what was lost of the article.

A line counts as removed when over half of its words went. The words of a cleaned text are found again in the raw one
in their order, so texts whose lines were wrapped or joined before they were cleaned can be scored too.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cleaner.errors import UsageError
from cleaner.labelled import ARTICLE, LABELS, MIXED, Labelled, lines_of, words_of

GONE: Final = 0.5
"""A line of whose words at most this share is left counts as removed."""
UNNAMED: Final = "other"
"""Category of a line labelled D without one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one labelled article.

    Args:
        document: the article.
        words: words on its article lines.
        words_kept: how many of them are left.
        lost: article lines that are gone.
        boilerplate: boilerplate lines by category.
        removed: how many of them are gone.
        neutral: neutral lines by label.
        neutral_lost: how many of them are gone.
        cuts: substrings that had to go from mixed lines.
        cuts_done: how many of them are gone.
    """

    document: Labelled
    words: int
    words_kept: int
    lost: int
    boilerplate: Counter[str]
    removed: Counter[str]
    neutral: Counter[str]
    neutral_lost: Counter[str]
    cuts: int
    cuts_done: int

    @property
    def left(self) -> int:
        """Boilerplate lines that are still there."""
        return self.boilerplate.total() - self.removed.total()


class Share(NamedTuple):
    """A number of lines out of all lines of a kind."""

    part: int
    lines: int

    @property
    def value(self) -> float:
        """The share, from 0 to 1."""
        return self.part / max(1, self.lines)


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures of a number of labelled articles; all but the counts are shares of 1, and 0 where there is nothing.

    Args:
        documents: how many articles.
        f1: harmonic mean of precision and recall.
        precision: of the lines removed, article or boilerplate, the share that is boilerplate.
        recall: of the boilerplate lines, the share removed.
        keep_words: of the words on article lines, the share that is left.
        damaged_docs: articles that lost a line.
        perfect_docs: articles that lost no line and have no boilerplate line left.
        cuts: substrings that had to go from mixed lines.
        cuts_done: the share of them that is gone.
        by_category: boilerplate lines removed, the category with most lines first.
        neutral_lost: neutral lines removed, by label in the same order; no figure above counts them.
    """

    documents: int
    f1: float
    precision: float
    recall: float
    keep_words: float
    damaged_docs: float
    perfect_docs: float
    cuts: int
    cuts_done: float
    by_category: Mapping[str, Share]
    neutral_lost: Mapping[str, Share]


def judge(document: Labelled, cleaned: str) -> Outcome:
    """Compare a cleaned text with the labels of its raw one.

    >>> from pathlib import Path
    >>> article = Labelled("1", Path("1.txt"), "Sign up\\nThe bridge stays open.", ("D:newsletter", "K"))
    >>> outcome = judge(article, "The bridge stays open.")
    >>> outcome.removed["newsletter"], outcome.words_kept, outcome.lost
    (1, 5, 0)
    """
    lines = lines_of(document.text)
    kept = _left(lines, lines_of(cleaned))
    words = words_kept = lost = cuts = cuts_done = 0
    boilerplate: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    neutral: Counter[str] = Counter()
    neutral_lost: Counter[str] = Counter()
    for number, (label, line, left) in enumerate(zip(document.labels, lines, kept, strict=True), 1):
        is_gone = sum(left) / len(left) <= GONE
        if label == ARTICLE:
            words += len(left)
            words_kept += sum(left)
            lost += is_gone
        elif label == MIXED:
            text = " ".join(word for word, is_left in zip(words_of(line), left, strict=True) if is_left)
            cuts += len(document.cuts[number])
            cuts_done += sum(" ".join(words_of(cut)) not in text for cut in document.cuts[number])
        elif label.startswith("D"):
            category = label.removeprefix("D").removeprefix(":") or UNNAMED
            boilerplate[category] += 1
            removed[category] += is_gone
        else:
            neutral[label] += 1
            neutral_lost[label] += is_gone
    return Outcome(document, words, words_kept, lost, boilerplate, removed, neutral, neutral_lost, cuts, cuts_done)


def judge_all(gold: Iterable[Labelled], cleaned: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Compare cleaned texts by id with the labels; an article without a cleaned text counts as emptied."""
    return tuple(judge(document, cleaned.get(document.id, "")) for document in gold)


def total(outcomes: Sequence[Outcome]) -> Scores:
    """Return the figures of a number of articles together."""
    by_category = _shares((outcome.boilerplate, outcome.removed) for outcome in outcomes)
    hits, boilerplate = (sum(column) for column in zip(*by_category.values(), strict=True)) if by_category else (0, 0)
    false_alarms = sum(outcome.lost for outcome in outcomes)
    precision, recall = hits / max(1, hits + false_alarms), hits / max(1, boilerplate)
    documents, cuts = max(1, len(outcomes)), sum(outcome.cuts for outcome in outcomes)
    return Scores(
        documents=len(outcomes),
        f1=2 * precision * recall / (precision + recall) if hits else 0.0,
        precision=precision,
        recall=recall,
        keep_words=sum(o.words_kept for o in outcomes) / max(1, sum(o.words for o in outcomes)),
        damaged_docs=sum(o.lost > 0 for o in outcomes) / documents,
        perfect_docs=sum(not o.lost and not o.left for o in outcomes) / documents,
        cuts=cuts,
        cuts_done=sum(o.cuts_done for o in outcomes) / max(1, cuts),
        by_category=by_category,
        neutral_lost=_shares((outcome.neutral, outcome.neutral_lost) for outcome in outcomes),
    )


def by_field(outcomes: Iterable[Outcome], name: str) -> dict[str, Scores]:
    """Return the figures for each value of a field of the label rows, those with most lines gone wrong first.

    Raises:
        UsageError: no row has the field.
    """
    groups: dict[str, list[Outcome]] = {}
    known: set[str] = set()
    for outcome in outcomes:
        fields = outcome.document.fields
        known.update(fields)
        groups.setdefault(str(fields[name]) if fields.get(name) is not None else "unknown", []).append(outcome)
    if name not in known:
        raise UsageError(f"no row of {LABELS} has the field {name!r}; they have {', '.join(sorted(known))}")
    ranked = sorted(groups.items(), key=lambda group: (-sum(o.lost + o.left for o in group[1]), group[0]))
    return {value: total(group) for value, group in ranked}


def worst(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the articles with lines gone wrong, those that lost most of the article first."""
    return sorted((o for o in outcomes if o.lost or o.left), key=lambda o: (-o.lost, -o.left, o.document.id))


def _left(raw: Sequence[str], cleaned: Sequence[str]) -> list[list[bool]]:
    """For each line, tell of each word whether it is still there; lines are matched first, then the words between.

    >>> _left(["Read on.", "A B C", "D"], ["A C", "D"])
    [[False, False, False], [True, False, True], [True]]
    """
    left = [[False] * len(words_of(line)) for line in raw]
    for what, start, end, cleaned_start, cleaned_end in _matcher(raw, cleaned).get_opcodes():
        if what == "equal":
            for flags in left[start:end]:
                flags[:] = [True] * len(flags)
        elif what == "replace":
            places = [(flags, i) for flags in left[start:end] for i in range(len(flags))]
            before = [word for line in raw[start:end] for word in words_of(line)]
            after = [word for line in cleaned[cleaned_start:cleaned_end] for word in words_of(line)]
            for at, _, size in _matcher(before, after).get_matching_blocks():
                for flags, i in places[at : at + size]:
                    flags[i] = True
    return left


def _matcher(before: Sequence[str], after: Sequence[str]) -> difflib.SequenceMatcher[str]:
    return difflib.SequenceMatcher(None, before, after, autojunk=False)


def _shares(pairs: Iterable[tuple[Counter[str], Counter[str]]]) -> dict[str, Share]:
    """Add up lines and the part of them that is gone, most lines first."""
    lines: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for all_lines, gone_lines in pairs:
        lines.update(all_lines)
        gone.update(gone_lines)
    return {key: Share(gone[key], lines[key]) for key in sorted(lines, key=lambda key: (-lines[key], key))}
