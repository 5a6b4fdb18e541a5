"""A time limit for work of unknown length: a small page may take for ever to be laid out.

The work stays in its thread, since a service may have many; another thread raises an exception in it when the time is over.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class TimedOut(Exception):
    """The work took longer than its limit."""


class _Struck(BaseException):
    """What is raised amid the work; it is no Exception, so that nobody on the way takes it for one of theirs."""


#: Seconds until it is raised again: one that is raised within a callback of a C library is lost there.
AGAIN = 1.0


def time_limit(seconds: float, work: Callable[[], T]) -> T:
    """Return what `work` returns; raise TimedOut if it takes longer than `seconds`.

    A call of a C library is not interrupted: the exception comes when it returns.
    """
    thread, lock, done, struck = threading.get_ident(), threading.Lock(), threading.Event(), threading.Event()

    def strike() -> None:
        waited = seconds
        while not done.wait(waited):
            with lock:
                if not done.is_set():
                    struck.set()
                    _raise_in(thread, _Struck)
            waited = AGAIN

    def end() -> None:
        with lock:
            done.set()
        if struck.is_set():
            _consume(thread)  # what was struck too late is caught here

    striker = threading.Thread(target=strike, daemon=True)
    try:
        try:
            striker.start()
            return work()
        finally:
            end()
    except _Struck:
        raise TimedOut(seconds) from None
    finally:
        end()  # once more, where the first one was struck itself


def _consume(thread: int) -> None:
    """Catch a _Struck that may wait to be raised in this thread.

    Another takes the place of the one that waits, and is caught as soon as it is raised. To take it back (the C function given
    NULL) leaves CPython 3.11 looking for it before every call from then on: all is slower, and under a profiler the next call
    never ends.
    """
    try:
        _raise_in(thread, _Struck)
        while True:
            pass  # it is raised at the next turn
    except _Struck:
        pass


def _raise_in(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(error))
