"""What the operator of a service decides: where it listens, who may call, what it may use, and how much."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from docgen.errors import UsageError, visible
from docgen.files import data_folder
from docgen.messages import _


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """How much one caller, and all of them together, may ask for. What goes beyond is answered, never cut."""

    #: Bytes of a record, and of an upload such as a table or a PDF.
    record_bytes: int = 4 << 20
    upload_bytes: int = 256 << 20
    #: Files of one upload.
    files: int = 100
    #: Rows of a run's table, and named values of one record, its rows' values among them.
    rows: int = 100_000
    names: int = 20_000
    #: Seconds that one request may take, by the clock and on a processor, and megabytes that it may need.
    seconds: float = 60.0
    megabytes: int = 2048
    #: Requests and runs that may wait for a worker.
    waiting: int = 200
    runs: int = 50
    #: Seconds in which a request's head, and each further part of its body, has to come.
    patience: float = 20.0
    #: Hours for which the files of a run are stored.
    hours: float = 72.0


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """How a service is run; the paths are the operator's, no caller names one."""

    host: str = "127.0.0.1"
    port: int = 8080
    #: The register that gives numbers; empty for a service that gives none.
    register: str = ""
    forms: Path | None = None
    artwork: Path | None = None
    #: The folder of `docgen register publish`, which everybody may fetch, and by which documents are verified.
    published: Path | None = None
    #: The ICC profile of the print shop, for what is printed for the press.
    profile: Path | None = None
    #: The file with the hashes of tokens, and the header in which a proxy says who calls.
    tokens: Path | None = None
    trusted_header: str = ""
    #: Addresses and networks of the proxies whose word is taken, besides this machine.
    trusted_proxies: tuple[str, ...] = ()
    #: Names under which the service may be called besides its own address.
    hosts: tuple[str, ...] = ()
    tls_cert: Path | None = None
    tls_key: Path | None = None
    #: Where runs are stored; without it, within the user's own data.
    data: Path = field(default_factory=lambda: data_folder() / "service")
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    scheduler: str = ""
    limits: ServiceLimits = ServiceLimits()

    @property
    def is_loopback(self) -> bool:
        """Whether the service listens to this machine alone."""
        return is_loopback(self.host)

    @property
    def scheme(self) -> str:
        """The scheme of its addresses."""
        return "https" if self.tls_cert else "http"

    def refuse_open(self) -> None:
        """Raise UsageError for an address that others reach without access control or TLS, for half of TLS, and for no proxy."""
        if bool(self.tls_cert) != bool(self.tls_key):
            raise UsageError.because("tls-half", _("--tls-cert and --tls-key belong together"), _("Give both, or neither."))
        _known = self.proxies
        if self.is_loopback:
            return
        if not (self.tokens or self.trusted_header):
            message = _("others would reach {host} without saying who they are", host=self.host)
            hint = _("Give --tokens FILE, or --trusted-header NAME behind a proxy; or listen to this machine alone: 127.0.0.1.")
            raise UsageError.because("access-open", message, hint, key="--host")
        if not (self.tls_cert or self.trusted_proxies):
            message = _("what travels to {host} could be read by anybody", host=self.host)
            hint = _("Give --tls-cert and --tls-key; or --trusted-proxy ADDRESS where a proxy ends TLS.")
            raise UsageError.because("access-plain", message, hint, key="--host")

    @cached_property
    def proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """The networks of the proxies; raise UsageError for what is no address."""
        found = []
        for each in self.trusted_proxies:
            try:
                found.append(ipaddress.ip_network(each))
            except ValueError:
                message = _("“{address}” is no address", address=visible(each[:60]))
                hint = _("Give one such as 10.0.0.5, or a network such as 10.0.0.0/24.")
                raise UsageError.because("address-wrong", message, hint, key="--trusted-proxy") from None
        return tuple(found)

    def is_trusted(self, client: str) -> bool:
        """Return whether an address is this machine's, or that of a trusted proxy."""
        return is_loopback(client) or any(ipaddress.ip_address(client) in network for network in self.proxies)


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Return whether an address is one of this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class WorkSettings:
    """What of the settings a worker needs."""

    register: str = ""
    forms: str | None = None
    artwork: str | None = None
    profile: str | None = None
    #: Where the service stores its data, the drafts of clerks among them.
    data: str = ""
    limits: ServiceLimits = ServiceLimits()
    published: str | None = None

    @classmethod
    def of(cls, settings: ServiceSettings) -> WorkSettings:
        """Return the worker's part of a service's settings."""
        given = (settings.forms, settings.artwork, settings.profile, settings.published)
        forms, artwork, profile, published = (None if path is None else str(path.absolute()) for path in given)
        return cls(settings.register, forms, artwork, profile, str(settings.data.absolute()), settings.limits, published)

    def as_json(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> WorkSettings:
        """Return the settings that plain values say."""
        return cls(**{**values, "limits": ServiceLimits(**values["limits"])})
