"""A batch for preprinted stock tells which rows need stock of another kind."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from support.calling import run
from support.records import record_of
from support.writing import table

import docgen
from docgen.cli import cli
from docgen.register import Filter

FORM = "retraining-certificate"


def people(count: int) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали{'а' * n}") for n in range(1, count + 1)]


def printed(folder, records: list[dict], what: str, *options: str) -> str:
    table = folder / "people.json"
    table.write_text(json.dumps(records, ensure_ascii=False, default=str), encoding="utf-8")
    call = ["batch", FORM, str(table), "-o", str(folder / what), "--print", what, "--split", "4", *options]
    result = CliRunner().invoke(cli, call)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.mark.parametrize("what", ["blank", "overprint"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_rows_whose_wording_stands_elsewhere_are_named_once_for_all(tmp_path, what, workers):
    records = people(12)
    records[3]["hours"] = 72
    for row in (6, 7, 8):
        records[row]["number"] = f"2026-{row:05d}"
    records[11]["city"] = "Өскемен"
    said = printed(tmp_path, records, what, "--workers", workers)
    assert said.count("other stock") == 1
    assert "5 records need other stock than row 1" in said
    assert "--only 4,7-9,12" in said
    manifest = json.loads((tmp_path / what / "manifest.json").read_text("utf-8"))
    assert "stock" not in manifest["records"][0]


def test_longer_names_and_topics_take_the_same_stock(tmp_path):
    records = people(12)
    records[5]["topic"] = "Құқық қорғау органдарындағы ақпараттық қауіпсіздік және дербес деректерді қорғау негіздері " * 2
    records[6]["patronymic"] = None
    assert "other stock" not in printed(tmp_path, records, "overprint")


def test_on_plain_paper_nothing_is_said(tmp_path):
    records = people(3)
    records[1]["hours"] = 72
    assert "other stock" not in printed(tmp_path, records, "full")


@pytest.mark.slow
def test_the_rows_told_are_those_whose_blanks_differ(tmp_path):
    """The blanks themselves say it: their fixed wording is read back with its places."""
    records = people(3)
    records[1]["hours"] = 72
    printed(tmp_path, records, "blank")
    places = []
    for page in PdfReader(tmp_path / "blank" / f"{FORM}-001.pdf").pages:
        found: list = []
        page.extract_text(visitor_text=lambda text, _cm, tm, *_font, found=found: found.append((text.strip(), tm[4], tm[5])))
        places.append([each for each in found if "сағат" in each[0]])
    assert places[0] == places[2] != places[1]


WITH_A_KENT = [
    record_of(FORM, number=None, surname=f"Ким-{n}", city=city) for n, city in enumerate(("Қарағанды", "Боровое кенті"))
]


@pytest.mark.parametrize("what", ["overprint", "blank"])
def test_a_row_that_goes_without_a_word_of_the_stock_is_a_problem(tmp_path, what):
    rows = [record | {"number": f"{n:05d}"} for n, record in enumerate(WITH_A_KENT, 1)]
    for batch in (docgen.batch, lambda *given, **options: list(docgen.render_each(given[0], given[1], **options))):
        with pytest.raises(docgen.DataError) as refused:
            batch(FORM, rows, tmp_path / "out", print=what)
        assert [(each.code, each.where.row, each.where.key) for each in refused.value.problems] == [("stock-word", 2, "city")]
    assert docgen.batch(FORM, rows, tmp_path / "out", print=what, skip_bad=True).records == 1
    assert docgen.batch(FORM, rows, tmp_path / "full").records == 2


def test_it_is_not_issued(tmp_path):
    with pytest.raises(docgen.DataError, match="қаласы"):
        docgen.batch(FORM, WITH_A_KENT, tmp_path / "out", print="overprint", register=tmp_path / "book.db", job="job")
    with pytest.raises(docgen.DataError, match="қаласы"):
        docgen.issue(FORM, WITH_A_KENT[1], print="overprint", register=tmp_path / "book.db")
    with docgen.open_register(tmp_path / "book.db") as register:
        assert list(register.documents(Filter())) == []


@pytest.mark.parametrize(("what", "code"), [("full", 0), ("overprint", 1)])
def test_a_proof_finds_it_where_the_batch_would(tmp_path, what, code):
    rows = [record | {"number": f"{n:05d}"} for n, record in enumerate(WITH_A_KENT, 1)]
    result = run("proof", FORM, table(tmp_path / "t.json", rows), "-o", tmp_path / "p.pdf", "--print", what)
    assert (result.exit_code, "қаласы" in result.stderr) == (code, bool(code))
