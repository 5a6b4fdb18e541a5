"""What stands behind each route: rights, parameters and body are read as the operation says, then it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docgen.errors import UsageError, visible
from docgen.messages import _
from docgen.service.access import Caller, CallerFinder
from docgen.service.bodies import announced, read_body, uploads
from docgen.service.calls import JSON, Answer, Call, json_answer
from docgen.service.cookies import SESSION
from docgen.service.logs import ServiceLog
from docgen.service.metrics import ServiceMetrics
from docgen.service.operations import ApiOperation, KeyUse, Weight
from docgen.service.pages.browser import FORM_TOKEN, FormGuard, form_values, new_session, page_facts, session_cookie
from docgen.service.pages.who import OWN_PAGES
from docgen.service.parameters import read_query
from docgen.service.pool import Lane, WorkerPool
from docgen.service.rates import RateLimit
from docgen.service.runs import routes
from docgen.service.runs.runner import RunRunner
from docgen.service.runs.store import RunStore
from docgen.service.settings import ServiceSettings
from docgen.service.streams import Streamed

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

#: The longest Idempotency-Key.
KEY_LETTERS = 255
NOBODY = Caller("", frozenset(), "")


@dataclass(slots=True)
class Exchange:
    """A request on its way: its id, what is known of it so far, and its answer."""

    id: str
    headers: dict[bytes, bytes] = field(default_factory=dict)
    language: str = "en"
    operation: str = "unknown"
    caller: Caller = NOBODY
    answer: Answer | Streamed | None = None
    #: Whether a browser asks for a page; the cookies that it shows, and those that it is given.
    is_page: bool = False
    cookies: dict[str, str] = field(default_factory=dict)
    new_cookies: list[str] = field(default_factory=list)
    #: More that is logged.
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The name under which the service is called, with the port."""
        return self.headers.get(b"host", b"").decode("latin-1")


@dataclass(slots=True)
class Service:
    """What a running service consists of."""

    settings: ServiceSettings
    log: ServiceLog
    metrics: ServiceMetrics
    pool: WorkerPool
    callers: CallerFinder
    runs: RunStore
    runner: RunRunner
    guard: FormGuard
    rates: RateLimit = field(default_factory=RateLimit)
    #: Whether the service is told to end.
    is_stopping: bool = False

    #: The Idempotency-Keys of requests under way, each with its caller and operation.
    keys: set[tuple[str, str, str]] = field(default_factory=set)

    def lane(self, operation: ApiOperation, form: str) -> Lane:
        """Return where a call waits."""
        if operation.weight is Weight.BY_FORM:
            return Lane.QUICK if self.pool.facts.forms.get(form, {}).get("is_fixed", True) else Lane.SLOW
        return LANES[operation.weight]

    def page_facts(self, exchange: Exchange, scope: Scope) -> dict[str, Any]:
        """Return what a page has to know of a browser, which gets a session if it has none."""
        session = exchange.cookies.get(SESSION, "")
        if not session:
            session = exchange.cookies[SESSION] = new_session()
            exchange.new_cookies.append(session_cookie(session, exchange.host))
        return page_facts(scope, exchange.caller, session, self.guard, has_register=bool(self.settings.register))

    @contextmanager
    def only(self, call: Call) -> Iterator[None]:
        """Refuse another request with the same Idempotency-Key until the block ends: UsageError."""
        name = (call.clerk, call.operation, call.key)
        if call.key and name in self.keys:
            message = _("a request with this Idempotency-Key is under way")
            raise UsageError.because("key-in-use", message, _("Send it again in a moment."), key="Idempotency-Key")
        self.keys.add(name)
        try:
            yield
        finally:
            self.keys.discard(name)


LANES = {Weight.QUICK: Lane.QUICK, Weight.SLOW: Lane.SLOW, Weight.BOOK: Lane.BOOK}


class Endpoint:
    """One operation as an ASGI application, which leaves its answer in the exchange."""

    def __init__(self, operation: ApiOperation, service: Service):
        self._operation, self._service = operation, service
        self._media_types = frozenset(operation.body.media_types) if operation.body else frozenset()
        self._own = OWN.get(operation.name)

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Do the operation."""
        exchange: Exchange = scope["docgen"]
        operation, service = self._operation, self._service
        exchange.operation, exchange.is_page = operation.name, operation.is_page
        if operation.is_limited:
            client = scope.get("client")
            service.rates.refuse_more(client[0] if client else "")
        caller = self._caller(exchange, scope)
        query = read_query(operation.query, scope["query_string"], drops_empty=operation.is_page)
        call = Call(
            operation.name, scope["path_params"], query,
            accept=exchange.headers.get(b"accept", b"").decode("latin-1"), language=exchange.language, clerk=caller.name,
        )  # fmt: skip
        if operation.is_page:
            call.page = service.page_facts(exchange, scope)
        if operation.key is KeyUse.NONE:
            await self._take(exchange, call, receive)
            return
        call.key = read_key(exchange.headers, is_required=operation.key is KeyUse.REQUIRED)
        with service.only(call):
            await self._take(exchange, call, receive)

    async def _take(self, exchange: Exchange, call: Call, receive: Receive) -> None:
        """Take the body as the operation says, and let the call be done."""
        operation, service = self._operation, self._service
        if operation.body is None:
            await self._do(exchange, call)
        elif operation.body.is_upload:
            await self._with_uploads(exchange, call, receive)
        else:
            limits = service.settings.limits
            announced(exchange.headers, limits.record_bytes)
            service.pool.refuse_full()
            call.body = await read_body(receive, limits.record_bytes, limits.patience)
            self._read_type(call, exchange.headers)
            if operation.is_page:
                service.guard.refuse_foreign(exchange.cookies.get(SESSION, ""), form_values(call).get(FORM_TOKEN, ""))
            await self._do(exchange, call)

    def _caller(self, exchange: Exchange, scope: Scope) -> Caller:
        """Return who calls; raise UsageError if he may not do this."""
        if self._operation.right is None:
            return NOBODY
        client = scope.get("client")
        caller = self._service.callers.caller(exchange.headers, client[0] if client else "")
        exchange.caller = caller
        if self._operation.is_page and not caller.name:
            raise UsageError.because("caller-unknown", _("the request does not say who calls"))
        caller.refuse(self._operation.right)
        return caller

    def _read_type(self, call: Call, headers: Mapping[bytes, bytes]) -> None:
        """Set the media type of the body; raise UsageError for one that is not taken, or encoded."""
        body = self._operation.body
        if body is None or (body.is_optional and not call.body):
            return
        given = headers.get(b"content-type", b"").decode("latin-1")
        call.media_type = given.partition(";")[0].strip().lower() or JSON
        if call.media_type not in self._media_types or headers.get(b"content-encoding", b"identity") != b"identity":
            message = _("“{value}” is not offered", value=visible(given[:100]))
            hint = _("Known are: {names}.", names=", ".join(body.media_types))
            raise UsageError.because("body-not-offered", message, hint, key="Content-Type")

    async def _with_uploads(self, exchange: Exchange, call: Call, receive: Receive) -> None:
        settings = self._service.settings
        announced(exchange.headers, settings.limits.upload_bytes)
        self._service.pool.refuse_full()
        call.body = b"-"
        self._read_type(call, exchange.headers)
        call.body = b""
        content_type = exchange.headers.get(b"content-type", b"")
        async with uploads(receive, call.media_type, content_type, settings.limits, settings.data) as (files, texts):
            call.files, call.texts = files, texts
            if self._operation.is_page:
                self._service.guard.refuse_foreign(exchange.cookies.get(SESSION, ""), texts.get(FORM_TOKEN, ""))
            await self._do(exchange, call)

    async def _do(self, exchange: Exchange, call: Call) -> None:
        """Do a call, or let a worker do it."""
        if self._own is not None:
            exchange.answer = await self._own(self._service, call, exchange)
            return
        self._service.pool.refuse_full()
        lane = self._service.lane(self._operation, call.path.get("form", ""))
        exchange.answer, failure = await self._service.pool.do(call, lane)
        if failure:
            exchange.facts |= failure


def read_key(headers: Mapping[bytes, bytes], *, is_required: bool) -> str:
    """Return the Idempotency-Key of a request: a string of visible signs, in quotation marks (RFC 8941, 3.3.3) or without.

    Raise UsageError for one that is missing where it is required, or is no such string.
    """
    raw = headers.get(b"idempotency-key", b"").decode("latin-1").strip()
    key = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] == '"' else raw
    if not raw and not is_required:
        return ""
    if not raw:
        message = _("the header Idempotency-Key is missing")
        hint = _("Give each document that you want a key of its own, such as a UUID; send the same one when you try again.")
        raise UsageError.because("idempotency-key-missing", message, hint, key="Idempotency-Key")
    if not 0 < len(key) <= KEY_LETTERS or not all("!" <= sign <= "~" and sign not in '"\\,' for sign in key):
        message = _("this is no Idempotency-Key")
        hint = _("Give 1 to {limit} visible ASCII signs, such as a UUID.", limit=KEY_LETTERS)
        raise UsageError.because("idempotency-key-wrong", message, hint, key="Idempotency-Key")
    return key


async def _health(_service: Service, _call: Call, _exchange: Exchange) -> Answer:
    return json_answer({"state": "up"})


async def _ready(service: Service, _call: Call, _exchange: Exchange) -> Answer:
    ready = service.pool.ready
    return json_answer({"state": "ready" if ready else "not ready", "workers": ready}, 200 if ready else 503)


async def _metrics(service: Service, _call: Call, _exchange: Exchange) -> Answer:
    return Answer(200, "text/plain", service.metrics.text())


#: What the service does itself, by the names of operations.
OWN: Mapping[str, Callable[[Service, Call, Exchange], Awaitable[Answer | Streamed]]] = {
    "health": _health,
    "ready": _ready,
    "metrics": _metrics,
    "orderRun": routes.order,
    "listRuns": routes.list_runs,
    "showRun": routes.show,
    "followRun": routes.follow,
    "fetchFile": routes.fetch,
    "fetchManifest": routes.fetch_manifest,
    "cancelRun": routes.cancel,
    "eraseRun": routes.erase,
    **OWN_PAGES,
}
