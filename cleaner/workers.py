"""Work shared among processes, in order; a worker that dies costs the item that killed it and no other."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

from cleaner.errors import UsageError

Context = TypeVar("Context")
Task: TypeAlias = Any
Result: TypeAlias = Any

AHEAD: Final = 4
"""Tasks for each worker that wait or are done before the next in order: bounds what is held in memory."""


class Work(NamedTuple):
    """A kind of work.

    Args:
        function: a function of a module; does one task, with `shared` as its first argument.
        shared: sent to each worker once.
        halves: splits a task in two; no tasks if it is the smallest.
        killed: makes the result of a smallest task whose worker died, for example for want of memory, with `shared`
            as its first argument.
    """

    function: Callable[[Any, Task], Result]
    shared: object
    halves: Callable[[Task], list[Task]]
    killed: Callable[[Any, Task], Result]


def map_in_order(
    work: Work, steps: Iterable[tuple[Context, Task | None]], workers: int
) -> Iterator[tuple[Context, list[Result]]]:
    """Yield each step's context with what came of its task, in order.

    Args:
        work: what is done.
        steps: each with its task, or None if there is nothing to do.
        workers: processes; with one, the work is done in this process.

    Yields:
        The context, and one result, several if a worker died over the task, or none if there was no task.
    """
    if workers <= 1:
        for context, task in steps:
            yield context, [] if task is None else [work.function(work.shared, task)]
        return
    coming = iter(steps)
    waiting: deque[tuple[Context, Task | None, Future[Result] | None]] = deque()
    pool = _Pool(work, workers)
    try:
        while True:
            while len(waiting) < AHEAD * workers and (step := next(coming, None)) is not None:
                context, task = step
                waiting.append((context, task, None if task is None else pool.submit(task)))
            if not waiting:
                return
            context, task, future = waiting.popleft()
            if task is None or future is None:
                yield context, []
                continue
            try:
                yield context, [future.result()]
            except BrokenProcessPool:  # the pool is gone with all that waits; find out whose fault it was
                pool.shutdown()
                yield context, _alone(work, task)
                pool = _Pool(work, workers)
                waiting = deque((c, t, None if t is None else pool.submit(t)) for c, t, _ in waiting)
    finally:
        pool.shutdown()


def _alone(work: Work, task: Task) -> list[Result]:
    pool = _Pool(work, 1)
    try:
        return [pool.submit(task).result()]
    except BrokenProcessPool:
        halves = work.halves(task)
    finally:
        pool.shutdown()
    return [result for half in halves for result in _alone(work, half)] if halves else [work.killed(work.shared, task)]


class _Pool:
    """Worker processes, all of them started before there is work.

    A pool that starts them when they are needed may wait forever for one that it starts while another dies.
    """

    def __init__(self, work: Work, workers: int) -> None:
        # Spawned, not forked: the caller may run threads, such as a progress bar.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(
            workers, mp_context=context, initializer=_start, initargs=(work.function, work.shared)
        )
        with _deaf():
            self._started = [self._pool.submit(_nothing) for _ in range(workers)]

    def submit(self, task: Task) -> Future[Result]:
        """Hand a task over."""
        return self._pool.submit(_do, task)

    def shutdown(self) -> None:
        """End the processes once they have done what they are at.

        Raises:
            UsageError: none of them could be started.
        """
        self._pool.shutdown(cancel_futures=True)
        if all(future.done() and isinstance(_error(future), BrokenProcessPool) for future in self._started):
            raise UsageError(
                "worker processes cannot be started; a script must guard what it runs with "
                "`if __name__ == '__main__'`, or do without them: --jobs 1"
            )


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that start in here ignore Ctrl-C, which reaches all of them; the first one ends the others."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _error(future: Future[None]) -> BaseException | None:
    return None if future.cancelled() else future.exception()


def _nothing() -> None:
    pass


_work: Callable[[Any], Any]


def _start(function: Callable[[Any, Task], Result], shared: object) -> None:
    global _work  # a worker process does one kind of work for its life
    gc.freeze()  # what is shared stays: nobody need look through it for garbage

    def work(task: Task) -> Result:
        return function(shared, task)

    _work = work


def _do(task: Any) -> Any:
    return _work(task)
