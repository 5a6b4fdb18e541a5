"""Preprinted stock as an office accounts for it: the sheets that a job was printed on, and the closing statement to be signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from docgen.errors import DataError
from docgen.messages import _
from docgen.paint import Paper, paint_paper
from docgen.register import Filter, Register, StockStatement, lines_workbook, read_serials

#: The kinds of movements, in the order of the statement.
MOVED = ("received", "used", "spoiled")


def sheets_of_job(register: Register, form: str, job: str, first: str, last: str = "") -> tuple[str, str]:
    """Return the last serial and the note of the sheets that a job was printed on, one for each of its printed documents.

    Raise DataError if there are none, or their count is not that of the serials from `first` to `last`.
    """
    wanted = Filter(form, key=(job, ""))
    found = [each for each in register.documents(wanted) if each.printed_sha256]
    if not found:
        register.refuse_unknown(wanted)
        hint = _("docgen register list --job NAME shows what a job issued.")
        raise DataError.because("job-unknown", _("the register has no printed documents of the job “{job}”", job=job), hint)
    begin = read_serials(first)
    last = last or f"{begin.prefix}{begin.first + len(found) - 1:0{begin.width}d}"
    if (count := len(read_serials(first, last))) != len(found):
        names = {"sheets": count, "documents": len(found), "job": job}
        message = _("{sheets} sheets are given for the {documents} printed documents of the job “{job}”", **names)
        hint = _("Record the sheets that were spoiled by themselves: docgen register stock spoil.")
        raise DataError.because("stock-count", message, hint)
    return last, f"{job}: {found[0].number} – {found[-1].number}"


def statement_headings() -> tuple[str, ...]:
    """Return the headings of a statement's lines."""
    return (_("line"), _("sheets"), _("serials"), _("date"), _("reason"))


def statement_lines(found: StockStatement) -> Iterator[tuple[object, ...]]:
    """Yield the lines of a statement: each sum, and under it the movements that make it up."""
    words = {
        "opening": _("opening"), "received": _("received"), "used": _("used"), "spoiled": _("spoiled"), "left": _("remaining"),
    }  # fmt: skip
    for name, count in found.sums.items():
        yield (words[name], count, "", "", "")
        for each in getattr(found, name) if name in MOVED else ():
            yield ("", len(each.serials), str(each.serials), each.day, each.reason)
        if name == "left":
            yield from (("", len(each), str(each), "", "") for each in found.left)


def statement_title(found: StockStatement) -> str:
    """Return which form and period a statement is of; “…” for one that begins with the first sheet."""
    since = "…" if found.since == BEGINNING else found.since
    return f"{found.form}, {since} – {found.until}"


#: The day from which a statement is of all that there ever was.
BEGINNING = "0001-01-01"


def statement_workbook(found: StockStatement) -> bytes:
    """Return a closing statement as a workbook."""
    titled: list[Sequence[object]] = [[statement_title(found)], statement_headings(), *statement_lines(found)]
    return lines_workbook(titled, is_titled=True)


def statement_pdf(found: StockStatement) -> bytes:
    """Return a closing statement as PDF, with lines to sign."""
    paper = Paper(
        _("Closing statement of preprinted stock"), statement_title(found), headings=statement_headings(),
        lines=list(statement_lines(found)), signers=(_("Drawn up by"), _("Checked by")), dated=date.fromisoformat(found.until),
    )  # fmt: skip
    return paint_paper(paper)


#: Format → the function that writes a statement.
STATEMENT_FORMATS: Mapping[str, Callable[[StockStatement], bytes]] = {"xlsx": statement_workbook, "pdf": statement_pdf}
