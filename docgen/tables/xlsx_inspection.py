"""The parts of a workbook, looked through before openpyxl opens it: bombs, lies and what openpyxl loses."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from docgen.errors import DataError
from docgen.messages import _
from docgen.tables.grid import ROWS
from docgen.tables.refusals import damaged, too_large

UNPACKED_BYTES = 512 << 20
# Sheets of real records unpack to 5 – 30 times their size; a bomb to a thousand times.
UNPACKED_RATIO = 200
RATIO_COUNTS_FROM = 16 << 20
PARTS = 10_000
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_STRICT = "http://purl.oclc.org/ooxml/"


def inspect(file: str, content: bytes) -> bool:
    """Check a workbook before it is opened, and return whether its sheets have formulas.

    Refused are: unpacked sizes out of bounds, a DOCTYPE in any part (no workbook has one; it is how entity bombs come
    in), the Strict variant (openpyxl finds its sheets empty), and rows that go backwards (openpyxl drops them without a
    word).
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        # zipfile gives no more bytes of a part than its entry claims, so the claims bound what can come out.
        unpacked = sum(part.file_size for part in parts)
        bomb = unpacked > RATIO_COUNTS_FROM and unpacked > UNPACKED_RATIO * len(content)
        if unpacked > UNPACKED_BYTES or bomb or len(parts) > PARTS:
            raise too_large(file, _("the workbook unpacks to {size} MB", size=unpacked >> 20))
        formulas = False
        for part in parts:
            with archive.open(part) as stream:
                formulas |= _Inspector(file).formulas_in(stream)
    return formulas


class _Inspector:
    """Reads one part of a workbook with expat: its beginning, and all of it if it is a sheet."""

    def __init__(self, file: str):
        self.file = file
        self.row = 0
        self.root = ""
        self.formulas = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._root

    def formulas_in(self, stream: IO[bytes]) -> bool:
        """Return whether the part is a sheet with formulas."""
        while chunk := stream.read(1 << 16):
            try:
                self.parser.Parse(chunk)
            except expat.ExpatError:
                if not self.root:
                    return False  # a picture or the like, not XML
                raise
            if self.root and self.root != _SHEET + "worksheet":
                return False
        return self.formulas

    def _doctype(self, *_declaration: object) -> None:
        raise damaged(self.file, _("the workbook holds a DOCTYPE, which no workbook has"))

    def _root(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.root = name
        if name.startswith(_STRICT):
            raise DataError.because(
                "table-strict",
                _("the workbook is saved as “Strict Open XML”"),
                _("Save it as “Excel workbook (.xlsx)”."),
                file=self.file,
            )
        self.parser.StartElementHandler = self._element if name == _SHEET + "worksheet" else None

    def _element(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == _SHEET + "row":
            row = int(float(attributes.get("r", self.row + 1)))
            if row <= self.row:
                raise damaged(self.file, _("row {row} of a sheet stands after row {last}", row=row, last=self.row))
            if row > ROWS:
                raise too_large(self.file, _("the table has more than {limit} rows", limit=ROWS), row)
            self.row = row
        elif name == _SHEET + "f":
            self.formulas = True
