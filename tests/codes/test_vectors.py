"""The test vectors of docs/code-vectors.json, which other programs are tested against: what they say is what the page says."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256

import base45
import cbor2
import pytest
from support import code_vectors
from support.places import ROOT
from support.records import record_of
from support.signing import PUBLIC, key_of, signer

from docgen.codes import CodeVerdict, DocumentCoder, by_list, read_list, verify_text, vouched
from docgen.form import form_ids, load_form
from docgen.record import read_record

PATH = ROOT / "docs" / "code-vectors.json"
FORMS = [form for form in form_ids() if (back := load_form(form).back) and back.code]


def vectors() -> list[dict[str, object]]:
    """Return a vector of each form that has a code, with the key of RFC 8032, 7.1, test 2."""
    found = []
    for form in FORMS:
        record = read_record(load_form(form), record_of(form))
        text = DocumentCoder(signer()).text(load_form(form), record)
        claims = verify_text(text, [key_of()]).claims
        found.append({"form": form, "text": text, "day": str(claims.day), "number": claims.number, "fields": claims.fields})
    return found


def test_the_vectors_are_what_docgen_writes(request):
    """The bytes of a deflated text depend on the library; what is in it does not."""
    now = vectors()
    if request.config.getoption("--refresh-golden"):
        content = {"key": key_of().as_jwk(), "codes": now, "judged": code_vectors.judged(), "lists": code_vectors.lists()}
        PATH.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
    stored = json.loads(PATH.read_text("utf-8"))
    assert stored["key"] == key_of().as_jwk()
    for one, other in zip(stored["codes"], now, strict=True):
        assert {**one, "text": message(one["text"])} == {**other, "text": message(other["text"])}
    assert list(code_vectors.differing(stored["judged"], code_vectors.judged())) == []
    assert list(code_vectors.differing(stored["lists"], code_vectors.lists())) == []


@pytest.mark.parametrize("what", code_vectors.CODES)
def test_each_code_of_the_vectors_is_judged_as_they_say(what):
    text, verdict = code_vectors.CODES[what]
    assert name_of(verify_text(text, [key_of()]).verdict) == verdict


@pytest.mark.parametrize("what", code_vectors.LISTS)
def test_each_list_of_the_vectors_is_judged_as_they_say(what):
    content, keys, today, text, verdict = code_vectors.LISTS[what]
    given = read_list(content, keys)
    assert name_of(by_list(vouched(verify_text(text, keys), given), given, today).verdict) == verdict


#: What is found of a page or of the register's book, not of a code by itself.
OF_MORE = {"differs", "not-issued", "not-seen", "not-compared"}


def test_every_verdict_on_a_code_or_a_list_has_a_vector():
    shown = {verdict for *_rest, verdict in [*code_vectors.CODES.values(), *code_vectors.LISTS.values()]}
    assert {name_of(each) for each in CodeVerdict} - shown == OF_MORE


def name_of(verdict: CodeVerdict) -> str:
    return verdict.name.lower().replace("_", "-")


def message(text: str) -> bytes:
    """Return the message of a code, as docs/code.md says it is read, without docgen."""
    content = base45.b45decode(text.removeprefix("DG1:"))
    return zlib.decompress(content) if content[0] == 0x78 else content


@pytest.mark.parametrize("form", FORMS)
def test_a_code_is_what_the_page_says_by_other_libraries_alone(form):
    """CBOR, COSE and Ed25519 by hand, after docs/code.md."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    [vector] = [each for each in json.loads(PATH.read_text("utf-8"))["codes"] if each["form"] == form]
    tagged = cbor2.loads(message(vector["text"]))
    assert tagged.tag == 18
    protected, unprotected, payload, signature = tagged.value
    assert (unprotected, len(signature)) == ({}, 64)
    assert cbor2.loads(protected) == {1: -8, 4: key_of().id}
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))
    claims = cbor2.loads(payload)
    assert (claims[2], claims[6] % 86_400) == (vector["number"], 0)
    name, edition, fields = claims[-70001]
    assert (name, edition) == (form, "")
    assert fields[1] == vector["number"]
    assert fields[4] == vector["fields"]["surname"]
    canonical = json.dumps({"fields": vector["fields"], "form": form}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert verify_text(vector["text"], [key_of()]).claims.digest == sha256(canonical.encode()).digest()


@pytest.mark.parametrize("form", FORMS)
def test_the_vectors_are_genuine(form):
    [vector] = [each for each in json.loads(PATH.read_text("utf-8"))["codes"] if each["form"] == form]
    assert verify_text(vector["text"], [key_of()]).verdict is CodeVerdict.GENUINE
