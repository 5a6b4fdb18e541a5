"""Files from outside that are joined or drawn are read in child processes: this one never loads PDFium for them."""

from __future__ import annotations

import io
import sys

import pytest
from pypdf import PdfWriter
from support import processes
from support.pdf_files import pages, written
from support.places import ROOT

#: Runs a call and prints whether this process has loaded PDFium.
PROGRAM = "import sys, docgen\n{call}\nprint('pypdfium2' in sys.modules)\n"


def loads_pdfium(call: str) -> bool:
    done = processes.run([sys.executable, "-c", PROGRAM.format(call=call)], cwd=ROOT, capture_output=True, check=True)
    return done.stdout.decode().split()[-1] == "True"


def encrypted() -> bytes:
    """A file that opens without a password and that PDFium writes anew before it is joined."""
    writer, buffer = PdfWriter(clone_from=io.BytesIO(written(pages(100)))), io.BytesIO()
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(buffer)
    return buffer.getvalue()


SECOND = {
    "sound": written(pages(200)),
    "protected": encrypted(),
    "with NUL after a name": written(pages(200)).replace(b"/Type ", b"/Type\0"),
}


@pytest.mark.parametrize("second", SECOND.values(), ids=SECOND)
def test_joining_does_not_load_pdfium(second, tmp_path):
    one, two, out = tmp_path / "a.pdf", tmp_path / "b.pdf", tmp_path / "o.pdf"
    one.write_bytes(written(pages(100)))
    two.write_bytes(second)
    arguments = ["merge", str(one), str(two), "-o", str(out)]
    call = f"from docgen.cli import cli\ncli({arguments!r}, standalone_mode=False)"
    assert (loads_pdfium(call), out.exists()) == (False, True)


@pytest.mark.parametrize(("name", "is_loaded"), [("own-logo.pdf", False), ("state-emblem.svg", True)])
def test_a_picture_of_ones_own_in_a_word_document_is_drawn_in_a_child(name, is_loaded, tmp_path):
    """What is shipped is drawn here, which takes less time."""
    (tmp_path / "own-logo.pdf").write_bytes(written(pages(200)))
    folder = tmp_path if name == "own-logo.pdf" else ROOT / "forms" / "artwork"
    call = (
        "from pathlib import Path\nfrom docgen.artwork import artwork_folders\n"
        "from docgen.compose.page import Layer, PictureItem\n"
        "from docgen.paint.docx.drawings import picture_png\nfrom docgen.units import Box, mm\n"
        f"folders = artwork_folders(None, Path({str(folder)!r}))\n"
        f"picture_png(PictureItem('logo', Layer.DATA, Box(mm(0), mm(0), mm(20), mm(20)), {name!r}), folders)"
    )
    assert loads_pdfium(call) is is_loaded
