"""Train the network in PyTorch and write its weights as plain arrays."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cleaner.heuristics.network import (
    MOST_DEVIATIONS,
    MOST_HIDDEN,
    MOST_INPUT,
    MOST_WEIGHT,
    OUTCOMES,
    Layer,
    Network,
)  # fmt: skip
from cleaner.heuristics.signals import NAMES
from tools.training.examples import Example

WIDTH = 48
SEEN = 5
"""Blocks that one convolution looks at: two before, the block itself, two after, at its distance."""
LAYERS = 4
HIDDEN_UNIT = 1 / 16
"""What one step of an activation stands for."""
EPOCHS = 16
TOGETHER = 16
"""Documents of one step."""
LEARNING_RATE = 2e-3
WEIGHT_DECAY = 1e-3
DROPOUT = 0.2
LONG = 60
"""Blocks from which on a document counts no more than a shorter one."""


def whole(value: torch.Tensor) -> torch.Tensor:
    """Round, and let gradients through as if nothing had been done."""
    return value + (torch.round(value) - value).detach()


def whole_weights(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return weights as whole numbers, and for each output what one step of them stands for."""
    step = weights.detach().abs().flatten(1).amax(1).clamp(min=1e-6) / MOST_WEIGHT
    shape = (-1, *[1] * (weights.dim() - 1))
    return whole(weights / step.reshape(shape)), step


class TorchNetwork(nn.Module):
    """The network of `cleaner.heuristics.network`, as PyTorch trains it: rounded on the way forward."""

    def __init__(self, signals: int, outcomes: int, dropout: float = DROPOUT) -> None:
        super().__init__()
        self.inward = nn.Linear(signals, WIDTH)
        self.layers = nn.ModuleList(
            nn.Conv1d(WIDTH, WIDTH, SEEN, padding=SEEN // 2 << k, dilation=1 << k) for k in range(LAYERS)
        )
        self.outward = nn.Linear(2 * WIDTH, outcomes)
        self.dropout = nn.Dropout(dropout)

    def forward(self, signals: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return scores; signals are documents x blocks x signals in whole steps, the mask is 1 where a block is."""
        weights, step = whole_weights(self.inward.weight)
        sums = signals @ weights.T * (step * (MOST_DEVIATIONS / MOST_INPUT)) + self.inward.bias
        alone = self.dropout(_hidden(sums))
        inside = alone.transpose(1, 2) * mask[:, None]
        for layer in self.layers:
            weights, step = whole_weights(layer.weight)
            sums = nn.functional.conv1d(inside, weights, None, 1, layer.padding, layer.dilation)
            sums = sums * step[None, :, None] + layer.bias[None, :, None]
            inside = (inside + self.dropout(_hidden(sums))).clamp(max=MOST_HIDDEN * HIDDEN_UNIT) * mask[:, None]
        weights, step = whole_weights(self.outward.weight)
        return torch.cat([alone, inside.transpose(1, 2)], -1) @ weights.T * step + self.outward.bias


def _hidden(sums: torch.Tensor) -> torch.Tensor:
    return whole((sums / HIDDEN_UNIT).clamp(0, MOST_HIDDEN)) * HIDDEN_UNIT


def train(examples: Sequence[Example], seed: int) -> Network:
    """Return a network trained on examples; equal for equal examples, seed and machine."""
    torch.manual_seed(seed)
    order = random.Random(seed)
    every = np.concatenate([example.signals for example in examples], axis=1)
    mean, scale = every.mean(axis=1), 1 / (every.std(axis=1) + 1e-3)
    model = TorchNetwork(len(NAMES), len(OUTCOMES))
    draft = as_network(model, mean, scale)
    inputs = {id(e): draft.normalised(e.signals) for e in examples}
    seen = [e for e in examples for _ in range(e.times)]
    steps = EPOCHS * (len(seen) // TOGETHER + 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps + 1, pct_start=0.15)
    model.train()
    for _ in range(EPOCHS):
        order.shuffle(seen)
        for at in range(0, len(seen), TOGETHER):
            some = seen[at : at + TOGETHER]
            signals, mask, targets, weights = _batch(some, [inputs[id(e)] for e in some])
            optimizer.zero_grad()
            loss = _loss(model(signals, mask), targets, weights)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    model.eval()
    network = as_network(model, mean, scale)
    check(model, network, examples[0].signals)
    return network


def as_network(model: TorchNetwork, mean: np.ndarray, scale: np.ndarray) -> Network:
    """Return the weights of a trained model as the package runs them."""

    def layer(weights: torch.Tensor, bias: torch.Tensor, unit: float, result: float) -> Layer:
        """Make a layer whose inputs are steps of `unit` and whose results are steps of `result`."""
        numbers, step = whole_weights(weights)
        rows = numbers.permute(2, 1, 0).reshape(-1, len(bias)) if numbers.dim() == 3 else numbers.T
        arrays = (rows, step * (unit / result), bias / result)
        return Layer(*(array.detach().numpy().astype(np.float32).copy() for array in arrays))

    inputs = MOST_DEVIATIONS / MOST_INPUT
    return Network(
        mean.astype(np.float32),
        scale.astype(np.float32),
        layer(model.inward.weight, model.inward.bias, inputs, HIDDEN_UNIT),
        tuple(layer(one.weight, one.bias, HIDDEN_UNIT, HIDDEN_UNIT) for one in model.layers),
        layer(model.outward.weight, model.outward.bias, HIDDEN_UNIT, 1.0),
    )


def check(model: TorchNetwork, network: Network, signals: np.ndarray) -> None:
    """Raise unless the arrays give what the model gives, but for a rounding here and there."""
    normalised = network.normalised(signals)
    with torch.no_grad():
        scores = model(torch.tensor(normalised)[None], torch.ones(1, len(normalised)))
    firsts = np.array([0, len(normalised)])
    difference = np.abs(network.probabilities(normalised, firsts) - torch.softmax(scores, -1)[0].numpy())
    if difference.mean() > 1e-3:
        raise ArithmeticError("the arrays give other probabilities than the model they come from")


def save(network: Network, path: Path, signals: Sequence[str] = NAMES, outcomes: Sequence[str] = OUTCOMES) -> None:
    """Write a network as a file of arrays."""
    arrays = {
        "signals": np.array(signals),
        "outcomes": np.array(outcomes),
        "mean": network.mean,
        "scale": network.scale,
    }
    layers = {f"layer{k}": layer for k, layer in enumerate(network.layers)}
    for name, layer in {"inward": network.inward, **layers, "outward": network.outward}.items():
        arrays[f"{name}.weights"] = layer.weights.astype(np.int8)
        arrays[f"{name}.scale"], arrays[f"{name}.bias"] = layer.scale, layer.bias
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def _batch(
    examples: Sequence[Example], inputs: Sequence[np.ndarray]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(e.targets) for e in examples)
    shape = (len(examples), longest)
    signals = np.zeros((*shape, len(NAMES)), np.float32)
    mask, weights = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    targets = np.zeros((*shape, len(OUTCOMES)), np.float32)
    for i, (e, rows) in enumerate(zip(examples, inputs, strict=True)):
        n = len(e.targets)
        signals[i, :n] = rows
        mask[i, :n] = 1
        targets[i, :n] = e.targets
        weights[i, :n] = min(1, LONG / n) * e.weight * ~e.ruled * e.targets.any(axis=1)
    return torch.tensor(signals), torch.tensor(mask), torch.tensor(targets), torch.tensor(weights)


def _loss(scores: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    loss = -(targets * torch.log_softmax(scores, -1)).sum(-1)
    return (loss * weights).sum() / weights.sum().clamp(min=1)
