"""The bounds that the system keeps for this process, whatever runs in it: memory, time on a processor, time by the clock."""

from __future__ import annotations

import math
import resource
import signal
from pathlib import Path

from docgen.confined.limits import Limits

#: Seconds that a process outlives its limit where its parent does not end it: because the parent itself was killed.
GRACE = 5
_STATM = Path("/proc/self/statm")


def settle_signals() -> None:
    """Take back what the parent's own settings of signals would do to the bounds, and leave no memory image behind."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def bind(limits: Limits) -> None:
    """Set the bounds of one call."""
    bind_memory(limits.megabytes)
    bind_time(limits.seconds)


def bind_memory(megabytes: int) -> None:
    """Let this process take up so many megabytes more than it has now, where the system says how many it has."""
    if used := used_megabytes():
        _set_soft(resource.RLIMIT_AS, (used + megabytes) << 20)


def bind_time(seconds: float) -> None:
    """Set the bounds of time on a processor and by the clock, from now on."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    _set_soft(resource.RLIMIT_CPU, math.ceil(spent.ru_utime + spent.ru_stime + seconds) + GRACE)
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)


def rest() -> None:
    """Let no alarm ring while this process waits for its next call."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def unbind() -> None:
    """Take all bounds back."""
    rest()
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):
        _set_soft(kind, resource.RLIM_INFINITY)


def _set_soft(kind: int, limit: int) -> None:
    hard = resource.getrlimit(kind)[1]
    is_within = hard == resource.RLIM_INFINITY or (limit != resource.RLIM_INFINITY and limit < hard)
    resource.setrlimit(kind, (limit if is_within else hard, hard))


def used_megabytes() -> int:
    """Return how much memory this process has taken up (its address space); 0 where the system does not say."""
    try:
        return int(_STATM.read_bytes().split()[0]) * resource.getpagesize() >> 20
    except OSError:
        return 0
