"""Same record, same bytes (DESIGN.md, second law): twice, in two processes, in every format and print."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader
from support import processes
from support.records import record_of

import docgen

PROGRAM = """
import hashlib, json, sys
import docgen
form, to, what, record = json.load(sys.stdin)
print(hashlib.sha256(docgen.render(form, record, to=to, print=what)).hexdigest())
"""
CASES = [
    ("retraining-certificate", "pdf", "full"),
    ("retraining-certificate", "pdf", "overprint"),
    ("retraining-certificate", "docx", "full"),
    ("retraining-certificate", "png", "full"),
    ("certificate-register", "pdf", "full"),
    ("work-standard", "pdf", "full"),
    ("work-standard", "docx", "full"),
]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_same_record_same_bytes_twice_and_in_another_process(case):
    form, to, what = case
    record = record_of(form)
    first, second = (docgen.render(form, record, to=to, print=what) for _ in range(2))
    assert first == second
    call = json.dumps([form, to, what, record], default=str)
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Almaty", "LC_ALL": "C"}
    run = processes.run([sys.executable, "-c", PROGRAM], input=call.encode(), env=environment, capture_output=True, check=True)
    assert run.stdout.decode().strip() == digest(first)


def test_the_module_may_be_called_from_several_threads():
    records = [record_of("retraining-certificate", number=f"{n:05d}") for n in range(6)]
    one_by_one = [docgen.render("retraining-certificate", record) for record in records]
    with ThreadPoolExecutor(3) as pool:
        at_once = list(pool.map(lambda record: docgen.render("retraining-certificate", record), records))
    assert at_once == one_by_one


def test_source_date_epoch_dates_the_document(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    pdf = docgen.render("retraining-certificate", record_of("retraining-certificate"))
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    assert metadata.creation_date == metadata.modification_date == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_importing_docgen_loads_no_heavy_library():
    heavy = ("weasyprint", "lxml", "pypdf", "numpy", "PIL", "docx")
    program = f"import sys, docgen; print([name for name in {heavy} if name in sys.modules])"
    run = processes.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert run.stdout.strip() == "[]"
