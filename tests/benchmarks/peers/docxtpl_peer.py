"""docxtpl one by one: python docxtpl_peer.py FOLDER OUTPUT ROWS. Each record fills the same template into a file of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import wording
from docxtpl import DocxTemplate


def main(folder: str, output: str, rows: str) -> None:
    template = DocxTemplate(Path(folder, "certificate.docx"))
    Path(output).mkdir(exist_ok=True)
    for number, record in enumerate(json.loads(Path(folder, rows).read_text(encoding="utf-8")), 1):
        words = {"person": wording.person(record), "period": wording.period(record), "topic": record["topic"]}
        template.render({**words, "course": record["hours"], "number": record["number"]}, autoescape=True)
        template.save(Path(output, f"{number:06}.docx"))


main(*sys.argv[1:])
