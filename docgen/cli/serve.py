"""docgen serve: the HTTP interface."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from docgen.cli.options import artwork_option, forms_option, profile_option
from docgen.cli.terminal import echo
from docgen.errors import UsageError
from docgen.messages import _

_A_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen to; 0.0.0.0 is every one.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 is any free one.")
@click.option("--register", default="", metavar="PATH|URL", help="The register that gives numbers; “default” is your own.")
@forms_option
@artwork_option
@profile_option
@click.option(
    "--published", type=_A_PATH, metavar="DIR",
    help="The folder of docgen register publish: everybody may fetch it, and ask of a number whether it is valid.",
)  # fmt: skip
@click.option("--tokens", type=_A_PATH, metavar="FILE", help="Who may call: the file that docgen token writes.")
@click.option("--trusted-header", default="", metavar="NAME", help="The header in which a proxy says who calls.")
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS", help="Where that proxy is; may be repeated.")
@click.option("--allowed-host", "hosts", multiple=True, metavar="NAME", help="A name that callers call it by; may be repeated.")
@click.option("--tls-cert", type=_A_PATH, metavar="FILE", help="The certificate (PEM), for HTTPS.")
@click.option("--tls-key", type=_A_PATH, metavar="FILE", help="Its key (PEM).")
@click.option("--data", type=_A_PATH, metavar="DIR", help="Where uploads and runs are stored.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="The Dask cluster that prints runs, such as tcp://host:8786.")
@click.option("--hours", type=click.FloatRange(0.01, 24 * 366), metavar="H", help="How long runs are stored.  [default: 72]")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="How many processes work.  [default: one a core]")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), metavar="S", help="How long a request may take.  [default: 60]")
@click.option("--megabytes", type=click.IntRange(64), metavar="MB", help="How much memory a request may take.  [default: 2048]")
@click.option("--waiting", type=click.IntRange(1, 100_000), metavar="N", help="How many requests may wait.  [default: 200]")
@click.option("--patience", type=click.FloatRange(0.1, 3600), metavar="S", help="How long to wait for a caller.  [default: 20]")
def serve(
    host: str, port: int, register: str, forms: Path | None, artwork: Path | None, profile: Path | None, published: Path | None,
    tokens: Path | None, trusted_header: str, proxies: tuple[str, ...], hosts: tuple[str, ...], tls_cert: Path | None,
    tls_key: Path | None, data: Path | None, scheduler: str, hours: float | None, workers: int | None, seconds: float | None,
    megabytes: int | None, waiting: int | None, patience: float | None,
) -> None:  # fmt: skip
    """Answer over HTTP what this command line does: check and make documents, measure and join files.

    On this machine nothing else is needed. Where others reach it, --tokens or a proxy says who calls, and travels over TLS.
    Ctrl-C ends it once what is under way is answered. /v1/openapi.json describes the interface, docs/service.md explains it.

    \b
    docgen serve
    docgen serve --register book.db --port 8090
    docgen serve --host 0.0.0.0 --tokens tokens.toml --tls-cert cert.pem --tls-key key.pem
    """
    try:
        from docgen.service import ServiceLimits, ServiceSettings
        from docgen.service import serve as run
    except ImportError:
        raise _not_installed() from None
    bounds: dict[str, Any] = {
        "seconds": seconds, "megabytes": megabytes, "waiting": waiting, "patience": patience, "hours": hours,
    }  # fmt: skip
    limits = ServiceLimits(**{name: value for name, value in bounds.items() if value is not None})
    given: dict[str, Any] = {"data": data, "workers": workers}
    settings = ServiceSettings(
        host=host, port=port, register=register, forms=forms, artwork=artwork, profile=profile, published=published,
        tokens=tokens, limits=limits, trusted_header=trusted_header, trusted_proxies=proxies, hosts=hosts, tls_cert=tls_cert,
        tls_key=tls_key, scheduler=scheduler, **{name: value for name, value in given.items() if value is not None},
    )  # fmt: skip
    run(settings, lambda address: echo(_("docgen serves at {address}", address=address)))


def _not_installed() -> UsageError:
    hint = _("Install it: {command}", command='pip install "docgen[service]"')
    return UsageError.because("service-missing", _("what docgen serve needs is not installed"), hint)
