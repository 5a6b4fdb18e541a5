#!/usr/bin/env bash
# WeasyPrint tags what goes on over a page's end anew on each page: one table becomes several, its heading row is content on each.
#
# Expected: a table of HTML is one Table in the structure of a file that is written as pdf/ua-1, however many pages it stands on,
#   and a paragraph is one P. The heading row that is repeated for the eye is an artifact on the later pages (ISO 32000-1,
#   14.8.2.2 and 14.8.4.3.4): a screen reader would else say it in the middle of the rows.
# Seen: a Table with a THead of its own for each page, a P for each page of a paragraph. Each such file passes veraPDF's ua1.
# A way out: read the structure from the boxes that WeasyPrint laid out, where each knows its element of HTML.
# Versions: WeasyPrint 70.0, pypdf 7.1.1.
# Source: https://pypi.org/project/weasyprint/70.0/ (weasyprint/pdf/tags.py builds a tree for each page).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check weasyprint==70.0 pypdf==7.1.1
python/bin/python - <<'PYTHON'
import io
from collections import Counter

import pypdf
import weasyprint

ROWS = "".join(f"<tr><td>{number}</td><td>row</td></tr>" for number in range(1, 81))
TABLE = f"<table><thead><tr><th>number</th><th>what</th></tr></thead><tbody>{ROWS}</tbody></table>"
TEXT = f"<p>{' '.join(f'word{number}' for number in range(1, 901))}</p>"


def tagged(body):
    """Return how many pages a file has, and how many elements of each type its structure."""
    html = f"<html lang=en><title>t</title><style>@page{{size:A5}}</style>{body}"
    reader = pypdf.PdfReader(io.BytesIO(weasyprint.HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")))
    found, waiting = Counter(), [reader.root_object["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if not isinstance(node, pypdf.generic.DictionaryObject):
            continue
        found[node.get("/S", "/Root")] += 1
        kids = node.get("/K", [])
        waiting += kids if isinstance(kids, list) else [kids]
    return len(reader.pages), found


pages, table = tagged(TABLE)
sheets, text = tagged(TEXT)
print("expected: 1 Table with 1 THead, 1 P")
print(f"seen on {pages} pages: {table['/Table']} Table, {table['/THead']} THead; on {sheets} pages: {text['/P']} P")
assert pages > 1 and table["/Table"] == table["/THead"] == pages, "this has changed"
assert sheets > 1 and text["/P"] == sheets, "this has changed"
PYTHON
