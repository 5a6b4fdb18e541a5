"""The page that verifies, in Chromium without a network: what it says of pictures and of texts, in three languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image
from support import code_vectors
from support.places import ROOT
from support.published import TODAY, opened, photograph, verdict
from support.screen import breaches, screen
from support.signing import key_of

from docgen.publishing import VerifyingPage, page_html

pytestmark = pytest.mark.browser
VECTORS = json.loads((ROOT / "docs" / "code-vectors.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def page(book) -> Iterator[object]:
    """The published page, opened as a file in a browser without a network; it asks for nothing but itself."""
    asked = []
    with screen("kk") as page:
        page.on("request", lambda request: asked.append(request.url))
        page.context.set_offline(True)
        page.clock.set_fixed_time(TODAY)
        opened(page, book.folder / "published")
        yield page
    assert [each for each in asked if not re.match(r"file://|data:,$", each)] == []


def test_the_vectors_are_judged_as_python_judges_them(page):
    """All codes and lists of docs/code-vectors.json, by the page's own JavaScript."""
    judge = "async ([text, keys]) => (await genuine.verify(text, keys, null, '')).verdict"
    found = {row["what"]: page.evaluate(judge, [row["text"], [key_of().as_jwk()]]) for row in VECTORS["judged"]}
    assert found == {row["what"]: row["verdict"] for row in VECTORS["judged"]}
    judge = """async ({list, keys, today, text}) => {
      const given = await genuine.readList(Uint8Array.from(atob(list), (letter) => letter.charCodeAt(0)), keys);
      return (await genuine.verify(text, keys, given, today)).verdict;
    }"""
    found = {row["what"]: page.evaluate(judge, row) for row in VECTORS["lists"]}
    assert found == {row["what"]: row["verdict"] for row in VECTORS["lists"]}
    assert len(found) == len(code_vectors.LISTS)


def test_what_codes_say_is_what_python_reads(page):
    read = """async ([text, keys]) => {
      const { verdict, claims } = await genuine.verify(text, keys, null, "");
      return [verdict, claims.day, claims.number, claims.form, Object.fromEntries(claims.fields)];
    }"""
    for vector in VECTORS["codes"]:
        found = page.evaluate(read, [vector["text"], [VECTORS["key"]]])
        assert found == ["genuine", vector["day"], vector["number"], vector["form"], vector["fields"]]


#: Language → what the page says of a genuine code, its name of the surname's field, and what it says of a void document.
SAID = {
    "kk": ("Код түпнұсқа: әр жолды қағазбен салыстырыңыз", "Тегі", "Бұдан былай жарамсыз: күшін жойған деп танылған"),
    "ru": ("Код подлинный: сверьте каждую строку с бумагой", "Фамилия", "Больше не действителен: признан недействительным"),
    "en": ("The code is genuine: compare each line with the paper", "Surname", "No longer valid: it was declared void"),
}


@pytest.mark.parametrize("language", SAID)
def test_a_picture_is_verified_in_each_language_and_shows_what_to_compare(page, book, tmp_path, language):
    genuine, surname, void = SAID[language]
    opened(page, book.folder / "published")
    page.click(f"#languages [lang={language}]")
    assert page.get_attribute("html", "lang") == language
    page.set_input_files("#picture", photograph(book.document("00401"), tmp_path / "a.jpg"))
    assert verdict(page) == "genuine"
    assert genuine in page.inner_text(".verdict")
    with pypdfium2.PdfDocument(book.document("00401")) as document:
        printed = document[0].get_textpage().get_text_range()
    shown = page.locator("tbody tr", has_text=surname).first.locator("td").inner_text()
    assert shown in printed
    assert page.locator("[data-word]:text-is('')").count() == 0
    assert breaches(page) == []
    page.set_input_files("#picture", photograph(book.document("00402"), tmp_path / "b.png"))
    page.wait_for_selector("[data-verdict=void]")
    assert void in page.inner_text(".verdict")


def test_a_text_is_verified_too(page, book):
    opened(page, book.folder / "published")
    page.fill("#text", code_vectors.CODES["another letter of a field"][0])
    page.click("#typed button")
    assert verdict(page) == "changed"
    assert page.locator("[data-verdict] table").count() == 0  # what nobody vouches for is not shown
    assert page.evaluate("document.activeElement.id") == "results"


def test_a_picture_without_a_code_and_a_file_that_is_no_picture_say_so(page, book, tmp_path):
    opened(page, book.folder / "published")
    page.click("#languages [lang=en]")
    Image.new("RGB", (300, 300), "white").save(tmp_path / "white.png")
    page.set_input_files("#picture", tmp_path / "white.png")
    assert verdict(page) == "no-code"
    (tmp_path / "none.png").write_bytes(b"no picture")
    page.set_input_files("#picture", tmp_path / "none.png")
    page.wait_for_selector("#state:text-is('This is no picture that the browser can read.')")
    assert page.locator("[data-verdict]").count() == 0


def test_an_old_list_is_said_and_a_newer_one_takes_its_place(page, book, tmp_path):
    assert book.publish("newer", "--day", "2026-11-10", "--days", 60).exit_code == 0
    page.clock.set_fixed_time(datetime(2026, 12, 5, 12, tzinfo=UTC))
    opened(page, book.folder / "published")
    page.click("#languages [lang=en]")
    outdated = "was current until 01.12.2026, and by this computer's date it is 05.12.2026"
    assert outdated in page.inner_text("#listed")
    page.set_input_files("#picture", photograph(book.document("00401"), tmp_path / "a.jpg"))
    assert verdict(page) == "list-outdated"
    assert outdated in page.inner_text(".verdict")
    page.set_input_files("#list-file", book.folder / "newer" / "list.cose")
    page.wait_for_selector("#listed :text('Of 10.11.2026, current until 08.01.2027')")
    page.set_input_files("#picture", photograph(book.document("00401"), tmp_path / "a.jpg"))
    page.wait_for_selector("[data-verdict=genuine]")
    page.set_input_files("#list-file", book.folder / "published" / "list.cose")
    page.wait_for_selector("#listed [role=alert]")
    assert "older than the one in use" in page.inner_text("#listed")
    page.set_input_files("#list-file", book.folder / "published" / "keys.json")
    page.wait_for_selector("#listed :text('is damaged, or is no such list')")
    page.clock.set_fixed_time(TODAY)


def test_the_policy_of_the_page_lets_nothing_out(page, book):
    """A script of others would not run, and a connection is refused by the page itself."""
    content = (book.folder / "published" / "verify.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', content)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-inline" not in policy
    assert "connect-src" not in policy  # so that default-src holds for it
    assert re.findall(r'(?:src|href)="(?!data:,)', content.partition("<script")[0]) == []


def test_what_a_key_calls_its_organization_is_text_and_nothing_else(page, tmp_path):
    """Neither a tag nor a name of a part of the page."""
    name = "</script><script>alert(1)</script> {{ scripts }} & <b>"
    content = page_html(VerifyingPage((key_of(organization=name),)))
    (tmp_path / "verify.html").write_bytes(content)
    opened(page, tmp_path)
    assert name in page.inner_text("#keys")
    assert page.locator("#keys b, #listed b").count() == 0
