"""Lines that repeat but for a name, a date or a count: what they have in common, as patterns.

A form is the beginning and the end of lines, a few words long, with something between that changes: `Follow … on
Twitter`. Digits stand for any number. Of several forms of the same lines the one that fixes more words wins.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from cleaner.learn.repeats import LEAST, MASKED, STATS, Repeat, Repeats

MOST_WORDS: Final = 40
"""Words of the longest line that is looked at for a form."""
MOST_FORMS: Final = 2000
"""Forms that are looked at, those of most articles first."""
SPECIFIC: Final = 0.1
"""Share of a form's articles that each fixed word is worth: a longer form with almost as many articles wins."""
MOST_GAP: Final = 160
"""Characters of the longest gap."""
MOST_SLOT: Final = 5
"""Words of what changes, but behind a colon: names and dates are short, headlines are not."""
_SHAPES: Final = [[6, 0], [4, 0], [3, 0], [0, 4], [0, 3], [2, 2], [2, 1], [1, 2]]
"""Words that are fixed at the beginning and at the end."""
_GAP: Final = "\x1f"

_MEMBERS: Final = f"""
CREATE TABLE members AS
WITH pool AS (
    SELECT n, position, story, is_prose OR article > 0.5 AS is_article, key,
        {MASKED} AS masked
    FROM blocks JOIN stories USING (n)
    WHERE (this NOT IN (SELECT this FROM frequent) OR masked IN (SELECT form FROM numbered))
        AND NOT is_taken AND NOT is_known AND key <> ''
),
split AS (SELECT *, string_split(masked, ' ') AS t FROM pool WHERE is_article OR length(masked) < 400),
shaped AS (
    SELECT n, position, story, is_article, unnest(list_concat(
        [CASE WHEN masked IN (SELECT form FROM numbered) THEN masked END],
        [CASE WHEN len(t) > s[1] + s[2] AND len(t) <= $words
            THEN array_to_string(t[:s[1]], ' ') || chr(31) || array_to_string(t[len(t) - s[2] + 1:], ' ') END
            FOR s IN $shapes],
        [CASE WHEN regexp_matches(masked, '^[^:]{{2,40}}: ?.')
            THEN regexp_extract(masked, '^[^:]{{2,40}}:') || chr(31) END]
    )) AS form FROM split
)
SELECT form, n, position, story, is_article FROM shaped WHERE form IS NOT NULL
"""  # noqa: S608
_FORMS: Final = """
CREATE TABLE forms AS
WITH counted AS (SELECT form, story, bool_or(is_article) AS is_against FROM members GROUP BY form, story)
SELECT form, count(*) AS articles FROM counted GROUP BY form
HAVING count(*) >= $least AND NOT bool_or(is_against)
ORDER BY articles DESC, form LIMIT $most
"""
_REPEATS: Final = f"""
SELECT form, min(shown), form, any_value(articles), {STATS}
FROM members JOIN forms USING (form) JOIN blocks USING (n, position) JOIN edges USING (n) GROUP BY form ORDER BY form
"""  # noqa: S608
# Each line goes to one form; a form keeps those that no better one has.
_ASSIGNED: Final = """
WITH best AS (
    SELECT n, position, any_value(story) AS story, max({'worth': worth, 'form': form}).form AS form
    FROM members JOIN (SELECT unnest($forms) AS form, unnest($worths) AS worth) USING (form) GROUP BY n, position
)
SELECT form, count(DISTINCT story) FROM best GROUP BY form
"""


class Form(NamedTuple):
    """A form of lines.

    Args:
        pattern: matches such lines, in their flat form.
        repeat: what is known of them.
    """

    pattern: str
    repeat: Repeat


def forms(repeats: Repeats) -> list[Form]:
    """Return the forms of lines that do not repeat as they are, and that no article text has.

    Args:
        repeats: settled.
    """
    repeats.rows(_MEMBERS, {"shapes": _SHAPES, "words": MOST_WORDS})
    repeats.rows(_FORMS, {"least": LEAST, "most": MOST_FORMS})
    found = {row[0]: Repeat(*row[1:]) for row in repeats.rows(_REPEATS) if _is_telling(row[0])}
    found = {form: repeat for form, repeat in found.items() if _has_slot(form, repeat)}
    worths = {form: repeat.articles * (1 + SPECIFIC * _fixed_words(form)) for form, repeat in found.items()}
    assigned = repeats.rows(_ASSIGNED, {"forms": list(worths), "worths": list(worths.values())})
    own = {form: articles for form, articles in assigned if articles >= LEAST}
    chosen = [Form(pattern_of(form), found[form]._replace(articles=own[form])) for form in own]
    return sorted(chosen, key=lambda form: (-form.repeat.articles, form.pattern))


def pattern_of(form: str) -> str:
    """Return the pattern of a form.

    >>> pattern_of("page 0 of 0")
    '^\\\\W{0,3}page \\\\d[\\\\d.,:/]* of \\\\d[\\\\d.,:/]*\\\\W{0,3}$'
    >>> pattern_of("follow\\x1fon twitter")
    '^\\\\W{0,3}follow .{1,160} on twitter\\\\W{0,3}$'
    """
    if _GAP not in form:
        return rf"^\W{{0,3}}{_literal(form)}\W{{0,3}}$"
    head, tail = form.split(_GAP)
    gap = f".{{1,{MOST_GAP}}}"
    if not tail:
        return rf"^\W{{0,3}}{_literal(head)}{'' if head.endswith(':') else ' '}{gap}$"
    return rf"^\W{{0,3}}{_literal(head)}{' ' if head else ''}{gap} {_literal(tail)}\W{{0,3}}$"


def _literal(text: str) -> str:
    return re.escape(text).replace("\\ ", " ").replace("0", r"\d[\d.,:/]*")


def _fixed_words(form: str) -> int:
    return len(form.replace(_GAP, " ").split())


def _has_slot(form: str, repeat: Repeat) -> bool:
    """Say whether what changes is short enough for a name or a date, or may be anything behind a colon."""
    return form.endswith(f":{_GAP}") or repeat.words <= _fixed_words(form) + MOST_SLOT


def _is_telling(form: str) -> bool:
    """Say whether enough of a form is fixed: two words with some letters, or a word before a colon."""
    letters = sum(character.isalpha() for character in form)
    if form.endswith(f":{_GAP}"):
        return letters >= 2
    return letters >= 8 and (_GAP not in form or _fixed_words(form) >= 3)
