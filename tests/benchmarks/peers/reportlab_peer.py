"""ReportLab: python reportlab_peer.py FOLDER FONTS OUTPUT ROWS. Artwork and fixed texts are one form XObject, stored once."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import wording
from pdfrw import PdfReader
from pdfrw.buildxobj import pagexobj
from pdfrw.toreportlab import makerl
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

HEIGHT, MIDDLE, LEFT, RIGHT = 210, 148.5 * mm, 32 * mm, 265 * mm
INK = "#111111"


def main(folder: str, fonts: str, output: str, rows: str) -> None:
    layout = json.loads(Path(folder, "layout.json").read_text(encoding="utf-8"))
    for face in ("Regular", "Bold"):
        pdfmetrics.registerFont(TTFont(face, Path(fonts, f"LiberationSerif-{face}.ttf")))
    canvas = Canvas(output, pagesize=(297 * mm, HEIGHT * mm), pageCompression=1, invariant=1)
    draw_stock(canvas, Path(folder, "artwork.pdf"), layout["fixed"])
    baselines = {name: (HEIGHT - baseline) * mm for name, baseline in layout["baselines"].items()}
    for record in json.loads(Path(folder, rows).read_text(encoding="utf-8")):
        draw_page(canvas, record, baselines)
    canvas.save()


def draw_stock(canvas: Canvas, artwork: Path, fixed: list[dict]) -> None:
    name = makerl(canvas, pagexobj(PdfReader(artwork).pages[0]))
    canvas.beginForm("stock", 0, 0, 297 * mm, HEIGHT * mm)
    canvas.doForm(name)
    for item in fixed:
        canvas.setFont("Bold" if item["bold"] else "Regular", item["size"])
        canvas.setFillColor(item["colour"])
        canvas.drawString(item["left"] * mm, (HEIGHT - item["baseline"]) * mm, item["text"])
    canvas.endForm()


def draw_page(canvas: Canvas, record: dict, baselines: dict[str, float]) -> None:
    canvas.doForm("stock")
    canvas.setFont("Regular", 14)
    canvas.setFillColor(INK)
    canvas.drawCentredString(MIDDLE, baselines["person"], wording.person(record))
    canvas.drawCentredString(MIDDLE, baselines["period"], wording.period(record))
    canvas.drawCentredString(MIDDLE, baselines["topic"], record["topic"])
    canvas.drawCentredString(MIDDLE, baselines["course"], wording.course(record))
    canvas.drawRightString(RIGHT, baselines["head-name"], record["head"])
    canvas.drawString(LEFT, baselines["date"], wording.date(record))
    canvas.drawRightString(RIGHT, baselines["number"], wording.number(record))
    canvas.showPage()


main(*sys.argv[1:])
