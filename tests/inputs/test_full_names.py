"""Full names in one cell: taken apart where nothing is in doubt, a problem with the reading proposed otherwise."""

import csv
import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.calling import run
from support.places import TESTS
from support.records import record_of
from support.sheets import ods, xlsx

from docgen.form import load_form
from docgen.inputs import open_table
from docgen.names import sex_of_patronymic, take_apart

FORM = "retraining-certificate"
FILES = TESTS / "cases" / "files"
APART = ("surname", "given_name", "patronymic", "logo")
OTHERS = [each.name for each in load_form(FORM).fields if each.asked and each.name not in APART]
#: Three hundred invented names with their right parts, by whoever bears the name, and whether these need no guess.
with (TESTS / "inputs" / "names.csv").open(encoding="utf-8", newline="") as file:
    NAMES = list(csv.DictReader(file, delimiter=";"))
CERTAIN = [row for row in NAMES if row["certain"] == "yes"]
DOUBTFUL = [row for row in NAMES if row["certain"] == "no"]


def right_parts(row):
    return tuple(part for part in (row["surname"], row["given_name"], row["patronymic"]) if part)


def test_the_list_is_long_and_of_many_kinds():
    assert len(NAMES) >= 300
    assert len({row["kind"] for row in NAMES}) >= 25


def test_a_certain_name_is_taken_apart_right():
    found = {row["name"]: take_apart(row["name"]) for row in CERTAIN}
    wrong = {row["name"]: found[row["name"]] for row in CERTAIN if found[row["name"]] != (right_parts(row), "")}
    assert wrong == {}


def test_a_doubtful_name_is_never_taken_apart_silently():
    assert [row["name"] for row in DOUBTFUL if not take_apart(row["name"]).doubt] == []


def test_what_is_proposed_is_right_or_nothing():
    found = {row["name"]: take_apart(row["name"]).parts for row in DOUBTFUL}
    assert {row["name"]: found[row["name"]] for row in DOUBTFUL if found[row["name"]] not in ((), right_parts(row))} == {}


LETTERS = st.sampled_from("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯӘҒҚҢӨҰҮҺІ")
SMALL = st.text("абвгдежзиклмнопрстуфхцчшэюяәғқңөұүһіьы", min_size=2, max_size=9)
WORD = st.builds(lambda first, rest: first + rest, LETTERS, SMALL)
SPACE = st.sampled_from([" ", "  ", "\u00a0", "\n"])
ENDS = ["ұлы", "қызы", " ұлы", " қызы", "ович", "евна", " оглы", " кызы", "-ұлы"]


def is_like_a_name(word):
    return not sex_of_patronymic(word) and not word.endswith(("ов", "ев", "ова", "ева", "ский", "цкий", "ская", "цкая"))


@given(WORD.filter(is_like_a_name), WORD.filter(is_like_a_name), WORD, st.sampled_from(ENDS), SPACE)
def test_any_name_with_a_patronymic_in_its_place(surname, given_name, father, end, space):
    patronymic = father + end
    name = space.join((surname, given_name, patronymic))
    assert take_apart(name) == ((surname, given_name, patronymic), "")


@given(st.text("АБӘұлықызовечнағ .,|-'1Az\u00a0", max_size=30))
def test_nothing_of_any_text_is_lost_or_added(text):
    """What is taken apart without a doubt has every letter of the text, in its order."""
    reading = take_apart(text)
    if not reading.doubt:
        letters = [sign for sign in unicodedata.normalize("NFC", text) if not sign.isspace() and sign != "|"]
        assert [sign for sign in "".join(reading.parts) if not sign.isspace()] == letters
        assert len(reading.parts) in (2, 3)


@given(WORD, WORD, WORD)
def test_what_is_proposed_is_taken_when_it_is_written(first, second, third):
    """A clerk who accepts the proposal, or writes another order, is never asked again."""
    reading = take_apart(f"{first} {second} {third}")
    if reading.parts:
        assert take_apart(" | ".join(reading.parts)) == (reading.parts, "")
    assert take_apart(f"{third} | {first} | {second}") == ((third, first, second), "")


# --- through a table --------------------------------------------------------------------------------------------------


def as_csv(path, rows):
    path.write_text("\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows), "utf-8")
    return path


WRITERS = {".xlsx": xlsx, ".ods": ods, ".csv": as_csv}


def table(folder, *names, heading="Ф.И.О.", suffix=".csv"):
    rows = [[heading, *OTHERS]]
    for count, name in enumerate(names, 401):
        record = record_of(FORM, number=f"{count:05}")
        rows.append([name, *(str(record[each]) for each in OTHERS)])
    return WRITERS[suffix](folder / f"t{suffix}", rows)


def names_in(path):
    keys = ("surname", "given_name", "patronymic")
    return [tuple(row.get(key) for key in keys) for _number, row in open_table(path, FORM)]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("heading", ["Ф.И.О.", "Аты-жөні", "Тегі, аты, әкесінің аты", "full_name"])
def test_a_column_of_full_names(heading, suffix, tmp_path):
    path = table(tmp_path, "Сейітқали Әсел Болат қызы", "Оспанов Нұрлан", heading=heading, suffix=suffix)
    assert names_in(path) == [("Сейітқали", "Әсел", "Болат қызы"), ("Оспанов", "Нұрлан", None)]
    assert run("check", FORM, path).exit_code == 0


def test_another_heading_is_said_to_hold_full_names(tmp_path):
    path = table(tmp_path, "Сейітқали Әсел Болатқызы", heading="Слушатель")
    assert run("check", FORM, path).exit_code == 1
    assert run("check", FORM, path, "--map", "Слушатель=full_name").exit_code == 0


def test_a_doubtful_name_is_one_problem_with_its_cell_and_a_proposal(tmp_path):
    path = table(tmp_path, "Сейітқали Әсел Болатқызы", "Елена Ивановна Лебедева")
    result = run("check", FORM, path, "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["problems"]
    facts = {name: problem[name] for name in ("code", "row", "column", "label", "value", "proposal")}
    assert facts == {
        "code": "name-doubtful", "row": 3, "column": "A", "label": "Ф.И.О.", "value": "Елена Ивановна Лебедева",
        "proposal": "Лебедева | Елена | Ивановна",
    }  # fmt: skip
    assert names_in(path) == [("Сейітқали", "Әсел", "Болатқызы")]


def test_a_full_name_in_json_is_taken_apart_too(tmp_path):
    record = record_of(FORM, number="00401") | {"Ф.И.О.": "Сейітқали Әсел Болатқызы"}
    rest = {name: str(value) for name, value in record.items() if name not in ("surname", "given_name", "patronymic")}
    path = tmp_path / "t.json"
    path.write_text(json.dumps([rest]), "utf-8")
    assert names_in(path) == [("Сейітқали", "Әсел", "Болатқызы")]


def test_full_names_in_the_column_of_surnames(tmp_path):
    """As an office has them whose columns for the other parts are empty."""
    options = ("--ignore", "*", "--register", tmp_path / "book.db", "--workers", 1)
    result = run("batch", FORM, FILES / "fio-onecell.xlsx", "-o", tmp_path / "out", *options)
    assert (result.exit_code, "C4: the other columns of the name are empty" in result.stderr) == (0, True)
    source = open_table(FILES / "fio-onecell.xlsx", FORM, register=True, ignore=["*"])
    rows = [row for _number, row in source]
    assert rows[0]["surname"], rows[0]["patronymic"] == ("Цой", "Сергеевич")
    assert [row["given_name"] for row in rows][:3] == ["Сергей", "Сергей", "Бауыржан"]


def test_a_surname_of_two_words_beside_a_given_name_is_a_surname(tmp_path):
    record = record_of(FORM, number="00401", surname="Гусейн заде")
    names = ["surname", "given_name", *OTHERS]
    path = as_csv(tmp_path / "t.csv", [names, [str(record[name]) for name in names]])
    assert names_in(path) == [("Гусейн заде", record["given_name"], None)]
