"""What stands in the cells of real workbooks, and what docgen takes it for: the same answers for XLSX and for ODS."""

from __future__ import annotations

import random
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from support.calling import convert

from docgen import tables
from docgen.errors import DataError, DocgenError

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
HIDDEN = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'


def text_cell(text: str, **attributes: object) -> str:
    """Return a cell of text as LibreOffice writes it; attributes are of the table namespace."""
    extra = "".join(f" table:{name.replace('_', '-')}={quoteattr(str(value))}" for name, value in attributes.items())
    return f'<table:table-cell office:value-type="string"{extra}><text:p>{escape(text)}</text:p></table:table-cell>'


def row(*cells: str, times: int = 1) -> str:
    repeated = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{repeated}>{''.join(cells)}</table:table-row>"


def sheet(*rows: str, title: str = "Парақ", style: str = "ta1") -> str:
    return f'<table:table table:name={quoteattr(title)} table:style-name="{style}">{"".join(rows)}</table:table>'


def ods(folder: Path, *sheets: str, doctype: str = "", manifest: str = "") -> Path:
    """Write an ODS workbook with these sheets."""
    names = "".join(f' xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    path = folder / "t.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest or "<manifest/>")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content{names}>'
            f"<office:automatic-styles>{HIDDEN}</office:automatic-styles><office:body><office:spreadsheet>"
            f"{''.join(sheets)}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_cell(folder: Path, cell: str) -> Path:
    """Write a workbook whose cell B2 is `cell`."""
    return ods(folder, sheet(row(text_cell("аты"), text_cell("мәні")), row(text_cell("А"), cell)))


def xlsx(folder: Path, *rows: list[object], change=None) -> Path:
    book = openpyxl.Workbook()
    for each in rows:
        book.active.append(each)
    if change:
        change(book)
    book.save(folder / "t.xlsx")
    return folder / "t.xlsx"


def xlsx_cell(folder: Path, xml: str) -> Path:
    """Write a workbook whose cell B2 is `xml`, with the styles 1 to 6: date, percentage, zeros, time, elapsed, date in words."""

    def styled(book):
        formats = ("dd.mm.yyyy", "0%", "000000000000", "h:mm", "[h]:mm", '[$-43F]d" "mmmm" "yyyy"ж."')
        others = book.create_sheet()
        book.calculation.fullCalcOnLoad = False  # as a program writes that has calculated its formulas
        for number, code in enumerate(formats):
            others.cell(1, 1 + number, 1).number_format = code

    path = xlsx(folder, ["аты", "мәні"], ["А", "!"], change=styled)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name], count = re.subn(r'<c r="B2".*?</c>', lambda _match: xml, parts[name])
    assert count == 1
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def value_of(path: Path) -> object:
    """Return what B2 holds, or the code of what is wrong with it."""
    table = tables.read(path)
    if table.problems:
        (problem,) = table.problems
        assert (problem.where.column, problem.where.row, problem.where.key) == ("B", 2, "мәні")
        return problem.code
    return table.rows[0].cells.get("мәні")


def ods_value(kind: str, attribute: str, stored: str, shown: str = "", more: str = "") -> str:
    paragraph = f"<text:p>{shown}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" office:{attribute}="{stored}"{more}>{paragraph}</table:table-cell>'


DAY = date(2026, 2, 6)

#: What a clerk sees in the cell, what the two formats store, and what it is taken for.
ANSWERS = [
    ("a date", '<c r="B2" s="1"><v>46059</v></c>', ods_value("date", "date-value", "2026-02-06", "06.02.2026"), DAY),
    ("a date in words", '<c r="B2" s="6"><v>46059</v></c>', ods_value("date", "date-value", "2026-02-06"), DAY),
    ("a date in ISO", '<c r="B2" t="d"><v>2026-02-06</v></c>', ods_value("date", "date-value", "2026-02-06T00:00:00"), DAY),
    ("a day and an hour", '<c r="B2" s="1"><v>46059.5</v></c>', ods_value("date", "date-value", "2026-02-06T12:00:00"),
     datetime(2026, 2, 6, 12)),
    ("no date", '<c r="B2" s="1"><v>99999999</v></c>', ods_value("date", "date-value", "99999-01-01"), "cell-error"),
    ("a time", '<c r="B2" s="4"><v>0.5</v></c>', ods_value("time", "time-value", "PT12H00M00S", "12:00"), "cell-time"),
    ("hours past a day", '<c r="B2" s="5"><v>0.75</v></c>', ods_value("time", "time-value", "PT30H00M00.5S"), "cell-time"),
    ("a number", '<c r="B2"><v>72</v></c>', ods_value("float", "value", "72", "72"), 72),
    ("a number as 72.0", '<c r="B2"><v>72.0</v></c>', ods_value("float", "value", "72.0", "72"), 72),
    ("a sum of money", '<c r="B2"><v>12.5</v></c>', ods_value("currency", "value", "12.5", "12,50 ₸"), 12.5),
    ("a percentage", '<c r="B2" s="2"><v>0.5</v></c>', ods_value("percentage", "value", "0.5", "50%"), "cell-percentage"),
    ("an IIN as a number of twelve digits", '<c r="B2"><v>950101300123</v></c>', ods_value("float", "value", "950101300123"),
     950101300123),
    ("an IIN with its zero shown by the format", '<c r="B2" s="3"><v>50101300123</v></c>',
     ods_value("float", "value", "50101300123", "050101300123"), "050101300123"),
    ("a number of 20 digits", '<c r="B2"><v>1.23456789012346E+19</v></c>', ods_value("float", "value", "1.23456789012346E+19"),
     "number-rounded"),
    ("a number as text", '<c r="B2" t="inlineStr"><is><t>072</t></is></c>', text_cell("072"), "072"),
    ("spaces around", '<c r="B2" t="inlineStr"><is><t xml:space="preserve"> 72\u00a0</t></is></c>', text_cell(" 72\u00a0"), "72"),
    ("spaces alone", '<c r="B2" t="inlineStr"><is><t xml:space="preserve">  </t></is></c>', text_cell("  "), None),
    ("a text that begins with =", '<c r="B2" t="inlineStr"><is><t>=1+1</t></is></c>', text_cell("=1+1"), "=1+1"),
    ("yes", '<c r="B2" t="b"><v>1</v></c>', ods_value("boolean", "boolean-value", "true", "TRUE"), True),
    ("no", '<c r="B2" t="b"><v>0</v></c>', ods_value("boolean", "boolean-value", "false", "FALSE"), False),
    ("a formula's number", '<c r="B2"><f>1+1</f><v>2</v></c>',
     ods_value("float", "value", "2", "2", ' table:formula="of:=1+1"'), 2),
    ("a formula's text", '<c r="B2" t="str"><f>A1</f><v>аты</v></c>',
     text_cell("аты", formula="of:=[.A1]"), "аты"),
    ("a formula's empty text", '<c r="B2" t="str"><f>A1</f><v></v></c>',
     '<table:table-cell table:formula="of:=&quot;&quot;" office:value-type="string" office:string-value=""/>', None),
    ("a formula never calculated", '<c r="B2"><f>1+1</f></c>', '<table:table-cell table:formula="of:=1+1"/>',
     "formula-without-value"),
    ("a formula that failed", '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
     '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error">'
     "<text:p>#ДЕЛ/0!</text:p></table:table-cell>", "cell-error"),
    ("#N/A", '<c r="B2" t="e"><v>#N/A</v></c>', text_cell("#N/A"), "cell-error"),
    ("text of several looks", '<c r="B2" t="inlineStr"><is><r><t>Сейіт</t></r><r><rPr><b/></rPr><t>қали</t></r>'
     "<rPh><t>x</t></rPh></is></c>",
     '<table:table-cell office:value-type="string"><text:p>Сейіт<text:span>қали</text:span></text:p></table:table-cell>',
     "Сейітқали"),
    ("two lines", '<c r="B2" t="inlineStr"><is><t>бір\nекі</t></is></c>',
     '<table:table-cell office:value-type="string"><text:p>бір</text:p><text:p>екі</text:p></table:table-cell>', "бір\nекі"),
    ("spaces within", '<c r="B2" t="inlineStr"><is><t>бір   екі\tүш</t></is></c>',
     '<table:table-cell office:value-type="string"><text:p>бір <text:s text:c="2"/>екі<text:tab/>үш</text:p></table:table-cell>',
     "бір   екі\tүш"),
    ("a note beside", '<c r="B2" t="inlineStr"><is><t>бір</t></is></c>',
     '<table:table-cell office:value-type="string"><office:annotation><text:p>ескерту</text:p></office:annotation>'
     "<text:p>бір</text:p><draw:frame><draw:text-box><text:p>сурет</text:p></draw:text-box></draw:frame></table:table-cell>",
     "бір"),
    ("nothing", '<c r="B2"/>', "<table:table-cell/>", None),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "answer"), [(each[1], each[3]) for each in ANSWERS], ids=[each[0] for each in ANSWERS])
def test_a_cell_of_xlsx(tmp_path, stored, answer):
    found = value_of(xlsx_cell(tmp_path, stored))
    assert (found, type(found)) == (answer, type(answer))


@pytest.mark.parametrize(("stored", "answer"), [(each[2], each[3]) for each in ANSWERS], ids=[each[0] for each in ANSWERS])
def test_a_cell_of_ods(tmp_path, stored, answer):
    found = value_of(ods_cell(tmp_path, stored))
    assert (found, type(found)) == (answer, type(answer))


def test_dates_counted_from_1904(tmp_path):
    """Workbooks from old Macs count days from another day."""

    def of_1904(book):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    path = xlsx(tmp_path, ["аты", "мәні"], ["А", DAY], change=of_1904)
    assert value_of(path) == DAY


def both(tmp_path, *rows: list[str | None], change=None, ods_rows: tuple[str, ...] = ()) -> list[Path]:
    """Write the same rows of texts as XLSX and as ODS."""
    own = [row(*(text_cell(cell) if cell else "<table:table-cell/>" for cell in each)) for each in rows]
    return [xlsx(tmp_path, *rows, change=change), ods(tmp_path, sheet(*(ods_rows or own)))]


def test_cells_merged_downwards_hold_for_every_row(tmp_path):
    """One organization over three people is the organization of all three; so it looks on the screen."""
    merged = row(text_cell("А"), text_cell("Академия", number_rows_spanned=3, number_columns_spanned=1))
    covered = "<table:covered-table-cell/>"
    paths = both(
        tmp_path, ["аты", "орны", "х"], ["А", "Академия"], ["Б"], ["В", None, "1"], ["Г", "ІІД"],
        change=lambda book: book.active.merge_cells("B2:B4"),
        ods_rows=(
            row(*map(text_cell, ("аты", "орны", "х"))), merged, row(text_cell("Б"), covered),
            row(text_cell("В"), covered, text_cell("1")), row(text_cell("Г"), text_cell("ІІД")),
        ),
    )  # fmt: skip
    for path in paths:
        assert [each.cells["орны"] for each in tables.read(path)] == ["Академия"] * 3 + ["ІІД"]


def test_cells_merged_across_are_told(tmp_path):
    """Which of two columns a value is for, nobody can tell."""
    paths = both(
        tmp_path, ["аты", "тегі", "х"], ["А", None, "1"], ["Б", "В", "2"],
        change=lambda book: book.active.merge_cells("A2:B2"),
        ods_rows=(
            row(*map(text_cell, ("аты", "тегі", "х"))),
            row(text_cell("А", number_columns_spanned=2), "<table:covered-table-cell/>", text_cell("1")),
            row(*map(text_cell, ("Б", "В", "2"))),
        ),
    )  # fmt: skip
    for path in paths:
        (problem,) = tables.read(path).problems
        assert (problem.code, problem.where.column, problem.where.row) == ("cells-merged", "A", 2)
        assert "B2" in problem.message


def test_titles_merged_above_the_headings_are_passed_over(tmp_path):
    paths = both(
        tmp_path, ["Тізім"], ["аты", "тегі"], ["А", "Б"],
        change=lambda book: book.active.merge_cells("A1:B1"),
        ods_rows=(
            row(text_cell("Тізім", number_columns_spanned=2)), row(), *(row(*map(text_cell, pair)) for pair in ("ав", "аб")),
        ),
    )  # fmt: skip
    assert [len(tables.read(path)) for path in paths] == [1, 1]


def test_hidden_rows_and_columns_are_read_like_the_others(tmp_path):
    """A filter hides rows, and the next person does not see it: nobody is left out without a word."""

    def hide(book):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True

    paths = both(tmp_path, ["аты", "тегі"], ["А", "Б"], ["В", "Г"], change=hide)
    hidden = '<table:table-row table:visibility="filter">' + text_cell("А") + text_cell("Б") + "</table:table-row>"
    paths[1] = ods(tmp_path, sheet(row(text_cell("аты"), text_cell("тегі")), hidden, row(text_cell("В"), text_cell("Г"))))
    for path in paths:
        assert [list(each.cells.values()) for each in tables.read(path)] == [["А", "Б"], ["В", "Г"]]


def test_a_hidden_sheet_is_passed_over(tmp_path):
    first, second = row(text_cell("а"), text_cell("б")), row(text_cell("1"), text_cell("2"))
    path = ods(tmp_path, sheet(first, title="Жасырын", style="ta2"), sheet(first, second, title="Тізім"))
    table = tables.read(path)
    assert (table.sheet, table.others, len(table)) == ("Тізім", (), 1)


def test_a_place_names_its_sheet_where_there_are_several(tmp_path):
    rows = [row(text_cell("аты"), text_cell("мәні")), row(text_cell("А"), text_cell("Б"))]
    table = tables.read(ods(tmp_path, sheet(*rows, title="Қатысушылар"), sheet(*rows, title="Б")))
    assert str(table.where(2, "мәні")).endswith("t.ods: Қатысушылар!B2: мәні")
    assert str(tables.read(ods(tmp_path, sheet(*rows))).where(2, "мәні")).endswith("t.ods: B2: мәні")


def test_repeated_cells_and_rows(tmp_path):
    """ODS stores what repeats once: three equal rows, empty columns to the edge, a million empty rows."""
    equal = row(text_cell("А"), text_cell("1", number_columns_repeated=2), times=3)
    edge = '<table:table-cell table:number-columns-repeated="16381"/>'
    path = ods(
        tmp_path,
        sheet(
            row(*map(text_cell, ("аты", "х", "у")), edge),
            row('<table:table-cell table:number-columns-repeated="16384"/>', times=5),
            equal,
            row('<table:table-cell table:number-columns-repeated="16384"/>', times=1_048_560),
        ),
    )
    assert [(each.number, each.cells) for each in tables.read(path)] == [
        (number, {"аты": "А", "х": "1", "у": "1"}) for number in (7, 8, 9)
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row(text_cell("x", number_columns_repeated=16_384))], "table-too-large"),
        ([row(*map(text_cell, "аб")), row(text_cell("x"), times=2_000_000)], "table-too-large"),
        ([row(*map(text_cell, "аб")), row("<table:table-cell/>", times=1_048_575), row(text_cell("x"))], "table-too-large"),
        ([row(text_cell("x", number_columns_repeated=0))], "table-damaged"),
        ([row(text_cell("x", number_columns_repeated="9" * 5_000))], "table-damaged"),
        ([row(ods_value("float", "value", "x"))], "table-damaged"),
        ([row(ods_value("time", "time-value", "x"))], "table-damaged"),
        ([row(text_cell("x" * 3_000_000))], "table-too-large"),
        ([], "table-empty"),
    ],
)
def test_odd_ods(tmp_path, rows, code):
    with pytest.raises(DataError) as refusal:
        tables.read(ods(tmp_path, sheet(*rows)))
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_locked_ods(tmp_path):
    name = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    manifest = f'<m:manifest xmlns:m="{name}"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    with pytest.raises(DataError) as refusal:
        tables.read(ods(tmp_path, sheet(), manifest=manifest))
    assert refusal.value.problems[0].code == "table-locked"


def test_an_entity_bomb_in_ods(tmp_path):
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    with pytest.raises(DataError, match="DOCTYPE"):
        tables.read(ods(tmp_path, sheet(), doctype=f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'))


def test_xlsb_and_other_zips(tmp_path):
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.bin"/>'
        "</Relationships>"
    )
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("_rels/.rels", rels)
    for name, code in (("t.xlsx", "table-binary"), ("t.ods", "table-damaged"), ("t.xls", "table-format-unknown")):
        (tmp_path / name).write_bytes((tmp_path / "t.xlsx").read_bytes())
        with pytest.raises(DocgenError) as refusal:
            tables.read(tmp_path / name)
        (problem,) = refusal.value.problems
        assert problem.code == code
        assert name == "t.ods" or "save it as .xlsx" in problem.hint


def test_a_tag_without_end_is_refused(tmp_path):
    """An attribute of hundreds of megabytes does not fill the memory."""
    with pytest.raises(DataError, match="a tag in the workbook has no end"):
        tables.read(ods_cell(tmp_path, text_cell("x", formula="1" * 6_000_000)))


def test_any_damage_to_ods_is_told_in_words(tmp_path):
    """Letters changed, pieces cut out, pieces doubled: a table or a docgen error, never another exception."""
    cells = [each[2] for each in ANSWERS]
    path = ods(tmp_path, sheet(row(*(text_cell(f"х{n}") for n in range(len(cells)))), row(*cells)))
    with zipfile.ZipFile(path) as archive:
        whole = archive.read("content.xml")
    chance = random.Random(3)
    for _round in range(300):
        start, end = sorted(chance.randrange(len(whole) + 1) for _end in "ab")
        middle = chance.choice([b"", whole[start:end] * 2, bytes([chance.randrange(32, 127)])])
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("content.xml", whole[:start] + middle + whole[chance.choice([end, start + 1]) :])
        with suppress(DocgenError):
            assert len(tables.read(path)) >= 0


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_what_libreoffice_writes(tmp_path, suffix):
    """The same values come back from a workbook that LibreOffice has saved."""
    path = xlsx(tmp_path, ["аты", "күні", "сағат", "жсн"], ["Сейітқали", DAY, 72, "001234567890"], ["  Әлі ", None, 0.5, 5])
    convert([path], tmp_path / "out", suffix)
    assert [each.cells for each in tables.read(tmp_path / "out" / f"t.{suffix}")] == [
        {"аты": "Сейітқали", "күні": DAY, "сағат": 72, "жсн": "001234567890"},
        {"аты": "Әлі", "сағат": 0.5, "жсн": 5},
    ]
