"""A workbook of a course, as a clerk gets it from somebody who knows no form."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import openpyxl

from docgen.confined import page_count
from support.browsing import Browser
from support.reading import words
from support.serving import CERTIFICATE, record

#: Seconds that a run of a few records may take on a busy machine.
PATIENCE = 120

#: The headings of the workbook → the fields that they mean.
HEADINGS = {
    "Тегі": "surname", "Аты": "given_name", "Шені": "rank", "Басталды": "start", "Бітті": "end", "Сабақтар тақырыбы": "topic",
    "Сағаты": "hours", "Басшы": "head", "Қаласы": "city", "Берілді": "issued", "Мекеме": "organization",
}  # fmt: skip


#: Letters that names of people end in, so that no two of up to 324 are alike.
LETTERS = "абвгдежзиклмнопрст"


def workbook(folder: Path, organization: str, people: int = 6, **cells: str) -> Path:
    """Write a workbook of people under headings that no form knows; `cells` are other values, such as `G3`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*HEADINGS, "Ескерту"])
    for number in range(people):
        surname, given_name = surname_of(number), organization.split()[0]
        values = record(organization=organization, surname=surname, given_name=given_name, hours=72 + number)
        sheet.append([*(values[name] for name in HEADINGS.values()), "–"])
    for cell, value in cells.items():
        sheet[cell] = value
    path = folder / "курс.xlsx"
    book.save(path)
    return path


def surname_of(number: int) -> str:
    """Return the surname of a person of a workbook, counted from 0."""
    second, first = divmod(number, len(LETTERS))
    return f"Адам{LETTERS[first]}{LETTERS[second - 1] if second else ''}"


#: Five mistakes of a workbook, and what a clerk writes in their place, by the inputs of the page.
MISTAKES = {"G3": "көп", "E5": "2020-01-01", "A6": "", "D7": "32.01.2026", "K4": ""}
RIGHT = {"cell[3].hours": "80", "cell[5].end": "06.02.2026", "cell[6].surname": "Табылған", "cell[7].start": "12.01.2026"}


def confirm(browser: Browser, path: Path, form: str = CERTIFICATE) -> Browser:
    """Give a table, say what each column holds, and have its rows checked."""
    browser.open("/tables").send(files={"table": path}, form=form)
    assert browser.path.startswith("/tables/"), browser.words(".problem")
    said = {f"column-{place}": name for place, name in enumerate(HEADINGS.values())} | {f"column-{len(HEADINGS)}": ""}
    return browser.send(button=("do", "check"), **said)


def finished(browser: Browser) -> Browser:
    """Look at a run until it has ended."""
    path, end = browser.path, time.monotonic() + PATIENCE
    assert path.startswith("/runs/"), browser.words(".problem")
    while browser.open(path).words(".waiting") + browser.words(".working"):
        assert time.monotonic() < end
        time.sleep(0.3)
    return browser


def assert_numbered(volume: bytes, manifest: dict[str, Any], people: int = 200) -> None:
    """Assert that a volume has a page a person, each numbered, those whose rows were corrected as the clerk corrected them.

    Of the pages the first, the last and the corrected ones are read: poppler takes a tenth of a second for each.
    """
    assert page_count(volume) == people
    assert [record["number"] for record in manifest["records"]] == [f"{number:05d}" for number in range(1, people + 1)]
    for page in (1, 2, 3, 4, 5, 6, people):
        text = words(volume, page)
        assert f"Тіркеу № {page:05d}" in text
        assert ("Табылған" if page == 5 else surname_of(page - 1)) in text
    assert "80 сағат" in words(volume, 2)
    assert {each["row"] for each in manifest["source"]["corrections"]} == {3, 4, 5, 6, 7}
