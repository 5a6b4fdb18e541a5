#!/usr/bin/env bash
# pypdf joins pages that inherit one dictionary of resources by writing that dictionary into every page.
#
# Expected: pages that inherit /Resources from the page tree (ISO 32000-1, 7.7.3.4) still share one dictionary when their file is
#   joined to another, so the joined file is about as large as the two together; identical objects can be stored once.
# Seen: each page of the joined file holds a direct dictionary with all the names, which compress_identical_objects does not touch.
#   Two files of 500 pages that inherit 300 XObjects grow thirty-fold: what is written is pages times names. pikepdf writes
#   1.5 times both files.
# A way out: before joining, make the inherited dictionary an object and refer to it from each page.
# Versions: pypdf 7.1.1, pikepdf 10.18.0.
# Source: https://pypi.org/project/pypdf/7.1.1/ (PageObject takes over what it inherits as it is flattened).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pypdf==7.1.1 pikepdf==10.18.0
python/bin/python -W ignore - <<'PYTHON'
from pathlib import Path

import pikepdf
import pypdf

PAGES, NAMES = 500, 300


def volume(path, is_inherited):
    """Write a file whose pages use 300 form XObjects, by a dictionary that they inherit or that each refers to."""
    first = 4 + PAGES
    names = b"".join(b"/X%d %d 0 R" % (n, first + n) for n in range(NAMES))
    own = b"" if is_inherited else b"/Resources 3 0 R"
    inherited = b"/Resources 3 0 R" if is_inherited else b""
    kids = b" ".join(b"%d 0 R" % (4 + n) for n in range(PAGES))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/MediaBox[0 0 99 99]%s/Kids[%s]>>" % (PAGES, inherited, kids),
        b"<</XObject<<%s>>>>" % names,
        *[b"<</Type/Page/Parent 2 0 R%s>>" % own] * PAGES,
        *[b"<</Subtype/Form/BBox[0 0 9 9]/Length 3>>stream\nq Q\nendstream"] * NAMES,
    ]
    content, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    path.write_bytes(content + end % (len(objects) + 1, table, len(objects) + 1, len(content)))
    return path


def by_pypdf(files, joined):
    writer = pypdf.PdfWriter()
    for file in files:
        writer.append(file)
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    writer.write(joined)


def by_pikepdf(files, joined):
    whole = pikepdf.Pdf.new()
    for file in files:
        whole.pages.extend(pikepdf.Pdf.open(file).pages)
    whole.save(joined, object_stream_mode=pikepdf.ObjectStreamMode.disable)


grown = {}
for join in (by_pypdf, by_pikepdf):
    for is_inherited in (True, False):
        files = [volume(Path(f"{name}-{is_inherited}.pdf"), is_inherited) for name in "ab"]
        join(files, "joined.pdf")
        grown[join, is_inherited] = Path("joined.pdf").stat().st_size / sum(file.stat().st_size for file in files)
    print(f"{join.__name__}: expected about 1 × both files; seen {grown[join, True]:.1f} × where pages inherit,", end=" ")
    print(f"{grown[join, False]:.1f} × where each page refers to the dictionary")
assert grown[by_pypdf, True] > 10 > 2 > grown[by_pypdf, False], "this has changed"
assert grown[by_pikepdf, True] < 2, "this has changed"
PYTHON
