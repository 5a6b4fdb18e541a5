"""The worker: one call after the other, each within its limits, until the service closes the socket.

It has every form loaded before the first call. What a call does is found in the table of operations, by its name.
"""

from __future__ import annotations

import gc
import select
import socket
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from docgen.confined import bind_memory, bind_time, rest, settle_signals, unbind, used_megabytes
from docgen.errors import DocgenError, MachineError
from docgen.form import form_ids, load_form
from docgen.messages import _, language
from docgen.service.calls import Answer, Call
from docgen.service.logs import failure_facts
from docgen.service.operations import OPERATIONS, ApiOperation
from docgen.service.pages.table import PAGES
from docgen.service.problems import failed, problem_answer
from docgen.service.settings import WorkSettings
from docgen.service.wire import MessageReader, packed

#: How many bytes are read at once.
AT_ONCE = 1 << 20
#: A worker that has grown by more megabytes than this is replaced by a new one; it is looked at after so many calls.
GROWTH, OFTEN = 512, 64
#: How many calls of one operation are done at once, and for how many seconds it is waited whether another one comes.
TOGETHER, GATHER = 32, 0.002
#: Seconds of a pause in which a worker loads what most calls do without.
IDLE = 2.0
#: How many new objects make Python look for cycles among them: a call leaves hardly any.
YOUNG = 50_000


def serve(handle: int) -> None:
    """Answer the calls that come over a socket, given by its file descriptor; the first message has the settings."""
    settle_signals()
    gc.set_threshold(YOUNG, 10, 10)
    reader = MessageReader()
    with socket.socket(fileno=handle) as connection:
        connection.setblocking(True)
        waiting = reader.feed(connection.recv(AT_ONCE))
        settings = WorkSettings.read(waiting.pop(0)[0])
        connection.sendall(packed(_ready(settings)))
        gc.freeze()
        bind_memory(settings.limits.megabytes)
        work = Work(settings, connection.sendall)
        first = used_megabytes()
        while data := _received(connection, work):
            calls = deque(Call.read(head, body, settings) for head, body in reader.feed(data))
            while calls and len(calls) < TOGETHER and work.waits_for_more(calls[-1]) and _is_more(connection, GATHER):
                if not (data := connection.recv(AT_ONCE)):
                    break
                calls.extend(Call.read(head, body, settings) for head, body in reader.feed(data))
            while calls:
                work.do(calls)
                rest()
                if work.is_spent or (work.done % OFTEN == 0 and used_megabytes() - first > GROWTH):
                    connection.sendall(packed({"retires": True}))
                    return


def _ready(settings: WorkSettings) -> dict[str, Any]:
    """Return what the worker says of itself once it is ready: the forms, or why it cannot work."""
    import docgen.rendering  # noqa: F401 what nearly every call needs

    try:
        forms = [load_form(each, settings.forms) for each in form_ids(settings.forms)]
    except DocgenError as error:
        return {"refused": problem_answer(error, as_said=True).body.decode(), "class": type(error).__name__}
    return {"forms": {form.id: {"is_fixed": form.is_fixed} for form in forms}}


class Work:
    """Does calls and sends their answers."""

    def __init__(self, settings: WorkSettings, send: Callable[[bytes], None]):
        self._settings, self._send = settings, send
        self._operations: Mapping[str, ApiOperation] = {each.name: each for each in (*OPERATIONS, *PAGES)}
        self.done = 0
        #: Whether this process should end: a call needed more memory than it may.
        self.is_spent = False
        #: Whether what draws the pages of a flowing form was loaded.
        self.can_draw = False

    def waits_for_more(self, last: Call) -> bool:
        """Return whether a call is better done together with those that come at the same time."""
        return self._operations[last.operation].answer_each is not None

    def load_drawing(self) -> None:
        """Load what draws the pages of a flowing form: the first preview would wait three times as long as those after it.

        It is no request, so no bound of one holds: a worker that ended of it would be replaced by one that ends of it as well.
        """
        from docgen.previewing import load_drawing

        self.can_draw = True
        unbind()
        with suppress(Exception):  # a library is missing: the call that needs it says so
            load_drawing()
        bind_memory(self._settings.limits.megabytes)

    def do(self, calls: deque[Call]) -> None:
        """Do the next call, and those like it where the operation does several at once, and send their answers."""
        first = calls.popleft()
        operation, alike = self._operations[first.operation], [first]
        while operation.answer_each and calls and len(alike) < TOGETHER and _is_like(calls[0], first):
            alike.append(calls.popleft())
        bind_time(self._settings.limits.seconds)
        failure: dict[str, Any] = {}
        with language(first.language):
            try:
                answers = operation.answer_each(alike) if operation.answer_each else [operation.answer(first)]
            except DocgenError as error:
                answers = [problem_answer(error, as_said=operation.is_page)] * len(alike)
            except MemoryError:
                self.is_spent = True
                answers = [problem_answer(_no_memory(self._settings.limits.megabytes))] * len(alike)
            except Exception as error:
                failure = {"failure": failure_facts(error)}
                answers = [problem_answer(failed())] * len(alike)
        for call, answer in zip(alike, answers, strict=True):
            self._reply(call.sequence, answer, failure)
        self.done += len(alike)

    def _reply(self, number: int, answer: Answer, failure: Mapping[str, Any]) -> None:
        facts = {"n": number, "s": answer.status, "t": answer.media_type, **failure}
        if answer.headers:
            facts["h"] = answer.headers
        self._send(packed(facts, answer.body))


def _is_more(connection: socket.socket, seconds: float) -> bool:
    """Return whether more comes within a moment: callers who were answered together ask together again."""
    return bool(select.select([connection], [], [], seconds)[0])


def _received(connection: socket.socket, work: Work) -> bytes:
    """Return what comes next; the first pause is used to load what draws."""
    if not work.can_draw and not _is_more(connection, IDLE):
        work.load_drawing()
    return connection.recv(AT_ONCE)


def _is_like(one: Call, other: Call) -> bool:
    return one.operation == other.operation and one.language == other.language


def _no_memory(megabytes: int) -> MachineError:
    message = _("it needs more than {megabytes} MB of memory", megabytes=megabytes)
    return MachineError.because("worker-memory", message, _("Ask for less at once."))
