"""Finished files over HTTP: measured as on the command line, and joined; what is no PDF is refused by its name."""

from __future__ import annotations

import pytest
from support.serving import CERTIFICATE, DOCUMENTS, record

import docgen
from docgen.confined import page_count

PDF = {"Content-Type": "application/pdf"}


def test_a_certificate_passes_and_one_of_another_print_does_not(service):
    pdf = docgen.render(CERTIFICATE, record())
    found = service.client.post("/v1/preflight", content=pdf, headers=PDF).json()
    expected = docgen.preflight(pdf, CERTIFICATE).as_json()
    assert found == expected
    assert found["passed"]
    blank = service.client.post("/v1/preflight", content=pdf, headers=PDF, params={"print": "blank"}).json()
    assert not blank["passed"]


def test_files_are_joined_in_the_order_of_their_parts(service, tmp_path):
    first, second = (docgen.render(CERTIFICATE, record(number=number)) for number in ("00001", "00002"))
    files = [("file", ("a.pdf", first)), ("file", ("b.pdf", second))]
    answer = service.client.post("/v1/merge", files=files)
    for name, content in (("1", first), ("2", second)):
        (tmp_path / name).write_bytes(content)
    assert answer.content == docgen.merge([tmp_path / "1", tmp_path / "2"])
    assert (answer.headers["docgen-pages"], page_count(answer.content)) == ("2", 2)


WRONG = {
    "no PDF": (lambda client: client.post("/v1/preflight", content=b"none", headers=PDF), 422, "pdf-damaged"),
    "nothing": (lambda client: client.post("/v1/preflight", content=b"", headers=PDF), 422, "upload-empty"),
    "another type": (lambda client: client.post("/v1/preflight", json={}), 415, "body-not-offered"),
    "no part": (lambda client: client.post("/v1/merge", data={"a": "b"}, files={}), 415, "body-not-offered"),
    "no form at all": (
        lambda client: client.post("/v1/merge", content=b"x", headers={"Content-Type": "multipart/form-data"}), 400,
        "upload-damaged",
    ),
    "a form that breaks off": (
        lambda client: client.post(
            "/v1/merge", content=b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
            headers={"Content-Type": "multipart/form-data; boundary=x"},
        ), 400, "upload-damaged",
    ),
    "too many": (lambda client: client.post("/v1/merge", files=[("file", ("a", b"x"))] * 101), 413, "too-large"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_file_to_measure_or_join_is_refused(service, what):
    call, status, code = WRONG[what]
    answer = call(service.client)
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:docgen:problem:{code}"), answer.text


def test_a_damaged_part_is_named(service):
    files = [("file", ("good.pdf", docgen.render(CERTIFICATE, record()))), ("file", ("bad.pdf", b"%PDF-1.4 none"))]
    answer = service.client.post("/v1/merge", files=files)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["file"] == "bad.pdf"


def test_nothing_of_an_upload_is_left_on_the_disk(service):
    before = service.client.post(DOCUMENTS, json=record()).status_code
    data = service.data
    service.client.post("/v1/merge", files={"file": ("a.pdf", b"none")})
    assert (before, [path for path in data.iterdir() if path.name.startswith("upload-")]) == (200, [])
