"""A workbook of a course, as a clerk gets it from somebody who knows no form."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from support.serving import record

#: The headings of the workbook → the fields that they mean.
HEADINGS = {
    "Тегі": "surname", "Аты": "given_name", "Шені": "rank", "Басталды": "start", "Бітті": "end", "Сабақтар тақырыбы": "topic",
    "Сағаты": "hours", "Басшы": "head", "Қаласы": "city", "Берілді": "issued", "Мекеме": "organization",
}  # fmt: skip


def workbook(folder: Path, organization: str, **cells: str) -> Path:
    """Write a workbook of six people under headings that no form knows; `cells` are other values, such as `G3`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*HEADINGS, "Ескерту"])
    for number in range(6):
        surname, given_name = f"Адам{'абвгде'[number]}", organization.split()[0]
        values = record(organization=organization, surname=surname, given_name=given_name, hours=72 + number)
        sheet.append([*(values[name] for name in HEADINGS.values()), "–"])
    for cell, value in cells.items():
        sheet[cell] = value
    path = folder / "курс.xlsx"
    book.save(path)
    return path
