"""Signed files keep what files are held to: the standards of archive and press, K alone, the same bytes from the same records."""

from __future__ import annotations

import hashlib
import io

import numpy
import pypdf
import pytest
from support import verapdf
from support.calling import run
from support.places import ROOT
from support.plates import PROCESS, separations
from support.records import record_of
from support.signing import signer, stored

import docgen
from docgen.form import load_form

FORMS = ("retraining-certificate", "child-protection-certificate")
#: What a file is for, and what it claims to be.
CLAIMS = {"archive": ["pdfa-2a", "pdfua-1"], "press": ["pdfx-4"]}


def document(form: str, purpose: str) -> bytes:
    return docgen.render(form, record_of(form), back=True, signer=signer(), purpose=purpose)


@pytest.fixture(scope="module")
def volumes(tmp_path_factory):
    """Return signed volumes of the sample's first records, by what they are for."""
    folder = tmp_path_factory.mktemp("volumes")
    key = stored(folder)
    table = ROOT / "samples" / "people.xlsx"
    call = ("batch", FORMS[0], table, "--ignore", "*", "--only", "3-8", "--split", 3, "--back", *key)
    for name, more in (("archive", ()), ("press", ("--for", "press")), ("again", ("--workers", 2))):
        assert run(*call, "-o", folder / name, *more).exit_code == 0
    return {name: sorted((folder / name).glob("*.pdf")) for name in ("archive", "press", "again")}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("purpose", CLAIMS)
def test_a_signed_certificate_keeps_its_standards(tmp_path, form, purpose):
    (tmp_path / "signed.pdf").write_bytes(document(form, purpose))
    reports = docgen.check_standards(tmp_path / "signed.pdf", CLAIMS[purpose])
    assert [each.failures for each in reports] == [[]] * len(CLAIMS[purpose])


def test_signed_volumes_keep_their_standards(volumes):
    for path in volumes["press"]:
        assert [each.failures for each in docgen.check_standards(path, ["pdfx-4", "pdfvt-1"])] == [[], []]
    for path in volumes["archive"]:
        assert [each.failures for each in docgen.check_standards(path, ["pdfa-2b"])] == [[]]


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_verapdf_says_so_too(tmp_path, flavour):
    for form in FORMS:
        (tmp_path / f"{form}.pdf").write_bytes(document(form, "archive"))
    assert verapdf.failures(flavour, sorted(tmp_path.iterdir())) == {path.name: [] for path in tmp_path.iterdir()}


@pytest.mark.java
@pytest.mark.slow
def test_verapdf_says_so_of_volumes(volumes):
    assert verapdf.failures("2b", volumes["archive"]) == {path.name: [] for path in volumes["archive"]}


def test_for_the_press_a_code_is_black_alone(tmp_path):
    """Ghostscript's plates of the back: where the code is, black and nothing else."""
    writer = pypdf.PdfWriter()
    writer.add_page(pypdf.PdfReader(io.BytesIO(document(FORMS[0], "press"))).pages[1])
    buffer = io.BytesIO()
    writer.write(buffer)
    plates = separations(buffer.getvalue(), tmp_path / "plates", 150)
    back = load_form(FORMS[0]).back
    assert back is not None
    assert back.code is not None
    dark = plates["Black"] > 95
    rows, columns = numpy.nonzero(dark)
    side = int(30 / 25.4 * 150)
    first, top = int(columns.min()), int(rows.min())
    code = (slice(top, top + side), slice(first, first + side))
    assert 0.3 < dark[code].mean() < 0.7
    for ink in PROCESS[:3]:
        assert plates[ink][code][dark[code]].max() < 1, ink


def test_batches_of_the_same_records_give_the_same_bytes(volumes):
    digests = [[hashlib.sha256(path.read_bytes()).hexdigest() for path in volumes[name]] for name in ("archive", "again")]
    assert digests[0] == digests[1]
    assert len(digests[0]) == 2
