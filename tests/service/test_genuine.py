"""Documents are verified over HTTP; what is published, everybody may fetch; a number says its state and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from support.places import ROOT
from support.published import Book, photograph, signed_book, verdict
from support.screen import screen
from support.serving import CERTIFICATE, Serving, served

from docgen.service.rates import MOST, RateLimit

NUMBERS = f"/v1/numbers/{CERTIFICATE}"
#: A day within the term of the list: 20 November 2026.
EPOCH = "1795132800"


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    return signed_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def offering(book, tmp_path_factory) -> Iterator[Serving]:
    """A service of the book, with what is published of it; it asks everybody else for a token."""
    folder = tmp_path_factory.mktemp("offering")
    options = ("--register", book.folder / "book.db", "--published", book.folder / "published", "--workers", 1)
    with served(folder, *options, environment={"DOCGEN_LANG": "en", "SOURCE_DATE_EPOCH": EPOCH}) as serving:
        yield serving


@pytest.mark.slow
@pytest.mark.parametrize(("number", "verdict"), [("00401", "genuine"), ("00403", "replaced")])
def test_a_pdf_is_verified_as_the_command_line_does_it(offering, book, number, verdict):
    headers = {"content-type": "application/pdf"}
    answer = offering.client.post("/v1/verify", content=book.document(number).read_bytes(), headers=headers)
    [found] = answer.json()["documents"]
    assert (answer.status_code, found["verdict"], found["compared"], found["number"]) == (200, verdict, True, number)


def test_pictures_are_verified_with_what_is_to_compare(offering, book, tmp_path):
    files = [("file", (f"{number}.jpg", photograph(book.document(number), tmp_path / f"{number}.jpg").read_bytes()))
             for number in ("00401", "00403")]  # fmt: skip
    found = offering.client.post("/v1/verify", files=files).json()["documents"]
    assert [(each["verdict"], each["compared"]) for each in found] == [("genuine", False), ("replaced", False)]
    assert found[0]["fields"]["number"] == "00401"


def test_a_text_is_verified(offering):
    vector = json.loads((ROOT / "docs" / "code-vectors.json").read_text("utf-8"))["judged"][0]
    answer = offering.client.post("/v1/verify", content=vector["text"].encode(), headers={"content-type": "text/plain"})
    [found] = answer.json()["documents"]
    assert found["verdict"] == "not-issued"  # signed with the key, and no document of the book


def test_a_file_that_cannot_be_read_is_a_problem_that_names_it(offering):
    answer = offering.client.post("/v1/verify", files=[("file", ("photo.png", b"no picture"))])
    [problem] = answer.json()["problems"]
    assert (answer.status_code, problem["code"], problem["file"]) == (422, "picture-damaged", "photo.png")
    answer = offering.client.post("/v1/verify", content=b"x", headers={"content-type": "application/zip"})
    assert answer.status_code == 415


def test_a_number_says_its_state_and_nothing_else_and_not_too_often(offering):
    """Nobody says who he is; the twenty-first question of a minute is refused."""
    states = {"00401": "valid", "00402": "void", "00403": "replaced", "00404": "valid", "09999": "unknown"}
    found = {number: offering.client.get(f"{NUMBERS}/{number}") for number in states}
    assert {number: answer.json() for number, answer in found.items()} == {
        number: {"state": state} for number, state in states.items()
    }
    asked = [offering.client.get(f"{NUMBERS}/00401", params={"organization": "Бейсенов", "year": 2026}) for _time in range(MOST)]
    assert [answer.status_code for answer in asked] == [200] * (MOST - len(states)) + [429] * len(states)
    assert asked[-1].json()["problems"][0]["code"] == "rate-exceeded"
    assert offering.client.get("/health").status_code == 200


def test_a_rate_is_that_of_each_address():
    rates = RateLimit()
    for _time in range(MOST):
        rates.refuse_more("192.0.2.1")
    with pytest.raises(Exception, match="more than 20 questions a minute"):
        rates.refuse_more("192.0.2.1")
    rates.refuse_more("192.0.2.2")


def test_the_folder_is_fetched_by_everybody_and_nothing_beside_it(offering, book):
    for name, media_type in (
        ("verify.html", "text/html"),
        ("list.cose", "application/cose"),
        ("keys.json", "application/jwk-set"),
    ):
        answer = offering.client.get(f"/published/{name}")
        assert answer.content == (book.folder / "published" / name).read_bytes()
        assert answer.headers["content-type"].startswith(media_type)
    for name in ("..%2Fbook.db", "passphrase", "%2e%2e/keys/school.key"):
        assert offering.client.get(f"/published/{name}").status_code == 404


@pytest.mark.slow
def test_a_service_that_publishes_nothing_says_so(service):
    assert service.client.get("/published/verify.html").status_code == 404
    assert service.client.get(f"{NUMBERS}/00001").json() == {"state": "unknown"}
    answer = service.client.post("/v1/verify", content=b"DG1:", headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (404, "published-none")


@pytest.mark.browser
def test_the_page_verifies_when_the_service_gives_it(offering, book, tmp_path):
    """It asks for nothing else."""
    with screen("en") as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{offering.address}/published/verify.html")
        page.wait_for_selector("html[data-ready]")
        page.set_input_files("#picture", photograph(book.document("00402"), tmp_path / "a.jpg"))
        assert verdict(page) == "void"
        assert [each for each in asked if not each.startswith("data:")] == [f"{offering.address}/published/verify.html"]
