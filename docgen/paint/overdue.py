"""An end for work whose length nobody can tell beforehand: a small page may take for ever to be laid out.

The work stays in its thread, since a service may have many: another thread raises an exception in it when the time is over.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Overdue(Exception):
    """The work took longer than it may."""


class _Struck(BaseException):
    """What is raised amid the work; it is no Exception, so that nobody on the way takes it for one of theirs."""


def ended_after(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns; Overdue when that takes longer. What it does within one call of a C library ends first."""
    thread, lock, done = threading.get_ident(), threading.Lock(), threading.Event()

    def strike() -> None:
        with lock:
            if not done.is_set():
                _raise_in(thread, _Struck)

    timer = threading.Timer(seconds, strike)
    timer.daemon = True
    try:
        try:
            timer.start()
            return work()
        finally:
            with lock:
                done.set()
            _raise_in(thread, None)  # what was struck too late is taken back
    except _Struck:
        raise Overdue(seconds) from None
    finally:
        timer.cancel()


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), None if error is None else ctypes.py_object(error))
