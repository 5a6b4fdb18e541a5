"""The pages of preprinted stock, of the soundness of the book, and its export, without JavaScript; by rights."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import openpyxl
import pytest
from support.browsing import CLERK, Browser
from support.calling import run
from support.reading import words
from support.serving import CERTIFICATE, Serving, record, served

STOCK = f"/stock/{CERTIFICATE}"


@pytest.fixture
def browser(service: Serving) -> Iterator[Browser]:
    with Browser(service) as browser:
        yield browser.enter()


def issue(serving: Serving, organization: str, **changes: object) -> str:
    """Issue a certificate through the HTTP interface, to the same person again too; return its number."""
    wanted = {name: value for name, value in record(organization=organization, **changes).items() if name != "number"}
    key = f"{organization} {changes}".encode().hex()[-200:]
    headers, doubles = {"idempotency-key": key}, {"allow-doubles": "true"}
    answer = serving.client.post(f"/v1/register/{CERTIFICATE}/documents", json=wanted, headers=headers, params=doubles)
    assert answer.status_code == 201, answer.text
    return answer.headers["docgen-number"]


def test_stock_is_received_used_spoiled_and_the_statement_adds_up(browser):
    browser.open("/stock").follow("Certificate of retraining")
    browser.send(button=("do", "received"), first="АБ 000101", last="АБ 000200", day="02.02.2026", note="waybill 12")
    assert "100 sheets are left" in browser.text
    browser.send(button=("do", "spoiled"), first="АБ 000151", last="АБ 000153", day="03.02.2026", note="paper jam")
    browser.send(button=("do", "used"), first="АБ 000101", last="АБ 000110", day="04.02.2026")
    assert "87 sheets are left" in browser.text
    lines = [each for each in browser.words("tr") if "АБ" in each]
    assert "3 АБ 000151 – АБ 000153 03.02.2026 paper jam" in lines
    workbook = openpyxl.load_workbook(io.BytesIO(browser.client.get(f"{STOCK}/statement.xlsx").content)).active
    sums = {row[0]: row[1] for row in workbook.iter_rows(values_only=True) if row[0]}
    assert (sums["received"], sums["used"], sums["spoiled"], sums["remaining"]) == (100, 10, 3, 87)
    assert "Closing statement" in words(browser.client.get(f"{STOCK}/statement.pdf?from=2026-02-03").content)
    assert browser.client.get(f"{STOCK}/statement.exe").status_code == 404
    browser.open("/stock")
    assert "Certificate of retraining 87" in browser.words("tr")


@pytest.mark.parametrize(
    ("do", "sent", "said"),
    [
        ("received", {"first": "x"}, "is no serial"),
        ("received", {"first": "1", "day": "31.02.2026"}, "31.02.2026"),
        ("used", {"first": "ЖЖ 1"}, "had not been received"),
        ("used", {"first": "1", "job": "no such job"}, "no job “no such job”"),
        ("spoiled", {"first": "1", "note": " "}, "the reason is missing"),
    ],
)
def test_what_cannot_be_recorded_is_refused_on_the_page_and_what_was_typed_stays(browser, do, sent, said):
    browser.open(STOCK).send(button=("do", do), **sent)
    assert browser.answer.status_code == 422
    assert said in browser.text
    assert browser.page.get_element_by_id(f"{do}-first").value == sent["first"]
    assert "docgen register" not in browser.text


def test_the_book_says_whether_it_is_sound_and_later_whether_it_was_rewritten(browser):
    browser.open("/verify")
    assert "The book is sound" in browser.text
    [seal] = browser.words("code")
    browser.send(seal=seal.upper())
    assert "The book is sound" in browser.text
    browser.send(seal="0" * 64)
    assert "its past was rewritten" in browser.text
    browser.send(seal="<b>")
    assert browser.answer.status_code == 422
    assert "is no seal" in browser.text


def test_what_is_listed_is_exported_as_a_table(service, browser):
    issue(service, "Экспорт академиясы", surname="=Формула")
    issue(service, "Экспорт академиясы", surname="Басқа")
    browser.open(f"/register?form={CERTIFICATE}&search=формула")
    address = browser.page.xpath("//a[@download and text()='XLSX']/@href")[0]
    sheet = openpyxl.load_workbook(io.BytesIO(browser.client.get(str(browser.answer.url.join(address))).content)).active
    cells = {cell.value: cell.data_type for row in sheet for cell in row}
    assert (cells["=Формула"], "Басқа" in cells) == ("s", False)
    address = browser.page.xpath("//a[@download and text()='CSV']/@href")[0]
    assert "'=Формула" in browser.client.get(str(browser.answer.url.join(address))).content.decode("utf-8-sig")


@pytest.mark.slow
def test_a_damaged_book_is_found_and_a_reader_records_no_stock(tmp_path):
    tokens = tmp_path / "tokens.toml"
    reader = run("token", tokens, "Reader", "--rights", "read").output.split()[0]
    clerk = run("token", tokens, CLERK, "--rights", "read,make,issue").output.split()[0]
    with served(tmp_path, "--workers", 1, "--tokens", tokens, "--register", tmp_path / "book.db") as serving:
        serving.client.headers["authorization"] = f"Bearer {clerk}"
        issue(serving, "Бүлінген академия", surname="Бірінші")
        with Browser(serving) as browser:
            browser.enter(reader).open(STOCK)
            assert not list(browser.page.iter("details"))
            data = {"token": dict(browser.page.forms[0].form_values())["token"], "do": "received", "first": "1"}
            assert browser.client.post(STOCK, data=data).status_code == 403
            assert "The book is sound" in browser.open("/verify").text
            with closing(sqlite3.connect(tmp_path / "book.db")) as book, book:  # which commits, and closes
                triggers = [name for (name,) in book.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
                for name in triggers:
                    book.execute(f'DROP TRIGGER "{name}"')
                book.execute("UPDATE document SET record = replace(record, 'Бірінші', 'Екінші')")
            browser.open("/verify")
            assert "The book is sound" not in browser.text
            assert browser.words(".problem")
