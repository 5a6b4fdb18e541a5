"""Tables of records: real files of every format, and every way a file can be wrong."""

import json
import random
import re
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.bounds import processor_bound
from support.calling import run

from docgen import tables
from docgen.errors import DataError, DocgenError, UsageError
from docgen.tables import ColumnChoice, Heading, RecordTable

FIELDS = {
    "surname": ["Тегі", "Фамилия", "Surname"],
    "given_name": ["Аты", "Имя", "Given name"],
    "hours": ["Сағат саны", "Количество часов", "Hours"],
    "issued": ["Берілген күні", "Дата выдачи", "Date of issue"],
    "number": ["Тіркеу №", "Регистрационный №", "Number"],
}
HEADINGS = ("Тегі", "Аты", "Сағат саны")
RECORD = ("Сейітқали", "Бауыржан", 72)


def columns(table, fields, ignore=()):
    """Return which heading holds which field, with headings left out."""
    return tables.columns(table, fields, ColumnChoice(tuple(ignore)))


def read(path):
    """Return the table in a file; DataError when any of its cells cannot be used."""
    table = tables.read(path)
    if table.problems:
        raise DataError(table.problems)
    return table


def workbook(tmp_path, *rows, name="table.xlsx", change=None):
    """Write a workbook with `rows` on its first sheet; `change` alters it before it is saved."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    book.save(tmp_path / name)
    return tmp_path / name


def repacked(path, part, alter):
    """Return `path` with `alter` done to the text of one part of the zip."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = alter(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def as_excel_writes(path):
    """Move the texts of a workbook into its table of shared strings, where Excel has them and openpyxl does not."""
    texts = []

    def share(match):
        texts.append(match[2])
        return f'{match[1]} t="s"><v>{len(texts) - 1}</v></c>'

    def move(xml):
        return re.sub(r'(<c r="\w+") t="inlineStr"><is><t>([^<]*)</t></is></c>', share, xml)

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    repacked(path, "xl/worksheets/sheet1.xml", move)
    repacked(path, "[Content_Types].xml", lambda xml: xml.replace("</Types>", entry))
    with zipfile.ZipFile(path, "a") as archive:
        items = "".join(f"<si><t>{text}</t></si>" for text in texts)
        namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{namespace}">{items}</sst>')
    return path


def sheet_altered(path, old, new):
    """Return the workbook with `old` in its first sheet replaced by `new`; `old` must be there."""

    def alter(xml):
        assert re.search(old, xml)
        return re.sub(old, lambda _match: new, xml, count=1)

    return repacked(path, "xl/worksheets/sheet1.xml", alter)


def text_file(tmp_path, content, name="table.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def problems_of(path, error=DataError):
    with pytest.raises(error) as refusal:
        read(path)
    assert all(problem.code and problem.message and problem.where.file == str(path) for problem in refusal.value.problems)
    return refusal.value.problems


def codes_of(path, error=DataError):
    return [problem.code for problem in problems_of(path, error)]


# --- what is read -----------------------------------------------------------------------------------------------------


def test_workbook(tmp_path):
    """Headings with their letters, rows with their numbers, values with their types."""
    row = ("Сейітқали", 12.0, date(2026, 2, 6), datetime(2026, 2, 6, 9, 30), True, "007", 0.5, 950101300123)
    table = read(workbook(tmp_path, list("ABCDEFGH"), row))
    assert table.file == str(tmp_path / "table.xlsx")
    assert table.sheet == "Sheet"
    assert table.headings == tuple(Heading(letter, letter, 1) for letter in "ABCDEFGH")
    assert [row.number for row in table.rows] == [2]
    values = list(table.rows[0].cells.values())
    assert values == ["Сейітқали", 12, date(2026, 2, 6), datetime(2026, 2, 6, 9, 30), True, "007", 0.5, 950101300123]
    assert [type(value) for value in values] == [str, int, date, datetime, bool, str, float, int]


def test_csv(tmp_path):
    """Every cell of a CSV is text, and leading zeros stay."""
    table = read(text_file(tmp_path, "surname,iin\r\nСейітқали,012345678901\r\n\r\nӘлиева,\r\n"))
    assert [(row.number, row.cells) for row in table.rows] == [
        (2, {"surname": "Сейітқали", "iin": "012345678901"}),
        (4, {"surname": "Әлиева"}),
    ]
    assert [heading.column for heading in table.headings] == ["A", "B"]


@pytest.mark.parametrize("shape", [lambda records: records, lambda records: {"records": records}])
def test_json(tmp_path, shape):
    """A list of objects, or an object with such a list; nested values pass through."""
    records = [{"surname": " Сейітқали ", "hours": 72.0, "note": None}, {"surname": "Әлиева", "tasks": [{"name": "x"}]}]
    table = read(text_file(tmp_path, json.dumps(shape(records)), "table.json"))
    assert [heading.text for heading in table.headings] == ["surname", "hours", "note", "tasks"]
    assert [(row.number, row.cells) for row in table.rows] == [
        (1, {"surname": "Сейітқали", "hours": 72}),
        (2, {"surname": "Әлиева", "tasks": [{"name": "x"}]}),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".CSV", ".tsv"])
def test_suffix_in_any_case(tmp_path, suffix):
    """The suffix names the format without regard to case."""
    assert read(text_file(tmp_path, "a;b\n1;2", "table" + suffix)).rows[0].cells == {"a": "1", "b": "2"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_dialects(tmp_path, encoding, delimiter, line_end):
    """Four encodings, three delimiters, three line ends: the same table."""
    lines = [["Фамилия", "Имя"], ["Сейткали", '"Бауыржан"'], ["Алиева", "Айгуль"]]
    table = read(text_file(tmp_path, line_end.join(map(delimiter.join, lines)), encoding=encoding))
    assert [list(row.cells.items()) for row in table.rows] == [
        [("Фамилия", "Сейткали"), ("Имя", "Бауыржан")],
        [("Фамилия", "Алиева"), ("Имя", "Айгуль")],
    ]
    assert [row.number for row in table.rows] == [2, 3]


@pytest.mark.parametrize(
    "text",
    [
        "Тегі, аты;Жұмыс орны, лауазымы;№\nА;Б;1\nВ;Г, Д;2\n",  # commas in headings
        "Курс, 2026 жыл;;\nТегі, аты;Жұмыс орны, лауазымы;№\nА;Б;1\nВ;Г, Д;2\n",  # and in the title
        'sep=;\n"Тегі, аты";"Жұмыс орны, лауазымы";№\n"А";Б;1\nВ;"Г, Д";2\n',
        '"Тегі, аты","Жұмыс орны, лауазымы",№\nА,Б,1\nВ,"Г, Д",2\n',
        '"Тегі, аты"\t"Жұмыс орны, лауазымы"\t№\nА\tБ\t1\nВ\tГ, Д\t2\n',
    ],
)
def test_delimiter_is_not_taken_from_a_cell(tmp_path, text):
    """Commas inside headings, titles and quotes do not decide."""
    table = read(text_file(tmp_path, text))
    assert [heading.text for heading in table.headings] == ["Тегі, аты", "Жұмыс орны, лауазымы", "№"]
    assert [list(row.cells.values()) for row in table.rows] == [["А", "Б", "1"], ["В", "Г, Д", "2"]]


def test_semicolons_in_a_comma_file(tmp_path):
    """Now and then a semicolon in a value does not make it the delimiter."""
    table = read(text_file(tmp_path, "surname,unit\nА,ІІД; ЖПБ\nВ,ІІД\nГ,ЖПБ\n"))
    assert [row.cells["unit"] for row in table.rows] == ["ІІД; ЖПБ", "ІІД", "ЖПБ"]


def test_multiline_cells_keep_row_numbers(tmp_path):
    """A record's number is the line that it begins on."""
    table = read(text_file(tmp_path, 'surname,note\r\nА,"бір\r\nекі"\r\nБ,үш\r\n'))
    assert [(row.number, row.cells["note"]) for row in table.rows] == [(2, "бір\nекі"), (4, "үш")]


def test_titles_and_empty_rows_are_passed_over(tmp_path):
    """A merged title, an empty row, a row with a number above the headings; an empty row between records."""

    def merge(book):
        book.active.merge_cells("A1:C1")

    rows = [("Тізім",), (), ("Саны", 2), HEADINGS, RECORD, (None, "  ", None), ("Әлиева", "Айгүл", 40)]
    table = read(workbook(tmp_path, *rows, change=merge))
    assert [heading.text for heading in table.headings] == list(HEADINGS)
    assert table.headings[0].row == 4
    assert [row.number for row in table.rows] == [5, 7]


def test_one_column(tmp_path):
    """A table of one column is headed by its first filled row."""
    table = read(text_file(tmp_path, "\nsurname\nА\nБ\n"))
    assert [heading.text for heading in table.headings] == ["surname"]
    assert [row.cells["surname"] for row in table.rows] == ["А", "Б"]


def test_white_space(tmp_path):
    """Outer white space goes, the no-break and the invisible kinds too; inner white space of a value stays."""
    table = read(workbook(tmp_path, ("Сағат\n саны", "Аты"), ("\u00a0 72\u200b", "\ufeffАйгүл \u00a0 Марат\u202f")))
    assert table.rows[0].cells == {"Сағат саны": "72", "Аты": "Айгүл \u00a0 Марат"}


def test_first_visible_sheet(tmp_path):
    """A hidden first sheet is not the one that is read."""

    def hide(book):
        book.active.sheet_state = "hidden"
        book.create_sheet("Тізім").append(HEADINGS)
        book["Тізім"].append(RECORD)

    table = read(workbook(tmp_path, ("a", "b"), (1, 2), change=hide))
    assert table.sheet == "Тізім"
    assert table.rows[0].cells["Тегі"] == "Сейітқали"


def test_a_named_sheet_behind_a_cover(tmp_path):
    """The first sheet may be a cover without records, where another one is named."""

    def cover(book):
        book.active.title = "Тізім"
        book.create_sheet("Мұқаба", 0)["A1"] = "2026 жылғы курс"

    path = workbook(tmp_path, HEADINGS, RECORD, change=cover)
    assert tables.sheet_titles(path) == ["Тізім"]
    assert tables.read(path, "Тізім").rows[0].cells["Тегі"] == "Сейітқали"
    for sheet in (None, "Мұқаба"):
        with pytest.raises(DataError, match="no records"):
            tables.read(path, sheet)


def test_lying_dimension(tmp_path):
    """A sheet that says it ends at A1 is read to its real end."""
    path = workbook(tmp_path, HEADINGS, RECORD, RECORD)
    sheet_altered(path, r'<dimension ref="[^"]*" ?/>', '<dimension ref="A1"/>')
    assert len(read(path).rows) == 2
    assert len(read(path).rows[1].cells) == 3


def test_gaps_between_rows(tmp_path):
    """Rows keep the numbers of the sheet over gaps."""

    def far(book):
        book.active["A900"] = "Әлиева"

    assert [row.number for row in read(workbook(tmp_path, HEADINGS, RECORD, change=far)).rows] == [2, 900]


def test_escaped_control_characters(tmp_path):
    """Excel writes a carriage return as _x000D_; it is not a part of the words."""
    path = as_excel_writes(workbook(tmp_path, HEADINGS, ("Сейіт!", "Бауыржан", 72)))
    repacked(path, "xl/sharedStrings.xml", lambda xml: xml.replace("!", "_x000D_\nқали_x000D_"))
    assert read(path).rows[0].cells["Тегі"] == "Сейіт\nқали"


def test_calculated_formulas(tmp_path):
    """A formula counts as its stored value; one that gave the empty text is an empty cell."""

    def calculated(book):
        book.calculation.fullCalcOnLoad = False

    path = workbook(tmp_path, HEADINGS, ("=A9", "Б", "=1+1"), change=calculated)
    sheet_altered(path, r'<c r="A2"[^>]*><f>A9</f><v ?/?>(</v>)?', '<c r="A2" t="str"><f>A9</f><v></v>')
    sheet_altered(path, r"<f>1\+1</f><v ?/?>(</v>)?", "<f>1+1</f><v>2</v>")
    assert read(path).rows[0].cells == {"Аты": "Б", "Сағат саны": 2}


def test_empty_styled_cells_far_out(tmp_path):
    """Formatting that reaches to column XFD is not data."""

    def style(book):
        book.active["XFD2"].font = openpyxl.styles.Font(bold=True)

    assert len(read(workbook(tmp_path, HEADINGS, RECORD, change=style)).rows) == 1


def test_where(tmp_path):
    """A table tells the place of a cell by row number and heading."""
    path = workbook(tmp_path, HEADINGS, RECORD)
    where = read(path).where(2, "Сағат саны")
    assert str(where) == f"{path}: C2: Сағат саны"


# --- what is refused --------------------------------------------------------------------------------------------------


def test_missing_file(tmp_path):
    """A file that is not there."""
    assert codes_of(tmp_path / "none.xlsx") == ["file-missing"]


@pytest.mark.parametrize("name", ["table.xls", "table.docx", "table"])
def test_unknown_suffix(tmp_path, name):
    """A format that is not read is a wrong call, and the hint lists those that are."""
    (problem,) = problems_of(text_file(tmp_path, "a,b", name), UsageError)
    assert problem.code == "table-format-unknown"
    assert ".xlsx" in problem.hint


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.csv", b"", "table-empty"),
        ("t.csv", b"\xef\xbb\xbf\r\n;;\r\n", "table-empty"),
        ("t.csv", b"surname,hours\n", "table-empty"),
        ("t.csv", b'surname,hours\n"Ali,72\nBek,72\n', "table-quote"),
        ("t.csv", b'surname,hours\n"Ali" B,72\n', "table-quote"),
        ("t.csv", b"surname,hours\n" + b"x" * 200_000 + b",1", "table-quote"),
        ("t.csv", "surname,hours\nӘли,72\n".encode("utf-16-le"), "table-encoding"),
        ("t.csv", "surname,hours\nӘли,72\n".encode("utf-16")[:-1], "table-encoding"),
        ("t.csv", b"surname,hours\nA\0li,72\n", "table-encoding"),
        ("t.csv", "surname,hours\nӘли,72\n".encode() + b"\xff", "table-encoding"),
        ("t.csv", "тегі,аты\nӘли,Қани\n".encode("kz1048"), "table-encoding"),
        ("t.csv", b"PK\x03\x04\x00\x00,\x00", "table-encoding"),
        ("t.csv", b"a,b\n1,2,3\n", "heading-empty"),
        ("t.csv", b"a,b\n1,#REF!\n", "cell-error"),
        ("t.csv", "a;b\n1;#ССЫЛКА!\n".encode("cp1251"), "cell-error"),
        ("t.csv", b"a,b\n" + b"," * 1_500 + b"x", "table-too-large"),
        ("t.json", b"", "table-empty"),
        ("t.json", b"[]", "table-empty"),
        ("t.json", b"[{}]", "table-empty"),
        ("t.json", b'[{"a": null, "b": " "}]', "table-empty"),
        ("t.json", b'{"records": []}', "table-empty"),
        ("t.json", b'{"rows": []}', "table-shape"),
        ("t.json", b"7", "table-shape"),
        ("t.json", b'[{"a": 1}', "table-damaged"),
        ("t.json", b'[{"a": NaN}]', "table-damaged"),
        ("t.json", b'[{"a": ' + b"9" * 5_000 + b"}]", "table-damaged"),
        ("t.json", b"[" * 100_000, "table-damaged"),
        ("t.json", b"[\xff]", "table-damaged"),
        ("t.json", b'[{"a": 1, "a": 2}]', "heading-twice"),
        ("t.json", b'[{"a": 1}, 5]', "record-shape"),
        ("t.json", b'[{"a": "\\ud800"}]', "text-broken"),
        ("t.json", b'[{"a": 1e999}]', "number-rounded"),
        ("t.xlsx", b"", "table-empty"),
        ("t.xlsx", b"surname,hours\n", "table-misnamed"),
        ("t.ods", b"\xef\xbb\xbf<html><table>", "table-misnamed"),
        ("t.xlsx", b"PK\x03\x04 and nothing more", "table-damaged"),
        ("t.xlsx", b"PK\x05\x06" + bytes(18), "table-damaged"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table-old"),
        ("t.ods", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "table-locked"),
    ],
)
def test_bad_content(tmp_path, name, content, code):
    """Each has its code, and is told in words."""
    assert codes_of(text_file(tmp_path, content, name)) == [code]


def test_unclosed_quote_is_placed(tmp_path):
    """The record in which the quotation mark opens is named."""
    (problem,) = problems_of(text_file(tmp_path, 'a,b\n1,2\n"3,4\n5,6\n'))
    assert problem.where.row == 3


def test_json_error_is_placed(tmp_path):
    """The line of the mistake is named."""
    (problem,) = problems_of(text_file(tmp_path, '[{"a": 1},\n{"a" 2}]', "t.json"))
    assert problem.where.row == 2


@pytest.mark.parametrize("rows", [[], [HEADINGS], [(None, " ")]])
def test_empty_workbook(tmp_path, rows):
    """Nothing at all, headings alone, blanks alone."""
    (problem,) = problems_of(workbook(tmp_path, *rows))
    assert problem.code == "table-empty"
    assert "Sheet" in problem.message


@pytest.mark.parametrize("rows", [[("А", 1), ("Б", 2)], [("А",), (None, "Б")], [(1,), (2,)]])
def test_workbook_without_a_heading_row(tmp_path, rows):
    """Where no row is all text, or none has two cells, none can be the heading."""
    assert codes_of(workbook(tmp_path, *rows)) == ["heading-missing"]


def test_all_sheets_hidden(tmp_path):
    """A workbook may claim to have no visible sheet."""
    path = workbook(tmp_path, HEADINGS, RECORD)
    repacked(path, "xl/workbook.xml", lambda xml: xml.replace('state="visible"', 'state="hidden"'))
    assert codes_of(path) == ["sheet-missing"]


def test_bad_cells_are_all_told(tmp_path):
    """Error cells, times, lost digits, values without heading: at once, with letter, row and heading."""
    rows = [
        HEADINGS,
        ("#REF!", "А", 1),
        ("Б", "#DIV/0!", time_of_day()),
        ("В", "Г", 1.5e19, "қалған"),
    ]
    found = problems_of(workbook(tmp_path, *rows))
    assert [(p.code, p.where.column, p.where.row, p.where.key, p.value) for p in found] == [
        ("cell-error", "A", 2, "Тегі", "#REF!"),
        ("cell-error", "B", 3, "Аты", "#DIV/0!"),
        ("cell-time", "C", 3, "Сағат саны", "09:30:00"),
        ("number-rounded", "C", 4, "Сағат саны", "1.5e+19"),
        ("heading-empty", "D", 4, "", "қалған"),
    ]


def time_of_day():
    return datetime(2026, 1, 1, 9, 30).time()


def test_formula_never_calculated(tmp_path):
    """A workbook that a program wrote has formulas without values: each cell is named."""
    found = problems_of(workbook(tmp_path, HEADINGS, ("А", "=B9", "=1+1"), RECORD))
    assert [(p.code, str(p.where).split(": ")[1]) for p in found] == [
        ("formula-without-value", "B2"),
        ("formula-without-value", "C2"),
    ]


def test_date_out_of_range(tmp_path):
    """A date cell whose number is no date is an error cell, not a number."""
    path = workbook(tmp_path, ("a", "b"), ("x", date(2026, 2, 6)))
    sheet_altered(path, r"<v>46059</v>", "<v>99999999</v>")
    assert codes_of(path) == ["cell-error"]


def test_damaged_workbook(tmp_path):
    """Cut off in the middle."""
    path = workbook(tmp_path, HEADINGS, RECORD)
    path.write_bytes(path.read_bytes()[:-700])
    assert codes_of(path) == ["table-damaged"]


def test_zip_that_is_no_workbook(tmp_path):
    """A zip of something else."""
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("a.txt", "text")
    assert codes_of(tmp_path / "t.xlsx") == ["table-damaged"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("</sheetData>", "", "table-damaged"),
        ('<row r="3"', '<row r="2"', "table-damaged"),  # openpyxl would drop it
        ('<row r="3"', '<row r="1"', "table-damaged"),
        ('<row r="3"', '<row r="x"', "table-damaged"),
        ('<row r="3"', '<row r="99999999999"', "table-too-large"),
        ('t="s"><v>0</v>', 't="s"><v>777</v>', "table-damaged"),
        ('r="A2"', 'r="2A"', "table-damaged"),
        ("<worksheet ", "<!DOCTYPE worksheet><worksheet ", "table-damaged"),
        ("http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "table-strict"),
    ],
)
def test_altered_sheet(tmp_path, old, new, code):
    """What a damaged or hostile sheet can hold."""
    path = as_excel_writes(workbook(tmp_path, HEADINGS, RECORD, RECORD))
    assert len(read(path).rows) == 2
    assert codes_of(sheet_altered(path, old, new)) == [code]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("padding", ["", "<!-- " + " " * 200_000 + "-->"])
def test_entity_bomb(tmp_path, part, padding):
    """A DOCTYPE is refused in every part, however far down it begins, before it is expanded."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'{padding}<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'

    def alter(xml):
        declaration, rest = re.match(r"(<\?xml.*?\?>)?(.*)", xml, re.DOTALL).groups()
        return (declaration or "") + bomb + rest

    with processor_bound():
        (problem,) = problems_of(repacked(as_excel_writes(workbook(tmp_path, HEADINGS, RECORD)), part, alter))
    assert problem.code == "table-damaged"
    assert "DOCTYPE" in problem.message


def test_zip_bomb(tmp_path):
    """A workbook that unpacks to far more than it weighs is refused before it is unpacked."""
    path = workbook(tmp_path, HEADINGS, RECORD)
    sheet_altered(path, "</sheetData>", "</sheetData><!--" + " " * (40 << 20) + "-->")
    assert path.stat().st_size < 1 << 20
    with processor_bound():
        assert codes_of(path) == ["table-too-large"]


def test_a_workbook_of_countless_files(tmp_path):
    path = workbook(tmp_path, HEADINGS, RECORD)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(10_000):
            archive.writestr(f"x/{number}", b"")
    [problem] = problems_of(path)
    assert (problem.code, problem.message) == ("table-too-large", "the workbook is packed of 10009 files")


def test_cell_in_the_last_corner(tmp_path):
    """A 5 KB workbook with a cell at XFD1048576 is refused in bounded time."""

    def corner(book):
        book.active["XFD1048576"] = "x"

    with processor_bound():
        assert codes_of(workbook(tmp_path, HEADINGS, RECORD, change=corner)) == ["table-too-large"]


def test_file_too_large(tmp_path, monkeypatch):
    """The limit on a workbook's own size; what is read row by row, such as CSV, may be larger, and has a limit too."""
    monkeypatch.setattr(tables, "FILE_BYTES", 10)
    rows = text_file(tmp_path, "surname,hours\nА,1\n")
    assert codes_of(workbook(tmp_path, HEADINGS, RECORD)) == ["file-too-large"]
    assert len(tables.read(rows)) == 1
    monkeypatch.setattr(tables, "STREAMED_BYTES", 10)
    assert codes_of(rows) == ["file-too-large"]


def test_any_damage_is_told_in_words(tmp_path):
    """Whatever bytes of a workbook are altered, the answer is a table or a docgen error, never another exception."""
    whole = as_excel_writes(workbook(tmp_path, HEADINGS, RECORD, RECORD, ("А", "=1+1", date(2026, 1, 1)))).read_bytes()
    path = tmp_path / "altered.xlsx"
    chance = random.Random(1)
    for _round in range(150):
        content = bytearray(whole)
        for _change in range(chance.randint(1, 5)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path.write_bytes(content)
        assert_told(path)


@pytest.mark.slow
def test_any_damage_inside_is_told_in_words(tmp_path):
    """The same for what stands in the parts, each packed whole: letters changed, pieces cut out, pieces doubled."""
    path = as_excel_writes(workbook(tmp_path, HEADINGS, RECORD, ("А", "=1+1", date(2026, 1, 1))))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(2)
    for _round in range(300):
        name = chance.choice(list(parts))
        start, end = sorted(chance.randrange(len(parts[name]) + 1) for _end in "ab")
        middle = chance.choice([b"", parts[name][start:end] * 2, bytes([chance.randrange(32, 127)])])
        stop = chance.choice([end, start + 1])
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in parts.items():
                archive.writestr(part, content[:start] + middle + content[stop:] if part == name else content)
        assert_told(path)


def assert_told(path):
    """The file is a table with rows, or is refused with problems; no other exception comes out."""
    try:
        outcome = read(path).rows
    except DocgenError as refusal:
        outcome = refusal.problems
    assert outcome


@given(st.binary(max_size=300), st.sampled_from([".csv", ".json", ".jsonl", ".xlsx", ".ods"]))
def test_any_bytes(tmp_path_factory, content, suffix):
    """Any bytes under any suffix are a table or a docgen error."""
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(content)
    assert_told(path)


# --- headings ---------------------------------------------------------------------------------------------------------


def headed(*texts):
    headings = tuple(Heading(text, "ABCDEFGH"[index], 3) for index, text in enumerate(texts))
    return RecordTable("t.xlsx", "Sheet", headings)


def heading_problems(*texts, fields=FIELDS):
    with pytest.raises(DataError) as refusal:
        columns(headed(*texts), fields)
    assert all(problem.where.row == 3 for problem in refusal.value.problems)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("surname", "surname"),
        ("SURNAME", "surname"),
        ("Given_Name", "given_name"),
        ("given name", "given_name"),
        ("тегі", "surname"),
        ("ТЕГI", "surname"),  # the I is Latin
        (" Сағат  саны: ", "hours"),
        ("Количество-часов", "hours"),
        ("Тіркеу No", "number"),
        ("Дата выдачи*", "issued"),
    ],
)
def test_heading_matches(text, field):
    """By name or by label in any language, without regard to case, spaces, punctuation, lookalikes."""
    assert columns(headed(text), FIELDS) == {text: field}


def test_all_headings(tmp_path):
    """A whole table, in three languages at once; fields without a heading are not missed here."""
    table = read(workbook(tmp_path, ("Тегі", "Имя", "hours"), RECORD))
    assert columns(table, FIELDS) == {"Тегі": "surname", "Имя": "given_name", "hours": "hours"}


def test_unknown_heading_has_the_nearest_name():
    """A slip of the finger is named with what was meant, in the words of the table."""
    (problem,) = heading_problems("Тегі", "Сағат сны", "Аты")
    assert (problem.code, problem.where.column, problem.value) == ("heading-unknown", "B", "Сағат сны")
    assert "Сағат саны" in problem.hint


def test_unknown_heading_with_nothing_near():
    """Where nothing is near, nothing is suggested."""
    (problem,) = heading_problems("Тегі", "Ескертпе")
    assert problem.code == "heading-unknown"
    assert "Ескертпе" in problem.message
    assert "Did you" not in problem.hint


def test_every_wrong_heading_is_told():
    """Twice the same, two for one field, unknown ones: all at once, in the order of the columns."""
    found = heading_problems("Тегі", "Xyz", "ТЕГІ ", "Фамилия", "Аты")
    assert [(p.code, p.where.column) for p in found] == [
        ("heading-unknown", "B"),
        ("heading-twice", "C"),
        ("heading-clash", "D"),
    ]


def test_duplicate_headings_of_a_file(tmp_path):
    """A heading that stands twice is seen in a real file too."""
    with pytest.raises(DataError) as refusal:
        columns(read(text_file(tmp_path, "surname,surname\nА,Б\n")), FIELDS)
    assert [p.code for p in refusal.value.problems] == ["heading-twice"]


def test_no_heading_matches():
    """Data where the headings should be: one problem, with what is expected."""
    (problem,) = heading_problems("Сейітқали", "Бауыржан")
    assert problem.code == "heading-missing"
    assert "Тегі, Аты, Сағат саны" in problem.hint


def test_label_of_two_fields():
    """A label that two fields share is refused; a field's own name is always its own."""
    fields = {"start": ["Күні"], "end": ["Күні"], "day": ["start"]}
    assert columns(headed("start"), fields) == {"start": "start"}
    (problem,) = heading_problems("Күні", "day", fields=fields)
    assert problem.code == "heading-ambiguous"
    assert "start, end" in problem.message


@pytest.mark.parametrize(
    ("encoding", "heading"), [("cp1251", "Тіркеу н?мірі"), ("ascii", "?????? ??????")], ids=["Windows-1251", "ASCII"]
)
@pytest.mark.parametrize("ignore", [(), ("--ignore", "*")])
def test_headings_that_lost_letters_are_not_to_be_renamed(tmp_path, encoding, heading, ignore):
    """As Excel's “CSV (comma delimited)” has them."""
    path = tmp_path / "t.csv"
    path.write_bytes("Тіркеу нөмірі,Тегі,Аты\n00417,Сейітқали,Бауыржан\n".encode(encoding, "replace"))
    result = run("check", "retraining-certificate", path, *ignore)
    assert result.exit_code == 1
    assert f"A1: “{heading}” has lost letters: there is a ? in a word" in result.stderr
    assert "save tables as .xlsx or as CSV in UTF-8" in result.stderr
    assert "Did you mean" not in result.stderr


def test_headings_of_punctuation():
    """Headings without a letter are told apart by themselves."""
    assert columns(headed("№", "%"), {"number": ["№"], "share": ["%"]}) == {"№": "number", "%": "share"}


# --- headings left out ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Тел. нөмірі", "ТЕЛ НӨМІРІ", "тел_нөмiрi", " Тел.  нөмірі: "])
def test_ignored_heading(name):
    """It is named as headings match fields: without regard to case, spaces, punctuation, lookalikes."""
    table = headed("Тегі", "Тел. нөмірі", "Аты")
    assert columns(table, FIELDS, [name]) == {"Тегі": "surname", "Аты": "given_name"}


def test_rest_ignored():
    """`*` leaves out every heading that no field matches, and names may stand beside it; any iterable will do."""
    table = headed("Тегі", "Телефон", "Ескертпе", "Аты", "Телефон")
    assert columns(table, FIELDS, ["*"]) == {"Тегі": "surname", "Аты": "given_name"}
    assert columns(table, FIELDS, iter(("Аты", "*"))) == {"Тегі": "surname"}


def test_ignored_heading_cannot_be_wrong():
    """Of two headings for one field the other stays; of one that stands twice none does; nor does an ambiguous one."""
    assert columns(headed("Тегі", "Фамилия"), FIELDS, ["тегі"]) == {"Фамилия": "surname"}
    assert columns(headed("Тегі", "Аты", "АТЫ"), FIELDS, ["Аты"]) == {"Тегі": "surname"}
    fields = {"start": ["Күні"], "end": ["Күні"]}
    assert columns(headed("start", "Күні"), fields, ["Күні"]) == {"start": "start"}


def test_every_matching_heading_ignored():
    """Then no column is left; that fields are missing is the caller's matter."""
    assert columns(headed("Тегі", "Телефон"), FIELDS, ["Тегі", "*"]) == {}


def test_rest_leaves_what_fields_match():
    """`*` does not hide two headings for one field, nor one that can mean two fields."""
    with pytest.raises(DataError) as refusal:
        columns(headed("Тегі", "Xyz", "Фамилия"), FIELDS, ["*"])
    assert [(p.code, p.where.column) for p in refusal.value.problems] == [("heading-clash", "C")]
    with pytest.raises(DataError) as refusal:
        columns(headed("start", "Күні"), {"start": ["Күні"], "end": ["Күні"]}, ["*"])
    assert [p.code for p in refusal.value.problems] == ["heading-ambiguous"]


def test_rest_does_not_hide_a_missing_heading_row():
    """Where no heading is a field's, the table is wrong, not every column of it to be left out."""
    for ignore in (["*"], ["Телефон"]):
        with pytest.raises(DataError) as refusal:
            columns(headed("Сейітқали", "Бауыржан"), FIELDS, ignore)
        assert [p.code for p in refusal.value.problems] == ["heading-missing"]


def test_ignored_heading_that_is_not_there():
    """Each name that the table lacks is a wrong call, with the table's nearest headings, before anything else is told."""
    with pytest.raises(UsageError) as refusal:
        columns(headed("Тегі", "Телефон", "Xyz"), FIELDS, ["Телефн", "*", "Мекенжай"])
    near, far = refusal.value.problems
    assert (near.code, near.value, near.where.file) == ("column-unknown", "Телефн", "t.xlsx")
    assert "Телефон" in near.hint
    assert "Тегі" not in near.hint
    assert (far.code, far.value) == ("column-unknown", "Мекенжай")
    assert "Тегі, Телефон, Xyz" in far.hint


def test_ignore_names_headings_not_fields():
    """A field's name leaves out no heading that is its label."""
    with pytest.raises(UsageError) as refusal:
        columns(headed("Тегі", "Аты"), FIELDS, ["surname"])
    assert [p.code for p in refusal.value.problems] == ["column-unknown"]
