"""The boundary at which errors become answers: problem details (RFC 9457) with docgen's code, place, message and hint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from docgen.errors import DataError, DocgenError, FormError, MachineError, Problem, UsageError
from docgen.messages import _, n_
from docgen.service.calls import PROBLEM, Answer, json_answer
from docgen.service.wording import for_caller

#: What `type` begins with; the code follows. It names the problem and leads nowhere.
TYPE = "urn:docgen:problem:"
#: Class of an error → the status of its answer. The first that fits counts.
STATUSES: Mapping[type[DocgenError], int] = {
    DataError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UsageError: HTTPStatus.BAD_REQUEST,
    FormError: HTTPStatus.INTERNAL_SERVER_ERROR,
    MachineError: HTTPStatus.SERVICE_UNAVAILABLE,
}
#: Code → the status of its answer, where that says more than the one of its class.
CODES: Mapping[str, int] = {
    "access-wrong": HTTPStatus.FORBIDDEN,
    "answer-not-offered": HTTPStatus.NOT_ACCEPTABLE,
    "body-not-offered": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "caller-unknown": HTTPStatus.UNAUTHORIZED,
    "correction-crossed": HTTPStatus.CONFLICT,
    "document-ambiguous": HTTPStatus.CONFLICT,
    "document-handed-over": HTTPStatus.CONFLICT,
    "document-replaced": HTTPStatus.CONFLICT,
    "document-unknown": HTTPStatus.NOT_FOUND,
    "document-void": HTTPStatus.CONFLICT,
    "file-unknown": HTTPStatus.NOT_FOUND,
    "form-foreign": HTTPStatus.FORBIDDEN,
    "form-unknown": HTTPStatus.NOT_FOUND,
    "host-unknown": HTTPStatus.MISDIRECTED_REQUEST,
    "key-in-use": HTTPStatus.CONFLICT,
    "key-of-another": HTTPStatus.UNPROCESSABLE_ENTITY,
    "method-unknown": HTTPStatus.METHOD_NOT_ALLOWED,
    "organization-unknown": HTTPStatus.NOT_FOUND,
    "origin-foreign": HTTPStatus.FORBIDDEN,
    "path-unknown": HTTPStatus.NOT_FOUND,
    "published-none": HTTPStatus.NOT_FOUND,
    "rate-exceeded": HTTPStatus.TOO_MANY_REQUESTS,
    "record-changed": HTTPStatus.CONFLICT,
    "register-none": HTTPStatus.NOT_FOUND,
    "run-ended": HTTPStatus.CONFLICT,
    "run-under-way": HTTPStatus.CONFLICT,
    "run-unknown": HTTPStatus.NOT_FOUND,
    "table-unknown": HTTPStatus.NOT_FOUND,
    "service-full": HTTPStatus.TOO_MANY_REQUESTS,
    "too-large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too-slow": HTTPStatus.REQUEST_TIMEOUT,
}
#: Status → headers that belong to it.
HEADERS: Mapping[int, Mapping[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"www-authenticate": 'Bearer realm="docgen"'},
    HTTPStatus.TOO_MANY_REQUESTS: {"retry-after": "1"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"retry-after": "2"},
}


def problem_answer(error: DocgenError, *, as_said: bool = False) -> Answer:
    """Return the answer for an error, its words in the language spoken.

    They are those of a caller of HTTP; with `as_said`, for a page or a terminal, those of the library.
    """
    status = status_of(error)
    return json_answer(problem_details(error, status, as_said=as_said), status, HEADERS.get(status), PROBLEM)


def problem_details(error: DocgenError, status: int, *, as_said: bool = False) -> dict[str, object]:
    """Return the members of a problem details object: those of RFC 9457, every problem, and what was mended before."""
    worded = (lambda problem: problem) if as_said else for_caller
    problems, notes = [worded(each) for each in error.problems], [worded(each) for each in error.notes]
    codes = {problem.code for problem in problems}
    details: dict[str, object] = {
        "type": f"{TYPE}{codes.pop() if len(codes) == 1 else 'several'}",
        "title": _title(error),
        "status": int(status),
        "detail": _detail(problems),
        "problems": [problem.as_json() for problem in problems],
    }
    return details | ({"notes": [note.as_json() for note in notes]} if notes else {})


def status_of(error: DocgenError) -> int:
    """Return the status of the answer for an error."""
    codes = {problem.code for problem in error.problems}
    known = CODES.get(codes.pop()) if len(codes) == 1 else None
    return known or next((status for cls, status in STATUSES.items() if isinstance(error, cls)), 500)


def _title(error: DocgenError) -> str:
    titles = {
        DataError: _("The data cannot be used as it is."),
        UsageError: _("The request is wrong."),
        FormError: _("A form definition of this service is wrong."),
        MachineError: _("The service failed."),
    }
    return next((title for cls, title in titles.items() if isinstance(error, cls)), _("The service failed."))


def _detail(problems: Sequence[Problem]) -> str:
    if len(problems) == 1:
        return str(problems[0])
    return n_("{count} problem", "{count} problems", len(problems))


def failed() -> MachineError:
    """Return the error for a failure that nobody foresaw: a mistake of docgen, which is in the log."""
    hint = _("It is in the log of the service, under the id of this request.")
    return MachineError.because("service-failed", _("docgen failed at this request"), hint)
