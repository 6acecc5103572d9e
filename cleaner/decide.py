"""From rule matches to verdicts: proposals, what `where` and `until` make of them, and the guard.

Rules only propose. Proposals are settled in an order that does not depend on the order of the rules: blocks
and runs anywhere, then the tail from the last block upwards, then the head from the first block downwards.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from cleaner.blocks import as_blocks
from cleaner.model import Block
from cleaner.prose import word_count
from cleaner.rulebook.literals import NO_HINTS
from cleaner.rulebook.load import FOLDERS, Rule
from cleaner.rulebook.match import Match
from cleaner.rulebook.patterns import make_pattern, search
from cleaner.stack import Stack

AT_MOST: Final = 60
"""Blocks of the longest run for a rule that does not say; lists of related stories rarely hold more."""
MAX_PROSE_SHARE: Final = {"generic": 0.34, "networks": 0.5, "outlets": 0.6}
"""Largest share of a document's prose, in characters, that the rules of one folder may take."""
MIN_PROSE_AT_RISK: Final = 300
"""Characters of prose; the guard does not refuse over less."""
SUBHEADING_WORDS: Final = 7
"""Words; a block this short right before resuming prose may be its sub-heading. Teasers are mostly longer."""
STAND_BETWEEN: Final = ("ad",)
"""Categories whose one-word lines do stand alone between two paragraphs of an article."""
APPLIED: Final = "applied"
"""Outcome of a proposal that is carried out."""


class Proposal(NamedTuple):  # a tuple, as dozens are made and changed for each document
    """What one rule wants to take: blocks `first` to `last`, or a span inside one block.

    Args:
        rule: the rule.
        first: first block.
        last: last block.
        reason: why, in words.
        span: offsets in the source for an inline cut, else None.
        skipped: blocks of the run that the rule leaves to others.
        outcome: `APPLIED`, or why not.
        refused: True if the guard said no, False if a condition of the rule itself was not met.
    """

    rule: Rule
    first: int
    last: int
    reason: str
    span: tuple[int, int] | None = None
    skipped: frozenset[int] = frozenset()
    outcome: str = APPLIED
    refused: bool = False

    @property
    def applied(self) -> bool:
        """Whether the proposal is carried out."""
        return self.outcome == APPLIED

    @property
    def blocks(self) -> Sequence[int]:
        """The blocks that are taken whole; none for an inline cut."""
        if self.span is not None:
            return ()
        if self.first == self.last:
            return (self.first,)
        run = range(self.first, self.last + 1)
        return [i for i in run if i not in self.skipped] if self.skipped else run


@dataclass(frozen=True, slots=True)
class Situation:
    """A document ready for decisions.

    Args:
        text: the source.
        blocks: its blocks.
        flats: their flat forms.
        words: of each block.
        prose: which blocks are prose.
        first_prose: the first that is, or the number of blocks.
        folded: the folded text of a stack that holds the document.
        offset: where the document stands in it.
    """

    text: str
    blocks: Sequence[Block]
    flats: Sequence[str]
    words: Sequence[int]
    prose: Sequence[bool]
    first_prose: int
    folded: str
    offset: int

    @classmethod
    def of(cls, stack: Stack, document: int) -> Situation:
        """Take one document out of a stack."""
        first, stop = stack.firsts[document : document + 2].tolist()
        offset = int(stack.offsets[document])
        prose = stack.prose[first:stop].tolist()
        return cls(
            stack.documents[document].text,
            as_blocks(stack.starts[first:stop] - offset, stack.ends[first:stop] - offset),
            stack.flats[first:stop],
            stack.words[first:stop].tolist(),
            prose,
            prose.index(True) if True in prose else len(prose),
            stack.folded,
            offset,
        )

    def folded_block(self, i: int) -> str:
        """Return a block in folded form, as long as it is in the text."""
        start, end = self.blocks[i]
        return self.folded[self.offset + start : self.offset + end]

    def prose_length(self, indices: Iterable[int]) -> int:
        """Return the characters of prose in some blocks."""
        return sum(self.blocks[i].end - self.blocks[i].start for i in indices if self.prose[i])

    def touches_prose(self, p: Proposal) -> bool:
        """Say whether a proposal takes any prose."""
        return self.prose[p.first] if p.span or p.first == p.last else any(self.prose[i] for i in p.blocks)

    def prose_taken(self, proposals: Iterable[Proposal]) -> int:
        """Return the characters of prose that some proposals take together, inline cuts counted once."""
        whole: set[int] = set()
        spans: list[tuple[int, int, int]] = []
        for p in proposals:
            whole.update(p.blocks)
            if p.span and self.prose[p.first]:
                spans.append((*p.span, p.first))
        total, at = self.prose_length(whole), 0
        for start, end, i in sorted(spans):
            if i not in whole:
                total += max(0, end - max(start, at))
                at = max(at, end)
        return total


class Decision(NamedTuple):
    """What is settled for one document.

    Args:
        proposals: all of them with their outcome, in the order of blocks and rule ids.
        kept: the rule that protects each protected block.
        known: for blocks before the first prose of a neutral category that stays, the rule that knows it.
    """

    proposals: list[Proposal]
    kept: dict[int, Rule]
    known: dict[int, Rule]


def decide(situation: Situation, matches: Iterable[Match], categories: Collection[str]) -> Decision:
    """Settle what is removed.

    Args:
        situation: the document.
        matches: of the rules that have a say.
        categories: the categories that go.
    """
    proposals, kept, known = _propose(situation, matches, categories)
    if not proposals:
        return Decision(proposals, kept, known)
    if kept:
        proposals = [_respect(p, kept) for p in proposals]
    proposals.sort(key=lambda p: (p.first, p.last, p.rule.id, p.span or (0, 0)))
    while True:
        settled = _settle_places(situation, proposals)
        refused = _harmful(situation, settled)
        if not refused:
            return Decision(settled, kept, known)
        # A refused cut stays in the text, so whatever counted on its absence is settled again.
        proposals = [
            p._replace(outcome=refused[n], refused=True) if n in refused else p for n, p in enumerate(proposals)
        ]


def _propose(situation: Situation, matches: Iterable[Match], categories: Collection[str]) -> Decision:
    proposals: list[Proposal] = []
    kept: dict[int, Rule] = {}
    known: dict[int, Rule] = {}
    done: set[tuple[int, str]] = set()
    for i, rule, spans in matches:
        if rule.category and rule.category not in categories:
            if i < situation.first_prose:  # further down, it may be of a teaser
                known.setdefault(i, rule)
        elif not spans:
            outcome = "the pattern needed too long on this block; look for nested repeats in it"
            proposals.append(Proposal(rule, i, i, "", outcome=outcome, refused=True))
        elif rule.entry.inline:
            proposals += [_inline(situation, rule, i, span) for span in spans]
        elif rule.entry.keep is None:
            if (i, rule.id) not in done:
                proposal = _block(situation.flats[i], rule, i, spans[0])
                proposals.append(proposal)
                if proposal.applied:
                    done.add((i, rule.id))
        elif i not in kept or rule.scope > kept[i].scope:
            kept[i] = rule
    explained = {p.first for p in proposals if p.applied and not p.span and not p.rule.entry.until} - kept.keys()
    for n, p in enumerate(proposals):
        if p.applied:
            entry = p.rule.entry
            if entry.lines and _may_be_subheading(situation, p, explained):
                proposals[n] = p._replace(outcome="one word between two paragraphs may be a sub-heading")
            elif entry.until:
                proposals[n] = _run(situation, p, explained)
    return Decision(proposals, kept, known)


def _inline(situation: Situation, rule: Rule, i: int, span: tuple[int, int]) -> Proposal:
    """Propose a span inside a block, with the white space that would be left double."""
    folded, start = situation.folded_block(i), situation.blocks[i].start
    first, last = span
    proposal = Proposal(rule, i, i, _reason(rule, f"holds {_quote(folded[first:last])}"), (start + first, start + last))
    if outcome := _suspicious(rule, folded[first:last], folded[:first]):
        return proposal._replace(outcome=outcome)
    before = len(folded[:first].rstrip())
    if last == len(folded):
        first = before
    elif before < first or first == 0:
        last = len(folded) - len(folded[last:].lstrip())
    return proposal._replace(span=(start + first, start + last))


def _block(flat: str, rule: Rule, i: int, span: tuple[int, int]) -> Proposal:
    """Propose the block that matched."""
    if rule.entry.lines:
        return Proposal(rule, i, i, _reason(rule, f"the line {_quote(flat)}"))
    reason = _reason(rule, f"holds {_quote(flat[span[0] : span[1]])}")
    return Proposal(rule, i, i, reason, outcome=_suspicious(rule, flat, flat[: span[0]]) or APPLIED)


def _may_be_subheading(situation: Situation, p: Proposal, explained: Collection[int]) -> bool:
    """Say whether a generic line may be a sub-heading such as `Folgen`: one word between two paragraphs."""
    if p.rule.scope or p.rule.category in STAND_BETWEEN or " " in situation.flats[p.first]:
        return False
    around = (p.first - 1, p.first + 1)
    if around[0] < 0 or around[1] == len(situation.blocks):
        return False
    return all(situation.prose[i] and i not in explained for i in around)


def _run(situation: Situation, proposal: Proposal, explained: Collection[int]) -> Proposal:
    """Extend a proposal to the run that its rule takes.

    Args:
        situation: the document.
        proposal: the first block.
        explained: blocks that rules take by themselves; prose among them does not end a run, which leaves
            it to those rules.
    """
    until, i = proposal.rule.entry.until or "", proposal.first
    at_most, final = proposal.rule.entry.at_most or AT_MOST, len(situation.blocks) - 1
    following = range(i + 1, min(i + at_most, final) + 1)
    skipped: frozenset[int] = frozenset()
    if until == "prose":
        last = _before_prose(situation, i, following, explained)
        skipped = frozenset(j for j in range(i + 1, last + 1) if situation.prose[j])
    elif until == "end":
        last = final
    else:
        pattern = make_pattern(until, hints=NO_HINTS)
        last = next((j for j in following if search(pattern, situation.flats[j])), i + at_most)
    if last - i >= at_most:
        return proposal._replace(outcome=f"the run does not end within {at_most} blocks", refused=True)
    stop = {"end": "to the end", "prose": "to the next prose"}.get(until, f"to {_quote(until)}")
    reason = f"{proposal.reason} and what follows {stop}"
    return proposal._replace(last=last, skipped=skipped, reason=reason)


def _before_prose(situation: Situation, i: int, following: range, explained: Collection[int]) -> int:
    """Return the last block of a run that stops where prose resumes, sparing what may belong to the prose."""
    if i <= situation.first_prose:  # the headline and byline may stand between here and the article
        return i
    resumes = next((j for j in following if situation.prose[j] and j not in explained), None)
    if resumes is None:
        return following.stop - 1
    is_subheading = situation.words[resumes - 1] <= SUBHEADING_WORDS
    return max(i, resumes - (2 if is_subheading else 1))


def _suspicious(rule: Rule, taken: str, before: str) -> str:
    """Say why what a pattern takes looks like article text; empty if it does not."""
    if word_count(taken) > (most := rule.most_words):
        return f"longer than {most} words"
    if rule.scope == 0 and before.count('"') % 2:
        return "inside a quotation"
    return ""


def _respect(proposal: Proposal, kept: dict[int, Rule]) -> Proposal:
    """Let `keep` rules protect their blocks from rules that are not more specific; a run ends before them."""
    if not proposal.applied:
        return proposal
    for i in range(proposal.first, proposal.last + 1):
        if i in kept and kept[i].scope >= proposal.rule.scope:
            if i == proposal.first:
                return proposal._replace(outcome=f"protected by {kept[i].id}")
            return proposal._replace(last=i - 1)
    return proposal


def _settle_places(situation: Situation, proposals: list[Proposal]) -> list[Proposal]:
    """Apply `where`, measured by the prose that is kept."""
    settled = list(proposals)
    cut: set[int] = set()
    tails, heads = [], []
    for n, p in enumerate(proposals):
        if p.applied:
            where = p.rule.entry.where
            if where == "anywhere":
                cut.update(p.blocks)
            if where in ("tail", "edge"):
                tails.append(n)
            if where in ("head", "edge"):
                heads.append(n)

    def is_kept_prose(i: int) -> bool:
        return situation.prose[i] and i not in cut

    placed = set()
    edge = len(situation.blocks) - 1
    for n in reversed(tails):
        p = settled[n]
        while edge >= 0 and not is_kept_prose(edge):
            edge -= 1
        if edge <= p.last:
            cut.update(p.blocks)
            placed.add(n)
        elif p.rule.entry.where == "tail":
            settled[n] = p._replace(outcome="not at the tail: prose follows")
    edge = 0
    for n in heads:
        if n not in placed:
            p = settled[n]
            while edge < len(situation.blocks) and not is_kept_prose(edge):
                edge += 1
            if edge >= p.first:
                cut.update(p.blocks)
            else:
                settled[n] = p._replace(outcome=f"not at the {p.rule.entry.where}: prose stands before")
    return settled


def _harmful(situation: Situation, settled: list[Proposal]) -> dict[int, str]:
    """Return the proposals, by position, that would take too much of the prose, and what to say of them."""
    touches_prose = situation.touches_prose
    touching = {n: p for n, p in enumerate(settled) if p.applied and touches_prose(p)}
    if not touching:
        return {}
    total = situation.prose_length(range(len(situation.blocks)))
    refused: dict[int, str] = {}
    for scope, folder in enumerate(FOLDERS):
        most = max(MAX_PROSE_SHARE[folder] * total, MIN_PROSE_AT_RISK)
        mine = {n: p for n, p in touching.items() if p.rule.scope == scope}
        taken = {n: situation.prose_taken([p]) for n, p in mine.items()}
        for n in taken:
            if taken[n] > most:
                refused[n] = f"would take {taken[n] / total:.0%} of the prose"
        together = situation.prose_taken([p for n, p in mine.items() if n not in refused])
        if together > most:
            outcome = f"the {folder} rules together would take {together / total:.0%} of the prose"
            refused |= {n: outcome for n in mine if n not in refused}
    return refused


def _reason(rule: Rule, said: str) -> str:
    return f"{rule.entry.why}: {said}" if rule.entry.why else said


def _quote(text: str, longest: int = 60) -> str:
    return f"“{text}”" if len(text) <= longest else f"“{text[: longest - 1].rstrip()}…”"
