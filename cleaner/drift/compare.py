"""Two runs, or the months of one, compared outlet by outlet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import Final, NamedTuple

from cleaner.drift.counts import DATED, UNDATED, UNKNOWN, Fired, Months, Pair, Side, Taken, sides
from cleaner.drift.findings import (
    ADDED,
    BEGUN,
    ENDED,
    GONE,
    LESS,
    MORE,
    SILENT,
    Apart,
    Drift,
    LineDrift,
    Month,
    OutletDrift,
    RuleDrift,
)
from cleaner.drift.lines import Lines, counting
from cleaner.drift.proportions import ENOUGH, LEAST, Rate, by_chance, changed_at, fell, found
from cleaner.logs import Logs
from cleaner.model import Document, check_category
from cleaner.rulebook.load import Rulebook
from cleaner.stack import stack

LEAST_SHIFT: Final = 0.05
"""Share of the characters by which the median of an outlet must have changed."""
HEURISTICS: Final = "heuristics/"
"""How the names of what the heuristics remove begin; they stand in no rulebook."""
NOTHING: Final = Fired("", 0)
"""What a rule did that did not fire."""


def compare(
    new: Logs,
    old: Logs | None,
    rulebook: Rulebook,
    outlet: str | None = None,
    category: str | None = None,
    rule: str | None = None,
) -> Drift:
    """Compare a run with an earlier one, or its last months with those before.

    The last months of an outlet are as few as hold `ENOUGH` documents with dates.

    Args:
        new: the logs of the run.
        old: those of the earlier run; None to compare months.
        rulebook: the rules of today.
        outlet: only documents of this outlet.
        category: only rules that remove this category.
        rule: only this rule, or the rules of this file.

    Raises:
        UsageError: months are to be compared and no document has a date, an unknown category, or no room for temporary
            files.
    """
    if category is not None:
        check_category(category)
    older, newer = sides(new, old, outlet)
    rates = {
        pair: one
        for pair, one in _rates(older, newer).items()
        if category in (None, one.category) and (rule is None or pair[1] == rule or pair[1].startswith(f"{rule}/"))
    }
    apart = _apart(rates, older, newer, rulebook)
    rules = _rules({pair: one for pair, one in rates.items() if pair not in apart}, older, newer)
    with counting((older, newer)) as counted:
        counted.read()
        unread = tuple(map(str, counted.unread))
        lines = _lines(counted, older, newer)
    return Drift(
        old=str(old.out) if old else "",
        new=str(new.out),
        unfinished=tuple(str(run.out) for run in (old, new) if run and not run.is_finished),
        compared=len(newer.months),
        skipped=len(newer.present.keys() & older.present.keys()) - len(newer.months),
        unread=len(unread),
        why_unread=unread[0] if unread else "",
        rules=rules,
        lines=lines,
        outlets=_outlets(older, newer),
        apart=_summed(apart, rates),
        came=_absent(newer.present, older.present),
        went=_absent(older.present, newer.present),
    )


class _Rates(NamedTuple):
    """How often a rule fires in an outlet."""

    category: str
    old: Rate
    new: Rate


def _rates(older: Side, newer: Side) -> dict[Pair, _Rates]:
    before, after = older.fired(), newer.fired()
    result = {}
    for outlet, rule in sorted(before.keys() | after.keys()):
        old, new = before.get((outlet, rule), NOTHING), after.get((outlet, rule), NOTHING)
        of_old, of_new = (sum(side.months[outlet].values()) for side in (older, newer))
        category = new.category or old.category
        result[outlet, rule] = _Rates(category, Rate(old.documents, of_old), Rate(new.documents, of_new))
    return result


def _apart(rates: Mapping[Pair, _Rates], older: Side, newer: Side, rulebook: Rulebook) -> dict[Pair, str]:
    """Return which rules came or went with the rulebook or by their own dates, and why that is thought."""
    entries = {rule.id: rule.entry for rule in rulebook.rules}
    fired, fire = older.rules(), newer.rules()
    changed = {outlet for outlet, _ in older.recipes() ^ newer.recipes()}
    result = {}
    for (outlet, rule), (_, old, new) in rates.items():
        entry = entries.get(rule)
        if entry is None and rule not in fire and outlet in changed and not rule.startswith(HEURISTICS):
            result[outlet, rule] = GONE
        elif entry and entry.before and new.share < old.share:
            result[outlet, rule] = ENDED
        elif entry and entry.since and old.share < new.share:
            result[outlet, rule] = BEGUN
        elif rule not in fired and outlet in changed:
            result[outlet, rule] = ADDED
    return result


def _summed(apart: Mapping[Pair, str], rates: Mapping[Pair, _Rates]) -> tuple[Apart, ...]:
    sums: dict[tuple[str, str], list[_Rates]] = defaultdict(list)
    for (outlet, rule), why in apart.items():
        sums[rule, why].append(rates[outlet, rule])
    rows = [
        Apart(rule, why, len(some), sum(one.old.documents for one in some), sum(one.new.documents for one in some))
        for (rule, why), some in sums.items()
    ]
    rows = [row for row in rows if max(row.old, row.new) >= LEAST]
    return tuple(sorted(rows, key=lambda row: (-max(row.old, row.new), row.rule, row.why)))


def _rules(rates: Mapping[Pair, _Rates], older: Side, newer: Side) -> tuple[RuleDrift, ...]:
    far = {key: how for key, one in rates.items() if (how := _how(one))}
    chances = {key: by_chance(rates[key].old, rates[key].new) for key in far}
    tested = sum(one.old.documents + one.new.documents >= LEAST for one in rates.values())
    kept = [key for key, is_found in zip(far, found(list(chances.values()), tested), strict=True) if is_found]
    falling, rising = [pair for pair in kept if far[pair] != MORE], [pair for pair in kept if far[pair] == MORE]
    taken = older.taken(falling) | newer.taken(rising)
    before, after = older.by_month(kept), newer.by_month(kept)
    rows = []
    for pair in kept:
        is_more = far[pair] == MORE
        months = _months(older, newer, pair[0], before.get(pair, {}), after.get(pair, {}))
        removals = taken[pair]
        row = RuleDrift(
            outlet=pair[0],
            rule=pair[1],
            category=rates[pair].category,
            how=far[pair],
            old=rates[pair].old,
            new=rates[pair].new,
            chance=chances[pair],
            months=months,
            since=_since(months, rises=is_more),
            example=removals[0].text.strip(),
            document=removals[0].document,
            prose=_prose(removals) if is_more else None,
            next=_next_of_rule(pair, far[pair], newer),
        )
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: (row.how == MORE, -abs(row.new.share - row.old.share))))


def _how(one: _Rates) -> str:
    if fell(one.old, one.new):
        return LESS if one.new.documents else SILENT
    return MORE if fell(one.new, one.old) else ""


def _prose(removals: Sequence[Taken]) -> float:
    """Return the share of removals that hold a block that reads as prose."""
    stacked = stack([Document(removal.text) for removal in removals])
    return sum(stacked.per_document(stacked.prose) > 0) / len(removals)


def _months(
    older: Side, newer: Side, outlet: str, before: Mapping[str, int], after: Mapping[str, int]
) -> tuple[Month, ...]:
    """Return the months of an outlet: those of the newer documents, and before them those of the older ones."""
    now, then = newer.months[outlet], older.months[outlet]
    if now.get(UNDATED, 0) > (1 - DATED) * sum(now.values()):
        return ()
    first = min(month for month in now if month != UNDATED)
    earlier = [Month(m, before.get(m, 0), then[m]) for m in sorted(then) if UNDATED < m < first]
    return (*earlier, *(Month(m, after.get(m, 0), now[m]) for m in sorted(now) if m != UNDATED))


def _since(months: Sequence[Month], *, rises: bool) -> str:
    """Return the month from which on a rate is another one, if it changed in that direction."""
    at = changed_at([Rate(documents, of) for _, documents, of in months], rises=rises)
    return months[at].month if at else ""


def _lines(counted: Lines, older: Side, newer: Side) -> tuple[LineDrift, ...]:
    staying, tested = counted.staying()
    far = [line for line in staying if fell(line.new, line.old)]
    chances = [by_chance(line.old, line.new) for line in far]
    kept = [
        (line, chance)
        for line, chance, is_found in zip(far, chances, found(chances, tested), strict=True)
        if is_found
    ]  # fmt: skip
    lines = [line for line, _ in kept]
    before, after = counted.by_month(lines, is_new=False), counted.by_month(lines, is_new=True)
    shown = counted.shown(lines)
    rows = []
    for line, chance in kept:
        pair = line.outlet, line.this
        if pair not in shown:  # its document was changed just now
            continue
        months = _months(older, newer, line.outlet, before.get(pair, {}), after.get(pair, {}))
        row = LineDrift(
            outlet=line.outlet,
            line=shown[pair].text,
            where="tail" if line.tail >= 0.5 else "head",
            old=line.old,
            new=line.new,
            chance=chance,
            months=months,
            since=_since(months, rises=True),
            document=shown[pair].document,
            next=_next_of_line(line.outlet),
        )
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: (-row.new.documents, row.outlet, row.line)))


def _outlets(older: Side, newer: Side) -> tuple[OutletDrift, ...]:
    before, after = older.shares(), newer.shares()
    flagged, removed = [], []
    for outlet in sorted(after):
        old, new = before[outlet], after[outlet]
        flagged.append((outlet, Rate(old.flagged, old.documents), Rate(new.flagged, new.documents)))
        removed.append((outlet, old.above(new), new.above(old)))
    rows = [
        OutletDrift(outlet, "flagged", old.share, new.share, chance, _next_of_outlet(outlet, newer))
        for outlet, old, new, chance in _far(flagged)
    ]
    for outlet, _, _, chance in _far(removed):
        middles = before[outlet].middle(), after[outlet].middle()
        if abs(middles[0] - middles[1]) >= LEAST_SHIFT:
            rows.append(OutletDrift(outlet, "removed", *middles, chance, _next_of_outlet(outlet, newer)))
    return tuple(sorted(rows, key=lambda row: (-abs(row.new - row.old), row.outlet, row.what)))


def _far(rates: Sequence[tuple[str, Rate, Rate]]) -> list[tuple[str, Rate, Rate, float]]:
    """Return the outlets whose rates are far apart, with how likely that is by chance."""
    far = [(outlet, old, new) for outlet, old, new in rates if fell(old, new) or fell(new, old)]
    chances = [by_chance(old, new) for _, old, new in far]
    is_found = found(chances, len(rates))
    return [(*row, chance) for row, chance, is_it in zip(far, chances, is_found, strict=True) if is_it]


def _absent(present: Months, other: Months) -> dict[str, int]:
    """Return the outlets with enough documents that are not among others, with their documents."""
    counts = {outlet: sum(months.values()) for outlet, months in sorted(present.items()) if outlet not in other}
    return {outlet: documents for outlet, documents in counts.items() if documents >= ENOUGH}


def _next_of_rule(pair: Pair, how: str, newer: Side) -> tuple[str, ...]:
    rule, of_outlet = quote(pair[1]), "" if pair[0] == UNKNOWN else f" --outlet {quote(pair[0])}"
    if how == MORE:
        return (
            f"cleaner diff ARTICLES --rule {rule}{of_outlet}",
            f"cleaner restore {quote(str(newer.logs.out))} -o RESTORED --rule {rule}{of_outlet}",
        )
    show = () if pair[1].startswith(HEURISTICS) else (f"cleaner rules show {rule}",)
    return (*show, *_next_of_line(pair[0]))


def _next_of_line(outlet: str) -> tuple[str, ...]:
    """Return commands that draft rules and try them; they need to know the outlet."""
    if outlet == UNKNOWN:
        return ()
    name = quote(outlet)
    return f"cleaner learn ARTICLES --outlet {name}", f"cleaner rules test {name} --on ARTICLES"


def _next_of_outlet(outlet: str, newer: Side) -> tuple[str, ...]:
    return (f"cleaner stats {quote(str(newer.logs.out))} --outlet {quote(outlet)}",)
