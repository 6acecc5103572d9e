"""Work shared among processes, in order; a worker that dies costs the item that killed it and no other."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK: Final = 16
"""Items handed to a worker at a time: enough to make the hand-over cheap, few enough to keep all busy."""
AHEAD: Final = 4
"""Chunks for each worker that wait or are done before the next in order: bounds what is held in memory."""


def map_in_order(
    function: Callable[[Any, Sequence[Item]], list[Result]],
    shared: object,
    items: Sequence[Item],
    workers: int,
    killed: Callable[[Item], Result],
) -> Iterator[Result]:
    """Yield the results of `function(shared, some items)`, one for each item, in order.

    Args:
        function: a function of a module; what it needs is in its arguments.
        shared: its first argument; sent to each worker once.
        items: the work.
        workers: processes.
        killed: makes the result of an item whose worker died, for example for want of memory.
    """
    chunks = deque(items[i : i + CHUNK] for i in range(0, len(items), CHUNK))
    waiting: deque[tuple[Sequence[Item], Future[list[Result]]]] = deque()
    pool = _pool(workers, function, shared)
    try:
        while chunks or waiting:
            while chunks and len(waiting) < AHEAD * workers:
                waiting.append((chunks[0], pool.submit(_do, chunks[0])))
                chunks.popleft()
            chunk, future = waiting.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:  # the pool is gone with all that waits; find out whose fault it was
                pool.shutdown(cancel_futures=True)
                chunks.extendleft(reversed([other for other, _ in waiting]))
                waiting.clear()
                yield from (_alone(function, shared, item, killed) for item in chunk)
                pool = _pool(workers, function, shared)
    finally:
        pool.shutdown(cancel_futures=True)


def _alone(
    function: Callable[[Any, Sequence[Item]], list[Result]],
    shared: object,
    item: Item,
    killed: Callable[[Item], Result],
) -> Result:
    with _pool(1, function, shared) as pool:
        try:
            results: list[Result] = pool.submit(_do, [item]).result()
        except BrokenProcessPool:
            return killed(item)
        return results[0]


def _pool(workers: int, function: Callable[[Any, Sequence[Item]], list[Result]], shared: object) -> ProcessPoolExecutor:
    # Spawned, not forked: the caller may run threads, such as a progress bar.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_start, initargs=(function, shared))


_work: Callable[[Sequence[Any]], list[Any]]


def _start(function: Callable[[Any, Sequence[Item]], list[Result]], shared: object) -> None:
    global _work  # a worker process does one kind of work for its life

    def work(items: Sequence[Item]) -> list[Result]:
        return function(shared, items)

    _work = work


def _do(items: Sequence[Any]) -> list[Any]:
    return _work(items)
