"""ZIP archives that come from outside: workbooks and Word documents are such."""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib

#: What zipfile was seen or is documented to raise at an archive that is cut or altered.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    LookupError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,  # a part behind a password, a compression that zipfile lacks
)
