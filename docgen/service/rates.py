"""How often somebody may ask who does not say who he is: so many times a minute from one address, then he waits."""

from __future__ import annotations

from collections import OrderedDict, deque
from time import monotonic

from docgen.errors import UsageError
from docgen.messages import _

#: Questions of one address within so many seconds, and how many addresses are remembered.
MOST, SECONDS, ADDRESSES = 20, 60.0, 10_000


class RateLimit:
    """Counts questions by address. Behind a proxy all come from one, so that all share it: let the proxy limit each."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def refuse_more(self, address: str) -> None:
        """Count a question; raise UsageError for one too many."""
        now = monotonic()
        times = self._asked.setdefault(address, deque(maxlen=MOST))
        self._asked.move_to_end(address)
        if len(self._asked) > ADDRESSES:
            self._asked.popitem(last=False)
        if len(times) == MOST and now - times[0] < SECONDS:
            message = _("more than {count} questions a minute", count=MOST)
            raise UsageError.because("rate-exceeded", message, _("Ask again in a minute."))
        times.append(now)
