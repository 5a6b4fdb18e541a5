"""The words of a certificate for the peers that run Python, which docgen's own forms say in their templates."""

from __future__ import annotations

FROM = [
    "қаңтардан", "ақпаннан", "наурыздан", "сәуірден", "мамырдан", "маусымнан", "шілдеден", "тамыздан", "қыркүйектен",
    "қазаннан", "қарашадан", "желтоқсаннан",
]  # fmt: skip
TO = [
    "қаңтарға", "ақпанға", "наурызға", "сәуірге", "мамырға", "маусымға", "шілдеге", "тамызға", "қыркүйекке",
    "қазанға", "қарашаға", "желтоқсанға",
]  # fmt: skip
IN = ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"]


def person(record: dict) -> str:
    return " ".join(filter(None, map(record.get, ("rank", "surname", "given_name", "patronymic"))))


def period(record: dict) -> str:
    """Return the period of a course within one year."""
    year, first, begin = record["start"].split("-")
    _year, last, end = record["end"].split("-")
    if first == last:
        return f"{year} жылғы {int(begin)} – {int(end)} {IN[int(first) - 1]} аралығында"
    return f"{year} жылғы {int(begin)} {FROM[int(first) - 1]} {int(end)} {TO[int(last) - 1]} дейін"


def course(record: dict) -> str:
    return f"тақырыбы бойынша {record['hours']} сағат көлемінде қайта даярлау курсынан өтті"


def date(record: dict) -> str:
    year, month, day = record["issued"].split("-")
    return f'{record["city"]} қаласы {year} жылғы "{day}" {IN[int(month) - 1]}'


def number(record: dict) -> str:
    return f"Тіркеу № {record['number']}"
