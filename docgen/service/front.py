"""The application behind the HTTP server: each request gets an id, is checked, handed to whoever does it, logged and counted."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.routing import Route, Router

from docgen.errors import DocgenError, UsageError
from docgen.messages import LANGUAGES, _, language
from docgen.service.accepting import language_of
from docgen.service.access import HostGuard, needed_headers
from docgen.service.bodies import CallerGone
from docgen.service.calls import Answer, Call
from docgen.service.cookies import LANGUAGE, read_cookies
from docgen.service.endpoints import Endpoint, Exchange, Service
from docgen.service.logs import failure_facts
from docgen.service.operations import OPERATIONS
from docgen.service.pages.browser import is_problem, problem_page, wants_page
from docgen.service.pages.table import PAGES
from docgen.service.problems import failed, problem_answer
from docgen.service.streams import Streamed

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

#: What every answer says to a browser: it is no page, nobody frames it, nothing of it is stored.
SECURITY: Sequence[tuple[bytes, bytes]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
#: Those of which an answer may have another value of its own.
REPLACED = frozenset({"cache-control", "content-security-policy", "referrer-policy"})
#: What stands in the log and in the counters for a request that no operation answers.
UNKNOWN = "unknown"
#: Methods that are counted by their names; whatever else a caller calls a method is not repeated in the log.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


#: Answers that have no body, nor a length of one (RFC 9110, 8.6).
BODILESS = frozenset({204, 304})


class NumberConvertor(StringConvertor):
    """The number of a document in a path: it may hold slashes, but not end as what is done to a document is called."""

    regex = "(?:(?!/(?:void|correct|reissue)$).)+"


register_url_convertor("number", NumberConvertor())


class Front:
    """The ASGI application."""

    def __init__(self, service: Service):
        self._service = service
        self._guard = HostGuard(service.settings)
        offered = (*OPERATIONS, *PAGES)
        routes = [Route(each.path, Endpoint(each, service), methods=[each.method], name=each.name) for each in offered]
        self._router = Router(routes=routes, redirect_slashes=False)
        self._prefix = secrets.token_hex(4)
        self._last = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; nothing but HTTP is spoken here."""
        if scope["type"] != "http":
            return
        begin = perf_counter()
        self._last += 1
        scope["app"] = self
        exchange = scope["docgen"] = Exchange(f"{self._prefix}-{self._last}")
        sender = _Sender(send, receive, exchange)
        answer: Answer | Streamed | None = None
        try:
            headers = exchange.headers = needed_headers(scope["headers"])
            exchange.cookies = read_cookies(headers)
            exchange.language = _language(exchange)
            with language(exchange.language):
                answer = await self._answer(exchange, scope, receive, send)
            await sender.send(answer)
        except CallerGone:
            exchange.facts["gone"] = True
        finally:
            self._note(exchange, scope, answer, perf_counter() - begin)

    async def _answer(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> Answer | Streamed:
        """Return the answer, whatever happens; a problem of a page, or of a path that there is not, is a page for a browser."""
        answer = await self._routed(exchange, scope, receive, send)
        if not (isinstance(answer, Answer) and is_problem(answer)):
            return answer
        is_unknown = exchange.operation == UNKNOWN and wants_page(exchange.headers.get(b"accept", b"").decode("latin-1"))
        if not (exchange.is_page or is_unknown):
            return answer
        call = Call(exchange.operation, {}, {}, page=self._service.page_facts(exchange, scope))
        return problem_page(call, answer)

    async def _routed(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> Answer | Streamed:
        """Return the answer of the operation that the path names, or the problem for which there is none."""
        try:
            self._guard.refuse_unknown(exchange.headers.get(b"host", b""))
            self._guard.refuse_foreign(scope["method"], exchange.headers)
            await self._router(scope, receive, send)
            if exchange.answer is None:
                raise LookupError(scope["path"])
            return exchange.answer
        except DocgenError as error:
            return problem_answer(error)
        except HTTPException as error:
            return _unrouted(error)
        except CallerGone:
            raise
        except Exception as error:  # a caller gets an answer, and the log a trace: the one place where everything is caught
            exchange.facts |= failure_facts(error)
            return problem_answer(failed())

    def _note(self, exchange: Exchange, scope: Scope, answer: Answer | Streamed | None, seconds: float) -> None:
        status = answer.status if answer else 499  # as nginx has it: the caller has gone
        name = exchange.operation
        self._service.metrics.answered(name, status, seconds)
        facts: dict[str, object] = {
            "id": exchange.id, "operation": name, "status": status, "ms": round(seconds * 1000, 1),
            "caller": exchange.caller.log_id,
        }  # fmt: skip
        if name == UNKNOWN:
            facts["method"] = scope["method"] if scope["method"] in METHODS else "other"
        self._service.log.write("request", **facts, **exchange.facts)


def _unrouted(error: HTTPException) -> Answer:
    """Return the answer to a request that no operation takes."""
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        answer = problem_answer(
            UsageError.because("method-unknown", _("the path does not take this method"), _("Known are: {names}.", names=allowed))
        )
        answer.headers = {"allow": allowed}
        return answer
    hint = _("GET /v1/openapi.json lists what there is.")
    return problem_answer(UsageError.because("path-unknown", _("there is nothing at this path"), hint))


def _language(exchange: Exchange) -> str:
    """Return the language of an answer: the one that was chosen on a page, else the first that the caller takes."""
    chosen = exchange.cookies.get(LANGUAGE)
    return chosen if chosen in LANGUAGES else language_of(exchange.headers.get(b"accept-language", b"").decode("latin-1"))


class _Sender:
    """Sends an answer with the headers that all have."""

    def __init__(self, send: Send, receive: Receive, exchange: Exchange):
        self._send, self._receive, self._exchange = send, receive, exchange

    async def send(self, answer: Answer | Streamed) -> None:
        headers = [
            (b"content-type", _content_type(answer.media_type)), (b"x-request-id", self._exchange.id.encode()),
            *self._secured(answer.headers), *((name.encode(), _ascii(value)) for name, value in answer.headers.items()),
            *((b"set-cookie", _ascii(value)) for value in self._exchange.new_cookies),
        ]  # fmt: skip
        start: Message = {"type": "http.response.start", "status": int(answer.status), "headers": headers}
        if isinstance(answer, Streamed):
            await self._send(start)
            await self._stream(answer)
            return
        if answer.status not in BODILESS:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": answer.body})

    async def _stream(self, answer: Streamed) -> None:
        """Send the pieces until there are no more, or the caller has gone."""
        gone = asyncio.create_task(self._gone())
        try:
            async for piece in answer.pieces:
                if gone.done():
                    raise CallerGone
                if piece:
                    await self._send({"type": "http.response.body", "body": piece, "more_body": True})
            await self._send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            continue

    def _secured(self, own: Mapping[str, str]) -> Sequence[tuple[bytes, bytes]]:
        return SECURITY if REPLACED.isdisjoint(own) else [each for each in SECURITY if each[0].decode() not in own]


def _ascii(value: str) -> bytes:
    return value.encode("ascii", "replace")


def _content_type(media_type: str) -> bytes:
    return f"{media_type}; charset=utf-8".encode() if media_type.startswith("text/") else media_type.encode()
