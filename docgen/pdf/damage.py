"""The one boundary where what pypdf raises for a damaged PDF becomes ours."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from docgen.errors import DataError
from docgen.messages import _

#: pypdf does not check all that it reads: a damaged object shows as whatever goes wrong with it.
DAMAGE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError, zlib.error)


@contextmanager
def pypdf_errors(file: str) -> Iterator[None]:
    """Raise DataError, with the file's name, for what pypdf raises for a file that is no sound PDF."""
    logger = logging.getLogger("pypdf")
    if logger.level != logging.CRITICAL:  # we report what is wrong with a file, once
        logger.setLevel(logging.CRITICAL)

    try:
        yield
    except Exception as error:
        from pypdf.errors import FileNotDecryptedError, PyPdfError  # loaded for those who need it

        if isinstance(error, FileNotDecryptedError):
            hint = _("Open it with its password, and save it without one.")
            raise DataError.because("pdf-locked", _("the file is locked by a password"), hint, file=file) from None
        if isinstance(error, (PyPdfError, *DAMAGE)):
            message = _("this is no PDF that can be read: {reason}", reason=str(error)[:200] or type(error).__name__)
            raise DataError.because("pdf-damaged", message, _("Make the file anew."), file=file) from None
        raise
