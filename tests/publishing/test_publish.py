"""What docgen register publish writes, and what docgen verify --list says by it."""

from __future__ import annotations

import json
from datetime import date

import cbor2
import pytest
from support.calling import run
from support.published import FORM
from support.records import record_of
from support.signing import PASSPHRASE, key_of

from docgen.codes import keys_as_json, keys_from_json, make_key, public_of, read_list, store_public

NEW_SECRET = bytes(range(32))
FILES = ["keys.json", "list.cose", "verify.html", "zxing.LICENSE"]


def said(book, number: str, today: str, monkeypatch, folder: str = "published") -> tuple[int, dict[str, object]]:
    """Return exit code and answer for a document on a day."""
    moment = int((date.fromisoformat(today) - date(1970, 1, 1)).total_seconds())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(moment))
    published = book.folder / folder
    result = run("verify", book.document(number), "--key", published / "keys.json", "--list", published / "list.cose", "--json")
    [found] = json.loads(result.output)["documents"]
    return result.exit_code, found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "today", "verdict", "code"),
    [
        ("00401", "2026-11-20", "genuine", 0),
        ("00402", "2026-11-20", "void", 17),
        ("00403", "2026-11-20", "replaced", 18),
        ("00401", "2026-12-01", "genuine", 0),
        ("00401", "2026-12-02", "list-outdated", 25),
        ("00402", "2026-12-02", "void", 17),
        ("00401", "2026-10-31", "list-early", 26),
    ],
)
def test_the_list_says_what_is_void_and_replaced_within_its_term(book, monkeypatch, number, today, verdict, code):
    """00402 was corrected before it was declared void: the paper that says something else is void too."""
    exit_code, found = said(book, number, today, monkeypatch)
    assert (exit_code, found["verdict"], found["compared"]) == (code, verdict, True)
    assert found["list"] == {"day": "2026-11-01", "until": "2026-12-01"}


def test_an_old_list_names_the_day_by_which_it_was_judged(book, monkeypatch):
    said(book, "00401", "2026-12-02", monkeypatch)
    published = book.folder / "published"
    result = run("verify", book.document("00401"), "--key", published / "keys.json", "--list", published / "list.cose")
    assert "was current until 2026-12-01, and by this computer's date it is 2026-12-02" in result.output


def test_the_same_book_day_and_key_give_the_same_bytes(book):
    assert book.publish("again").exit_code == 0
    one, other = book.folder / "published", book.folder / "again"
    assert sorted(path.name for path in one.iterdir()) == FILES
    assert [(one / name).read_bytes() for name in FILES] == [(other / name).read_bytes() for name in FILES]


def test_the_folder_names_nobody(book):
    """No name and no number of a document is in any of its files, nor in what the list says."""
    published = book.folder / "published"
    content = b"".join((published / name).read_bytes() for name in FILES)
    message = cbor2.loads((published / "list.cose").read_bytes())
    listed = cbor2.loads(message.value[2])
    assert [len(each) % 32 for each in listed[-70002]] == [0, 0, 0]
    for person in json.loads(run("register", "list", "--json", *book.register).output):
        for name in ("number", "surname", "given_name"):
            assert str(person["record"][name]).encode() not in content


def test_the_keys_are_published_with_their_days(book):
    assert keys_from_json((book.folder / "published" / "keys.json").read_bytes()) == [key_of()]


@pytest.mark.slow
def test_documents_that_the_list_names_stay_genuine_though_others_had_the_key(book, monkeypatch):
    """Another key signs the list; a document that the book has not, of the same days and key, is refused."""
    folder = book.folder / "reported"
    new = key_of(organization="Қарағанды академиясы")
    new = type(new)(public_of(NEW_SECRET), new.organization, date(2026, 1, 1))
    make_key(folder / "keys", "new", new, NEW_SECRET, PASSPHRASE)
    store_public(folder / "keys", "school", key_of(compromised=date(2026, 2, 1)))
    key = ("--key", "new", "--keys", folder / "keys", "--passphrase-file", book.folder / "passphrase")
    result = run("register", "publish", "-o", folder / "out", *key, *book.register, "--day", "2026-11-01")
    assert result.exit_code == 0, result.output
    assert said(book, "00401", "2026-11-02", monkeypatch, "reported/out")[:1] == (0,)
    assert said(book, "00402", "2026-11-02", monkeypatch, "reported/out")[1]["verdict"] == "key-compromised"  # since corrected
    assert said(book, "00403", "2026-11-02", monkeypatch, "reported/out")[1]["verdict"] == "replaced"
    result = run("verify", book.document("00401"), "--key", folder / "out" / "keys.json")
    assert result.exit_code == 15
    result = run("verify", book.document("00401"), "--key", folder / "out" / "keys.json", "--list", folder / "out" / "list.cose")
    assert "Others had its key from 2026-02-01 on, but the list names it as truly issued." in result.output


def test_a_list_that_cannot_be_read_is_reported(book, tmp_path):
    (tmp_path / "list.cose").write_bytes(b"no list")
    keys = ("--key", book.folder / "published" / "keys.json")
    result = run("verify", book.document("00401"), *keys, "--list", tmp_path / "list.cose")
    assert result.exit_code == 20
    assert "signed and unchanged; the list of void documents is damaged, or is no such list" in result.output
    result = run("verify", book.document("00401"), *keys, "--list", tmp_path / "none.cose")
    assert (result.exit_code, "none.cose: there is no such file" in result.output) == (1, True)


def test_keys_of_another_organization_are_named(book, tmp_path):
    other = type(key_of())(public_of(NEW_SECRET), "Басқа ұйым", date(2026, 1, 1))
    (book.folder / "keys" / "other.json").write_bytes(keys_as_json([other]))
    result = book.publish("others")
    (book.folder / "keys" / "other.json").unlink()
    assert result.exit_code == 0
    assert f"The list says nothing of documents that Басқа ұйым signed: key {other.id.hex()}." in result.output


REFUSED = {
    "a key that is not valid on the day": (("--day", "2027-01-01"), 1, "the list is of 2027-01-01, the key is valid from"),
    "a term of no day": (("--days", "0"), 2, "0 is not in the range 1<=x<=366"),
    "a term of two years": (("--days", "731"), 2, "731 is not in the range 1<=x<=366"),
}


@pytest.mark.parametrize(("options", "code", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_published_is_refused_and_nothing_is_written(book, options, code, message):
    result = book.publish("refused", *options)
    assert (result.exit_code, message in result.output) == (code, True), result.output
    assert not (book.folder / "refused").exists()


def test_the_register_is_not_written_over(book, tmp_path):
    register = tmp_path / "list.cose"
    register.write_bytes((book.folder / "book.db").read_bytes())
    result = run("register", "publish", "-o", tmp_path, *book.key, "--register", register)
    assert result.exit_code == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.cose"]


@pytest.mark.slow
def test_a_document_whose_form_is_not_known_here_is_not_left_out(tmp_path, book):
    """What nobody can list is reported, and nothing is written."""
    run("forms", "copy", FORM, tmp_path / "forms", "--as", "own-certificate")
    own = ("--forms", tmp_path / "forms")
    record = tmp_path / "person.json"
    record.write_text(json.dumps(record_of(FORM, number=None, topic="Тақырып"), default=str), "utf-8")
    register = ("--register", tmp_path / "book.db")
    result = run("render", "own-certificate", record, "-o", tmp_path / "a.pdf", *own, *register)
    assert result.exit_code == 0, result.output
    assert run("register", "void", "own-certificate", "00001", "--reason", "spoiled", *register).exit_code == 0
    publish = ("register", "publish", "-o", tmp_path / "out", *book.key, *register, "--day", "2026-11-01")
    result = run(*publish)
    assert (result.exit_code, "there is no form “own-certificate”" in result.output) == (2, True)
    assert not (tmp_path / "out").exists()
    assert run(*publish, *own).exit_code == 0


def test_a_key_that_was_reported_signs_no_list(book):
    store_public(book.folder / "keys", "school", key_of(compromised=date(2026, 12, 1)))
    result = book.publish("refused")
    store_public(book.folder / "keys", "school", key_of())
    assert (result.exit_code, "nothing is signed with it" in result.output) == (1, True)


def test_a_book_that_is_not_there_is_not_made(book, tmp_path):
    call = ("register", "publish", "-o", tmp_path / "out", *book.key, "--register", tmp_path / "none.db")
    assert run(*call).exit_code != 0
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder_to_publish(book, tmp_path):
    (tmp_path / "taken").write_text("x", "utf-8")
    result = run("register", "publish", "-o", tmp_path / "taken", *book.key, "--register", book.folder / "book.db")
    assert result.exit_code == 2
    assert f"Directory '{tmp_path / 'taken'}' is a file." in result.output
    assert (tmp_path / "taken").read_text("utf-8") == "x"


def test_the_list_reads_back_with_the_key_of_the_folder(book):
    given = read_list((book.folder / "published" / "list.cose").read_bytes(), [key_of()])
    assert (given.fault, given.published.day, given.published.until) == (None, date(2026, 11, 1), date(2026, 12, 1))
    assert (len(given.published.void), len(given.published.replaced), len(given.published.genuine)) == (3, 2, 0)
