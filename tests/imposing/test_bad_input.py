"""What cannot be imposed is refused with place, message and hint, and no file is written."""

from __future__ import annotations

import pytest
from support import processes
from support.calling import run
from support.imposing import Look, certificates, volume, written

SCHEME = {
    "sheet": '["450mm", "320mm"]', "page": '["210mm", "148mm"]', "columns": "2", "rows": "2", "gutter": '["6mm", "6mm"]',
}  # fmt: skip
A5 = (210, 148)


def scheme(folder, **changes):
    path = folder / "own.toml"
    keys = SCHEME | {name: value for name, value in changes.items() if value is not None}
    path.write_text("\n".join(f"{name} = {value}" for name, value in keys.items() if name not in _left_out(changes)), "utf-8")
    return path


def _left_out(changes):
    return [name for name, value in changes.items() if value is None]


def refused(folder, *arguments: object, code: int = 1) -> str:
    """Return what the command says; nothing but what was there is in the folder afterwards."""
    before = sorted(folder.iterdir())
    result = run("impose", *arguments)
    assert result.exit_code == code, result.output
    assert sorted(folder.iterdir()) == before
    return result.output.replace(f"{folder}/", "")


def is_hinted(said: str) -> bool:
    """Whether each problem that was reported says what to do about it, in the line below it."""
    lines = said.splitlines()
    problems = [number for number, line in enumerate(lines) if line.startswith("✗ ")]
    return bool(problems) and all(lines[number + 1].startswith("    ") for number in problems)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.pdf"
    path.write_bytes(volume(["00001", "00002"], A5))
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colums": "2"}, "colums: there is no such key\n    Did you mean “columns”?"),
        ({"columns": None}, "columns: this key must be given\n    Expected: a whole number, 1 to 50."),
        ({"columns": "0"}, "columns: “0” is not allowed here\n    Expected: a whole number, 1 to 50."),
        ({"rows": "true"}, "rows: “True” is not allowed here"),
        ({"depth": "0"}, "depth: “0” is not allowed here\n    Expected: a whole number, 1 to 100000."),
        ({"turn": "45"}, "turn: “45” is not allowed here\n    Expected: 0, 90, 180, 270."),
        ({"binding": '"right"'}, "binding: “right” is not allowed here\n    Expected: one of left, top."),
        ({"sheet": '["450", "320mm"]'}, 'Expected: two lengths with their unit, across and up, such as ["450mm", "320mm"].'),
        ({"sheet": '"450mm"'}, "sheet: “450mm” is not allowed here"),
        ({"sheet": "["}, "this is no TOML: "),
        # 2 · 210 + 6 + 2 · (3 + 4) = 440 mm across, 2 · 148 + 6 + 14 = 316 mm up.
        ({"sheet": '["430mm", "320mm"]'}, "columns: pages, bleed and marks are 10.0 mm wider than the sheet"),
        ({"gripper": '"6.5mm"'}, "rows: pages, bleed, marks and gripper are 2.5 mm higher than the sheet"),
        ({"sheet": '["400mm", "300mm"]', "marks": "false"}, "columns: pages, bleed and marks are 32.0 mm wider than the sheet"),
    ],
)
def test_a_scheme_says_what_is_wrong_in_it(tmp_path, good, changes, said):
    said_of = refused(tmp_path, good, "--scheme", scheme(tmp_path, **changes), "-o", tmp_path / "sheets.pdf")
    assert said_of.startswith("✗ own.toml: ")
    assert said in said_of
    assert is_hinted(said_of)


def test_a_scheme_that_there_is_not_is_refused_with_the_nearest(tmp_path, good):
    said = refused(tmp_path, good, "--scheme", "sra3-2a4", "-o", tmp_path / "sheets.pdf", code=2)
    assert said == "✗ there is no scheme “sra3-2a4”\n    Did you mean “sra3-2xa4”?\n"
    said = refused(tmp_path, good, "--scheme", tmp_path / "none.toml", "-o", tmp_path / "sheets.pdf")
    assert said == "✗ none.toml: there is no such file\n    Check the name and the folder.\n"


def test_a_scheme_that_is_no_text_is_refused(tmp_path, good):
    (tmp_path / "own.toml").write_bytes(b"\xff\xfe")
    said = refused(tmp_path, good, "--scheme", tmp_path / "own.toml", "-o", tmp_path / "s.pdf")
    assert said == "✗ own.toml: this is no text in UTF-8\n    Save it anew with the encoding UTF-8.\n"


@pytest.mark.parametrize(
    ("depth", "said"), [(0, "✗ depth: a lift of 0 sheets is not possible\n    Give 1"), (-3, "✗ depth: a lift of -3 sheets")]
)
def test_a_stack_has_a_sheet_or_more(tmp_path, good, depth, said):
    options = ["--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf", "--depth", depth]
    assert said in refused(tmp_path, good, *options, code=2)


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ("2", "there is no sheet 2\n    There are sheets 1 to 1."),
        ("0", "there is no sheet 0"),
        ("3-1", "“3-1” is no sheet, nor a span of sheets\n    Write it as in: 12-14,20"),
        ("a", "“a” is no sheet"),
        (",", "no sheet is named"),
    ],
)
def test_sheets_that_there_are_not_are_refused(tmp_path, good, sheets, said):
    options = ["--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf", "--sheets", sheets]
    assert said in refused(tmp_path, good, *options, code=2)


#: A file, and what is said of it.
FILES = {
    "another size": (
        volume(["1"], (148, 105)),
        "page 1: it is 148.0 × 105.0 mm when it is cut, the pages of the scheme 210 × 148 mm\n"
        "    Impose pages of each size by themselves, with a scheme for it.",
    ),
    "no TrimBox": (
        volume(["1", "2"], A5, Look(has_trim=False)),
        "pages 1–2: it has no TrimBox, and its 226.0 × 164.0 mm are not the 210 × 148 mm of the scheme\n"
        "    Ask for pages that say where they are cut, or use a scheme whose page is as large.",
    ),
    "no box": (
        volume(["1"], A5).replace(b"/MediaBox", b"/MediumBox"),
        "page 1: it has no MediaBox, so nobody knows how large it is\n"
        "    Ask for the file anew, with MediaBox, TrimBox and BleedBox on each page.",
    ),
    "a trim beyond the sheet": (
        volume(["1"], A5, Look(margin=-4)),
        "page 1: its TrimBox is empty or goes beyond its MediaBox",
    ),
    "a turn by half": (volume(["1"], A5).replace(b"/Rotate 0", b"/Rotate 45"), "its /Rotate is no multiple of 90"),
    "no unit": (volume(["1"], A5).replace(b"/UserUnit 1", b"/UserUnit 0"), "its /UserUnit is not above 0"),
    "no number": (volume(["1"], A5).replace(b"/UserUnit 1", b"/UserUnit x"), "its boxes, /Rotate or /UserUnit are no numbers"),
    "a field": (
        volume(["1"], A5, extra="/Annots[<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]>>]"),
        "page 1: it has form fields, stamps or comments, which would be lost\n"
        "    Print the file into a new PDF, so that they become part of the page.",
    ),
    "a hidden layer": (
        volume(["1"], A5).replace(b"/Type/Catalog", b"/Type/Catalog/OCProperties<</D<</OFF[4 0 R]>>>>"),
        "it has layers that are hidden, and would be shown\n    Print the file into a new PDF, with the layers that are wanted.",
    ),
    "no pages": (written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>", "<<>>"]), "it has no pages"),
    "no PDF": (b"PK\3\4", "this is no PDF\n    Is it the right file?"),
    "half a PDF": (volume(["1"], A5)[:300], "this is no PDF that can be read"),
    "a page tree in a circle": (
        written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>", "<<>>"]),
        "the page tree is damaged",
    ),
    "a stream that is cut": (volume(["1"], A5).replace(b"/Length ", b"/Length 1"), "a stream is longer or shorter than it says"),
}


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_a_file_that_cannot_be_imposed_is_named_with_its_page(tmp_path, content, said):
    (tmp_path / "bad.pdf").write_bytes(content)
    found = refused(tmp_path, tmp_path / "bad.pdf", "--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf")
    assert "✗ bad.pdf: " in found
    assert said in found
    assert is_hinted(found)


def test_every_page_and_file_is_reported_at_once(tmp_path, good):
    (tmp_path / "a.pdf").write_bytes(volume(["1", "2", "3"], (148, 105)))
    (tmp_path / "b.pdf").write_bytes(volume(["1"], (100, 100)))
    files = [tmp_path / "a.pdf", good, tmp_path / "b.pdf"]
    said = refused(tmp_path, *files, "--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf")
    assert "✗ a.pdf: pages 1–3: it is 148.0 × 105.0 mm" in said
    assert "✗ b.pdf: page 1: it is 100.0 × 100.0 mm" in said
    assert "2 problems; nothing was made." in said


def test_an_encrypted_file_is_refused(tmp_path, good):
    processes.run(["qpdf", "--encrypt", "", "owner", "256", "--", good, tmp_path / "locked.pdf"], check=True)
    said = refused(tmp_path, tmp_path / "locked.pdf", "--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf")
    assert said == "✗ locked.pdf: the file is encrypted\n    Open it with its password, and save it without one.\n"


def test_an_odd_page_has_no_back(tmp_path):
    (tmp_path / "three.pdf").write_bytes(volume(["1", "2", "3"], A5))
    options = ["--scheme", scheme(tmp_path, duplex="true"), "-o", tmp_path / "sheets.pdf"]
    said = refused(tmp_path, tmp_path / "three.pdf", *options)
    assert "✗ three.pdf: it has 3 pages, and the last sheet would have no back\n    Each record needs a front and a back" in said


def test_volumes_of_two_forms_are_not_stacked(tmp_path):
    (tmp_path / "a.pdf").write_bytes(certificates([1]))
    (tmp_path / "b.pdf").write_bytes(certificates([2], form_id="advanced-training-certificate"))
    options = ["--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf"]
    said = refused(tmp_path, tmp_path / "a.pdf", tmp_path / "b.pdf", *options, code=2)
    assert said.startswith("✗ b.pdf: it is of the form “advanced-training-certificate")
    assert "their stacks would be mixed\n    Impose each by itself." in said


def test_volumes_of_two_batches_are_not_stacked(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "volume.pdf").write_bytes(certificates([1]))
        (tmp_path / name / "manifest.json").write_text("{}", "utf-8")
    files = [tmp_path / name / "volume.pdf" for name in ("a", "b")]
    said = refused(tmp_path, *files, "--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf", code=2)
    assert said.startswith("✗ b/volume.pdf: it is of another batch than ")


def test_a_file_that_is_given_twice_is_refused(tmp_path, good):
    (tmp_path / "link.pdf").symlink_to(good)
    said = refused(tmp_path, good, tmp_path / "link.pdf", "--scheme", "sra3-4xa5", "-o", tmp_path / "sheets.pdf", code=2)
    assert said == "✗ link.pdf: this file is given twice\n    Its records would be printed twice: name it once.\n"


@pytest.mark.parametrize("option", ["-o", "--job-sheet"])
def test_an_output_among_the_inputs_is_refused(tmp_path, good, option):
    before = good.read_bytes()
    said = refused(tmp_path, good, "--scheme", "sra3-4xa5", option, good, code=2)
    assert said.startswith("✗ good.pdf: this file is read by the same command")
    assert good.read_bytes() == before


def test_sheets_and_job_sheet_are_two_files(tmp_path, good):
    options = ["-o", tmp_path / "one.pdf", "--job-sheet", tmp_path / "one.pdf"]
    assert "the sheets are to be this file too" in refused(tmp_path, good, "--scheme", "sra3-4xa5", *options, code=2)


def test_without_an_output_it_is_asked_for(tmp_path, good):
    assert "Say where the sheets go: -o FILE, or --dry-run for none." in refused(tmp_path, good, "--scheme", "sra3-4xa5", code=2)
