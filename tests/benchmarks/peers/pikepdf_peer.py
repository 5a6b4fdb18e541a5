"""Imposition with pikepdf by hand: python pikepdf_peer.py VOLUME OUTPUT; two A4 pages a sheet, cut and stack, no marks.

Pages are listed once, and the sheets become the page tree at once: one by one, both take time that grows with the square of their
number (64 s for 20,000 pages instead of 3).
"""

from __future__ import annotations

import sys

import pikepdf

MM = 72 / 25.4
SHEET, BLEED = (450 * MM, 320 * MM), 3 * MM
DEPTH = 500


def main(volume: str, output: str) -> None:
    with pikepdf.open(volume) as source, pikepdf.new() as sheets:
        pages = list(source.pages)
        count = len(pages)
        numbers = [
            (first + row, second)
            for first in range(0, count, 2 * DEPTH)
            for lift in [min(DEPTH, -(-(count - first) // 2))]
            for row in range(lift)
            for second in [first + lift + row if first + lift + row < min(count, first + 2 * DEPTH) else None]
        ]
        made = []
        shared = sheets.copy_foreign(source.make_indirect(pages[0].resources))
        for pair in numbers:
            forms, drawn = {}, []
            for position, number in enumerate(pair):
                if number is None:
                    continue
                form = sheets.copy_foreign(pages[number].obj.Contents)  # the stream as it is, its resources once
                form.Type, form.Subtype, form.Resources = pikepdf.Name.XObject, pikepdf.Name.Form, shared
                form.BBox = [float(side) for side in pages[number].mediabox]
                forms[f"/P{position}"] = form
                across = SHEET[0] / 2 + position * 210 * MM + BLEED
                drawn.append(b"q 0 1 -1 0 %.4f %.4f cm /P%d Do Q" % (across, (SHEET[1] - 297 * MM) / 2 - BLEED, position))
            page = pikepdf.Dictionary(
                Type=pikepdf.Name.Page, MediaBox=[0, 0, *SHEET], Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms)),
                Contents=sheets.make_stream(b"\n".join(drawn)),
            )  # fmt: skip
            made.append(sheets.make_indirect(page))
        sheets.Root.Pages.Kids = pikepdf.Array(made)
        sheets.Root.Pages.Count = len(made)
        for each in made:
            each.Parent = sheets.Root.Pages
        sheets.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)


if __name__ == "__main__":
    main(*sys.argv[1:])
