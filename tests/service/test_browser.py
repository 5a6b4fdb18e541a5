"""A clerk's way in Chromium, with JavaScript; axe finds nothing wrong with any page on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from support.screen import NOWHERE, breaches, screen
from support.serving import CERTIFICATE, Serving, record
from support.tables import HEADINGS, MISTAKES, RIGHT, assert_numbered, workbook

from docgen.service.pages.table import PAGES

pytestmark = pytest.mark.browser
CLERK = "А. Оспанова"
PAGE = f"forms/{CERTIFICATE}"


@pytest.fixture(scope="module")
def page(service: Serving) -> Iterator[object]:
    """One browser for all tests of this module: its start takes longer than any of them."""
    with screen("kk") as page:
        page.goto(service.address)
        page.fill("#who", CLERK)
        page.click("button.main")
        page.wait_for_selector("h1")
        yield page


def test_the_forms_are_searched_while_one_types(service, page):
    page.goto(service.address)
    assert page.locator("h1").inner_text() == "Құжаттар"
    page.locator("#search").press_sequentially("қайта даярлау сертификат")
    page.wait_for_selector("ul.forms:not(:has(> li + li))")
    assert page.input_value("#search") == "қайта даярлау сертификат"
    assert page.evaluate("document.activeElement.id") == "search"
    page.click("ul.forms a")
    page.wait_for_url(f"**/{PAGE}")


def test_a_field_is_checked_as_one_leaves_it_the_page_follows_and_the_document_is_issued(service, page):
    page.goto(f"{service.address}/{PAGE}")
    empty = page.get_attribute("#sheet img", "src")
    page.fill("#f-hours", "жетпіс екі")
    page.press("#f-hours", "Tab")
    page.wait_for_selector("#m-f-hours .problem")
    assert page.get_attribute("#f-hours", "aria-invalid") == "true"
    assert page.locator("#m-f-surname .problem").count() == 0
    assert breaches(page) == []
    typed = {
        name: str(value)
        for name, value in record(organization="Шолғыш академиясы", surname="Шолғышева").items()
        if name != "number"
    }
    for name, value in typed.items():
        page.fill(f"#f-{name}", value)
    page.press("#f-issued", "Tab")
    page.wait_for_selector("#summary .passed")
    assert page.get_attribute("#f-hours", "aria-invalid") is None
    page.wait_for_selector(f"#sheet img:not([src='{empty}'])")
    page.focus("#f-topic")
    assert page.locator("rect.at").count() == 1
    outlined, sheet = page.locator("rect.at").bounding_box(), page.locator("#sheet").bounding_box()
    assert outlined["x"] + outlined["width"] / 2 == pytest.approx(sheet["x"] + sheet["width"] / 2, abs=2)
    page.click("button[value=issue]")
    page.wait_for_url("**/register/**")
    assert "00001" in page.locator("h1").inner_text()


def test_a_document_is_declared_void_by_the_keyboard_alone(service, page):
    issued = service.client.post(
        f"/v1/register/{CERTIFICATE}/documents", headers={"idempotency-key": "void"},
        json=record(organization="Пернетақта академиясы", surname="Пернебаева", number=None),
    )  # fmt: skip
    page.goto(f"{service.address}/register/{CERTIFICATE}/{issued.headers['docgen-number']}?organization=Пернетақта")
    page.locator("summary").last.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("бүлінген")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 .void")
    assert "бүлінген" in page.locator(".life").inner_text()
    assert CLERK in page.locator(".life").inner_text()


def test_the_first_tab_leads_past_the_navigation(service, page):
    page.goto(service.address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_a_workbook_of_200_rows_with_five_mistakes_becomes_a_numbered_volume_without_the_manual(page, service, tmp_path):
    path = workbook(tmp_path, "Шолғыш кестесі", 200, **MISTAKES)
    page.goto(service.address)
    page.get_by_role("link", name="Кестелер").click()
    page.select_option("#form", CERTIFICATE)
    page.set_input_files("#table", path)
    page.click("button.main")
    page.wait_for_url("**/tables/*")
    assert breaches(page) == []
    for place, name in enumerate([*HEADINGS.values(), ""]):  # those that are guessed rightly stay as they are
        if page.input_value(f"#column-{place}") != name:
            page.select_option(f"#column-{place}", name)
    page.click("button.main")
    page.wait_for_selector(".grid")
    assert page.locator(".grid tbody tr").count() == len(MISTAKES)
    assert breaches(page) == []
    for name, text in {**RIGHT, "cell[4].organization": "Шолғыш кестесі"}.items():
        page.fill(f"[name='{name}']", text)
    page.locator("section button.main").click()
    page.wait_for_selector(".passed")
    page.click("button[value^=proof]")
    page.wait_for_url("**/proof.pdf*")
    page.go_back()
    page.select_option("#scheme", "sra3-2xa4")
    page.click("button[value=run]")
    page.wait_for_selector(".tag.done")  # the page looks by itself
    fetched = []
    for name in (f"{CERTIFICATE}-001.pdf", "manifest.json"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        fetched.append(Path(download.value.path()).read_bytes())
    assert_numbered(fetched[0], json.loads(fetched[1]))
    page.click("button[value=hand-over]")
    page.wait_for_selector(".remark")


#: Where each page of the table of pages is; what is in braces the test makes.
ADDRESSES = {
    "formsPage": "", "whoPage": "who", "documentPage": "forms/work-standard", "tablesPage": "tables", "tablePage": "{table}",
    "runPage": "runs/{run}", "registerPage": f"register?form={CERTIFICATE}", "stockPage": "stock", "verifyPage": "verify",
    "registeredPage": f"register/{CERTIFICATE}/00001?organization=Қолжетімді", "stockedPage": f"stock/{CERTIFICATE}",
}  # fmt: skip


def test_no_page_has_a_breach(page, service, tmp_path):
    names = {each.name for each in PAGES if each.method == "GET" and each.name.endswith("Page")}
    assert names == ADDRESSES.keys()
    rows = [
        {
            name: value
            for name, value in record(organization="Қолжетімді", surname="Қолжетімді", iin="").items()
            if name != "number"
        }
    ]
    headers = {"idempotency-key": "axe", "docgen-clerk": quote(CLERK)}
    order = {"form": CERTIFICATE, "rows": rows, "numbered": True}
    found = {"run": service.client.post("/v1/runs", json=order, headers=headers).json()["id"]}
    page.goto(f"{service.address}/tables")
    page.select_option("#form", CERTIFICATE)
    page.set_input_files("#table", workbook(tmp_path, "Қолжетімді кесте"))
    page.click("button.main")
    page.wait_for_url("**/tables/*")
    found["table"] = page.url.removeprefix(f"{service.address}/")
    page.goto(f"{service.address}/runs/{found['run']}")
    page.wait_for_selector(".tag.done")
    for address in ADDRESSES.values():
        page.goto(f"{service.address}/{address.format(**found)}")
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        assert breaches(page) == []
    page.goto(service.address + NOWHERE)
    assert breaches(page) == []
