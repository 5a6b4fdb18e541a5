"""The pages of a table without JavaScript: columns confirmed, cells corrected in a copy, proof, run, numbers."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from support.browsing import CLERK, Browser
from support.reading import words
from support.serving import CERTIFICATE, Serving
from support.tables import HEADINGS, confirm, finished, workbook


@pytest.fixture
def browser(service: Serving) -> Iterator[Browser]:
    with Browser(service) as browser:
        yield browser.enter()


@pytest.mark.slow
def test_a_table_with_mistakes_becomes_a_numbered_volume_and_the_upload_stays_as_it_was(service, browser, tmp_path):
    path = workbook(tmp_path, "Кесте академиясы", G3="көп", E5="2020-01-01", A6="")
    before = path.read_bytes()
    confirm(browser, path)
    assert "3 problems" in browser.text
    cells = {name: value for name, value in browser.form(columns="").form_values() if name.startswith("cell[")}
    assert cells == {"cell[3].hours": "көп", "cell[5].end": "2020-01-01", "cell[6].surname": ""}
    assert "run" not in [button.get("value") for button in browser.page.iter("button")]
    browser.send(button=("do", "check"), **{"cell[3].hours": "80", "cell[5].end": "06.02.2026"})
    assert "1 problem" in browser.text
    assert "2 corrections" in browser.text
    browser.send(button=("do", "check"), **{"cell[6].surname": "Табылған"})
    assert "6 records, everything in order" in browser.text
    copy = browser.client.get(browser.path + "/corrected.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(copy.content)).active
    assert (sheet["G3"].value, sheet["E5"].value, sheet["A6"].value) == ("80", "06.02.2026", "Табылған")
    assert "көп" in sheet["G3"].comment.text
    [stored] = [each for each in (service.data / "clerks").glob("*/tables/*/upload.xlsx") if each.read_bytes() == before]
    assert stored.stat().st_mode & 0o077 == 0
    page = browser.path
    browser.send(button=("do", f"proof:{CERTIFICATE}"))
    assert "Табылған" in words(browser.answer.content)
    browser.open(page).send(button=("do", "run"))
    finished(browser)
    files = browser.page.xpath("//a[contains(@href, '/files/')]/@href")
    volume = next(browser.client.get(str(browser.answer.url.join(each))) for each in files if each.endswith("001.pdf"))
    text = words(volume.content)
    assert "Табылған" in text
    assert "80 сағат" in text
    assert all(f"Тіркеу № 0000{number}" in text for number in range(1, 7))
    manifest = browser.client.get(str(browser.answer.url.join(next(each for each in files if "manifest" in each)))).json()
    assert manifest["source"]["corrections"] == [
        {"row": 3, "field": "hours", "before": "көп", "after": "80"},
        {"row": 5, "field": "end", "before": "2020-01-01", "after": "06.02.2026"},
        {"row": 6, "field": "surname", "before": "", "after": "Табылған"},
    ]
    browser.follow("The documents of this run in the register")
    assert browser.words("h2")[0] == "6 documents"
    assert CLERK in browser.open(browser.page.xpath("//th/a/@href")[0]).text


def test_a_button_that_is_pressed_twice_orders_one_run(service, browser, tmp_path):
    confirm(browser, workbook(tmp_path, "Қос басу академиясы"))
    data = {name: value for name, value in browser.form(columns="").form_values()} | {"do": "run"}
    answers = [browser.client.post(browser.path, data=data) for _time in range(2)]
    assert len({answer.url.path for answer in answers}) == 1
    assert finished(browser._show(answers[0])).words(".done"), browser.words(".problem")


def test_what_was_said_of_columns_is_taken_over_for_the_next_table_of_the_form(browser, tmp_path):
    confirm(browser, workbook(tmp_path, "Бірінші"))
    browser.open("/tables").send(files={"table": workbook(tmp_path, "Екінші")}, form=CERTIFICATE)
    chosen = {each.get("name"): each.value for each in browser.page.iter("select")}
    assert [chosen[f"column-{place}"] for place in range(len(HEADINGS))] == list(HEADINGS.values())


def test_a_value_that_no_column_holds_is_said_once_for_every_row(browser, tmp_path):
    path = workbook(tmp_path, "Сынақ")
    book = openpyxl.load_workbook(path)
    book.active.delete_cols(len(HEADINGS))
    book.save(path)
    browser.open("/tables").send(files={"table": path}, form=CERTIFICATE)
    said = {f"column-{place}": name for place, name in enumerate(list(HEADINGS.values())[:-1])}
    said[f"column-{len(HEADINGS) - 1}"] = ""
    browser.send(button=("do", "check"), **said)
    assert browser.page.find_class("problem")
    browser.send(button=("do", "check"), **{"all-organization": "Ортақ академия"})
    assert "6 records, everything in order" in browser.text


def test_two_columns_of_one_field_are_refused_and_nothing_is_lost(browser, tmp_path):
    browser.open("/tables").send(files={"table": workbook(tmp_path, "Сынақ")}, form=CERTIFICATE)
    browser.send(button=("do", "check"), **{"column-0": "surname", "column-1": "surname"})
    assert browser.answer.status_code == 422
    assert "cannot both hold “Surname”" in browser.text


def test_a_cell_that_is_put_back_or_emptied(browser, tmp_path):
    confirm(browser, workbook(tmp_path, "Ұяшық", G3="көп", B4="нет"))
    browser.send(button=("do", "check"), **{"cell[3].hours": "80"})
    assert "1 correction" in browser.text
    browser.open(browser.path)
    data = {name: value for name, value in browser.form(columns="").form_values()}
    browser._show(browser.client.post(browser.path, data={**data, "cell[3].hours": "көп", "was-cell[3].hours": "80"}))
    assert "correction" not in browser.words("h2")[-1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.xlsx", b"no workbook", "under the name of a workbook"),
        ("x.exe", b"MZ", "does not say its format"),
        ("x.csv", b"", "no records"),
        ("../../x.csv", b"\xff\xfe\x00", ""),
    ],
)
def test_a_file_that_is_no_table_is_refused_on_the_page(service, browser, tmp_path, name, content, said):
    browser.open("/tables")
    token = dict(browser.form(table="").form_values())["token"]
    answer = browser.client.post("/tables", data={"token": token, "form": CERTIFICATE}, files={"table": (name, content)})
    assert answer.status_code == 422, answer.text
    assert said in browser._show(answer).text, browser.words(".problem")
    assert str(service.data) not in answer.text


def test_a_hint_speaks_the_words_of_the_page(browser, tmp_path):
    path = workbook(tmp_path, "Қос адам", A3="Адама", G3=72)
    confirm(browser, path)
    assert "“A person may be there twice, for one course”" in browser.text
    assert "--" not in browser.text
    browser.send(button=("do", "check"), **{"allow-doubles": "on", "settings": "1"})
    assert "everything in order" in browser.text


def test_a_table_of_somebody_else_is_not_there(service, browser, tmp_path):
    confirm(browser, workbook(tmp_path, "Бөтен"))
    path = browser.path
    with Browser(service) as other:
        other.enter("Somebody else")
        for where in (path, path + "/proof.pdf", path + "/corrected.xlsx", "/tables/..%2F..", "/tables/0123456789abcdef"):
            assert other.open(where).answer.status_code == 404
    browser.open(path).send(button=("do", "erase"))
    assert browser.path == "/tables"
    assert browser.open(path).answer.status_code == 404
