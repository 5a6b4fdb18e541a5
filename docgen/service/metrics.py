"""What `/metrics` shows: how many requests were answered and how quickly, what waits, which workers died."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

#: Seconds up to which answers are counted.
BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class ServiceMetrics:
    """The counters of one service, apart from those of other services in this process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("docgen_requests", "Requests answered", ["operation", "status"], registry=self._registry)
        self._seconds = Histogram(
            "docgen_request_seconds", "Time until the answer", ["operation"], buckets=BUCKETS, registry=self._registry
        )
        self.waiting = Gauge("docgen_requests_waiting", "Requests that wait for a worker", registry=self._registry)
        self.workers = Gauge("docgen_workers", "Workers that are ready", registry=self._registry)
        self.deaths = Counter("docgen_worker_deaths", "Workers that ended amid their work", registry=self._registry)
        self.runs = Gauge("docgen_runs", "Runs by their state", ["state"], registry=self._registry)
        self._known: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count one answer."""
        known = self._known.get((operation, status))
        if known is None:
            counters = (self._requests.labels(operation, str(status)), self._seconds.labels(operation))
            known = self._known[operation, status] = counters
        known[0].inc()
        known[1].observe(seconds)

    def text(self) -> bytes:
        """Return all of it in the format of Prometheus."""
        return generate_latest(self._registry)
