"""Signs that something is wrong with a person: each found, and nothing said of what is in order."""

import csv

import pytest
from support.calling import run
from support.places import TESTS
from support.records import record_of

from docgen.inputs.remarks import remarks

FORM = "retraining-certificate"
RIGHT = {"rank": "полиция майоры", "surname": "Сейітқали", "given_name": "Бауыржан", "patronymic": "Маратұлы"}
#: Of a woman born on 12 March 1985, and of a man (FORMS.md: the seventh digit; the check digit by its arithmetic).
OF_WOMAN, OF_MAN = "850312400128", "730227395489"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"iin": OF_MAN}, []),
        ({"rank": "майор полиции"}, [("rank-in-russian", "rank")]),
        ({"rank": "старший лейтенант"}, [("rank-in-russian", "rank")]),
        ({"rank": "полиция аға лейтенанты"}, []),
        ({"rank": "ПОЛИЦИЯ МАЙОРЫ"}, [("name-in-capitals", "rank")]),
        ({"surname": "СЕЙІТҚАЛИ"}, [("name-in-capitals", "surname")]),
        ({"surname": "Ли"}, []),
        ({"surname": "ЛИ"}, []),  # two letters may be how the name is written
        ({"surname": "сейітқали"}, [("name-in-small-letters", "surname")]),
        ({"given_name": "Б."}, [("name-of-initials", "given_name")]),
        ({"patronymic": "М."}, [("name-of-initials", "patronymic")]),
        ({"patronymic": "Марат ұлы"}, [("patronymic-apart", "patronymic")]),
        ({"patronymic": "Марат қызы", "surname": "Оспанова"}, [("patronymic-apart", "patronymic")]),
        ({"patronymic": "Орхан оглы"}, []),
        ({"patronymic": "Маратұлы", "iin": OF_WOMAN}, [("patronymic-of-other-sex", "patronymic")]),
        ({"patronymic": "Сергеевна", "iin": OF_MAN}, [("patronymic-of-other-sex", "patronymic")]),
        ({"patronymic": "Маратұлы", "iin": OF_WOMAN[:-1] + "0"}, []),  # no IIN at all
        ({"surname": "Есжанов", "patronymic": "Маратқызы"}, [("surname-of-other-sex", "surname")]),
        ({"surname": "Мұқанова", "patronymic": "Маратұлы"}, [("surname-of-other-sex", "surname")]),
        ({"surname": "Мұқанова", "patronymic": "", "iin": OF_MAN}, [("surname-of-other-sex", "surname")]),
        ({"surname": "Шевченко", "patronymic": "Сергеевна"}, []),
    ],
)
def test_what_is_said_of_a_person(changes, found):
    assert [(remark.code, remark.where.key) for remark in remarks(RIGHT | changes)] == found


def test_nothing_is_said_of_usual_names():
    with (TESTS / "inputs" / "names.csv").open(encoding="utf-8", newline="") as file:
        usual = [row for row in csv.DictReader(file, delimiter=";") if row["kind"] in ("Kazakh", "Russian", "two surnames")]
    assert len(usual) >= 100
    assert {row["name"]: found for row in usual if (found := [each.code for each in remarks(row)])} == {}


def test_a_check_shows_remarks_with_their_cells_and_refuses_nothing(tmp_path):
    record = record_of(FORM, number="00401", rank="майор полиции", given_name="Б.")
    path = tmp_path / "t.csv"
    path.write_text("\n".join((";".join(record), ";".join(map(str, record.values())))), "utf-8")
    result = run("check", FORM, path)
    names = list(record)
    assert result.exit_code == 0
    for name, words in (("rank", "this is a rank in Russian"), ("given_name", "this is an initial")):
        assert f"{'ABCDEFGHIJKLMNOP'[names.index(name)]}2: {name}: {words}" in result.stderr.replace(" (Rank)", "")


def test_batch_and_proof_show_them_too_and_a_remark_of_many_rows_once(tmp_path):
    records = [record_of(FORM, number=f"{number:05d}", rank="майор полиции", surname=f"Оспан{letter}")
               for number, letter in enumerate("абвгд", 1)]  # fmt: skip
    path = tmp_path / "t.csv"
    path.write_text("\n".join((";".join(records[0]), *(";".join(map(str, each.values())) for each in records))), "utf-8")
    batch = run("batch", FORM, path, "-o", tmp_path / "out", "--workers", 1)
    proof = run("proof", FORM, path, "-o", tmp_path / "proof.pdf")
    for result in (batch, proof, run("check", FORM, path)):
        assert (result.exit_code, result.stderr.count("this is a rank in Russian")) == (0, 1)
        assert "and the document is in Kazakh (and in 4 more rows: 3, 4, 5, 6)" in result.stderr
