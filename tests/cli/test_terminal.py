"""No sign that steers a terminal is ever shown: whatever value a call quotes, by whichever command, on whichever stream."""

from __future__ import annotations

import ast
import json
import re
import sqlite3
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from support import processes
from support.places import PACKAGE, ROOT
from support.records import record_of
from support.sheets import xlsx

from docgen.cli import cli
from docgen.cli.options import Progress, echo_notes
from docgen.cli.terminal import ListAsWritten, echo_json
from docgen.errors import UNSEEN, Problem, Where, visible

#: It sets a window's title, clears the screen (in seven and in eight bits), rings, moves back and turns the text round.
STEERS = "\x1b]0;owned\x07\x1b[2J\x9b2J\b\r\u202e\u2066"
FORM = "retraining-certificate"
#: What click makes bold, dim and coloured.
OWN_STYLE = re.compile(r"\x1b\[\d+m")


def steering(text: str) -> set[str]:
    """Return the signs of a text that are not seen, but for line feeds and our own colours."""
    return {letter for letter in OWN_STYLE.sub("", text) if letter != "\n" and unicodedata.category(letter) in UNSEEN}


def shown(*call: object) -> str:
    """Return all that a call shows on a terminal with colours."""
    result = CliRunner().invoke(cli, [str(word) for word in call], color=True)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result.output


FILE = f"file{STEERS}"
#: A value of every kind, where a call of every command quotes it. FILE.* are files of that name, whatever is in them.
CALLS = {
    "command": [f"go{STEERS}"],
    "option": ["render", f"--go{STEERS}"],
    "option of the group": [f"--go{STEERS}", "forms"],
    "choice": ["render", FORM, "x.toml", "-o", "x.pdf", "--print", STEERS],
    "number": ["image", "x.pdf", "-o", "x.png", "--page", STEERS],
    "language": ["--lang", STEERS, "forms"],
    "argument": ["merge", "x.pdf", "-o", "x.pdf", f"--{STEERS}=1"],
    "too many arguments": ["image", "a.pdf", STEERS, "-o", "x.png"],
    "form": ["render", STEERS, "x.toml", "-o", "x.pdf"],
    "shown form": ["forms", "show", STEERS],
    "copied form": ["forms", "copy", FORM, FILE, "--as", STEERS],
    "folder of a copy": ["forms", "copy", FORM, FILE],
    "folder of forms": ["forms", "--forms", FILE],
    "day": ["render", FORM, "x.toml", "-o", "x.pdf", "--on", STEERS],
    "set": ["render", FORM, "x.toml", "-o", "x.pdf", "--set", STEERS],
    "set field": ["render", FORM, "{FILE}.json", "-o", "x.pdf", "--set", f"{STEERS}=1"],
    "set value": ["render", FORM, "{FILE}.json", "-o", "x.pdf", "--set", f"hours={STEERS}"],
    "map": ["check", FORM, "{FILE}.xlsx", "--map", STEERS],
    "map field": ["check", FORM, "{FILE}.xlsx", "--map", f"{STEERS}={STEERS}"],
    "map twice": ["check", FORM, "{FILE}.xlsx", "--map", f"{STEERS}=hours", "--map", f"{STEERS}=topic"],
    "ignore": ["check", FORM, "{FILE}.xlsx", "--ignore", STEERS],
    "only": ["batch", FORM, "{FILE}.xlsx", "-o", "out", "--only", STEERS],
    "output": ["forms", "sample", FORM, "-o", "{FILE}.toml"],
    "sheet": ["forms", "sheet", FORM, "-o", "{FILE} sheet.xlsx"],
    "output of an unknown kind": ["render", FORM, "{FILE}.json", "-o", f"x.{STEERS}"],
    "picture of an unknown kind": ["image", "{FILE}.pdf", "-o", f"x.{STEERS}"],
    "rendered": ["render", FORM, "{FILE}.json", "-o", "{FILE}.pdf", "--set", "number=7"],
    "rendered by number": ["render", FORM, "{FILE}.json", "-o", "{FILE}.pdf", "--register", "{FILE}.db"],
    "output that cannot be": ["render", FORM, "{FILE}.json", "-o", f"none/{STEERS}.pdf"],
    "no such file": ["render", FORM, FILE, "-o", "x.pdf"],
    "no PDF": ["preflight", "{FILE}.json"],
    "no picture": ["image", "{FILE}.json", "-o", "x.png"],
    "joined": ["merge", "{FILE}.json", "-o", "x.pdf"],
    "artwork": ["render", FORM, "{FILE}.json", "-o", "x.pdf", "--artwork", FILE],
    "template": ["render", "--template", "{FILE}.json", "{FILE}.json", "-o", "x.docx"],
    "heading and values": ["check", FORM, "{FILE}.xlsx"],
    "heading and values as JSON": ["check", FORM, "{FILE}.xlsx", "--json"],
    "checked copy": ["check", FORM, "{FILE}.xlsx", "-o", "{FILE} checked.xlsx"],
    "batch": ["batch", FORM, "{FILE}.csv", "-o", "{FILE} out", "--workers", "1"],
    "batch as JSON": ["batch", FORM, "{FILE}.csv", "-o", "{FILE} out", "--workers", "1", "--json"],
    "proof": ["proof", FORM, "{FILE}.csv", "-o", "{FILE} proof.pdf"],
    "verified folder": ["batch", "--check-output", FILE],
    "names of files": ["batch", FORM, "{FILE}.csv", "-o", "out", "--each", STEERS],
    "forms of a folder": ["forms", "--forms", "own"],
    "form of a folder": ["forms", "show", "f", "--forms", "own"],
    "form of a folder as JSON": ["forms", "show", "f", "--forms", "own", "--json"],
    "wrong form": ["forms", "show", "wrong", "--forms", "own"],
    "no book": ["register", "list", "--register", "{FILE} none.db"],
    "command of the register": ["register", STEERS],
    "reason": ["register", "void", FORM, STEERS, "--reason", STEERS, "--register", "book.db"],
    "number of a document": ["register", "show", FORM, STEERS, "--register", "book.db"],
    "listed": ["register", "list", "--register", "book.db"],
    "listed as JSON": ["register", "list", "--register", "book.db", "--json"],
    "shown": ["register", "show", FORM, "1", "--register", "book.db"],
    "verified": ["register", "verify", "--register", "book.db"],
    "verified seal": ["register", "verify", "--register", "book.db", "--seal", STEERS],
    "numbers": ["register", "numbers", "--register", "book.db"],
    "stock": ["register", "stock", "left", FORM, "--register", "book.db"],
    "stock as JSON": ["register", "stock", "left", FORM, "--register", "book.db", "--json"],
    "statement": ["register", "stock", "close", FORM, "--register", "book.db"],
    "serial": ["register", "stock", "receive", FORM, "--from", STEERS, "--to", STEERS, "--register", "book.db"],
    "period": ["register", "list", "--from", STEERS, "--register", "book.db"],
    "address": ["register", "list", "--register", f"postgresql://{STEERS}@nowhere.invalid/x"],
    "import": ["register", "import", FORM, "{FILE}.xlsx", "--register", "book.db"],
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with files of a steering name and steering content of every kind, and a book that was written by others."""
    here = tmp_path_factory.mktemp("steering")
    own = {name: value for name, value in record_of(FORM, surname="Ахметов").items() if name != "number"}
    (here / f"{FILE}.json").write_text(json.dumps(own, default=str), encoding="utf-8")
    texts = {name: str(value) for name, value in own.items() if not isinstance(value, (list, dict))}
    xlsx(here / f"{FILE}.xlsx", [[*texts, f"more{STEERS.replace(chr(27), '').replace(chr(7), '').replace(chr(8), '')}"]])
    rows = [[*texts], list(texts.values()), [*list(texts.values())[:-1], STEERS], [STEERS] * len(texts)]
    (here / f"{FILE}.csv").write_text("\n".join(";".join(row) for row in rows[:2]), encoding="utf-8")
    quoted = "".join(f"\\u{ord(letter):04x}" for letter in STEERS)
    for name, places in (("f", '[[place]]\nname = "t"\ntext = "a"\n'), ("wrong", f'["{quoted}"]\na = 1\n')):
        (here / "own" / name).mkdir(parents=True)
        head = f'id = "{name}"\nlayout = "house"\ntitle = {{ kk = "Ү{quoted}", ru = "Т", en = "T{quoted}" }}\n'
        act = f'act.name = "an act{quoted}"\nsheet = {{ width = "210mm", height = "297mm" }}\n'
        field = f'[[field]]\nname = "topic"\nlabel = {{ kk = "а{quoted}", ru = "б", en = "c{quoted}" }}\n'
        (here / "own" / name / "form.toml").write_text(head + act + field + places, encoding="utf-8")
    _book(here)
    return here


def _book(here: Path) -> None:
    """Make a book whose texts another program has changed."""
    book = here / "book.db"
    out = here / "out.pdf"
    said = shown("render", FORM, here / f"{FILE}.json", "-o", out, "--register", book)
    assert out.exists(), said
    shown("register", "stock", "receive", FORM, "--from", "АА 000001", "--to", "АА 000009", "--register", book)
    with closing(sqlite3.connect(book)) as connection, connection:
        names = connection.execute("SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
        for name in [name for kind, name in names if kind == "trigger"]:
            connection.execute(f'DROP TRIGGER "{name}"')
        for table in [name for kind, name in names if kind == "table"]:
            for _id, column, *_facts in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
                if column in STEERED:
                    connection.execute(
                        f'UPDATE "{table}" SET "{column}" = "{column}" || ? WHERE typeof("{column}") = \'text\'', [STEERS]
                    )


#: Columns of a book whose content is shown.
STEERED = {"organization", "prefix", "clerk", "reason", "note", "job"}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_no_call_shows_a_sign_that_steers_the_terminal(call, folder, monkeypatch):
    monkeypatch.chdir(folder)
    output = shown(*(word.replace("{FILE}", FILE) for word in call))
    assert output.strip()
    assert steering(output) == set()


def test_what_is_shown_as_json_is_the_same_for_a_program(folder, monkeypatch):
    monkeypatch.chdir(folder)
    answer = json.loads(shown("register", "stock", "left", FORM, "--register", "book.db", "--json"))
    assert any(STEERS in serial for serial in answer["serials"])


def test_a_file_on_standard_output_is_written_as_it_is(folder):
    result = CliRunner().invoke(
        cli, ["render", FORM, str(folder / f"{FILE}.json"), "--set", "number=7", "--to", "pdf", "-o", "-"]
    )
    assert result.stdout_bytes.startswith(b"%PDF-")
    assert steering(result.stdout_bytes.decode("latin-1"))


def test_progress_shows_the_signs_of_its_step(capsys, monkeypatch):
    monkeypatch.setattr(Progress, "QUIET_SECONDS", -1)
    progress = Progress(2)
    progress.is_bar = True
    progress.shown_at -= 10
    progress(STEERS, 1)
    err = capsys.readouterr().err
    assert steering(err) == {"\r"}
    assert visible(STEERS) in err


def test_a_traceback_shows_the_signs_of_its_message():
    program = f"import docgen.cli as cli; cli.cli = lambda **_: 1 / 0 if 0 else int({STEERS!r} + 'x'); cli.main()"
    done = processes.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert b"ValueError" in done.stderr
    assert steering(done.stderr.decode()) == set()


OTHER_WAYS = re.compile(r"print|click\.(s?echo|prompt|confirm|progressbar|echo_via_pager)|sys\.std\w+\.write\w*")


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").rglob("*.py")), ids=lambda path: path.stem)
def test_nothing_is_shown_but_through_the_door(path):
    """Writing to a stream by another way than docgen.cli.terminal would show what it quotes as it is."""
    if path.name == "terminal.py":
        pytest.skip("this is the door")
    wrong = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            is_other = re.fullmatch(
                r"print|click\.(s?echo|prompt|confirm|progressbar|echo_via_pager)|sys\.std\w+\.write\w*", called
            )
            wrong += [f"line {node.lineno}: {called}"] if is_other else []
    assert wrong == []


def test_of_many_notes_of_one_kind_the_first_are_shown_and_how_many_more_there_are(capsys):
    alike = [Problem("twice", f"{row - 1} is of the same person", where=Where(row=row)) for row in range(2, 27)]
    other = [Problem("file-note", f"left out of {name}", where=Where(file=name)) for name in map(str, range(30))]
    echo_notes([*alike, Problem("mended", "mended", where=Where(row=3)), *other])
    shown = capsys.readouterr().err.splitlines()
    assert [line for line in shown if "same person" in line] == [
        f"• row {row}: {row - 1} is of the same person" for row in range(2, 22)
    ]
    assert shown[-2:] == ["• and 5 more remarks of this kind", "    --json prints all of them."]
    assert sum("left out of" in line for line in shown) == 30  # each of another file
    assert "• row 3: mended" in shown


def test_a_note_that_many_rows_have_is_one_with_their_numbers(capsys):
    """More than three rows with the same words at the same field, among others; of 20 rows the first twelve others are named."""
    rows = range(2, 42, 2)
    notes = [each for row in rows for each in (
        Problem("mended", "mended", where=Where(row=row, key="rank")), Problem("mended", f"by {row}", where=Where(row=row + 1)),
    )]  # fmt: skip
    echo_notes([*notes[:9], *[Problem("few", "few", where=Where(row=row)) for row in (7, 8, 9)], *notes[9:]])
    shown = capsys.readouterr().err.splitlines()
    named = ", ".join(map(str, rows[1:13]))
    assert shown[0] == f"• row 2: rank: mended (and in 19 more rows: {named}, …)"
    assert [line for line in shown if "few" in line] == [f"• row {row}: few" for row in (7, 8, 9)]
    assert [line for line in shown if ": by" in line] == [f"• row {row + 1}: by {row}" for row in rows[:19]]
    assert shown[-2:] == ["• and 1 more remark of this kind", "    --json prints all of them."]


@pytest.mark.parametrize("values", [[], ["\x9b"], [{"a": [1]}, {"b": []}] * 3000])
def test_a_list_that_is_made_while_it_is_written_is_the_same_json(values, capsys):
    echo_json({"a": ListAsWritten(values, lambda value: [value]), "b": 1})
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"a": [[value] for value in values], "b": 1}
    assert shown == json.dumps(json.loads(shown), ensure_ascii=False, indent=1).replace("\x9b", r"\u009b") + "\n"
