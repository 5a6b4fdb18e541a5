"""A duplicate says that it is one: in the customer's list, and on its page where the form has a place for it."""

import shutil

from support.calling import run
from support.places import ROOT
from support.reading import words
from support.records import record_of

FORM = "retraining-certificate"


def test_a_duplicate_says_in_the_list_of_the_customer_whose_it_is(tmp_path):
    book, record = tmp_path / "book.db", record_of(FORM, number="", surname="Оспанов")
    (tmp_path / "t.csv").write_text("\n".join(";".join(map(str, row)) for row in (record, record.values())), "utf-8")
    assert run("batch", FORM, tmp_path / "t.csv", "-o", tmp_path / "o", "--register", book, "--workers", 1).exit_code == 0
    listed = ("register", "list", FORM, "--register", book)
    assert run(*listed, "-o", tmp_path / "before.csv").exit_code == 0
    reissued = ("register", "reissue", FORM, "1", "--issued", "2026-11-20", "--reason", "lost", "--register", book)
    assert run(*reissued, "-o", tmp_path / "d.pdf").exit_code == 0
    assert run(*listed, "-o", tmp_path / "after.csv").exit_code == 0
    before, after = ((tmp_path / f"{name}.csv").read_text("utf-8-sig").splitlines() for name in ("before", "after"))
    assert [line.count("duplicate of") for line in (before[0], after[0])] == [0, 1]
    assert after[1].endswith('"=""00001"""')


def test_a_form_with_a_place_for_it_prints_whose_duplicate_it_is(tmp_path):
    folder = tmp_path / "forms" / FORM
    shutil.copytree(ROOT / "forms" / FORM, folder)
    text = (folder / "form.toml").read_text("utf-8")
    said = "{% if duplicate_of %} (№ {{ duplicate_of }} телнұсқасы){% endif %}"
    text = text.replace("курсынан өтті", f"курсынан өтті{said}")
    text += '\n[[field]]\nname = "duplicate_of"\nlabel.kk = "Телнұсқа"\nkind = "text"\noptional = true\n'
    (folder / "form.toml").write_text(text, "utf-8")
    book, record = tmp_path / "book.db", record_of(FORM, number="", surname="Оспанов")
    (tmp_path / "t.csv").write_text("\n".join(";".join(map(str, row)) for row in (record, record.values())), "utf-8")
    own = ("--register", book, "--forms", tmp_path / "forms")
    printed = run("batch", FORM, tmp_path / "t.csv", "-o", tmp_path / "o", *own, "--workers", 1)
    assert printed.exit_code == 0, printed.output
    reissued = ("register", "reissue", FORM, "1", "--issued", "2026-11-20", "--reason", "lost")
    result = run(*reissued, *own, "-o", tmp_path / "d.pdf")
    assert result.exit_code == 0, result.output
    assert "(№ 00001 телнұсқасы)" in words((tmp_path / "d.pdf").read_bytes())
    assert "телнұсқасы" not in words((tmp_path / "o" / f"{FORM}-001.pdf").read_bytes())
