"""The proof of backs: front and back of each piece that is cut out are of one person, and nothing of a neighbour is on either."""

from __future__ import annotations

import json
import re
from typing import Any

import pypdf
import pytest
from imposing.test_stacks import SCHEMES, SIZES, imposed, stacked, words_on
from support import torture
from support.calling import run
from support.imposing import COARSE, DPI, Piece, cut, cutting, volume
from support.places import ROOT

from docgen.imposing import open_scheme

FORM = "retraining-certificate"


def leaves(sheets: list[list[Any]], columns: int, depth: int) -> list[tuple[Any, Any]]:
    """Return front and back of each leaf in the order of the stacks: sheets come by turns, a back is mirrored in its row."""
    mirrored = [
        [side[position - position % columns + columns - 1 - position % columns] for position in range(len(side))]
        for side in sheets[1::2]
    ]
    return list(zip(stacked(sheets[::2], depth), stacked(mirrored, depth), strict=True))


def page_of(label: str) -> int:
    """Return the page of a label: that of record 7 is 13 for its front 00007F, 14 for its back 00007B."""
    return 2 * int(label[:-1]) - label.endswith("F")


def check_leaves(folder, scheme: str, count: int, depth: int, dpi: float = DPI) -> None:
    """Hold that the leaves are in order, and that front and back are the pages of one record with nothing of others on them."""
    labels = [f"{number:05d}{side}" for number in range(1, count + 1) for side in "FB"]
    pdf = imposed(folder, volume(labels, SIZES[scheme]), scheme, "--duplex", "--depth", depth)
    sheets = [[words_on(piece, page_of) for piece in sheet] for sheet in cutting(pdf, dpi)]
    pairs = leaves(sheets, open_scheme(scheme).columns, depth)
    expected = list(zip(labels[::2], labels[1::2], strict=True))
    assert [(*front, *back) for front, back in pairs if front or back] == expected


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("count", [1, 2, 7])
def test_front_and_back_of_a_leaf_are_of_one_record(tmp_path, scheme, count):
    check_leaves(tmp_path, scheme, count, depth=2)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", SCHEMES if torture.IS_FULL else ["sra3-2xa4"])
def test_a_thousand_leaves_are_in_order(tmp_path, scheme):
    check_leaves(tmp_path, scheme, 1003, depth=100, dpi=COARSE)


@pytest.fixture(scope="module")
def backed(tmp_path_factory):
    """Seven certificates with backs in volumes of three, on sheets of two: lifts of 500 sheets span the volumes."""
    out = tmp_path_factory.mktemp("backed")
    options = ["--only", "3-9", "--ignore", "*", "--split", 3, "--back", "--for", "press", "--impose", "sra3-2xa4"]
    result = run("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", out, *options)
    assert result.exit_code == 0, result.output
    return out


def numbers_on(piece: Piece) -> list[str]:
    return [word for word in piece.words if re.fullmatch(r"00\d\d\d", word)]


@pytest.mark.slow
def test_the_cut_certificates_have_their_own_backs(backed, tmp_path):
    """The number is on the front and on the back; the organization and its act are on the back alone."""
    sheets = cut(backed / f"{FORM}-sheets.pdf")
    pairs = leaves(sheets, 2, 500)
    assert [numbers_on(front) for front, _back in pairs] == [[f"{number:05d}"] for number in range(401, 408)] + [[]]
    assert [numbers_on(front) for front, _back in pairs] == [numbers_on(back) for _front, back in pairs]
    for front, back in pairs[:-1]:
        assert "СЕРТИФИКАТ" in front.words
        assert "422" in back.words
        assert "СЕРТИФИКАТ" not in back.words


def test_a_batch_makes_the_sheets_that_impose_makes_of_its_volumes(backed, tmp_path):
    volumes = sorted(backed.glob(f"{FORM}-0*.pdf"))
    assert len(volumes) == 3
    options = ["-o", tmp_path / "sheets.pdf", "--job-sheet", tmp_path / "job.pdf"]
    assert run("impose", *volumes, "--scheme", "sra3-2xa4", *options).exit_code == 0
    assert (tmp_path / "sheets.pdf").read_bytes() == (backed / f"{FORM}-sheets.pdf").read_bytes()
    assert (tmp_path / "job.pdf").read_bytes() == (backed / f"{FORM}-job-sheet.pdf").read_bytes()


def test_the_manifest_names_the_sheets_and_verify_watches_them(backed, tmp_path):
    sheets = json.loads((backed / "manifest.json").read_text("utf-8"))["sheets"]
    assert (sheets["file"], sheets["sheets"], sheets["lifts"]) == (f"{FORM}-sheets.pdf", 4, 1)
    for path in backed.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert run("batch", "--check-output", tmp_path).exit_code == 0
    (tmp_path / f"{FORM}-sheets.pdf").write_bytes(b"%PDF-1.7")
    result = run("batch", "--check-output", tmp_path)
    assert result.exit_code == 1
    assert f"{FORM}-sheets.pdf: this file is not as it was printed" in result.output


def test_another_batch_is_not_printed_among_its_sheets(backed):
    before = {path: path.read_bytes() for path in backed.iterdir()}
    options = ["--only", "3-9", "--ignore", "*", "--split", 3, "--back", "--for", "press"]
    result = run("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", backed, *options)
    assert result.exit_code == 2
    assert f"the folder holds files of another batch: {FORM}-job-sheet.pdf, {FORM}-sheets.pdf" in result.output
    assert {path: path.read_bytes() for path in backed.iterdir()} == before


def test_a_job_says_the_scheme_from_its_own_folder(backed, tmp_path):
    (tmp_path / "own.toml").write_text('sheet = ["450mm", "320mm"]\npage = ["297mm", "210mm"]\ncolumns = 1\nrows = 1\n', "utf-8")
    lines = [
        "version = 1", 'name = "507"', f'form = "{FORM}"', 'ignore = ["*"]', 'only = ["3-5"]', "back = true", 'output = "out"',
        "[table]", f'path = "{ROOT / "samples" / "people.xlsx"}"', "[impose]", 'scheme = "own.toml"', "marks = false",
    ]  # fmt: skip
    (tmp_path / "job.toml").write_text("\n".join(lines), "utf-8")
    result = run("batch", tmp_path / "job.toml")
    assert result.exit_code == 0, result.output
    assert f"{FORM}-sheets.pdf: 3 sheets, 1 lift, waste 56.7 %" in result.output  # 297 · 210 of 450 · 320 mm²


def test_marks_of_a_batch_by_themselves_are_put_round_each_page(tmp_path):
    options = ["--only", "3-4", "--ignore", "*", "--back", "--for", "press", "--marks"]
    result = run("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", tmp_path, *options)
    assert result.exit_code == 0, result.output
    assert f"{FORM}-sheets.pdf: 2 sheets, 1 lift" in result.output
    pages = pypdf.PdfReader(tmp_path / f"{FORM}-sheets.pdf").pages
    assert len(pages) == 4
    for page in pages:  # A4 across, cut 7 mm from the edge
        assert [round(float(each) / 72 * 25.4, 2) for each in page["/TrimBox"]] == [7, 7, 304, 217]
    assert "№ 00401" in pages[0].extract_text()


#: Options of a batch, and what is said of them; nothing is made.
REFUSED = {
    "no marks alone": (["--no-marks"], "--no-marks is for sheets\n    Give --impose too, or leave it out."),
    "Word": (["--impose", "sra3-2xa4", "--to", "docx"], f"“{FORM}” cannot be imposed as docx"),
    "Word with a back": (["--back", "--to", "docx"], f"“{FORM}” is printed without its back as docx\n    Print it as PDF"),
    "another size": (
        ["--impose", "sra3-4xa5"],
        "sra3-4xa5: page: its pages are 210 × 148 mm, the form's 297 × 210 mm\n    Take a scheme for pages of this size.",
    ),
    "no scheme": (["--impose", "sra3-2a4"], "there is no scheme “sra3-2a4”\n    Did you mean “sra3-2xa4”?"),
}


@pytest.mark.parametrize(("options", "said"), REFUSED.values(), ids=REFUSED)
def test_a_batch_that_cannot_be_imposed_is_refused_before_it_is_printed(tmp_path, options, said):
    result = run("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", tmp_path / "out", "--ignore", "*", *options)
    assert result.exit_code in (1, 2)
    assert said in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("duplex", "options", "said"),
    [
        ("true", [], "it prints both sides, and there is no back"),
        ("false", ["--back"], "it prints one side, and there is a back"),
    ],
)
def test_a_scheme_prints_the_sides_that_there_are(tmp_path, duplex, options, said):
    (tmp_path / "own.toml").write_text(
        f'sheet = ["450mm", "320mm"]\npage = ["297mm", "210mm"]\ncolumns = 1\nrows = 1\nduplex = {duplex}\n', "utf-8"
    )
    table = ROOT / "samples" / "people.xlsx"
    result = run("batch", FORM, table, "-o", tmp_path / "out", "--ignore", "*", "--impose", tmp_path / "own.toml", *options)
    assert result.exit_code == 1
    assert f"own.toml: duplex: {said}\n    Leave “duplex” out of the scheme" in result.output
    assert not (tmp_path / "out").exists()


def test_volumes_are_imposed_on_the_sides_that_they_have(backed, tmp_path):
    """What a volume says of its backs is not overruled: two people would be on one leaf, or a back would be a certificate."""
    single = tmp_path / "single"
    assert run("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", single, "--ignore", "*", "--only", "3").exit_code == 0
    one, other = single / f"{FORM}-001.pdf", backed / f"{FORM}-001.pdf"
    out = ["--scheme", "sra3-2xa4", "-o", tmp_path / "sheets.pdf"]
    for files, options, said in (
        ([one], ["--duplex"], "its records have no backs, and sheets are to be printed on both sides"),
        ([other], ["--no-duplex"], "its records have backs, and sheets are to be printed on one side"),
        ([one, other], [], "only one has backs: their stacks would be mixed"),
    ):
        result = run("impose", *files, *out, *options)
        assert result.exit_code in (1, 2)
        assert said in result.output
        assert not (tmp_path / "sheets.pdf").exists()
