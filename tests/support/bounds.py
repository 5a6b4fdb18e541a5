"""Bounds that hold on a busy machine too: what they guard against takes minutes, or never ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def processor_bound(seconds: float = 60) -> Iterator[None]:
    """Fail if the block takes this thread more of the processor; waiting, and what other threads do, is not counted."""
    begun = time.thread_time()
    yield
    taken = time.thread_time() - begun
    assert taken < seconds, f"{taken:.1f} s of the processor"


@contextmanager
def wait_bound(seconds: float = 60) -> Iterator[None]:
    """Fail if the block takes longer, by the clock on the wall: for what waits by itself."""
    begun = time.monotonic()
    yield
    taken = time.monotonic() - begun
    assert taken < seconds, f"{taken:.1f} s"
