"""What the front does for pages: who calls from a browser and in which language, the token of forms, errors as pages."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from docgen.errors import DataError, UsageError
from docgen.files import PRIVATE, read_bytes, write_whole
from docgen.messages import _
from docgen.service.accepting import accepted
from docgen.service.calls import JSON, PROBLEM, Answer, Call
from docgen.service.cookies import SESSION, cookie
from docgen.service.pages.html import HTML, page_answer, see_other
from docgen.service.settings import is_loopback

if TYPE_CHECKING:
    from docgen.service.access import Caller

#: Bytes of the key that tokens of forms are made with.
KEY_BYTES = 32
#: The name of the token in a form.
FORM_TOKEN = "token"


class FormGuard:
    """Gives each form a token, bound to the session of its browser, and refuses forms without it.

    So a page of another site, which cannot read the token, sends nothing in a clerk's name (CSRF). The key is stored with the
    service's data: services that share them take each other's forms, after a restart too.
    """

    def __init__(self, data: Path):
        self._key = _stored_key(data / "pages.key")

    def token(self, session: str) -> str:
        """Return the token of a session's forms."""
        return urlsafe_b64encode(hmac.digest(self._key, session.encode(), "sha256")).decode().rstrip("=")

    def refuse_foreign(self, session: str, given: str) -> None:
        """Raise UsageError for a form without the token of the session."""
        if not session or not hmac.compare_digest(self.token(session).encode(), given.encode()):
            message = _("the page was opened too long ago, or the form is not from here")
            raise UsageError.because("form-foreign", message, _("Open the page again, and send it once more."))


def _stored_key(path: Path) -> bytes:
    """Return the key in a file, which is made if it is missing."""
    if not path.exists():
        new = path.with_suffix(f".{secrets.token_hex(4)}")
        write_whole(new, secrets.token_bytes(KEY_BYTES), PRIVATE)
        with suppress(FileExistsError):  # another service that starts was quicker
            os.link(new, path)
        new.unlink()
    key = read_bytes(path, KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise DataError.because("key-damaged", _("the key of the pages is damaged"), _("Delete the file."), file=str(path))
    return key


def page_facts(scope: Mapping[str, Any], caller: Caller, session: str, guard: FormGuard, *, has_register: bool) -> dict[str, Any]:
    """Return what a page needs to know of the browser that asks for it.

    `root` leads from the page to the service's own address, which a proxy may have put below a path of its own: so no link
    begins with a slash.
    """
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return {
        "root": "../" * (path.count("/") - 1) or "./",
        "here": path + (f"?{query}" if query else ""),
        "token": guard.token(session),
        "clerk": caller.name,
        "rights": sorted(caller.rights),
        "register": has_register,
    }


def new_session() -> str:
    """Return the name of a new session."""
    return secrets.token_urlsafe(24)


def session_cookie(session: str, host: str) -> str:
    """Return the cookie that names a session."""
    return cookie(SESSION, session, is_secure=is_secured(host))


def is_secured(host: str) -> bool:
    """Return whether cookies may travel over TLS alone: wherever the browser is not on this machine."""
    return not is_loopback(host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host)


def form_values(call: Call) -> dict[str, str]:
    """Return the fields of a form that was sent (`application/x-www-form-urlencoded`); of one that came twice, the last.

    Raise DataError for one that is not in UTF-8 or has too many fields.
    """
    try:
        pairs = parse_qsl(
            call.body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=call.settings.limits.names
        )
    except ValueError:
        message = _("the form that was sent cannot be read")
        raise DataError.because("form-unreadable", message, _("Open the page again, and send it once more.")) from None
    return {name: value.replace("\r\n", "\n") for name, value in pairs}


def wants_page(accept: str) -> bool:
    """Return whether whoever asks would rather have a page than JSON."""
    return HTML in accept and accepted(accept, (JSON, HTML)) == HTML


def problem_page(call: Call, answer: Answer) -> Answer:
    """Return a page that says what a problem details object says; who is unknown is asked who he is."""
    details = json.loads(answer.body)
    if answer.status == HTTPStatus.UNAUTHORIZED and call.operation != "whoPage":
        return see_other(call, "who", back=call.page["here"])
    found = page_answer(call, "problem.html", answer.status, details=details)
    found.headers = {**answer.headers, **found.headers}
    return found


def is_problem(answer: Answer) -> bool:
    """Return whether an answer is a problem details object."""
    return answer.media_type == PROBLEM


def local_path(text: str) -> str:
    """Return a path that a form says to go back to, without its first slash; "" for what is no path of this service."""
    is_own = text.startswith("/") and not text.startswith("//") and "\\" not in text and text.isprintable() and len(text) < 2000
    return quote(text[1:], safe="/?&=%+~:.,-") if is_own else ""


def digest_of(name: str) -> str:
    """Return what stands for a clerk's name in the name of a folder."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]
