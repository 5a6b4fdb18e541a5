"""Whether what signed codes need is installed: it is not part of docgen itself."""

from __future__ import annotations

from importlib.util import find_spec

from docgen.errors import UsageError
from docgen.messages import _

#: The modules of `docgen[genuine]` (pyproject.toml) without which nothing is signed or verified.
NEEDED = ("base45", "bcrypt", "cbor2", "cryptography", "keyring", "zxingcpp")


def refuse_missing_libraries() -> None:
    """Raise UsageError where a library of signed codes is not installed."""
    if any(find_spec(name) is None for name in NEEDED):
        hint = _("Install it: {command}", command='pip install "docgen[genuine]"')
        raise UsageError.because("genuine-missing", _("what signed codes need is not installed"), hint)
