"""The module called wrongly by a programmer: an error of docgen's own tells what to give, as the command line does."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from pypdf import PdfReader
from support.records import record_of

import docgen

FORM = "retraining-certificate"
RECORD = record_of(FORM)

#: What is called, and what the error has to say.
CALLS = {
    "a number for a form": (lambda out: docgen.render(5, RECORD), "“5” is no form"),
    "no form": (lambda out: docgen.batch(None, [RECORD], out), "“None” is no form"),
    "no form to check": (lambda out: docgen.check(None, [RECORD]), "“None” is no form"),
    "a number for a form to measure by": (lambda out: docgen.preflight(docgen.render(FORM, RECORD), 5), "“5” is no form"),
    "a number for a format": (lambda out: docgen.render(FORM, RECORD, to=5), "“5” is not offered"),
    "a list for a format": (lambda out: docgen.render(FORM, RECORD, to=["pdf"]), "is not offered"),
    "no print": (lambda out: docgen.render(FORM, RECORD, print=""), "full, blank, overprint"),
    "no engine": (lambda out: docgen.render(FORM, RECORD, engine=None), "press, weasyprint"),
    "no resolution": (lambda out: docgen.render(FORM, RECORD, "png", dpi=0), "Give 18 – 1200"),
    "a resolution without end": (lambda out: docgen.render(FORM, RECORD, "png", dpi=math.inf), "“inf” is no resolution"),
    "a resolution that is no number": (lambda out: docgen.render(FORM, RECORD, "png", dpi=math.nan), "“nan” is no resolution"),
    "a resolution in words": (lambda out: docgen.render(FORM, RECORD, "png", dpi="150"), "“150” is no resolution"),
    "a page in words": (lambda out: docgen.render(FORM, RECORD, "png", page="1"), "there is no page 1"),
    "half a volume": (lambda out: docgen.batch(FORM, [RECORD], out, split=1.5), "a volume holds one record or more"),
    "rows in words": (lambda out: docgen.batch(FORM, [RECORD], out, only="the first"), "Write it as in: 412-415,980"),
    "a number for a register": (lambda out: docgen.batch(FORM, [RECORD], out, register=5, job="a"), "“5” is no register"),
    "a number for a folder": (lambda out: docgen.batch(FORM, [RECORD], 5), "“5” names no folder"),
    "a folder that no system has": (lambda out: docgen.batch(FORM, [RECORD], f"{out}\0"), "names no folder"),
    "a folder of too long a name": (lambda out: docgen.batch(FORM, [RECORD], out / ("a" * 300)), "File name too long"),
    "a row that is no pair": (lambda out: docgen.batch(FORM, [(1,)], out), "“(1,)” is no row"),
    "a row whose number is none": (lambda out: docgen.batch(FORM, [("1", RECORD)], out), "pairs of a row's number"),
    "nothing to join": (lambda out: docgen.merge([]), "no file is given"),
    "a folder that is not there": (lambda out: docgen.batch(FORM, [RECORD], out, artwork="nope"), "no such folder"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_call_is_told(tmp_path, name):
    call, words = CALLS[name]
    with pytest.raises(docgen.DocgenError) as told:
        call(tmp_path / "out")
    assert words in str(told.value)
    assert not list(tmp_path.iterdir())


def test_a_form_is_measured_by_its_id():
    pdf = docgen.render(FORM, RECORD)
    assert docgen.preflight(pdf, FORM).as_json() == docgen.preflight(pdf, docgen.load_form(FORM)).as_json()


def test_files_to_join_may_be_named_as_texts(tmp_path):
    (tmp_path / "a.pdf").write_bytes(docgen.render(FORM, RECORD))
    (tmp_path / "all.pdf").write_bytes(docgen.merge([str(tmp_path / "a.pdf"), tmp_path / "a.pdf"]))
    assert len(PdfReader(tmp_path / "all.pdf").pages) == 2


def test_rows_are_picked_as_on_the_command_line(tmp_path):
    rows = [RECORD | {"number": f"{number:05d}"} for number in range(1, 6)]
    assert docgen.batch(FORM, rows, tmp_path / "out", only="2-3,5").records == 3


@pytest.mark.parametrize("hours", [Decimal(72), Fraction(72)])
def test_a_whole_number_of_another_type_is_one(hours):
    assert docgen.render(FORM, RECORD | {"hours": hours}) == docgen.render(FORM, RECORD | {"hours": 72})


@pytest.mark.parametrize("hours", [Decimal("72.5"), Decimal("1e9999999"), Decimal("NaN"), b"72", (72,)])
def test_what_is_no_whole_number_is_none(hours):
    assert "hours" in str(docgen.check(FORM, [RECORD | {"hours": hours}]))
