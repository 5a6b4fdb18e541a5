"""Papers of the house, which no form describes: lists and statements that go with documents, in the clerk's language.

A paper is a title, facts, a table and lines to sign. It is laid out like the forms whose act leaves the layout free, and made for
the archive: what it proves is asked for years later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from markupsafe import Markup, escape

from docgen.errors import visible
from docgen.messages import _, spoken
from docgen.paint.flowing import PAGE_NUMBERS, runs
from docgen.paint.info import NO_DATE, DocumentInfo
from docgen.paint.pdf.archived import write_finished
from docgen.paint.pdf.weasy import head
from docgen.paint.press.for_archive import ArchivedDocument

#: More columns than these are printed on landscape pages.
PORTRAIT_COLUMNS = 5
#: The width of the narrowest column in letters, and up to which a column is as wide as its longest text.
NARROWEST, WIDEST = 5, 30
STYLE = """
@page{{size:A4 {orientation};margin:20mm 15mm 20mm 25mm}}
body{{margin:0;font-size:12pt;overflow-wrap:anywhere}}
h1{{font-size:14pt;text-align:center;margin:0 0 5mm}}
h2{{font-size:12pt;font-weight:normal;text-align:center;margin:-3mm 0 5mm}}
p{{margin:0 0 1.5mm}}
table{{width:100%;border-collapse:collapse;table-layout:fixed;font-size:11pt;margin-top:4mm}}
th,td{{border:.5pt solid;padding:1mm 1.5mm;vertical-align:top;text-align:left}}
th{{text-align:center;vertical-align:middle}}
tr{{break-inside:avoid}}
.held{{white-space:nowrap}}
.ending{{break-inside:avoid;padding-top:8mm}}
.signed{{display:flex;align-items:flex-end;margin-top:9mm}}
.signed span{{flex:1 1 30mm;border-bottom:.5pt solid;margin-left:3mm}}
.captions{{display:flex;font-size:9pt;margin-top:.5mm}}
.captions span{{flex:1 1 30mm;margin-left:3mm;text-align:center}}
.captions b,.signed b{{flex:0 0 38mm;font-weight:normal}}
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says: lines of text, a table, and who signs it."""

    title: str
    subtitle: str = ""
    facts: Sequence[str] = ()
    headings: Sequence[str] = ()
    lines: Sequence[Sequence[object]] = ()
    signers: Sequence[str] = ()
    dated: date | None = None


def paint_paper(paper: Paper) -> bytes:
    """Return a paper as PDF/A-2a and PDF/UA-1."""
    day = paper.dated
    dated = NO_DATE if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    info = DocumentInfo(paper.title, "", dated, language=spoken())
    orientation = "landscape" if len(paper.headings) > PORTRAIT_COLUMNS else "portrait"
    style = PAGE_NUMBERS + STYLE.format(orientation=orientation)
    facts = Markup("").join(Markup("<p>{}</p>").format(_text(fact)) for fact in paper.facts)
    subtitle = Markup("<h2>{}</h2>").format(_text(paper.subtitle)) if paper.subtitle else ""
    body = Markup("<h1>{}</h1>{}{}{}{}").format(_text(paper.title), subtitle, facts, _table(paper), _signing(paper))
    html = f"{head(info)}<style>{style}</style></head><body>{body}</body></html>"
    return write_finished(html, {}, info, ArchivedDocument())


def _text(value: object) -> Markup:
    """Return a value as markup in which `№ 5` and `Б. Сейітқали` stay on one line."""
    pieces = runs(visible(str("" if value is None else value)))
    return Markup("").join(
        Markup('<span class="held">{}</span>').format(run) if is_unbroken else escape(run) for run, is_unbroken in pieces
    )


def _table(paper: Paper) -> Markup:
    if not paper.headings:
        return Markup("")
    columns = zip(paper.headings, *paper.lines, strict=True)
    widths = [_width([str(cell) for cell in column]) for column in columns]
    cols = Markup("").join(Markup('<col style="width:{}%">').format(round(100 * each / sum(widths), 2)) for each in widths)
    rows = Markup("").join(_row("td", line) for line in paper.lines)
    return Markup("<table><colgroup>{}</colgroup><thead>{}</thead><tbody>{}</tbody></table>").format(
        cols, _row("th", paper.headings), rows
    )


def _width(texts: Sequence[str]) -> int:
    """Return the width of a column in letters: no word of it is broken, and a short text stays on its line."""
    words = max(len(word) for text in texts for word in text.split() or [""])
    return max(NARROWEST, words + 2, min(max(map(len, texts)), WIDEST))


def _row(cell: str, values: Sequence[object]) -> Markup:
    begin, end = Markup(f"<{cell}>"), Markup(f"</{cell}>")
    cells = Markup("").join(Markup("{}{}{}").format(begin, _text(value), end) for value in values)
    return Markup("<tr>{}</tr>").format(cells)


def _signing(paper: Paper) -> Markup:
    """Return the lines to sign, together on one page: each signer has a line for each caption."""
    if not paper.signers:
        return Markup("")
    written = (_("position"), _("signature"), _("name"), _("date"))
    places = Markup("<span></span>") * len(written)
    captions = Markup("").join(Markup("<span>({})</span>").format(each) for each in written)
    lines = Markup("").join(
        Markup('<div class="signed"><b>{}</b>{}</div><div class="captions"><b></b>{}</div>').format(each, places, captions)
        for each in paper.signers
    )
    return Markup('<div class="ending">{}</div>').format(lines)
