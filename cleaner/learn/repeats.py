"""What repeats over an outlet's articles, counted in tables, whatever their size."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from cleaner.learn.observe import Observed
from cleaner.tables import explained, temporary_tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEAST: Final = 3
"""Articles in which a line must stand; twice, an article and its update may do the same."""
SAME_STORY: Final = 0.1
"""Share of articles; a paragraph that stands in more of them does not tell that two are the same story."""

MEMORY: Final = 250
"""Megabytes for the tables; as much again goes to what is read from and written to them."""
STANDING: Final = 0.3
"""Share of articles in which a paragraph stands that is none of the article's own."""

MASKED: Final = "regexp_replace(key, '[0-9][0-9.,:/]*', '0', 'g')"
"""A line with 0 for each number."""
TELLING: Final = r"\pL.*\pL.*\pL.*\pL|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}].*\pL"
"""Letters that a form must have."""

_BLOCKS: Final = """
CREATE TABLE blocks (
    n BIGINT, position INTEGER, key VARCHAR, shown VARCHAR, this UBIGINT, before UBIGINT, after UBIGINT, words INTEGER,
    is_prose BOOLEAN, is_taken BOOLEAN, is_known BOOLEAN, article FLOAT, neutral FLOAT, category TINYINT,
    run INTEGER, run_article FLOAT, is_last_run BOOLEAN
)
"""
_ARTICLES: Final = "CREATE TABLE articles (n BIGINT, identity UBIGINT, name VARCHAR)"
_COLUMNS: Final = (
    "position", "key", "shown", "this", "before", "after", "words", "is_prose", "is_taken", "is_known",
    "article", "neutral", "category", "run", "run_article", "is_last_run",
)  # fmt: skip
# Two articles with the same longest paragraph are one story: what they share besides repeats for no other reason.
_STORIES: Final = """
CREATE TABLE stories AS
WITH learned AS (
    SELECT min(n) AS n, identity FROM articles WHERE identity NOT IN (SELECT unnest($held)) GROUP BY identity
),
paragraphs AS (SELECT n, this, max(words) AS words FROM blocks SEMI JOIN learned USING (n)
    WHERE is_prose AND NOT is_taken GROUP BY n, this),
rare AS (SELECT this FROM paragraphs GROUP BY this
    HAVING count(*) <= greatest(3, $same_story * (SELECT count(*) FROM learned))),
longest AS (SELECT n, max({'words': words, 'this': this}).this AS this FROM paragraphs SEMI JOIN rare USING (this)
    GROUP BY n)
SELECT n, coalesce(this, identity) AS story FROM learned LEFT JOIN longest USING (n)
"""
_FREQUENT: Final = """
CREATE TABLE frequent AS
WITH often AS (SELECT this FROM blocks SEMI JOIN stories USING (n) GROUP BY this HAVING count(*) >= $least)
SELECT this, count(*) AS articles FROM (
    SELECT DISTINCT this, story FROM blocks SEMI JOIN often USING (this) JOIN stories USING (n)
) GROUP BY this HAVING count(*) >= $least
"""
# Prose that repeats in many articles is no article text, so it does not count for what stands before or behind that.
_EDGES: Final = """
CREATE TABLE edges AS
WITH standing AS (SELECT this FROM frequent WHERE articles >= $standing * (SELECT count(DISTINCT story) FROM stories)),
kept AS (SELECT n, position FROM blocks ANTI JOIN standing USING (this) WHERE is_prose AND NOT is_taken)
SELECT n, story, coalesce(min(position), -1) AS first_prose, coalesce(max(position), 1 << 30) AS last_prose
FROM stories LEFT JOIN kept USING (n) GROUP BY n, story
"""
STATS: Final = """
    count(*)::INTEGER AS occurrences, max(words)::INTEGER AS words, avg(is_prose::INTEGER) AS prose,
    avg((position < first_prose)::INTEGER) AS head, avg((position > last_prose)::INTEGER) AS tail,
    avg(is_taken::INTEGER) AS taken, avg(is_known::INTEGER) AS known,
    avg(article::DOUBLE) AS article, avg(neutral::DOUBLE) AS neutral,
    mode(category ORDER BY category)::INTEGER AS category,
    avg(((before IN (SELECT this FROM frequent)) OR (after IN (SELECT this FROM frequent)))::INTEGER) AS company,
    avg((after <> 0 AND after NOT IN (SELECT this FROM frequent))::INTEGER) AS heads_other,
    avg((run > 0)::INTEGER) AS followed, avg(run_article::DOUBLE) AS run_article, max(run)::INTEGER AS longest_run,
    avg(is_last_run::INTEGER) AS ends
"""
# Lines that differ in nothing but their numbers, in three ways at least.
_NUMBERED: Final = f"""
CREATE TABLE numbered AS
WITH pool AS (
    SELECT story, this, {MASKED} AS form, is_prose OR article > 0.5 AS is_article
    FROM blocks JOIN stories USING (n) WHERE NOT is_taken AND NOT is_known AND regexp_matches(key, '[0-9]')
),
likely AS (SELECT form FROM pool GROUP BY form HAVING count(*) >= $least AND NOT bool_or(is_article)),
counted AS (SELECT form, story, this FROM pool SEMI JOIN likely USING (form) GROUP BY form, story, this)
SELECT form, count(DISTINCT story) AS articles FROM counted GROUP BY form
HAVING count(DISTINCT story) >= $least AND count(DISTINCT this) >= $least AND regexp_matches(form, $telling)
"""  # noqa: S608
_REPEATS: Final = f"""
WITH counted AS (
    SELECT this, any_value(key) AS key, min(shown) AS shown, {STATS}
    FROM blocks JOIN edges USING (n) SEMI JOIN frequent USING (this)
    WHERE {MASKED} NOT IN (SELECT form FROM numbered) GROUP BY this
)
SELECT shown, key, articles, counted.* EXCLUDE (this, shown, key) FROM counted JOIN frequent USING (this)
ORDER BY articles DESC, key
"""  # noqa: S608


class Repeat(NamedTuple):
    """A line or a form of lines that stands in many articles; shares are of its occurrences.

    Args:
        shown: how it reads in an article.
        key: the form in which it is compared.
        articles: in how many it stands.
        occurrences: how often.
        words: of the longest.
        prose: share that reads as prose.
        head: share before the first kept prose.
        tail: share behind the last kept prose.
        taken: share that rules take already.
        known: share that rules know as neutral, or protect.
        article: how likely it is article text, by the heuristics, on average.
        neutral: how likely it is a headline, byline and so on.
        category: position in `observe.CATEGORIES` of what else it is likeliest to be.
        company: share that stands beside another line that repeats.
        heads_other: share before a line that does not repeat.
        followed: share with some lines before the next kept prose.
        run_article: how likely the likeliest of those lines is article text, on average.
        longest_run: most such lines.
        ends: share whose lines are the last of the article.
    """

    shown: str
    key: str
    articles: int
    occurrences: int
    words: int
    prose: float
    head: float
    tail: float
    taken: float
    known: float
    article: float
    neutral: float
    category: int
    company: float
    heads_other: float
    followed: float
    run_article: float
    longest_run: int
    ends: float


@dataclass(slots=True)
class Repeats:
    """The blocks of an outlet's articles; opened by `counting`.

    Args:
        tables: where they are counted.
        articles: how many were added.
    """

    tables: DuckDBPyConnection
    articles: int = 0

    def add(self, observed: Observed) -> None:
        """Add some articles."""
        numbers = range(self.articles, self.articles + len(observed.names))
        self.articles += len(observed.names)
        names = [name.encode("utf-8", "replace").decode() for name in observed.names]
        self._insert(
            "articles", {"n": np.array(numbers), "identity": observed.articles, "name": np.array(names, object)}
        )
        owners = np.repeat(np.array(numbers), observed.counts)
        self._insert("blocks", {"n": owners, **{name: observed.blocks[name] for name in _COLUMNS}})

    def _insert(self, table: str, rows: dict[str, Any]) -> None:  # noqa: ARG002 (DuckDB finds it by its name)
        self.tables.execute(f"INSERT INTO {table} SELECT * FROM rows")  # noqa: S608

    def settle(self, held_out: list[int]) -> int:
        """Find the stories and what is frequent, once all articles are there.

        Args:
            held_out: identities of articles that are not learned from.

        Returns:
            The number of stories.
        """
        parameters = {"held": held_out, "same_story": SAME_STORY}
        self.tables.execute(_STORIES, parameters)
        self.tables.execute(_FREQUENT, {"least": LEAST})
        self.tables.execute(_EDGES, {"standing": STANDING})
        self.tables.execute(_NUMBERED, {"least": LEAST, "telling": TELLING})
        ((stories,),) = self.tables.execute("SELECT count(DISTINCT story) FROM stories").fetchall()
        return int(stories)

    def different(self) -> int:
        """Return how many different articles were added."""
        ((articles,),) = self.rows("SELECT count(DISTINCT identity) FROM articles")
        return int(articles)

    def lines(self) -> list[Repeat]:
        """Return the lines that repeat, those of most articles first."""
        return [Repeat(*row) for row in self.tables.execute(_REPEATS).fetchall()]

    def rows(self, query: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Return what a query finds."""
        return self.tables.execute(query, parameters or {}).fetchall()


@contextlib.contextmanager
def counting() -> Iterator[Repeats]:
    """Open empty tables for the blocks of some articles.

    Raises:
        UsageError: there is no room for them.
    """
    with explained("what repeats cannot be counted"), temporary_tables(MEMORY) as tables:
        tables.execute(_ARTICLES)
        tables.execute(_BLOCKS)
        yield Repeats(tables)
