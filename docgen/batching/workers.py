"""Volumes made by processes: each task goes to whichever is free, and the outcomes come back in the order of the tasks."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import wait

from docgen.batching.volumes import Outcome, Task, print_volume
from docgen.confined.forking import can_fork
from docgen.errors import MachineError
from docgen.messages import _

#: How many tasks wait for each process: enough that none is idle, few enough that rows do not pile up.
AHEAD = 2


def own_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of processes that leave Ctrl-C to the one that started them.

    Where they are forked, they have the faces and artwork of this process at once; else they start from nothing.
    """
    context = multiprocessing.get_context("fork" if can_fork() else "spawn")
    return ProcessPoolExecutor(workers, context, _begin, gc.get_threshold())


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keep Ctrl-C waiting: between the start of processes and of the thread that ends them it would leave them for ever."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(*threshold: int) -> None:
    """Prepare a process of the pool.

    Ctrl-C is the parent's, and no process works on for a parent that was killed. Cycles of objects are looked for as rarely as
    the parent does it, and not among the parent's objects.
    """
    gc.freeze()
    gc.set_threshold(*threshold)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _end(pool: ProcessPoolExecutor) -> None:
    """End a pool; Ctrl-C waits, because an end that is broken off fails when Python ends, with a traceback."""
    with _uninterrupted():
        pool.shutdown(wait=True, cancel_futures=True)


def print_volumes(tasks: Iterable[Task], workers: int) -> Iterator[Outcome]:
    """Make the volumes of tasks in processes of our own; a process that dies costs nothing but time."""
    tasks = iter(tasks)
    while True:
        lost: list[Task] = []
        pool = own_pool(workers)
        try:
            yield from _in_order(tasks, pool, workers, lost)
        finally:
            _end(pool)
        if not lost:
            return
        for task in lost:
            yield _without_guilty(task)


def print_volumes_on(tasks: Iterable[Task], executor: Executor, ahead: int = 64) -> Iterator[Outcome]:
    """Make the volumes of tasks on an executor that somebody else runs, such as a cluster.

    A volume whose workers died (the executor's `killed` are the errors by which it tells so) is made here, without the rows that
    end a process here too. MachineError when the executor cannot go on; the same batch can then be resumed.
    """
    lost: list[Task] = []
    yield from _in_order(iter(tasks), executor, ahead, lost)
    if lost:
        raise _workers_lost(_("Start them again, then run the same batch with --resume."))


def _in_order(tasks: Iterator[Task], executor: Executor, workers: int, lost: list[Task]) -> Iterator[Outcome]:
    """Yield outcomes in the order of the tasks; once the executor breaks, put the tasks that it had into `lost` and stop."""
    waiting: deque[Task] = deque()
    futures: deque[Future[Outcome]] = deque()
    try:
        while True:
            while len(waiting) < workers * AHEAD and (task := next(tasks, None)):
                waiting.append(task)
                with _uninterrupted():
                    futures.append(executor.submit(print_volume, task))
            if not waiting:
                return
            yield _outcome(futures[0], waiting[0], getattr(executor, "killed", ()))
            waiting.popleft(), futures.popleft()
    except BrokenExecutor:
        lost += waiting
    finally:
        for future in futures:
            future.cancel()


def _outcome(future: Future[Outcome], task: Task, killed: tuple[type[BaseException], ...]) -> Outcome:
    try:
        return future.result()
    except killed:
        return _without_guilty(task)


def _without_guilty(task: Task) -> Outcome:
    """Make a volume whose process may have died of one of its rows: find those, and leave them out."""
    guilty = frozenset(_guilty(task))
    try:
        return _alone(replace(task, left_out=task.left_out | guilty))
    except BrokenExecutor:
        raise _workers_lost(_("Free some memory, or use fewer --workers; then go on with --resume.")) from None


def _workers_lost(hint: str) -> MachineError:
    return MachineError.because("workers-lost", _("the processes that print have died"), hint)


def _guilty(task: Task) -> Iterator[int]:
    """Yield the rows that end the process that paints them, found by halving."""
    if _survives(task):
        return
    if len(task.rows) == 1:
        yield task.rows[0][0]
        return
    middle = len(task.rows) // 2
    for part in (slice(0, middle), slice(middle, None)):
        yield from _guilty(replace(task, rows=task.rows[part], numbers=task.numbers[part]))


def _survives(task: Task) -> bool:
    try:
        _alone(task)
    except BrokenExecutor:
        return False
    return True


def _alone(task: Task) -> Outcome:
    """Make a volume in a process of its own."""
    pool = own_pool(1)
    try:
        with _uninterrupted():
            future = pool.submit(print_volume, task)
        return future.result()
    finally:
        _end(pool)
