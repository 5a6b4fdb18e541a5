"""The workbooks that docgen writes, as openpyxl and LibreOffice read them, and as readers that know only what Excel writes."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from support.calling import convert, run
from support.records import record_of

FORM = "retraining-certificate"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: What may follow ignoredErrors in a sheet (ECMA-376 part 1, 18.3.1.99).
AFTER = ("smartTags", "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "tableParts", "extLst")


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, Path]:
    """A workbook of each kind that docgen writes, by the command that wrote it."""
    folder = tmp_path_factory.mktemp("workbooks")
    rows = [record_of(FORM, number=f"{number:05}") for number in (401, 402)]
    rows[1]["hours"] = "көп"
    (folder / "rows.json").write_text(json.dumps(rows, default=str), "utf-8")
    names = list(rows[0])
    book = openpyxl.Workbook()
    book.active.append(names)
    for row in rows:
        book.active.append([row[name] if name != "patronymic" else None for name in names])
    book.save(folder / "rows.xlsx")
    register = ("--register", folder / "register.db")
    (folder / "one.json").write_text(json.dumps(rows[0], default=str), "utf-8")
    commands = {
        "forms sheet": ("forms", "sheet", FORM),
        "check -o": ("check", FORM, folder / "rows.xlsx"),
        "check -o of JSON": ("check", FORM, folder / "rows.json"),
        "register export": ("register", "export", FORM, *register),
    }
    issued = run("render", FORM, folder / "one.json", "-o", folder / "one.pdf", *register, "--new-organization")
    assert issued.exit_code == 0, issued.output
    paths = {}
    for number, (name, command) in enumerate(commands.items()):
        paths[name] = folder / f"{number}.xlsx"
        result = run(*command, "-o", paths[name])
        assert result.exit_code == (1 if "check" in name else 0), result.output
    return paths


KINDS = ["forms sheet", "check -o", "check -o of JSON", "register export"]
NOTED = KINDS[:3]


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells_of(path: Path) -> list[openpyxl.cell.Cell]:
    """Return the cells of the first sheet."""
    return [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]


def values_of(path: Path) -> list[object]:
    return [cell.value for cell in cells_of(path) if cell.value is not None]


def number_cell(path: Path) -> openpyxl.cell.Cell:
    return next(cell for cell in cells_of(path) if cell.value in ("00401", "00417"))


@pytest.mark.parametrize("kind", KINDS)
def test_targets_are_relative_and_notes_have_the_names_that_excel_gives(written, kind):
    """exceljs 4.4 knows the comments of a sheet as `../comments1.xml` alone, and opens no workbook that has others."""
    parts = parts_of(written[kind])
    for links in (part for name, part in parts.items() if name.startswith("xl/") and name.endswith(".rels")):
        assert not re.search(rb'Target="/', links)
    noted = [part for name, part in parts.items() if name.startswith("xl/worksheets/_rels/")]
    assert bool(noted) == (kind in NOTED)
    for links in noted:
        targets = re.findall(rb'Target="([^"]+)"', links)
        assert sorted(targets) == [b"../comments1.xml", b"../drawings/vmlDrawing1.vml"]
        assert {"xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"} <= parts.keys()
        assert b'"/xl/comments1.xml"' in parts["[Content_Types].xml"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_typed_again_stays_text_without_a_green_mark(written, kind):
    cell = number_cell(written[kind])
    assert (cell.data_type, cell.number_format) == ("s", "@")
    sheet = etree.fromstring(parts_of(written[kind])["xl/worksheets/sheet1.xml"])
    names = [etree.QName(child).localname for child in sheet]
    assert set(names[names.index("ignoredErrors") + 1 :]) <= set(AFTER)
    [ignored] = sheet.iter(f"{MAIN}ignoredError")
    assert (ignored.get("sqref"), ignored.get("numberStoredAsText")) == ("A1:XFD1048576", "1")


@pytest.mark.parametrize("kind", KINDS)
def test_days_are_days(written, kind):
    found = [cell for cell in cells_of(written[kind]) if isinstance(cell.value, date | datetime)]
    if kind != "check -o of JSON":  # whose days are texts, as they were given
        assert datetime(2026, 2, 6) in [cell.value for cell in found]
        assert all(cell.number_format.lower() in ("dd.mm.yyyy", "yyyy-mm-dd") for cell in found)


@pytest.mark.parametrize("kind", KINDS)
def test_it_prints_on_landscape_pages_as_wide_as_the_sheet_under_repeated_headings(written, kind):
    sheet = openpyxl.load_workbook(written[kind]).worksheets[0]
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", 9, 1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"


def test_the_headings_of_an_export_are_the_labels_of_the_clerks_language(written, tmp_path):
    register = ("--register", written["register export"].parent / "register.db")
    expected = {"kk": ("Тегі", "Күйі"), "ru": ("Фамилия", "Состояние"), "en": ("Surname", "State")}
    for language, labels in expected.items():
        path = tmp_path / f"{language}.xlsx"
        assert run("--lang", language, "register", "export", FORM, "-o", path, *register).exit_code == 0
        headings = {cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]}
        assert headings >= set(labels)
        other = ("--register", tmp_path / f"{language}.db", "--new-organization")
        taken = run("register", "import", FORM, path, *other)
        assert taken.exit_code == 0, taken.output


@pytest.mark.office
def test_libreoffice_reads_the_same_cells(written, tmp_path):
    convert(written.values(), tmp_path, "xlsx")
    for path in written.values():
        ours, theirs = (
            [cell.value for cell in cells_of(each) if cell.value is not None] for each in (path, tmp_path / path.name)
        )
        assert theirs == ours
