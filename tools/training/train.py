"""Train the network in PyTorch and write its weights as plain arrays."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cleaner.heuristics.network import MOST_DEVIATIONS, OUTCOMES, Network
from cleaner.heuristics.signals import NAMES
from tools.training.examples import ONE_LINE, Example

WIDTH = 64
SEEN = 5
"""Blocks that one convolution looks at: two before, the block itself, two after, at its distance."""
LAYERS = 4
EPOCHS = 16
TOGETHER = 16
"""Documents of one step."""
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-3
DROPOUT = 0.2
ONE_LINE_WEIGHT = 0.3
LINE_TIMES = 2
"""How often a document in its own shape is seen in one epoch; joined into one line, once."""
LONG = 60
"""Blocks from which on a document counts no more than a shorter one."""
UNKNOWN = -1


class TorchNetwork(nn.Module):
    """The network of `cleaner.heuristics.network`, as PyTorch trains it."""

    def __init__(self) -> None:
        super().__init__()
        self.inward = nn.Linear(len(NAMES), WIDTH)
        self.layers = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, SEEN, padding=SEEN // 2 << k, dilation=1 << k) for k in range(LAYERS)
        )
        self.outward = nn.Linear(2 * WIDTH, len(OUTCOMES))
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, signals: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return scores; signals are documents x blocks x signals, the mask is 1 where a block is."""
        alone = self.dropout(torch.relu(self.inward(signals)))
        inside = alone.transpose(1, 2) * mask[:, None]
        for layer in self.layers:
            inside = (inside + self.dropout(torch.relu(layer(inside)))) * mask[:, None]
        return self.outward(torch.cat([alone, inside.transpose(1, 2)], -1))


def train(examples: Sequence[Example], seed: int) -> Network:
    """Return a network trained on examples; equal for equal examples, seed and machine."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    every = np.concatenate([example.signals for example in examples])
    mean, scale = every.mean(axis=0), 1 / (every.std(axis=0) + 1e-3)
    model = TorchNetwork()
    seen = [e for e in examples for _ in range(1 if e.id.endswith(ONE_LINE) else LINE_TIMES)]
    steps = EPOCHS * (len(seen) // TOGETHER + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps + 1, pct_start=0.15)
    model.train()
    for _ in range(EPOCHS):
        order.shuffle(seen)
        for at in range(0, len(seen), TOGETHER):
            signals, mask, outcomes, weights = _batch(seen[at : at + TOGETHER], mean, scale)
            optimizer.zero_grad()
            loss = _loss(model(signals, mask), outcomes, weights)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    model.eval()
    network = as_network(model, mean, scale)
    _check(model, network, examples[0])
    return network


def as_network(model: TorchNetwork, mean: np.ndarray, scale: np.ndarray) -> Network:
    """Return the weights of a trained model as the package runs them."""

    def pair(weights: torch.Tensor, bias: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
        return weights.detach().numpy().astype(np.float32).copy(), bias.detach().numpy().astype(np.float32).copy()

    layers = tuple(
        pair(layer.weight.permute(2, 1, 0).reshape(SEEN * WIDTH, WIDTH), layer.bias) for layer in model.layers
    )
    return Network(
        mean.astype(np.float32),
        scale.astype(np.float32),
        pair(model.inward.weight.T, model.inward.bias),
        layers,
        pair(model.outward.weight.T, model.outward.bias),
    )


def _check(model: TorchNetwork, network: Network, example: Example) -> None:
    """Raise unless the arrays give what the model gives."""
    normalised = network.normalised(example.signals)
    with torch.no_grad():
        scores = model(torch.tensor(normalised)[None], torch.ones(1, len(normalised)))
    if not np.allclose(network.probabilities(normalised), torch.softmax(scores, -1)[0].numpy(), atol=1e-4):
        raise ArithmeticError("the arrays give other probabilities than the model they come from")


def save(network: Network, path: Path) -> None:
    """Write a network as a file of arrays."""
    arrays = {
        "signals": np.array(NAMES),
        "outcomes": np.array(OUTCOMES),
        "mean": network.mean,
        "scale": network.scale,
        "inward.weights": network.inward[0],
        "inward.bias": network.inward[1],
        "outward.weights": network.outward[0],
        "outward.bias": network.outward[1],
    }
    for k, (weights, bias) in enumerate(network.layers):
        arrays |= {f"layer{k}.weights": weights, f"layer{k}.bias": bias}
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def _batch(
    examples: Sequence[Example], mean: np.ndarray, scale: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(e.outcomes) for e in examples)
    shape = (len(examples), longest)
    signals = np.zeros((*shape, len(NAMES)), np.float32)
    mask, weights = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    outcomes = np.full(shape, UNKNOWN)
    for i, e in enumerate(examples):
        n = len(e.outcomes)
        signals[i, :n] = np.clip((e.signals - mean) * scale, -MOST_DEVIATIONS, MOST_DEVIATIONS)
        mask[i, :n] = 1
        outcomes[i, :n] = np.where(e.ruled, UNKNOWN, e.outcomes)
        weights[i, :n] = min(1, LONG / n) * (ONE_LINE_WEIGHT if e.id.endswith(ONE_LINE) else 1)
    return torch.tensor(signals), torch.tensor(mask), torch.tensor(outcomes), torch.tensor(weights)


def _loss(scores: torch.Tensor, outcomes: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    log = torch.log_softmax(scores, -1)
    loss = -log.gather(-1, outcomes.clamp(min=0)[..., None])[..., 0]
    weights = weights * (outcomes > UNKNOWN)
    return (loss * weights).sum() / weights.sum().clamp(min=1)
