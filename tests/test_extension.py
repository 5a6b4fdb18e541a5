"""A field kind, a place, an output format and a check of preflight are each added from outside by one entry."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from openpyxl import load_workbook
from support.calling import run
from support.records import record_of

import docgen
from docgen import rendering
from docgen.compose.layout import PlacedBox, Setting
from docgen.compose.page import Layer, RuleItem
from docgen.fields import KINDS, CellRule, Field, Reading, Rejected
from docgen.fields.keys import DISTANCE, NAME, SIZE, WHOLE, key
from docgen.form import places
from docgen.preflighting import checks
from docgen.preflighting.checks import Check
from docgen.preflighting.findings import Finding, Subject
from docgen.preflighting.measured_page import MeasuredPage
from docgen.units import Box, Length, pt

CERTIFICATE = "retraining-certificate"


@dataclass(frozen=True, kw_only=True, eq=False)
class Phone(Field):
    """A telephone number of so many digits."""

    kind = "phone"
    digits: int = key(WHOLE, 11)

    def read(self, raw: object, reading: Reading) -> str:
        text = str(raw).lstrip("+")
        if not text.isdigit() or len(text) != self.digits:
            raise Rejected("not-a-phone", "this is no telephone number")
        return f"+{text}"

    def rule(self) -> str:
        return f"a telephone number of {self.digits} digits"

    def cell_rule(self) -> CellRule:
        return CellRule("textLength", (self.digits, self.digits + 1))


@dataclass(frozen=True, kw_only=True)
class Line(places.Place):
    """A line across the middle of the column, `line` long, `gap` below another place."""

    line: Length = key(SIZE)
    below: str = key(NAME)
    gap: Length = key(DISTANCE)


def lay_line(place: Line, setting: Setting) -> PlacedBox:
    column, top = setting.layout.column, setting.placed[place.below].box.bottom + place.gap
    box = Box(column.left + (column.width - place.line) / 2, top, place.line, pt(1))
    return PlacedBox(place, box, (RuleItem(place.name, Layer.MASTER, box, places.INK),))


def line_is_measured(place: Line, page: MeasuredPage) -> Iterator[Finding]:
    yield page.subject(place).length("line", "length", place.line, place.line)


def as_text(job: rendering.Job) -> bytes:
    return "\n".join(str(page) for page in job.pages).encode()


def sheet_is_light(page: MeasuredPage) -> Iterator[Finding]:
    yield Subject("", "", page.page).found("light", "lightness of the sheet", "light", "light", min(page.ink.background) > 200)


def copied(folder: Path, more: str) -> Path:
    """Copy the certificate into a folder of forms with more in its definition."""
    run("forms", "copy", CERTIFICATE, folder)
    definition = folder / CERTIFICATE / "form.toml"
    definition.write_text(f"{definition.read_text('utf-8')}\n{more}", "utf-8")
    return folder


@pytest.fixture
def phone_forms(tmp_path: Path) -> Iterator[Path]:
    field = '[[field]]\nname = "phone"\nkind = "phone"\ndigits = 11\nlabel.kk = "Телефон"\nsample = "77011234567"\n'
    with patch.dict(KINDS, {Phone.kind: Phone}):
        yield copied(tmp_path, field)


@pytest.fixture
def line_forms(tmp_path: Path) -> Iterator[Path]:
    with patch.dict(places.PLACES), patch.dict(places.LAYOUTS), patch.dict(places.CHECKS):
        places.register(Line, "line", lay=lay_line, checks=[Check(line_is_measured, ("line",), "the length of the line")])
        yield copied(tmp_path, '[[place]]\nname = "line"\nline = "40mm"\nbelow = "course"\ngap = "2mm"\nclause = "9"\n')


def test_a_field_kind_from_outside_is_described_checked_and_printed(phone_forms: Path, tmp_path: Path) -> None:
    assert "a telephone number of 11 digits" in run("forms", "show", CERTIFICATE, "--forms", phone_forms).output
    record = record_of(CERTIFICATE) | {"phone": "12"}
    table = tmp_path / "people.json"
    table.write_text(json.dumps([record], default=str), "utf-8")
    result = run("check", CERTIFICATE, table, "--forms", phone_forms)
    assert (result.exit_code, "this is no telephone number" in result.output) == (1, True)
    assert docgen.render(CERTIFICATE, record | {"phone": "77011234567"}, forms=phone_forms).startswith(b"%PDF")


def test_a_field_kind_from_outside_has_its_column_in_a_workbook(phone_forms: Path, tmp_path: Path) -> None:
    run("forms", "sheet", CERTIFICATE, "-o", tmp_path / "sheet.xlsx", "--forms", phone_forms)
    sheet = load_workbook(io.BytesIO((tmp_path / "sheet.xlsx").read_bytes())).worksheets[0]
    rules = [rule for rule in sheet.data_validations.dataValidation if rule.prompt == "a telephone number of 11 digits"]
    assert [(rule.type, rule.formula1, rule.formula2) for rule in rules] == [("textLength", "11", "12")]


def test_a_key_of_a_field_kind_from_outside_is_checked(phone_forms: Path) -> None:
    definition = phone_forms / CERTIFICATE / "form.toml"
    definition.write_text(definition.read_text("utf-8").replace("digits = 11", 'digits = "many"'), "utf-8")
    result = run("forms", "show", CERTIFICATE, "--forms", phone_forms)
    assert (result.exit_code, "digits" in result.output, "a whole number" in result.output) == (3, True, True)


def test_a_place_from_outside_is_described_drawn_and_measured(line_forms: Path, tmp_path: Path) -> None:
    assert "line 40 mm" in run("forms", "show", CERTIFICATE, "--forms", line_forms).output
    record, pdf = tmp_path / "person.json", tmp_path / "person.pdf"
    record.write_text(json.dumps(record_of(CERTIFICATE), default=str), "utf-8")
    assert run("render", CERTIFICATE, record, "-o", pdf, "--forms", line_forms).exit_code == 0
    report = docgen.preflight(pdf.read_bytes(), docgen.load_form(CERTIFICATE, line_forms))
    assert [finding.check for finding in report.findings if finding.place == "line"] == ["line"]
    assert pdf.read_bytes() != docgen.render(CERTIFICATE, record_of(CERTIFICATE))


def test_a_place_from_outside_is_printed_in_word_too(line_forms: Path) -> None:
    assert docgen.render(CERTIFICATE, record_of(CERTIFICATE), to="docx", forms=line_forms).startswith(b"PK")


def test_an_output_format_from_outside_is_made_by_command_line_and_module(tmp_path: Path) -> None:
    record, output = tmp_path / "person.json", tmp_path / "person.txt"
    record.write_text(json.dumps(record_of(CERTIFICATE), default=str), "utf-8")
    with patch.dict(rendering.FORMATS, {"txt": as_text}):
        assert run("render", CERTIFICATE, record, "-o", output).exit_code == 0
        assert output.read_bytes() == docgen.render(CERTIFICATE, record_of(CERTIFICATE), to="txt")
    assert output.read_text("utf-8").startswith("page ")


def test_a_check_from_outside_is_in_the_report(tmp_path: Path) -> None:
    pdf = tmp_path / "person.pdf"
    pdf.write_bytes(docgen.render(CERTIFICATE, record_of(CERTIFICATE)))
    with patch.object(checks, "PAGE_CHECKS", [*checks.PAGE_CHECKS, sheet_is_light]):
        assert "lightness of the sheet" in run("preflight", pdf, "--json").output
