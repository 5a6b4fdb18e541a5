"""The pages of the register without JavaScript: search, the life of a document, what may be done with it, by rights."""

from __future__ import annotations

import io
from collections.abc import Iterator

import openpyxl
import pytest
from support.browsing import CLERK, Browser
from support.calling import run
from support.reading import words
from support.serving import CERTIFICATE, Serving, record, served

ACADEMY = "Тіркеу академиясы"


@pytest.fixture
def browser(service: Serving) -> Iterator[Browser]:
    with Browser(service) as browser:
        yield browser.enter()


def issue(serving: Serving, organization: str, **changes: object) -> str:
    """Issue a certificate through the HTTP interface, to the same person again too; return its number."""
    wanted = record(organization=organization, **changes)
    wanted.pop("number")
    key = f"{organization} {changes}".encode().hex()[-200:]
    headers, doubles = {"idempotency-key": key}, {"allow-doubles": "true"}
    answer = serving.client.post(f"/v1/register/{CERTIFICATE}/documents", json=wanted, headers=headers, params=doubles)
    assert answer.status_code == 201, answer.text
    return answer.headers["docgen-number"]


def page_of(number: str, organization: str) -> str:
    return f"/register/{CERTIFICATE}/{number}?organization={organization}&year=2026"


def words_of_all_parts(browser, element: str) -> list[str]:
    """Return the words of each such element of a list, however many parts it is shown in: tests share the book."""
    found = browser.words(element)
    while browser.page.xpath("//a[normalize-space()='After']"):
        browser.follow("After")
        found += browser.words(element)
    return found


def test_documents_are_found_by_words_and_shown_in_the_order_of_the_kazakh_alphabet(service, browser):
    organization = "Іздеу академиясы"
    for surname in ("Яковлев", "Әбенов", "Ақышев", "Үсенов", "Іскаков", "Уәлиев", "Ізбасов"):
        issue(service, organization, surname=surname)
    browser.open("/register").send(search="", sort="surname", form=CERTIFICATE)
    rows = [each for each in words_of_all_parts(browser, "tr") if organization in each]
    surnames = [next(word for word in row.split() if word.endswith(("ов", "ев"))) for row in rows]
    assert surnames == ["Ақышев", "Әбенов", "Уәлиев", "Үсенов", "Ізбасов", "Іскаков", "Яковлев"]
    browser.send(search="уәлиев")
    assert browser.words("h2")[0] == "1 document"
    assert "Уәлиев" in browser.words("tr")[1]
    browser.send(search="<i>")
    assert browser.words("h2")[0] == "0 documents"


@pytest.mark.slow
def test_a_long_list_is_shown_in_parts(service, browser):
    for number in range(52):
        issue(service, "Ұзын академия", surname=f"Бірінші{'абвгдежз'[number % 8]}", hours=number + 1)
    browser.open("/register?search=бірінші")
    assert (browser.words("h2")[0], len(browser.words("tr"))) == ("52 documents", 51)
    browser.follow("After")
    assert len(browser.words("tr")) == 3
    browser.follow("Before")
    assert len(browser.words("tr")) == 51


def test_a_document_shows_what_it_says_and_what_happened_to_it(service, browser):
    number = issue(service, ACADEMY, iin="")
    browser.open(page_of(number, ACADEMY))
    assert browser.title.startswith(f"№ {number}")
    life = browser.words("li")
    assert any("issued" in each for each in life)
    assert any("printed" in each for each in life)
    assert "12.01.2026" in browser.text
    browser.send(button=("to", "pdf"))
    assert browser.answer.headers["content-type"] == "application/pdf"
    assert f"Тіркеу № {number}" in words(browser.answer.content)
    browser.open(page_of(number, ACADEMY)).send(button=("to", "docx"))
    assert browser.answer.content.startswith(b"PK")


def test_a_document_is_corrected_under_its_number(service, browser):
    number = issue(service, "Түзету академиясы", surname="Қате")
    page = page_of(number, "Түзету академиясы")
    browser.open(page).send(button=("do", "correct"), surname="Дұрыс")
    assert browser.answer.status_code == 422
    assert "the reason is missing" in browser.text
    form = next(form for form in browser.page.forms if "surname" in form.fields)
    assert form.fields["surname"] == "Дұрыс"  # what was typed is not lost
    browser.send(button=("do", "correct"), surname="Дұрыс?", reason="misspelt")
    assert browser.answer.status_code == 422
    browser.send(button=("do", "correct"), surname="Дұрыс", reason="misspelt")
    assert browser.answer.status_code == 200
    assert "Дұрыс" in browser.text
    assert any("corrected" in each and CLERK in each and "misspelt" in each for each in browser.words("li"))
    browser.send(button=("to", "pdf"))  # it is printed anew, and the book notes it
    assert "Дұрыс" in words(browser.answer.content)
    assert sum("printed" in each for each in browser.open(page).words("li")) == 2


def test_nothing_is_corrected_where_nothing_is_another(service, browser):
    number = issue(service, "Тең академия", surname="Тең")
    browser.open(page_of(number, "Тең академия")).send(button=("do", "correct"), reason="none", surname="Тең")
    assert browser.answer.status_code == 422
    assert not any("corrected" in each for each in browser.words("li"))


def test_a_duplicate_replaces_a_document_and_is_issued_once(service, browser):
    number = issue(service, "Телнұсқа академиясы")
    page = page_of(number, "Телнұсқа академиясы")
    browser.open(page).send(button=("do", "reissue"), reason="lost", issued="32.13.2026")
    assert browser.answer.status_code == 422
    browser.send(button=("do", "reissue"), reason="lost", issued="10.03.2026")
    assert (browser.answer.status_code, browser.path) == (200, f"/register/{CERTIFICATE}/00002")
    assert f"Duplicate of {number}." in browser.text
    browser.open(page)
    assert "Replaced by 00002." in browser.text
    assert "reissue" not in [button.get("value") for button in browser.page.iter("button")]


def test_a_void_document_stays_void(service, browser):
    number = issue(service, "Жарамсыз академия")
    page = page_of(number, "Жарамсыз академия")
    browser.open(page)
    data = {name: value for name, value in browser.form(do="", reason="").form_values()}
    browser.send(button=("do", "void"), reason="spoiled")
    assert "void" in browser.title
    assert any("void" in each and "spoiled" in each and CLERK in each for each in browser.words("li"))
    answer = browser.client.post(page, data={**data, "do": "void", "reason": "again"})
    assert answer.status_code == 422
    assert browser.client.post(page, data={**data, "do": "burn"}).status_code == 400


def test_the_journal_of_a_form_is_fetched_in_each_format(service, browser):
    issue(service, ACADEMY, surname="Журналов")
    browser.open(f"/register?form={CERTIFICATE}&search=журналов")
    browser.open(next(link for link in browser.page.xpath("//a[text()='XLSX']/@href") if "%D0%A2%D1%96%D1%80" in link))
    book = openpyxl.load_workbook(io.BytesIO(browser.answer.content))
    assert "Журналов" in str([cell.value for row in book.active for cell in row])
    assert browser.client.get(f"/journal/{CERTIFICATE}?as=exe").status_code == 400


def test_a_document_that_is_not_there_is_said_on_a_page(browser):
    for path in (f"/register/{CERTIFICATE}/99999", "/register/nothing/1", f"/register/{CERTIFICATE}/..%2F..%2Fetc"):
        browser.open(path)
        assert browser.answer.status_code in (404, 422)
        assert browser.page.find_class("problem")


@pytest.mark.slow
def test_what_a_clerk_may_not_do_is_neither_offered_nor_done(tmp_path):
    tokens = tmp_path / "tokens.toml"
    token = {
        rights: run("token", tokens, rights, "--rights", rights).output.split()[0]
        for rights in ("read", "read,make", "read,make,issue")
    }
    with served(tmp_path, "--tokens", tokens, "--register", tmp_path / "book.db") as serving:
        serving.client.headers["authorization"] = f"Bearer {token['read,make,issue']}"
        number = issue(serving, ACADEMY)
        for rights in ("read", "read,make"):
            with Browser(serving) as browser:
                browser.enter(token[rights])
                browser.open(page_of(number, ACADEMY))
                assert browser.answer.status_code == 200
                assert not {"void", "correct", "reissue"} & {button.get("value") for button in browser.page.iter("button")}
                data = {"token": dict(browser.page.forms[0].form_values())["token"], "do": "void", "reason": "x"}
                assert browser.client.post(page_of(number, ACADEMY), data=data).status_code == 403
                assert browser.client.post(f"/forms/{CERTIFICATE}", data={**data, "do": "issue"}).status_code == 403
                browser.follow("PDF")
                assert browser.answer.content.startswith(b"%PDF")
                assert browser.open(f"/forms/{CERTIFICATE}").answer.status_code == (200 if "make" in rights else 403)
        with Browser(serving) as browser:
            browser.enter(token["read,make,issue"])
            browser.open(page_of(number, ACADEMY)).send(button=("do", "void"), reason="x")
            assert "void" in browser.title
