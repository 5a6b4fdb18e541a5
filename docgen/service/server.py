"""A service from start to end: workers, the socket, the HTTP server. Told to end, it answers what is under way first."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager, suppress

import uvicorn

from docgen.errors import UsageError
from docgen.files import PRIVATE_FOLDER, disk_errors
from docgen.messages import _, translated
from docgen.service.access import CallerFinder
from docgen.service.endpoints import Service
from docgen.service.front import Front
from docgen.service.logs import ServerLogHandler, ServiceLog
from docgen.service.metrics import ServiceMetrics
from docgen.service.pages.browser import FormGuard
from docgen.service.pool import WorkerPool
from docgen.service.protocol import BoundedProtocol
from docgen.service.runs.runner import RunRunner
from docgen.service.runs.store import RunStore
from docgen.service.settings import ServiceSettings, WorkSettings

#: Seconds for which a graceful end waits for what is under way, and for which an idle connection is left open.
END_SECONDS, IDLE_SECONDS = 60, 75
#: How many connections may wait to be accepted.
BACKLOG = 2048


def serve(settings: ServiceSettings, started: Callable[[str], None] = lambda _address: None) -> None:
    """Serve until the process is told to end; `started` is called with the address once it listens.

    Raise UsageError for an address that cannot be had or that would be open to everybody, and whatever the workers raise that
    cannot work with these settings.
    """
    settings.refuse_open()
    callers = CallerFinder(settings)
    with disk_errors(settings.data):
        settings.data.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    _raise_file_limit()
    guard = FormGuard(settings.data)
    listener = _listener(settings)
    with listener, asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, callers, guard, listener, started))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _raise_file_limit() -> None:
    """Let this process have as many connections as the system allows it."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _listener(settings: ServiceSettings) -> socket.socket:
    """Return the socket that listens; raise UsageError for an address that cannot be had."""
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(
            settings.host.strip("[]"), settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except BaseException:
            listener.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        reason = translated(getattr(error, "strerror", None) or str(error))
        message = _("{host}:{port} cannot be listened to: {reason}", host=settings.host, port=settings.port, reason=reason)
        raise UsageError.because("address-taken", message, _("Choose another --host or --port.")) from None
    return listener


class GracefulServer(uvicorn.Server):
    """A server that ends at SIGINT and SIGTERM; uvicorn's own would raise them again, before the workers have ended."""

    stopping: Callable[[], None] = staticmethod(lambda: None)

    def _end(self, number: int) -> None:
        self.stopping()
        self.handle_exit(number, None)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals until the block ends."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._end, number)
        yield
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _serve(
    settings: ServiceSettings, callers: CallerFinder, guard: FormGuard, listener: socket.socket, started: Callable[[str], None]
) -> None:
    log, metrics = ServiceLog(), ServiceMetrics()
    pool = WorkerPool(WorkSettings.of(settings), settings.workers, log, metrics)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        await pool.start()
        store = stack.enter_context(closing(RunStore(settings.register, settings.data)))
        runner = RunRunner(settings, store, log, metrics)
        service = Service(settings, log, metrics, pool, callers, store, runner, guard)
        server = GracefulServer(_configuration(settings, Front(service), log))
        server.stopping = lambda: setattr(service, "is_stopping", True)
        runner.start()
        stack.push_async_callback(runner.close)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        started(f"{settings.scheme}://{host}:{listener.getsockname()[1]}")
        log.write("started", workers=settings.workers)
        await server.serve(sockets=[listener])
    log.write("ended")


def _configuration(settings: ServiceSettings, front: Front, log: ServiceLog) -> uvicorn.Config:
    """Return how uvicorn is run: it answers to us alone, and logs what is wrong with HTTP itself."""
    for name in ("uvicorn.error", "asyncio", "python_multipart"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [ServerLogHandler(log)], False
    protocol = type("ServiceProtocol", (BoundedProtocol,), {"patience": settings.limits.patience})
    try:
        configuration = uvicorn.Config(
            front, http=protocol, ws="none", lifespan="off", log_config=None, log_level="warning", access_log=False,
            proxy_headers=False, server_header=False, timeout_keep_alive=IDLE_SECONDS, timeout_graceful_shutdown=END_SECONDS,
            ssl_certfile=str(settings.tls_cert) if settings.tls_cert else None,
            ssl_keyfile=str(settings.tls_key) if settings.tls_key else None,
        )  # fmt: skip
        configuration.load()
    except OSError as error:
        message = _("the certificate or its key cannot be used: {reason}", reason=translated(error.strerror or str(error)))
        raise UsageError.because("tls-damaged", message, key="--tls-cert") from None
    return configuration
