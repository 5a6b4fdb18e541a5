"""docgen as a service: an HTTP interface to what the library does, for other programs and for a page in a browser.

One process accepts requests (`server`, `front`): who calls and what he may (`access`), what is offered (`operations`, one table
from which routes, rights and OpenAPI are made), how large and how many. The work is done in processes beside it (`pool`,
`worker`), which call the library as the command line does (`work`). A worker that dies costs one request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.service.server import serve
    from docgen.service.settings import ServiceLimits, ServiceSettings
    from docgen.service.tokens import Right, add_token
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "server": "serve",
            "settings": "ServiceLimits ServiceSettings",
            "tokens": "Right add_token",
        },
    )

__all__ = ["Right", "ServiceLimits", "ServiceSettings", "add_token", "serve"]
