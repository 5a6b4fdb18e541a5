"""fullbleed: python fullbleed_peer.py FOLDER FONTS OUTPUT ROWS fixed|reflow. A template compiled once, bound by column.

`fixed`   the places of a page are compiled with the artwork (an SVG), values are laid over it: they are not centred
`reflow`  each record is set anew in the compiled page; the artwork would be drawn on each, so it is laid under as a PDF, once
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import fullbleed
import wording

WIDTH, HEIGHT, LEFT, POINTS = 297, 210, 32, 72 / 25.4
#: Ascent and descent of the face, in its size: a line that is as high as the size has its baseline in between.
ASCENT, DESCENT = 0.891, 0.216
CSS = f"""@page {{ size: {WIDTH}mm {HEIGHT}mm; margin: 0 }}
body {{ margin: 0; font: 14pt/14pt "Liberation Serif"; color: #111111 }}
div {{ position: relative; width: {WIDTH}mm; height: {HEIGHT}mm }}
img {{ position: absolute; left: 0; top: 0; width: {WIDTH}mm; height: {HEIGHT}mm }}
p {{ position: absolute; margin: 0; white-space: nowrap }}"""
CENTRED, AT_LEFT, AT_RIGHT = f"left: 0; width: {WIDTH}mm; text-align: center", f"left: {LEFT}mm", f"right: {LEFT}mm"
#: How each place stands, and what stands there.
PLACES = {
    "person": (CENTRED, wording.person), "period": (CENTRED, wording.period), "topic": (CENTRED, lambda row: row["topic"]),
    "course": (CENTRED, wording.course), "head-name": (AT_RIGHT, lambda row: row["head"]), "date": (AT_LEFT, wording.date),
    "number": (AT_RIGHT, wording.number),
}  # fmt: skip


def main(folder: str, fonts: str, output: str, rows: str, lane: str) -> None:
    layout = json.loads(Path(folder, "layout.json").read_text(encoding="utf-8"))
    records = json.loads(Path(folder, rows).read_text(encoding="utf-8"))
    faces = [str(Path(fonts, f"LiberationSerif-{face}.ttf")) for face in ("Regular", "Bold")]
    engine = fullbleed.PdfEngine(page_width=f"{WIDTH}mm", page_height=f"{HEIGHT}mm", margin="0mm", font_files=faces)
    columns = {name: [say(row) for row in records] for name, (_style, say) in PLACES.items()}
    if lane == "fixed":
        artwork = fullbleed.AssetBundle()
        artwork.add_file(str(Path(folder, "artwork.svg")), fullbleed.AssetKind.Svg, name="artwork.svg")
        engine.register_bundle(artwork)
        engine.compile_pdf(page(layout, '<img src="artwork.svg">'), CSS).render_pdf_bindings_to_file(columns, output)
        return
    texts = f"{output}.texts"
    engine.compile_pdf(page(layout, ""), CSS).render_pdf_reflow_bindings_to_file(columns, texts)
    plan = [("artwork", 0, number, 0.0, 0.0) for number in range(len(records))]
    fullbleed.finalize_compose_pdf([("artwork", str(Path(folder, "artwork.pdf")))], plan, texts, output)
    Path(texts).unlink()


def page(layout: dict, ground: str) -> str:
    fixed = [
        paragraph(
            f"left: {item['left']}mm; font-size: {item['size']}pt; line-height: {item['size']}pt; color: {item['colour']}; "
            f"font-weight: {'bold' if item['bold'] else 'normal'}",
            item["baseline"],
            item["size"],
            item["text"],
        )
        for item in layout["fixed"]
    ]
    bound = [paragraph(style, layout["baselines"][name], 14, f"{{{{{name}}}}}") for name, (style, _say) in PLACES.items()]
    return f"<html><body><div>{ground}{''.join(fixed + bound)}</div></body></html>"


def paragraph(style: str, baseline: float, size: float, text: str) -> str:
    top = baseline * POINTS - (1 + ASCENT - DESCENT) * size / 2
    return f'<p style="{style}; top: {top}pt">{text}</p>'


if __name__ == "__main__":
    main(*sys.argv[1:])
