"""A name that the book does not know is no empty answer: a form, a job, an organization, with the nearest that it knows."""

from __future__ import annotations

import pytest
from support.calling import run
from support.records import record_of

from docgen.errors import DataError
from docgen.form import load_form
from docgen.register import Filter, Request, open_register

FORM = "retraining-certificate"
OTHER = "child-protection-certificate"
ACADEMY = "Қарағанды академиясы"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """One certificate of one job in the book."""
    path = tmp_path_factory.mktemp("book") / "book.db"
    with open_register(path) as register:
        register.issue(load_form(FORM), [Request("1", record_of(FORM, organization=ACADEMY, number=None))], "Course 12")
    return path


#: What is called → the exit code, and what is said.
CALLS = {
    "a job of another name": (("list", "--job", "course 13"), 1, ("no job “course 13”", "Did you mean “Course 12”?")),
    "a job that is like none": (("list", "--job", "x"), 1, ("no job “x”", "Known are: Course 12.")),
    "a form of nearly that name": (("list", FORM[:-1]), 2, (f"no form “{FORM[:-1]}”", f"“{FORM}”?")),
    "an organization": (("list", "--organization", "Алматы"), 1, ("no organization with “Алматы” in its name", ACADEMY)),
    "a job and an organization": (("list", "--job", "x", "--organization", "zz"), 1, ("“x”", "“zz”")),
    "numbers of a form": (("numbers", FORM[:-1]), 2, (f"“{FORM}”?",)),
    "a document of a form": (("show", FORM[:-1], "1"), 2, (f"“{FORM}”?",)),
    "a document of an organization": (("show", FORM, "1", "--organization", "Алматы"), 1, (ACADEMY,)),
    "what is declared void": (("void", FORM[:-1], "1", "--reason", "x"), 2, (f"“{FORM}”?",)),
    "a journal of an organization": (
        ("journal", FORM, "--organization", "Алматы", "-o", "journal.pdf"), 1, (f"Known are: {ACADEMY}.",),
    ),
    "an export of a form": (("export", FORM[:-1], "-o", "all.csv"), 2, (f"“{FORM}”?",)),
    "an export of a state": (("export", FORM, "--state", "lost", "-o", "all.csv"), 2, ("“lost” is not offered",)),
    "who is due, of an organization": (("due", OTHER, "--organization", "Алматы"), 1, ("no organization with “Алматы”",)),
    "sheets that are left": (("stock", "left", FORM[:-1]), 2, (f"“{FORM}”?",)),
    "sheets that were used for a job": (("stock", "use", FORM, "--from", "1", "--job", "Course 1"), 1, ("“Course 12”?",)),
    "sheets that were used": (("stock", "use", FORM[:-1], "--from", "1"), 2, (f"“{FORM}”?",)),
    "sheets that were spoiled": (("stock", "spoil", FORM[:-1], "1", "--reason", "x"), 2, (f"“{FORM}”?",)),
    "the statement of the stock": (("stock", "close", FORM[:-1]), 2, (f"“{FORM}”?",)),
}  # fmt: skip


@pytest.mark.parametrize("what", CALLS)
def test_an_unknown_name_is_refused_with_the_nearest(what, book, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    call, code, said = CALLS[what]
    result = run("register", *call, "--register", book)
    assert (result.exit_code, [words for words in said if words not in result.output]) == (code, []), result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("job", "form", "code", "said"),
    [
        ("course 12", "", 1, "Did you mean “Course 12”?"),
        ("Course 12", FORM[:-1], 2, f"“{FORM}”?"),
        ("Course 12", OTHER, 1, f"the job “Course 12” has no documents of “{OTHER}”"),
    ],
)
def test_a_hand_over_names_the_job_that_may_be_meant(job, form, code, said, book, tmp_path):
    result = run("hand-over", job, "-o", tmp_path / "handed", "--register", book, *(["--form", form] if form else []))
    assert (result.exit_code, said in result.output) == (code, True), result.output


ANSWERED = [("list", OTHER), ("list", "--year", "1999"), ("list", "--search", "zz"), ("stock", "left", OTHER)]


@pytest.mark.parametrize("call", ANSWERED)
def test_a_question_that_finds_nothing_is_answered(call, book):
    result = run("register", *call, "--register", book)
    assert (result.exit_code, result.output.strip().startswith("0 ")) == (0, True), result.output


def test_a_form_of_ones_own_is_known_though_nothing_was_issued_of_it(book, tmp_path):
    own = tmp_path / "own" / "own-certificate"
    own.mkdir(parents=True)
    (own / "form.toml").write_text('extends = "retraining-certificate"\n', encoding="utf-8")
    assert "0 documents" in run("register", "list", "own-certificate", "--forms", own.parent, "--register", book).output
    assert run("register", "list", "own-certificate", "--register", book).exit_code == 2


@pytest.mark.slow
def test_a_hint_lists_no_more_jobs_than_anybody_reads(tmp_path):
    form = load_form(FORM)
    with open_register(tmp_path / "many.db") as register:
        for number in range(80):
            record = record_of(FORM, number=None, surname=f"Ким-{number}")
            register.issue(form, [Request("1", record)], f"{number:03d}")
        with pytest.raises(DataError, match="no job “course”") as refused:
            register.refuse_unknown(Filter(key=("course", "")))
    hint = refused.value.problems[0].hint
    assert ("079, 078" in hint, "020, …" in hint, "019" in hint) == (True, True, False)
