"""The cookies that a browser shows and is given (RFC 6265): the language, who the clerk is, the session of forms."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

#: Names of cookies: the language of pages; the clerk's name, on this machine; a clerk's token; what tokens of forms are bound to.
LANGUAGE, CLERK, TOKEN, SESSION = "docgen-language", "docgen-clerk", "docgen-token", "docgen-session"
#: Seconds for which a browser stores a cookie: a year.
STORED = 365 * 86400


def read_cookies(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    """Return the cookies of a request by their names, as they were given; of one name, the first."""
    found: dict[str, str] = {}
    raw = headers.get(b"cookie")
    if raw is None:
        return found
    for part in raw.decode("latin-1").replace(",", ";").split(";"):
        name, equals, value = part.strip().partition("=")
        if equals:
            found.setdefault(name, unquote(value))
    return found


def cookie(name: str, value: str, *, is_secure: bool, seconds: int = STORED) -> str:
    """Return the header that gives a browser a cookie, for the service alone; an empty value takes the cookie away.

    No script of a page reads it, and pages of other sites do not send it with what they post (SameSite=Lax).
    """
    age = f"; Max-Age={seconds if value else 0}"
    return f"{name}={quote(value, safe='')}{age}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if is_secure else ''}"
