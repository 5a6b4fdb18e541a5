"""Made-up records for the benchmarks: the same ones every time, as varied as a training centre's year."""

from __future__ import annotations

import random
from datetime import date, timedelta

SURNAMES = [
    "Сейітқали", "Әбдіқадыров", "Нұрғалиев", "Жүнісбеков", "Өтегенов", "Қайратұлы", "Ыбыраев", "Тілеуберді",
    "Мұқанов", "Байғабылов", "Құдайбергенов", "Серікбаев", "Иманғалиев", "Досжанов", "Рақымжанов", "Шәріпов",
    "Төлегенов", "Есенгелдиев", "Ғабдуллин", "Исатаев", "Оразбеков", "Хамитов", "Үмбетов", "Қожахметов", "Смағұлов",
]  # fmt: skip
NAMES = [
    "Бауыржан", "Ерлан", "Нұрлан", "Айдос", "Әсет", "Қанат", "Дәулет", "Серік", "Марат", "Олжас", "Ғалымжан",
    "Жәнібек", "Темірлан", "Үсен", "Іңкәр", "Гүлнұр", "Айгүл", "Әлия", "Жанар", "Меруерт", "Сәуле", "Динара",
    "Ақмарал", "Шолпан", "Назгүл",
]  # fmt: skip
PATRONYMICS = [
    "Маратұлы", "Серікұлы", "Бөкенұлы", "Қайратқызы", "Әбішұлы", "Ғабитұлы", "Ерланқызы", "Оразұлы", "Нұрланқызы",
    "Жұмабайұлы", "Хамитқызы",
]  # fmt: skip
RANKS = ["полиция майоры", "полиция капитаны", "полиция аға лейтенанты", "полиция подполковнигі", "әділет майоры"]
TOPICS = [
    "Құқық қорғау органдарындағы ақпараттық қауіпсіздік және дербес деректерді қорғау негіздері",
    "Қылмыстық құқық бұзушылықтарды тергеп-тексерудің қазіргі заманғы әдістері",
    "Жол қозғалысы қауіпсіздігін қамтамасыз ету",
    "Кәмелетке толмағандар арасындағы құқық бұзушылықтың алдын алу",
    "Киберқылмысқа қарсы іс-қимыл: цифрлық дәлелдемелермен жұмыс",
    "Қызметтік құжаттарды мемлекеттік тілде жүргізу",
    "Жеке құрамның кәсіби-психологиялық даярлығы",
    "Төтенше жағдайлардағы қоғамдық тәртіпті сақтау",
]
ORGANIZATION = "Қазақстан Республикасы Ішкі істер министрлігінің Бәрімбек Бейсенов атындағы Қарағанды академиясы"
POSITIONS = ["бас маман", "жетекші маман", "бөлім басшысы", "инспектор", "аға инспектор"]
WORKPLACES = [
    "Алматы қаласы Балалардың құқықтарын қорғау басқармасы",
    "Қарағанды облысының білім басқармасы",
    "№ 17 мектеп-лицей",
]


def certificates(count: int) -> list[dict[str, object]]:
    """Return records for the retraining certificate: one organization, 40 courses, everyone's own name and number."""
    chance = random.Random(422)
    courses = [_course(chance) for _each in range(40)]
    return [{**courses[n * 40 // count], **_person(chance), "number": f"{n + 1:05}"} for n in range(count)]


def register(count: int) -> dict[str, object]:
    """Return a record of the register with `count` rows."""
    chance = random.Random(114)
    return {"organization": ORGANIZATION, "year": 2026, "rows": [_registered(chance, n + 1) for n in range(count)]}


def results(count: int) -> dict[str, object]:
    """Return a record of the results of a course with `count` rows."""
    chance = random.Random(422)
    record = _course(chance)
    rows = [
        {**_person(chance), "unit": chance.choice(WORKPLACES), "position": chance.choice(POSITIONS), "result": "сынақтан өтті",
         "number": f"{n + 1:05}"}
        for n in range(count)
    ]  # fmt: skip
    course = {name: record[name] for name in ("organization", "topic", "hours", "start", "end")}
    return {**course, "rows": rows, "signer_position": "Академия бастығы", "signer": record["head"], "signed": record["end"]}


def standard(count: int) -> dict[str, object]:
    """Return a record of a work standard with `count` tasks, three functions each."""
    words = {
        "function": "Қайта даярлауға және біліктілікті арттыруға жататын қызметкерлерді айқындау",
        "procedure": "Бөліністерден өтінімдер сұратады, деректерді салыстырады, тізімді басқарма бастығына келісуге енгізеді.",
        "requirement": "Тізім жыл сайын 1 тамызға дейін қалыптастырылады, оқуға жататын қызметкерлердің барлығын қамтиды.",
    }
    rows = [{name: f"{text} {n + 1}" for name, text in words.items()} for n in range(3)]
    tasks = [{"task": f"есептілікті қамтамасыз ету {n + 1}", "rows": rows} for n in range(count)]
    return {
        "approver_body": "Қарағанды облысы Полиция департаментінің", "approver_unit": "Кадр саясаты басқармасының",
        "approver_rank": "полиция полковнигі", "approver_name": "С. Қ. Ахметов", "approved": "2026-02-06",
        "position": "Кадр саясаты басқармасының кәсіби даярлық бөлімінің аға инспекторы",
        "acts": ["Қазақстан Республикасының 2011 жылғы 6 қаңтардағы \"Құқық қорғау қызметі туралы\" Заңы."],
        "employee_rank": "полиция майоры", "employee_name": "Б. М. Сейітқали", "tasks": tasks,
    }  # fmt: skip


def _course(chance: random.Random) -> dict[str, object]:
    start = date(2026, 1, 12) + timedelta(days=chance.randrange(300))
    end = start + timedelta(days=chance.choice([4, 11, 18, 25]))
    fixed = {"organization": ORGANIZATION, "head": "А. Ж. Нұрғалиев", "city": "Қарағанды"}
    own = {"topic": chance.choice(TOPICS), "hours": chance.choice([36, 72, 108, 144])}
    return {**fixed, **own, "start": str(start), "end": str(end), "issued": str(end)}


def _person(chance: random.Random) -> dict[str, object]:
    name = {"surname": chance.choice(SURNAMES), "given_name": chance.choice(NAMES)}
    patronymic = {"patronymic": chance.choice(PATRONYMICS)} if chance.random() < 0.9 else {}
    return {"rank": chance.choice(RANKS), **name, **patronymic}


def _registered(chance: random.Random, number: int) -> dict[str, object]:
    person = _person(chance)
    del person["rank"]
    work = {"workplace": chance.choice(WORKPLACES), "position": chance.choice(POSITIONS)}
    issued = date(2026, 1, 12) + timedelta(days=chance.randrange(300))
    return {**person, "iin": _iin(chance), **work, "number": f"{number:05}", "issued": str(issued)}


def _iin(chance: random.Random) -> str:
    """Return an individual identification number whose check digit is right."""
    while True:
        born = date(1965, 1, 1) + timedelta(days=chance.randrange(12000))
        digits = [int(each) for each in f"{born:%y%m%d}{chance.choice('34')}{chance.randrange(10000):04}"]
        for shift in (0, 2):
            check = sum(digit * ((place + shift) % 11 + 1) for place, digit in enumerate(digits)) % 11
            if check < 10:
                return "".join(map(str, [*digits, check]))
