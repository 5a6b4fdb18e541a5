#!/usr/bin/env bash
# pikepdf takes time that grows with the number of pages for each page that is taken by its index, or appended.
#
# Expected: pdf.pages[i] takes about as long in a file of 8,000 pages as in one of 1,000, as in a list; so a loop over indices, which
#   imposition needs (page s + k·S goes to place k of sheet s), takes eight times as long for eight times the pages.
# Seen: sixty times as long; 16,000 pages take 20 s, where a loop over pdf.pages itself takes a hundredth of a second. To append 8,000
#   pages one by one takes eighteen times as long as 2,000, not four times.
# A way out: pages = list(pdf.pages), once, and indices into that list; new pages become /Kids of the page tree at once.
# Versions: pikepdf 10.18.0.
# Source: https://pypi.org/project/pikepdf/10.18.0/ (its list of pages asks qpdf for all of them at each index).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pikepdf==10.18.0
python/bin/python - <<'PYTHON'
import time

import pikepdf


def seconds(work):
    """Return the processor time that a call takes, which other programs hardly change."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def by_index(pages):
    for number in range(len(pages)):
        pages[number]


def by_append(count):
    with pikepdf.new() as pdf:
        for _number in range(count):
            pdf.pages.append(pikepdf.Page(pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, 100, 100])))


found = {}
for count in (1_000, 8_000):
    with pikepdf.new() as pdf:
        for _number in range(count):
            pdf.add_blank_page(page_size=(100, 100))
        found[count] = seconds(lambda: by_index(pdf.pages)), seconds(lambda: by_index(list(pdf.pages)))
    print("{:,} pages: by their index {:.3f} s, by that in a list of them {:.3f} s".format(count, *found[count]))
growth = found[8_000][0] / found[1_000][0]
print(f"expected about 8 × the time for 8 × the pages; seen {growth:.0f} ×")
appended = [seconds(lambda count=count: by_append(count)) for count in (500, 4_000)]
print(f"expected about 8 × the time to append 8 × the pages; seen {appended[1] / appended[0]:.0f} ×")
assert growth > 25, "this has changed"
assert appended[1] > 16 * appended[0], "this has changed"
assert found[8_000][1] < found[8_000][0] / 20, "this has changed"
PYTHON
