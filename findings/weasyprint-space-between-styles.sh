#!/usr/bin/env bash
# WeasyPrint writes no glyph for a space that stands alone between two styled words: the file's text has one word, not two.
#
# Expected: `<b>three</b> <i>four</i>` becomes "three four" in the PDF, in tagged files above all: ISO 14289-1 (PDF/UA), 7.2, and
#   ISO 32000-1, 14.8.2.5, ask that words can be told apart in the file's content, by space characters, not by guessing from gaps.
# Seen: the space is a text box of its own, and its text object is empty (BT … ET). Readers that measure gaps (poppler, PDFium)
#   show "three four" all the same; the text under the tags, which a screen reader follows, is "three", "", "four", in a file
#   that is written as pdf/ua-1. A space inside a longer run ("two ") has its glyph.
# A way out: put the space inside one of the two elements.
# Versions: WeasyPrint 70.0, pypdf 7.1.1.
# Source: https://pypi.org/project/weasyprint/70.0/ (weasyprint/draw/text.py leaves out what is blank alone).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check weasyprint==70.0 pypdf==7.1.1
python/bin/python - <<'PYTHON'
import io
import re

import pypdf
import weasyprint


def shown(html):
    """Return the glyphs that each text object shows, as texts; each font's own ToUnicode map says which."""
    pdf = weasyprint.HTML(string=f"<html lang=en><title>t</title>{html}").write_pdf(pdf_variant="pdf/ua-1")
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    maps, runs = {}, []
    for name, font in page["/Resources"]["/Font"].items():
        pairs = re.findall(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>", font["/ToUnicode"].get_data())
        maps[name[1:].encode()] = {code.lower(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    for run in re.findall(rb"BT(.*?)ET", page.get_contents().get_data(), re.DOTALL):
        font = re.search(rb"/(\S+) [\d.]+ Tf", run)
        codes = re.findall(rb"[0-9a-fA-F]{4}", b"".join(re.findall(rb"<([0-9a-fA-F]+)>", run)))
        runs.append("".join(maps[font[1]][code.lower()] for code in codes) if font else "")
    return runs


between = shown("<p>two <b>three</b> <i>four</i></p>")
inside = shown("<p>two <b>three </b><i>four</i></p>")
print("expected: the glyphs of “two three four”, its two spaces included")
print("seen, the space between the styles:", between)
print("seen, the space inside one of them:", inside)
assert "".join(between) == "two threefour", "this has changed"
assert "" in between, "this has changed"
assert "".join(inside) == "two three four", "this has changed"
PYTHON
