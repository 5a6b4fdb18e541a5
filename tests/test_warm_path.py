"""A document that is like the one before passes through few modules: what a form and its pages share is found once."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest
from support.places import PACKAGE
from support.records import record_of

import docgen

CERTIFICATE = "retraining-certificate"
#: The modules of docgen that the second of two equal certificates passes through; metadata take two more.
MODULES = {"plain": 20, "archive": 22}


def modules_of(work) -> set[str]:
    """Return the modules of docgen whose functions are called in `work`."""
    passed: set[str] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(PACKAGE):
            passed.add(path.relative_to(PACKAGE).as_posix())

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return passed


@pytest.mark.parametrize(("purpose", "most"), MODULES.items())
def test_a_warm_certificate_passes_few_modules(purpose, most):
    record = record_of(CERTIFICATE)
    docgen.render(CERTIFICATE, record, purpose=purpose)
    passed = modules_of(lambda: docgen.render(CERTIFICATE, record, purpose=purpose))
    assert len(passed) <= most, sorted(passed)


def test_another_folder_of_forms_is_honoured_when_warm(tmp_path, monkeypatch):
    title = docgen.load_form(CERTIFICATE).title["kk"]
    docgen.render(CERTIFICATE, record_of(CERTIFICATE))
    from docgen.form import copy_form

    copy_form(CERTIFICATE, tmp_path)
    definition = tmp_path / CERTIFICATE / "form.toml"
    definition.write_text(definition.read_text("utf-8").replace(title, "Басқа"), "utf-8")
    monkeypatch.setenv("DOCGEN_FORMS", str(tmp_path))
    assert docgen.load_form(CERTIFICATE).title["kk"] == "Басқа"
    monkeypatch.delenv("DOCGEN_FORMS")
    assert docgen.load_form(CERTIFICATE).title["kk"] == title
