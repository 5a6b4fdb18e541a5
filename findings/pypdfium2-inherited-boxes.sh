#!/usr/bin/env bash
# pypdfium2 says that a page whose MediaBox is inherited is of US letter size.
#
# Expected: a page takes the MediaBox of the node of the page tree above it where it has none of its own (ISO 32000-1, 7.7.3.4 and
#   table 30), as many writers write it once for all pages; get_mediabox() and get_trimbox() say that box.
# Seen: both say (0, 0, 612, 792), whatever the page's size is; get_size() and rendering are right. With fallback_ok=False they say
#   None. What is cropped or placed by these boxes is wrong without an error.
# A way out: get_mediabox(fallback_ok=False) or (0, 0, *get_size()), where pages begin at the origin.
# Versions: pypdfium2 5.15.2, pypdf 7.1.1, which writes the file and reads the box.
# Source: https://pypi.org/project/pypdfium2/5.15.2/
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pypdfium2==5.15.2 pypdf==7.1.1
python/bin/python - <<'PYTHON'
import io

import pypdf
import pypdfium2

writer = pypdf.PdfWriter()
page = writer.add_blank_page(842, 595)
writer.root_object["/Pages"][pypdf.generic.NameObject("/MediaBox")] = page["/MediaBox"]
del page["/MediaBox"]
buffer = io.BytesIO()
writer.write(buffer)

inherited = [float(side) for side in pypdf.PdfReader(buffer).pages[0].mediabox]
with pypdfium2.PdfDocument(buffer.getvalue()) as document:
    shown = document[0]
    seen = shown.get_mediabox(), shown.get_trimbox(), shown.get_mediabox(fallback_ok=False), shown.get_size()
print("expected:", inherited, "seen:", *seen)
assert inherited == [0, 0, 842, 595]
assert seen == ((0, 0, 612, 792), (0, 0, 612, 792), None, (842, 595)), "this has changed"
PYTHON
