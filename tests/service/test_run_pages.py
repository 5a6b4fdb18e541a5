"""What a run offers at its end: volumes, press sheets, the list for the customer, the hand-over; several sheets and forms."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from support.browsing import CLERK, Browser
from support.reading import words
from support.serving import CERTIFICATE, Serving
from support.tables import HEADINGS, confirm, finished, workbook

from docgen.form import load_form

ADVANCED = "advanced-training-certificate"


@pytest.fixture
def browser(service: Serving) -> Iterator[Browser]:
    with Browser(service) as browser:
        yield browser.enter()


def files_of(browser: Browser) -> dict[str, str]:
    """Return the files that a run's page offers, by their names, with their addresses."""
    addresses = browser.page.xpath("//a[contains(@href, '/files/')]/@href")
    return {unquote(each.partition("/files/")[2]): str(browser.answer.url.join(each)) for each in addresses}


def printed(browser: Browser, **settings: str) -> Browser:
    browser.send(button=("do", "run"), **settings)
    return finished(browser)


@pytest.mark.slow
def test_volumes_sheets_and_lists_are_offered_and_the_documents_are_handed_over_once(service, browser, tmp_path):
    organization = "Тапсыру академиясы"
    confirm(browser, workbook(tmp_path, organization))
    printed(browser, purpose="press", scheme="sra3-2xa4", split="4", each="{number}-{surname}")
    page, files = browser.path, files_of(browser)
    assert {f"{CERTIFICATE}-00{number}.pdf" for number in (1, 2)} < files.keys()
    assert {f"{CERTIFICATE}-sheets.pdf", f"{CERTIFICATE}-job-sheet.pdf", "manifest.json", "each/00003-Адамв.pdf"} < files.keys()
    assert browser.words("h2")[:2] == ["Volumes", "Press sheets"]
    assert b"PDF/X-4" in browser.client.get(files[f"{CERTIFICATE}-001.pdf"]).content
    rows = [*openpyxl.load_workbook(io.BytesIO(browser.client.get(page + "/list.xlsx").content)).active.values]
    assert [row[1] for row in rows[1:]] == [f"0000{number}" for number in range(1, 7)]
    assert "Адамг" in browser.client.get(page + "/list.csv").content.decode("utf-8-sig")
    assert browser.client.get(page + "/list.exe").status_code == 404
    at = f"/register/{CERTIFICATE}/%s?organization={organization}&year=2026"
    browser.open(at % "00002").send(button=("do", "void"), reason="бүлінген")
    browser.open(at % "00003").send(button=("do", "correct"), reason="қате", surname="Дұрыс")
    browser.open(page).send(button=("do", "hand-over"))
    assert browser.answer.status_code == 422  # nobody has seen the corrected document on paper
    assert "00003 of 2026 is not what was printed" in browser.text
    assert "“PDF, to look at and print”" in browser.text
    browser.open(at % "00003").send(button=("to", "pdf"))
    browser.open(page)
    assert "5 documents, void, not handed over: 1" in browser.text
    browser.send(button=("do", "hand-over"))
    assert "all documents of the job were handed over" in browser.text
    handed = {name: address for name, address in files_of(browser).items() if name.startswith("handed-over-")}
    sums = browser.client.get(next(address for name, address in handed.items() if name.endswith("SHA256SUMS"))).text
    for line in sums.splitlines():
        digest, name = line.split("  ", 1)
        content = browser.client.get(handed[f"handed-over-{CERTIFICATE}/{name}"]).content
        assert hashlib.sha256(content).hexdigest() == digest
    statement = browser.client.get(handed[f"handed-over-{CERTIFICATE}/statement.pdf"]).content
    assert "00003" in words(statement)
    browser.open(at % "00003")
    assert any("handed over" in each and CLERK in each for each in browser.words("li"))
    assert "correct" not in [button.get("value") for button in browser.page.iter("button")]
    data = {"token": dict(browser.page.forms[0].form_values())["token"], "do": "hand-over", "form": CERTIFICATE}
    assert browser.client.post(page, data=data).status_code == 422


def test_a_sheet_is_chosen_where_the_first_is_a_cover(browser, tmp_path):
    path = workbook(tmp_path, "Мұқаба академиясы")
    book = openpyxl.load_workbook(path)
    book.active.title = "Тізім"
    book.create_sheet("Мұқаба", 0)["A1"] = "2026 жылғы курс"
    other = book.create_sheet("Басқа")
    for row in (["Тегі", "Аты"], ["А", "Б"], ["В", "Г"]):
        other.append(row)
    book.save(path)
    confirm(browser, path)
    assert "6 records, everything in order" in browser.text
    browser.send(button=("do", "source"), sheet="Басқа")
    assert [each for each in browser.words("th") if each in HEADINGS] == ["Тегі", "Аты"]
    assert "everything in order" not in browser.text
    browser.send(button=("do", "check"), sheet="Тізім")
    assert "everything in order" not in browser.text  # what its columns hold is shown first
    browser.send(button=("do", "check"))
    assert "6 records, everything in order" in browser.text
    browser.send(button=("do", "check"), sheet="Жоқ")
    assert browser.page.get_element_by_id("sheet").value == "Тізім"


@pytest.mark.slow
def test_a_column_says_which_document_a_row_is_and_each_form_has_its_volumes_proof_and_hand_over(browser, tmp_path):
    path = workbook(tmp_path, "Аралас академия")
    titles = {form: load_form(form).title["kk"] for form in (CERTIFICATE, ADVANCED)}
    book = openpyxl.load_workbook(path)
    column = len(HEADINGS) + 2
    book.active.cell(1, column).value = "Құжат"
    for row in range(2, 8):
        book.active.cell(row, column).value = titles[CERTIFICATE if row % 2 else ADVANCED]
    book.active.cell(5, column).value = "белгісіз"
    book.save(path)
    browser.open("/tables").send(files={"table": path}, form=CERTIFICATE)
    assert "form-column" not in [each.get("id") for each in browser.page.iter("select")]  # a cell names no form: it is none yet
    book.active.cell(5, column).value = titles[CERTIFICATE]
    book.save(path)
    confirm(browser, path)
    assert browser.page.get_element_by_id("form-column").value == "Құжат"
    assert "6 records, everything in order" in browser.text, browser.words(".problem")
    page = browser.path
    for form in (CERTIFICATE, ADVANCED):
        browser.open(page).send(button=("do", f"proof:{form}"))
        assert browser.answer.content.startswith(b"%PDF")
    printed(browser.open(page))
    files = files_of(browser)
    for form, mine, other in ((CERTIFICATE, "Адамб", "Адама"), (ADVANCED, "Адама", "Адамб")):
        text = words(browser.client.get(files[f"{form}/{form}-001.pdf"]).content)
        assert (mine in text, other in text) == (True, False)
    run = browser.path
    listed = browser.client.get(f"{run}/list.csv?form={ADVANCED}").content.decode("utf-8-sig")
    assert ("Адама" in listed, "Адамб" in listed) == (True, False)
    browser.send(button=("do", "hand-over"), form=CERTIFICATE)
    assert any(name.startswith(f"handed-over-{CERTIFICATE}/") for name in files_of(browser))
    assert [each for each in browser.words("button") if each == "Hand over"] == ["Hand over"]


def test_a_form_that_flows_is_printed_a_file_each(browser, tmp_path):
    book = openpyxl.Workbook()
    fields = {field.name: field for field in load_form("retest-request").fields}
    book.active.append([field.label["kk"] for field in fields.values()])
    book.active.append([field.sample for field in fields.values()])
    path = Path(tmp_path / "өтініш.xlsx")
    book.save(path)
    browser.open("/tables").send(files={"table": path}, form="retest-request")
    browser.send(button=("do", "check"))
    assert "1 record, everything in order" in browser.text, browser.words(".problem")
    printed(browser)
    assert any(name.startswith("each/") for name in files_of(browser)), browser.words(".problem")
