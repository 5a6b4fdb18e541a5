"""HTTP as uvicorn speaks it, with bounds on the head of a request, which it lacks: how long it is, and until when it comes."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: The largest head of a request, in bytes, and what is passed over of a body whose request is refused already.
HEAD_BYTES, LEFT_BYTES = 32 << 10, 64 << 20


class BoundedProtocol(HttpToolsProtocol):
    """A connection that is closed when the head of a request is too long, or does not come within `patience` seconds."""

    patience = 20.0

    def __init__(self, *arguments: Any, **named: Any):
        super().__init__(*arguments, **named)
        #: Bytes of a head so far, and of a body that nobody reads any more; whether the head of a request is whole.
        self._head = self._left = 0
        self._is_body = False
        self._alarm: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)  # type: ignore[arg-type]  # uvicorn narrows it
        self._wait()

    def _wait(self) -> None:
        if self._alarm is None:
            self._alarm = self.loop.call_later(self.patience, self._late)

    def _calm(self) -> None:
        self._head = 0
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _late(self) -> None:
        self._alarm = None
        if not self.transport.is_closing():
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Take bytes: so many of a head, and so many of a body whose request is answered already."""
        is_head = not self._is_body
        if is_head:
            self._head += len(data)
            self._wait()
        elif self.cycle is not None and self.cycle.response_complete:
            self._left += len(data)
            self._wait()
        super().data_received(data)
        if is_head and not self._is_body and self._alarm is not None and self._head > HEAD_BYTES:
            self._calm()
            self.send_400_response("The head of the request is too long.")
        elif self._left > LEFT_BYTES:
            self._late()

    def on_headers_complete(self) -> None:
        """Stop waiting: the head of a request is whole."""
        self._calm()
        self._is_body = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop counting: the body of a request is whole."""
        self._calm()
        self._is_body, self._left = False, 0
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._calm()
        super().connection_lost(exc)
