"""The network: probabilities, how far it looks, exact sums, and weights that fit."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.heuristics.network import (
    MOST_HIDDEN,
    MOST_INPUT,
    MOST_WEIGHT,
    OUTCOMES,
    WEIGHTS,
    Layer,
    Network,
    load_network,
    network,
)  # fmt: skip
from cleaner.heuristics.signals import NAMES

WIDTH, LAYERS, SEEN = 6, 3, 5
REACH = 2 * (2**LAYERS - 1)
"""Blocks before and after that a block can feel in `made`."""
MOST_BYTES = 5_000_000
EXACT = 1 << 24
"""Whole numbers below this are exact as floats of 32 bits."""


def made(seed: int = 0) -> Network:
    random = np.random.default_rng(seed)

    def layer(rows: int, columns: int, scale: float) -> Layer:
        weights = random.integers(-MOST_WEIGHT, MOST_WEIGHT + 1, (rows, columns)).astype(np.float32)
        return Layer(weights, np.full(columns, scale, np.float32), np.full(columns, 0.1, np.float32))

    ones = np.ones(len(NAMES), np.float32)
    layers = tuple(layer(SEEN * WIDTH, WIDTH, 2e-3) for _ in range(LAYERS))
    return Network(0 * ones, ones, layer(len(NAMES), WIDTH, 1e-3), layers, layer(2 * WIDTH, len(OUTCOMES), 1e-4))


def rows(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(-MOST_INPUT, MOST_INPUT + 1, (count, len(NAMES))).astype(np.float32)


def alone(net: Network, given: np.ndarray) -> np.ndarray:
    return net.probabilities(given, np.array([0, len(given)]))


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_probabilities_of_each_block_sum_to_one(count: int) -> None:
    likely = alone(made(), rows(count))
    assert likely.shape == (count, len(OUTCOMES))
    assert np.allclose(likely.sum(axis=1), 1, atol=1e-5)


def test_a_block_feels_its_neighbours_and_nothing_beyond_its_reach() -> None:
    net, given = made(), rows(60)
    before = alone(net, given)
    given[30] = -given[30]
    changed = np.flatnonzero((alone(net, given) != before).any(axis=1))
    assert changed.min() >= 30 - REACH
    assert changed.max() <= 30 + REACH
    assert len(changed) > REACH


def test_a_pattern_reads_the_same_wherever_it_stands() -> None:
    net, pattern = made(), rows(1)
    quiet = np.zeros((80, len(NAMES)), np.float32)
    early, late = quiet.copy(), quiet.copy()
    early[30], late[45] = pattern[0], pattern[0]  # both far enough from the edges
    assert (alone(net, early)[30 - REACH : 31 + REACH] == alone(net, late)[45 - REACH : 46 + REACH]).all()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 99))
def test_documents_of_one_stack_do_not_feel_each_other(sizes: list[int], seed: int) -> None:
    net = network()
    given = rows(sum(sizes), seed)
    firsts = np.cumsum([0, *sizes])
    together = net.probabilities(given, firsts)
    for first, stop in pairwise(firsts):
        assert (together[first:stop] == alone(net, given[first:stop])).all()


def test_sums_of_the_packaged_network_are_exact() -> None:
    net = network()
    for layer, most in ((net.inward, MOST_INPUT), *((one, MOST_HIDDEN) for one in (*net.layers, net.outward))):
        assert (layer.weights == np.rint(layer.weights)).all()
        assert np.abs(layer.weights).sum(axis=0).max() * most < EXACT


def test_extreme_signals_are_cut_off_and_whole() -> None:
    assert made().normalised(np.full((len(NAMES), 1), 1e9, np.float32)).max() == MOST_INPUT
    some = made().normalised(np.random.default_rng(0).normal(size=(len(NAMES), 9)).astype(np.float32))
    assert (some == np.rint(some)).all()


def test_weights_for_other_signals_are_refused(tmp_path: Path) -> None:
    with np.load(WEIGHTS) as arrays:
        other = {name: arrays[name] for name in arrays.files} | {"signals": np.array(["length"])}
    np.savez(tmp_path / "other.npz", **other)
    with pytest.raises(ValueError, match="made for other signals"):
        load_network(tmp_path / "other.npz", NAMES, OUTCOMES)


def test_the_packaged_weights_are_small_and_fit_the_signals() -> None:
    assert WEIGHTS.stat().st_size < MOST_BYTES
    assert np.isfinite(alone(network(), rows(5))).all()
