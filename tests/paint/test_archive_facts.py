"""What the metadata of a file for the archive say of its document, read as XML by another program."""

from __future__ import annotations

import hashlib
import io
import json
from xml.etree.ElementTree import fromstring

import pypdf
import pytest
from support.calling import run
from support.places import ROOT
from support.records import record_of

import docgen
from docgen.canonical import printed_digest
from docgen.form import form_ids, load_form
from docgen.record import read_record

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
OURS = "{urn:docgen:document:1#}"
SCHEMA = "{http://www.aiim.org/pdfa/ns/schema#}"
PROPERTY = "{http://www.aiim.org/pdfa/ns/property#}"
FORM = "retraining-certificate"


def packet(pdf: bytes):
    return fromstring(pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data())


def facts(pdf: bytes) -> dict[str, str]:
    return {each.tag.removeprefix(OURS): each.text for each in packet(pdf).iter() if each.tag.startswith(OURS)}


def rendered(form: str, print: str = "full", **changes: object) -> bytes:
    record = None if print == "blank" else record_of(form, **changes)
    return docgen.render(form, record, print=print, purpose="archive")


@pytest.mark.slow
@pytest.mark.parametrize("form", form_ids())
def test_a_document_says_its_form_act_number_and_the_hash_of_its_fields(form):
    loaded, record = load_form(form), record_of(form)
    expected = {"form": form, "act": loaded.act.name, "fields_sha256": printed_digest(loaded, read_record(loaded, record))}
    if loaded.period.day:
        expected["edition"] = str(loaded.period.day)
    if "number" in record:
        expected["number"] = record["number"]
    assert facts(rendered(form)) == expected


def test_a_blank_says_its_form_and_act_alone_and_stock_that_is_printed_onto_all():
    act = load_form(FORM).act.name
    assert facts(rendered(FORM, "blank")) == {"form": FORM, "act": act}
    assert facts(rendered(FORM, "overprint")) == facts(rendered(FORM))


def test_every_property_of_ours_is_described_in_the_file():
    found = packet(rendered(FORM))
    schemas = [each for each in found.iter(f"{RDF}li") if each.findtext(f"{SCHEMA}namespaceURI") == OURS[1:-1]]
    assert len(schemas) == 1
    described = {each.text for each in schemas[0].iter(f"{PROPERTY}name")}
    assert facts(rendered(FORM)).keys() <= described


def test_nothing_is_said_beyond_the_page():
    """Who knows the fields can see that the hash is theirs; the name stands in the title, as on the page, and nowhere else."""
    found = packet(rendered(FORM, surname="Қайратұлы"))
    said = [each.text for each in found.iter() if each.text and "Қайратұлы" in each.text]
    assert said == ["Қайта даярлау курсынан өткені туралы сертификат – 00417 Қайратұлы Бауыржан Маратұлы"]


def test_documents_that_differ_have_identities_that_do():
    names = {each.text for pdf in (rendered(FORM), rendered(FORM, surname="Қайратұлы")) for each in packet(pdf).iter()
             if each.tag.endswith("DocumentID")}  # fmt: skip
    assert len(names) == 2


def test_the_manifest_says_the_same_hash_and_a_volume_none(tmp_path):
    table = ROOT / "samples" / "people.xlsx"
    options = ["--ignore", "*", "--for", "archive", "--only", "3-4", "--each", "{number}"]
    assert run("batch", FORM, table, "-o", tmp_path, *options).exit_code == 0
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert len(manifest["records"]) == 2
    for record in manifest["records"]:
        content = (tmp_path / record["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == record["file_sha256"]
        assert facts(content)["fields_sha256"] == record["fields_sha256"]
        assert facts(content)["number"] == record["number"]
    volume = (tmp_path / manifest["volumes"][0]["file"]).read_bytes()
    assert facts(volume) == {"form": FORM, "act": load_form(FORM).act.name}


def test_the_manifest_of_stock_has_no_hash_of_fields(tmp_path):
    options = ["--ignore", "*", "--only", "3-4", "--print", "blank"]
    assert run("batch", FORM, ROOT / "samples" / "people.xlsx", "-o", tmp_path, *options).exit_code == 0
    records = json.loads((tmp_path / "manifest.json").read_bytes())["records"]
    assert ["fields_sha256" in each for each in records] == [False, False]
