"""What stands in the log: one line of JSON for each request, with its id, never with a value of a record or a name."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import IO


class ServiceLog:
    """Writes lines of JSON to standard error, or to `stream`."""

    def __init__(self, stream: IO[str] | None = None):
        self._stream = stream or sys.stderr

    def write(self, what: str, **facts: object) -> None:
        """Write what happened, with plain facts. A log that cannot be written stops no request."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            self._stream.write(json.dumps({"at": at, "what": what, **facts}, ensure_ascii=False, default=str) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            return


class ServerLogHandler(logging.Handler):
    """Passes on what the HTTP server itself has to say: that a request was no HTTP, that a certificate is missing."""

    def __init__(self, log: ServiceLog):
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record of `logging`; of an exception, its class and place, since its words may quote a value."""
        facts: dict[str, object] = {"level": record.levelname.lower(), "words": record.msg}
        if record.exc_info and record.exc_info[0]:
            facts |= failure_facts(record.exc_info[1])
        self._log.write("server", **facts)


def failure_facts(error: BaseException | None) -> dict[str, object]:
    """Return the class of an unforeseen error and the lines that it passed through, without its words."""
    places, trace = [], error.__traceback__ if error else None
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {"error": type(error).__name__, "places": places[-8:]}
