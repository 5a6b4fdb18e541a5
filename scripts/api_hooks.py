"""What Schemathesis is told besides the description of the interface: how a PDF is sent, a run and a number that there are."""

from __future__ import annotations

import os
from typing import Any

import schemathesis

#: Parameter of a path → the environment variable with a value that leads to something.
KNOWN = {"run": "DOCGEN_API_RUN", "number": "DOCGEN_API_NUMBER"}


@schemathesis.serializer("application/pdf")
def as_it_is(_context: Any, value: Any) -> bytes:
    """Return the bytes of what is sent in place of a PDF."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.hook
def map_path_parameters(_context: Any, values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the parameters of a path; every second one leads to something."""
    for name, variable in KNOWN.items():
        if values and name in values and len(str(values[name])) % 2:
            values[name] = os.environ[variable]
    return values
