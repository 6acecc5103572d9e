"""What learning looks at: each block of an article, with its place and with what rules and heuristics make of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.api import Cleaner
from cleaner.fold import bare, identity
from cleaner.heuristics.network import OUTCOMES
from cleaner.model import BOILERPLATE, NEUTRAL, Document
from cleaner.pipeline import Decided, decide_documents

LONGEST: Final = 1500
"""Characters of the longest block that may become a phrase; longer ones are article text, or a glued page."""
CATEGORIES: Final = tuple(category for category in BOILERPLATE if category in OUTCOMES)
"""What a learned phrase can be."""

_OF_CATEGORY: Final = [OUTCOMES.index(category) for category in CATEGORIES]
NEUTRAL_OUTCOMES: Final = [OUTCOMES.index(category) for category in NEUTRAL]

Columns = Mapping[str, NDArray[Any]]


class Observed(NamedTuple):
    """Some articles as columns.

    Args:
        names: of the articles.
        articles: their identities.
        counts: blocks of each article.
        blocks: a column for each property of the blocks, see `observe`.
    """

    names: list[str]
    articles: NDArray[np.uint64]
    counts: NDArray[np.int64]
    blocks: Columns


def observe(cleaner: Cleaner, documents: Sequence[Document]) -> Observed:
    """Decide some articles and note of each block:

    - `key`: the form in which phrases are compared, and `shown`: as it stands in the article;
    - `this`, `before`, `after`: identities of its key and of its neighbours', 0 where there is none;
    - `words`; `is_prose`; `is_taken` by a rule; `is_known` by a rule as neutral, or protected;
    - `article`, `neutral`: how likely it is either, by the heuristics; `category`: what else it is likeliest to be;
    - `run`: blocks that follow it before prose that rules leave, or the end; `run_article`: how likely the likeliest
      of them is article text; `is_last_run`: whether that run is the end.
    """
    decided = decide_documents(documents, cleaner.matcher, cleaner.directory, cleaner.policy)
    rows = [_blocks(one) for one in decided]
    columns = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    return Observed(
        [document.id for document in documents],
        np.array([identity(document.text) for document in documents], np.uint64),
        np.array([len(one.situation.blocks) for one in decided]),
        columns,
    )


def _blocks(decided: Decided) -> dict[str, NDArray[Any]]:
    situation = decided.situation
    count = len(situation.blocks)
    flats = [flat[:LONGEST] for flat in situation.flats]
    keys = [bare(flat) for flat in flats]
    this = np.array([identity(key) for key in keys], np.uint64)
    none = np.zeros(1, np.uint64)
    prose = np.array(situation.prose, np.bool_)
    taken, known = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    taken[[*decided.winners, *(p.first for p in decided.proposals if p.applied and p.span)]] = True
    known[[*decided.known, *decided.kept]] = True
    kept = np.flatnonzero(prose & ~taken)
    positions = np.arange(count)
    if decided.judgement is None:  # a text without blocks, or with too many of them
        likely = np.zeros((count, len(OUTCOMES)), np.float32)
        likely[:, 0] = 1
    else:
        likely = decided.judgement.probabilities
    run, worst = _runs(kept, likely[:, 0], count)
    text = decided.document.text
    shown = [text[start:end][:LONGEST].encode("utf-8", "replace").decode() for start, end in situation.blocks]
    return {
        "position": positions.astype(np.int32),
        "key": np.array(keys, object),
        "shown": np.array(shown, object),
        "this": this,
        "before": np.concatenate([none, this])[:count],
        "after": np.concatenate([this, none])[1 : count + 1],
        "words": np.array(situation.words, np.int32),
        "is_prose": prose,
        "is_taken": taken,
        "is_known": known,
        "article": likely[:, 0].astype(np.float32),
        "neutral": likely[:, NEUTRAL_OUTCOMES].sum(axis=1).astype(np.float32),
        "category": likely[:, _OF_CATEGORY].argmax(axis=1).astype(np.int8) if count else np.zeros(0, np.int8),
        "run": run,
        "run_article": worst,
        "is_last_run": positions + run == count - 1,
    }


def _runs(kept: NDArray[np.int64], article: NDArray[np.float32], count: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return for each block the blocks between it and the next kept prose, and the likeliest article text of them."""
    run, worst = np.zeros(count, np.int32), np.zeros(count, np.float32)
    for first, stop in pairwise([-1, *kept.tolist(), count]):
        begin = max(first, 0)
        if begin == stop:
            continue
        run[begin:stop] = stop - 1 - np.arange(begin, stop)
        behind = np.maximum.accumulate(article[begin:stop][::-1])[::-1]
        worst[begin : stop - 1] = behind[1:]
    return run, worst
