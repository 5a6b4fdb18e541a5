"""Who calls, and whether he may: tokens, a proxy that says who it is, or the user of this machine.

The ways are tried in their order (`CallerFinder`); the first that knows the caller decides. A browser shows a cookie where a
program sends a header; `Origin` and `Sec-Fetch-Site` keep pages of others out (`refuse_foreign`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from docgen.errors import UsageError, visible
from docgen.messages import _
from docgen.service.cookies import CLERK, TOKEN, read_cookies
from docgen.service.settings import ServiceSettings, is_loopback
from docgen.service.tokens import Right, TokenFile

#: Header → value of a request, both as bytes; names in small letters.
Headers = Mapping[bytes, bytes]
#: The header in which a program on this machine says which clerk it works for, percent-encoded UTF-8 (RFC 3986, 2.1).
CLERK_HEADER = b"docgen-clerk"
#: What those whom a trusted proxy lets in may do.
PROXIED = frozenset({Right.READ, Right.MAKE, Right.ISSUE})
#: Methods that change nothing (RFC 9110, 9.2.1).
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
NAME_LETTERS = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: his name, empty for the system's user; his rights; and what stands for him in the log."""

    name: str
    rights: frozenset[Right]
    log_id: str

    def refuse(self, right: Right) -> None:
        """Raise UsageError if the caller lacks a right."""
        if right not in self.rights:
            message = _("the right “{right}” is needed for this", right=right.value)
            raise UsageError.because("access-wrong", message, _("Ask who keeps the service."))


class CallerFinder:
    """Finds who calls, by what the operator chose."""

    def __init__(self, settings: ServiceSettings):
        self._settings = settings
        self._is_plain = not (settings.is_loopback or settings.tls_cert)
        self._tokens = TokenFile(settings.tokens) if settings.tokens else None
        self._header = settings.trusted_header.lower().encode()
        self._is_local = settings.is_loopback and not (self._tokens or self._header)
        self._ways: list[Callable[[Headers, str], Caller | None]] = [self._by_token, self._by_proxy, self._by_machine]

    @property
    def asks(self) -> str:
        """What a page asks a clerk for who is unknown: a `token`, a `name`, nothing where a proxy says who calls."""
        return "token" if self._tokens else "name" if self._is_local else ""

    def caller(self, headers: Headers, client: str) -> Caller:
        """Return who calls from the address `client`; raise UsageError where nobody says it."""
        if self._is_plain and not self._settings.is_trusted(client):
            raise UsageError.because("access-wrong", _("this address is for the proxy alone"))
        for way in self._ways:
            if found := way(headers, client):
                return found
        hint = _("Send: Authorization: Bearer TOKEN")
        raise UsageError.because("caller-unknown", _("the request does not say who calls"), hint)

    def _by_token(self, headers: Headers, _client: str) -> Caller | None:
        given = headers.get(b"authorization")
        if self._tokens is None:
            return None
        if given is None and not (token := read_cookies(headers).get(TOKEN, "")):
            return None
        if given is not None:
            kind, _space, token = given.decode("latin-1").partition(" ")
            token = token.strip() if kind.lower() == "bearer" else ""
        holder = self._tokens.holder(token)
        if holder is None:
            raise UsageError.because("caller-unknown", _("nobody has this token"), _("Ask who keeps the service."))
        return Caller(holder.name, holder.rights, holder.id[:8])

    def _by_proxy(self, headers: Headers, client: str) -> Caller | None:
        """Take the word of trusted proxies alone: whoever else sends the header says it of himself."""
        if not self._header or not self._settings.is_trusted(client):
            return None
        name = _readable(headers.get(self._header, b""))
        return Caller(name, PROXIED, "proxy") if name else None

    def _by_machine(self, headers: Headers, client: str) -> Caller | None:
        if not self._is_local or not (is_loopback(client) or not client):
            return None
        said = headers.get(CLERK_HEADER)
        name = clerk_name(read_cookies(headers).get(CLERK, "")) if said is None else _readable(said)
        return Caller(name, frozenset(Right), "local")


def _readable(raw: bytes) -> str:
    """Return a name from a header; raise UsageError for one that no book should hold."""
    try:
        name = unquote(raw.decode(), errors="strict")
    except UnicodeDecodeError:
        name = "\0"
    return clerk_name(name)


def clerk_name(name: str) -> str:
    """Return the name of a clerk as a book holds it, empty for none; raise UsageError for what is no name."""
    name = name.strip()
    if not name:
        return ""
    if not name.isprintable() or len(name) > NAME_LETTERS:
        message = _("“{name}” is no name of a clerk", name=visible(name[:60]))
        hint = _("Write it in UTF-8, percent-encoded, of at most {limit} letters.", limit=NAME_LETTERS)
        raise UsageError.because("caller-wrong", message, hint)
    return name


class HostGuard:
    """Refuses names that are not ours, and pages of others.

    A page of another site may lead a browser on this machine to us: under a name of its own that it lets point here (DNS
    rebinding), or as a form that it sends. Neither gets through.
    """

    def __init__(self, settings: ServiceSettings):
        own = {settings.host, *(("localhost", "127.0.0.1", "::1") if settings.is_loopback else ())}
        self._names = {name.lower().strip("[]") for name in (*own, *settings.hosts)}
        self._known: set[bytes] = set()

    def refuse_unknown(self, host: bytes) -> None:
        """Raise UsageError for a request to a name that this service does not have."""
        if host in self._known:
            return
        name = _host_name(host.decode("latin-1"))
        if name not in self._names:
            message = _("this service is not called “{name}”", name=visible(name[:100]))
            raise UsageError.because("host-unknown", message, _("Who keeps it gives its names: --allowed-host NAME."))
        if len(self._known) < 100:
            self._known.add(host)

    def refuse_foreign(self, method: str, headers: Headers) -> None:
        """Raise UsageError for a request that changes something and comes from a page of another site (RFC 6454, 7.3)."""
        if method in SAFE:
            return
        origin = headers.get(b"origin")
        is_foreign = headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin")
        if origin is not None:
            parts = urlsplit(origin.decode("latin-1"))
            is_foreign = is_foreign or parts.netloc.lower() != headers.get(b"host", b"").decode("latin-1").lower()
        if is_foreign:
            raise UsageError.because("origin-foreign", _("the request comes from a page of another site"))


def _host_name(host: str) -> str:
    """Return the name of a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def needed_headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the headers of a request by their names; of one that comes twice, all values, as a list (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in raw:
        found[name] = found[name] + b", " + value if name in found else value
    return found
