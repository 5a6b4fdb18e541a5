"""The page of one document without JavaScript: fields, checks, the picture, drafts, files, a number from the register."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import docx
import pytest
from PIL import Image
from support.browsing import Browser, values_of
from support.reading import words
from support.serving import CERTIFICATE, Serving, record

from docgen.form import form_ids
from docgen.service.pages.desk import CLERKS, erase_old_drafts

PAGE = f"/forms/{CERTIFICATE}"
#: A certificate as a clerk types it.
TYPED = {name: str(value) for name, value in record(surname="Оспанова", given_name="Айгүл").items() if name != "number"}
TYPED |= {"start": "12.01.2026", "end": "06.02.2026"}


@pytest.fixture
def browser(service: Serving, request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A browser of a clerk of the test's own, so that no draft of another is there."""
    with Browser(service) as browser:
        browser.enter(f"Clerk {sha256(request.node.name.encode()).hexdigest()[:12]}")
        yield browser


def fields_of(browser: Browser) -> dict[str, str]:
    return {name: value for name, value in values_of(browser.form(do="")).items() if name not in ("token", "key", "checked")}


def said_of(browser: Browser, field: str) -> str:
    """Return what the page says below a field."""
    return " ".join(browser.page.get_element_by_id(f"m-f-{field}").text_content().split())


def test_the_fields_stand_in_the_order_of_the_act_with_rule_example_and_clause(browser):
    browser.open(PAGE)
    names = [name for name in fields_of(browser) if name not in ("iin", "workplace", "position")]
    assert names == [
        "organization", "rank", "surname", "given_name", "patronymic", "start", "end", "topic", "hours", "head", "city", "issued",
        "number",
    ]  # fmt: skip
    rule = browser.page.get_element_by_id("r-f-hours").text_content()
    assert "a whole number" in rule
    assert "5, line 4" in rule
    for name in names:
        assert browser.page.get_element_by_id(f"f-{name}").get("aria-describedby").split() == [f"r-f-{name}", f"m-f-{name}"]
        assert browser.page.xpath(f"//label[@for='f-{name}']")


def test_nothing_is_wrong_before_a_clerk_has_typed_and_all_is_told_when_he_asks(browser):
    browser.open(PAGE)
    assert browser.words(".problem") == []
    browser.send(button=("do", "check"), hours="abc")
    assert "problems" in browser.words(".problem")[0]
    assert "is no whole number" in said_of(browser, "hours")
    assert "nothing is given" in said_of(browser, "surname")
    assert browser.page.get_element_by_id("f-hours").get("aria-invalid") == "true"
    assert said_of(browser, "number") == ""  # the register gives it
    browser.send(button=("do", "check"), **TYPED)
    assert "Everything is in order." in browser.text


def test_a_field_is_checked_as_one_leaves_it_and_what_is_missing_yet_is_no_problem(browser):
    browser.open(PAGE)
    data = values_of(browser.form(do="")) | {"surname": "Оспанова?а", "issued": "31.02.2026", "live": "1"}
    browser._show(browser.client.post(PAGE, data=data))
    assert browser.answer.status_code == 200
    assert "has lost letters" in said_of(browser, "surname")
    assert "31.02.2026" in said_of(browser, "issued")
    assert said_of(browser, "given_name") == ""


def test_what_was_mended_is_shown_as_a_remark(browser):
    latin = TYPED["surname"].replace("О", "O")
    browser.open(PAGE).send(button=("do", "check"), **{**TYPED, "surname": latin})
    assert "Latin letters in “Оспанова” were replaced" in said_of(browser, "surname")


def test_what_does_not_fit_on_the_page_is_shown_at_its_field(browser):
    browser.open(PAGE).send(button=("do", "check"), **{**TYPED, "surname": "Оспанова" * 40})
    assert "1 problem" in browser.text
    assert "mm" in said_of(browser, "surname")


def test_a_draft_is_found_again_by_the_same_clerk_alone(service, browser):
    typed = {"surname": "Оспанова <b>&\"'", "hours": "семьдесят"}  # as it was typed, right or wrong
    browser.open(PAGE).send(button=("do", "check"), **typed)
    browser.open("/")
    assert "draft" in next(each for each in browser.words("h3") if "Certificate of retraining" in each)
    assert fields_of(browser.open(PAGE)) | typed == fields_of(browser)
    with Browser(service) as other:
        other.enter("Somebody else")
        assert fields_of(other.open(PAGE))["surname"] == ""
    browser.send(button=("do", "erase"))
    assert fields_of(browser)["surname"] == ""
    assert fields_of(browser.open(PAGE))["surname"] == ""


def drafts_with(service, word: str) -> list[Path]:
    """Return the drafts that hold a word; another test may have left one that is no text."""
    return [path for path in (service.data / CLERKS).glob("*/drafts/*.json") if word.encode() in path.read_bytes()]


def test_drafts_are_for_their_owner_alone_and_erased_after_thirty_days(service, browser):
    browser.open(PAGE).send(button=("do", "check"), surname="Оспанова")
    drafts = drafts_with(service, "Оспанова")
    assert drafts
    assert {path.stat().st_mode & 0o077 for path in drafts} == {0}
    old, new = drafts[0], Path(f"{drafts[0]}.new.json")
    new.write_bytes(old.read_bytes())
    os.utime(old, (time.time() - 31 * 86400,) * 2)
    os.utime(new, (time.time() - 29 * 86400,) * 2)
    erase_old_drafts(service.data)
    assert (old.exists(), new.exists()) == (False, True)
    new.unlink()


def test_a_damaged_draft_is_no_draft(service, browser):
    browser.open(PAGE).send(button=("do", "check"), surname="Damaged")
    [draft] = drafts_with(service, "Damaged")
    for content in (b"{", b"[]", b'{"answers": {"surname": ["x"], "nothing": 1}}', b"\xff"):
        draft.write_bytes(content)
        assert fields_of(browser.open(PAGE))["surname"] == ""


def test_the_picture_shows_what_is_typed_so_far(browser):
    def picture() -> Image.Image:
        address = browser.page.xpath("//img/@src")[0]
        answer = browser.client.get(str(browser.answer.url.join(address)))
        assert answer.headers["content-type"] == "image/png"
        return Image.open(io.BytesIO(answer.content)).convert("L")

    browser.open(PAGE)
    empty = picture()
    assert empty.width / empty.height == pytest.approx(297 / 210, abs=0.01)
    browser.send(button=("do", "check"), surname="Оспанова", hours="abc", start="06.02.2026", end="01.01.2026")
    filled = picture()
    assert filled.size == empty.size
    assert filled.tobytes() != empty.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_every_form_has_its_page_filled_in_from_its_sample(browser, form):
    browser.open(f"/forms/{form}")
    assert browser.answer.status_code == 200
    typed = dict(_typed(record(form)))
    browser.send_all(typed, "check")
    assert "Everything is in order." in browser.text, browser.words(".problem")
    assert {name: fields_of(browser)[name] for name in typed} == typed
    browser.send_all({}, "pdf")
    if "number" in typed or browser.answer.headers["content-type"] == "application/pdf":
        assert browser.answer.content.startswith(b"%PDF")


def _typed(values: dict[str, object], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield what a clerk types for a record, by the names of the fields on the page."""
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, row in enumerate(value, 1):
                yield from _typed(row, f"{at}{name}[{number}].")
        elif isinstance(value, list):
            yield f"{at}{name}", "\n".join(map(str, value))
        elif value not in (None, ""):
            yield f"{at}{name}", str(value)


def test_rows_grow_by_what_is_typed_and_are_taken_out(browser):
    browser.open("/forms/work-standard")
    browser.send_all({"tasks[1].task": "first", "tasks[1].rows[1].function": "a"}, "more")
    assert {"tasks[2].task", "tasks[1].rows[2].function"} <= fields_of(browser).keys()
    browser.send_all({"tasks[2].task": "second"}, "more")
    assert fields_of(browser)["tasks[2].task"] == "second"
    browser.send(button=("remove", "tasks[1]"))
    assert fields_of(browser)["tasks[1].task"] == "second"
    assert "tasks[3].task" not in fields_of(browser)


def test_names_that_the_form_does_not_have_do_nothing(browser):
    browser.open(PAGE)
    data = values_of(browser.form(do="")) | {"surname": "Оспанова", "do": "check"}
    strange = {"__class__": "x", "surname[1]": "x", "surname.x[9999].y": "x", "a" * 5000: "x", "tasks[99999].x": "x", "]": "x"}
    assert browser.client.post(PAGE, data=data | strange).status_code == 200
    assert fields_of(browser.open(PAGE))["surname"] == "Оспанова"
    many = {f"x{number}": "" for number in range(20_001)}
    assert browser.client.post(PAGE, data=data | many).status_code == 422
    assert (
        browser.client.post(PAGE, content=b"token=%ff", headers={"content-type": "application/x-www-form-urlencoded"}).status_code
        == 422
    )
    assert browser.client.get("/forms/nothing").status_code == 404
    assert browser.client.get(f"{PAGE}/file.exe").status_code == 404


@pytest.mark.slow
def test_files_are_made_of_the_draft_and_only_where_nothing_is_wrong(browser):
    browser.open(PAGE).send(button=("do", "pdf"), **TYPED)
    assert browser.answer.status_code == 422  # it has no number, and nobody asked the register for one
    assert "nothing is given" in said_of(browser, "number")
    browser.send(button=("do", "pdf"), number="00417")
    assert browser.answer.headers["content-disposition"].startswith("inline")
    assert "Оспанова Айгүл" in words(browser.answer.content)
    browser.open(PAGE).send(button=("do", "docx"))
    assert "Оспанова" in "".join(docx.Document(io.BytesIO(browser.answer.content)).element.itertext())


def test_a_document_is_issued_and_its_draft_is_gone_but_the_organization_is_offered_again(browser):
    browser.open(PAGE).send(button=("do", "issue"), **{**TYPED, "organization": "Бірінші академия", "iin": "85010130001"})
    assert browser.answer.status_code == 422
    assert "IIN" in said_of(browser, "iin")
    browser.send(button=("do", "issue"), iin="")
    assert browser.path == f"/register/{CERTIFICATE}/00001"
    assert "Issued under the number 00001." in browser.text
    offered = fields_of(browser.open(PAGE))
    assert (offered["organization"], offered["surname"]) == ("Бірінші академия", "")


def test_a_button_that_is_pressed_twice_issues_once(service, browser):
    browser.open(PAGE)
    data = values_of(browser.form(do="")) | TYPED | {"organization": "Екінші академия", "surname": "Қасымова", "do": "issue"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: browser.client.post(PAGE, data=data), range(4)))
    assert {answer.url.path for answer in answers} == {f"/register/{CERTIFICATE}/00001"}
    found = service.client.get("/v1/register/documents", params={"organization": "Екінші академия"}).json()
    assert found["total"] == 1


def test_a_name_that_is_nearly_that_of_another_organization_is_issued_when_the_clerk_says_so(browser):
    browser.open(PAGE).send(button=("do", "issue"), **{**TYPED, "surname": "Әлиева", "organization": "Үшінші академиясы"})
    browser.open(PAGE).send(button=("do", "issue"), **{**TYPED, "surname": "Ахметова", "organization": "«Үшінші академиясы»"})
    assert browser.answer.status_code == 422
    assert said_of(browser, "organization")
    browser.send(button=("do", "issue"), **{"new-organization": "1"})
    assert browser.path == f"/register/{CERTIFICATE}/00001"


def test_a_person_who_has_one_for_the_course_is_issued_when_the_clerk_says_so(browser):
    own = {"organization": "Төртінші академия", "surname": "Тұрсынова"}
    browser.open(PAGE).send(button=("do", "issue"), **{**TYPED, **own})
    assert browser.path == f"/register/{CERTIFICATE}/00001"
    browser.open(PAGE).send(button=("do", "issue"), **{**TYPED, **own, "rank": "полиция полковнигі"})
    assert browser.answer.status_code == 422
    assert "A person may be there twice, for one course" in browser.words("main")[0]
    assert "00001" in said_of(browser, "number")
    browser.send(button=("do", "issue"), **{"allow-doubles": "1"})
    assert browser.path == f"/register/{CERTIFICATE}/00002"


@pytest.mark.slow
def test_a_service_without_a_register_offers_no_number(tmp_path):
    from support.serving import served

    with served(tmp_path, "--workers", 1) as serving, Browser(serving) as browser:
        browser.enter()
        browser.open(PAGE)
        assert "issue" not in [button.get("value") for button in browser.page.iter("button")]
        assert "iin" not in fields_of(browser)
        browser.send(button=("do", "check"))
        assert "nothing is given" in said_of(browser, "number")
        assert "Register" not in browser.words("nav")[0]
        assert "Оспанова" not in json.dumps(serving.log())
