"""What the peers need to make the same page: docgen's artwork as one PDF, where each text stands, a Word template, the rows."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from rows import certificates, register, results, standard

from docgen import render
from docgen.artwork import artwork_folders
from docgen.compose import compose
from docgen.compose.page import ARTWORK_ITEMS, PRINT_LAYERS, Layer, Page, TextItem
from docgen.form import load_form
from docgen.paint.pdf.background import lay_under
from docgen.paint.pdf.weasy import empty_pdf, paint_artwork
from docgen.record import read_record

PEERS = Path(__file__).parent / "peers"
#: The places of the certificate whose words are the same on every page of the benchmark.
FIXED = ("organization", "title", "head")
#: The places whose data docxtpl fills in. The date line, of many runs, stays as it is: less work for the peer.
TAGGED = ("person", "period", "topic", "course", "number")
CERTIFICATE = "retraining-certificate"


def prepare(folder: Path, sizes: dict[str, int]) -> None:
    """Fill `folder` with the inputs of every measurement; Typst reads nothing outside it."""
    folder.mkdir(parents=True, exist_ok=True)
    for template in PEERS.glob("*.typ"):
        shutil.copy(template, folder)
    tables = ("certificates", "large", "weasyprint", "documents", "pdfimpose", "few measured", "measured", "singles")
    for count in {1, *(sizes[name] for name in tables)}:
        _write_json(folder / f"certificates-{count}.json", certificates(count))
    unnumbered = [{**row, "number": None} for row in certificates(sizes["certificates"])]
    _write_json(folder / f"unnumbered-{sizes['certificates']}.json", unnumbered)
    _write_json(folder / f"register-{sizes['register']}.json", register(sizes["register"]))
    for count in (sizes["measured"], sizes["weasyprint"], sizes["report"]):
        _write_json(folder / f"results-{count}.json", results(count))
    _write_json(folder / f"standard-{sizes['tasks']}.json", standard(sizes["tasks"]))
    person = certificates(1)[0]
    _write_json(folder / "person.json", person)
    [page] = compose(load_form(CERTIFICATE), read_record(load_form(CERTIFICATE), person), PRINT_LAYERS["full"])
    (folder / "artwork.pdf").write_bytes(_artwork(page))
    subprocess.run(("pdftocairo", "-svg", folder / "artwork.pdf", folder / "artwork.svg"), check=True)
    texts = [item for item in page.items if isinstance(item, TextItem)]
    _write_json(folder / "layout.json", _layout(texts))
    (folder / "certificate.docx").write_bytes(_word_template(render(CERTIFICATE, person, to="docx"), texts))


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _artwork(page: Page) -> bytes:
    ground = Page(page.width, page.height, tuple(item for item in page.items if isinstance(item, ARTWORK_ITEMS)))
    return lay_under(empty_pdf(page.width, page.height), [ground], artwork_folders(), paint_artwork)


def _layout(texts: list[TextItem]) -> dict[str, object]:
    """Return the fixed texts with their origins, and the baseline of each other place, in millimetres and points."""
    fixed = [
        {
            "left": item.left.mm, "baseline": item.baseline.mm, "size": item.font.size.pt,
            "bold": item.font.bold, "colour": item.colour, "text": item.text,
        }
        for item in texts if item.place in FIXED
    ]  # fmt: skip
    return {"fixed": fixed, "baselines": {item.place: item.baseline.mm for item in texts if item.place not in FIXED}}


def _word_template(document: bytes, texts: list[TextItem]) -> bytes:
    """Turn docgen's Word page of one person into a docxtpl template: a tag stands where a value stood."""
    source, target = zipfile.ZipFile(io.BytesIO(document)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = _tagged(content.decode(), texts).encode()
            package.writestr(name, content)
    return target.getvalue()


def _tagged(xml: str, texts: list[TextItem]) -> str:
    for item in texts:
        if item.place in TAGGED and item.layer is Layer.DATA:
            assert xml.count(f">{item.text}<") == 1, f"{item.text} has to stand once in the Word page"
            xml = xml.replace(f">{item.text}<", f">{{{{ {item.place} }}}}<")
    return xml


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), json.loads(sys.argv[2]))
