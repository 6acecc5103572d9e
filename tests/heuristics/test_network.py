"""The network: probabilities, how far it looks, and weights that fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cleaner.heuristics.network import OUTCOMES, WEIGHTS, Network, load_network, network
from cleaner.heuristics.signals import NAMES

WIDTH, LAYERS, SEEN = 6, 3, 5
REACH = 2 * (2**LAYERS - 1)
"""Blocks before and after that a block can feel in `made`."""
MOST_BYTES = 5_000_000


def made(seed: int = 0) -> Network:
    random = np.random.default_rng(seed)

    def pair(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
        return random.normal(0, rows**-0.5, (rows, columns)).astype(np.float32), np.full(columns, 0.1, np.float32)

    ones = np.ones(len(NAMES), np.float32)
    layers = tuple(pair(SEEN * WIDTH, WIDTH) for _ in range(LAYERS))
    return Network(0 * ones, ones, pair(len(NAMES), WIDTH), layers, pair(2 * WIDTH, len(OUTCOMES)))


def rows(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, len(NAMES))).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_probabilities_of_each_block_sum_to_one(count: int) -> None:
    likely = made().probabilities(rows(count))
    assert likely.shape == (count, len(OUTCOMES))
    assert np.allclose(likely.sum(axis=1), 1, atol=1e-5)


def test_a_block_feels_its_neighbours_and_nothing_beyond_its_reach() -> None:
    net, given = made(), rows(60)
    before = net.probabilities(given)
    given[30] += 3
    changed = np.flatnonzero(np.abs(net.probabilities(given) - before).max(axis=1) > 1e-7)
    assert changed.min() >= 30 - REACH
    assert changed.max() <= 30 + REACH
    assert len(changed) > REACH


def test_a_pattern_reads_the_same_wherever_it_stands() -> None:
    net = made()
    pattern = rows(1)
    quiet = np.zeros((80, len(NAMES)), np.float32)
    early, late = quiet.copy(), quiet.copy()
    early[30], late[45] = pattern[0], pattern[0]  # both far enough from the edges
    found = net.probabilities(early)[30 - REACH : 31 + REACH], net.probabilities(late)[45 - REACH : 46 + REACH]
    assert np.allclose(*found, atol=1e-5)


def test_extreme_signals_are_cut_off() -> None:
    net = made()
    assert net.normalised(np.full((1, len(NAMES)), 1e9, np.float32)).max() == 5


def test_weights_for_other_signals_are_refused(tmp_path: Path) -> None:
    with np.load(WEIGHTS) as arrays:
        other = {name: arrays[name] for name in arrays.files} | {"signals": np.array(["length"])}
    np.savez(tmp_path / "other.npz", **other)
    with pytest.raises(ValueError, match="made for other signals"):
        load_network(tmp_path / "other.npz")


def test_the_packaged_weights_are_small_and_fit_the_signals() -> None:
    assert WEIGHTS.stat().st_size < MOST_BYTES
    assert np.isfinite(network().probabilities(network().normalised(rows(5)))).all()
