"""A register that cannot be used tells why, in bounded time; an older one is brought up to date, a newer one refused."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, inspect
from support import processes
from support.bounds import wait_bound
from support.postgres import GUARDED
from support.records import record_of

from docgen.errors import DataError, DocgenError, MachineError, UsageError
from docgen.form import load_form
from docgen.register import Request, open_register, opening
from docgen.register.opening import engine_for, known_versions, migrate, place_of
from docgen.register.schema import VERSION, VERSION_TABLE, create_tables, metadata

FORM = load_form("retraining-certificate")
ONE = [Request("1", record_of(FORM.id, issued="2026-02-06", number=None))]


def refusal(kind: type[DocgenError], where: object, **options: object) -> tuple[str, str]:
    """Return code and words of what opening and issuing raises."""
    with pytest.raises(kind) as refused, open_register(where, **options) as register:
        register.issue(FORM, ONE, "another job")
    return refused.value.problems[0].code, str(refused.value)


def test_a_register_of_a_newer_version_is_refused_and_left_alone(register_at):
    with open_register(register_at) as register, register.write() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    code, words = refusal(DataError, register_at)
    assert code == "register-newer"
    assert "9999" in words
    assert "Install the newest docgen" in words


def test_a_register_of_this_version_opens_where_the_migrations_cannot_be_read(register_at, tmp_path, monkeypatch):
    """As when another user runs docgen from a folder that is closed to them: nothing is to be migrated."""
    open_register(register_at).__exit__()
    monkeypatch.setattr(opening, "MIGRATIONS", tmp_path / "closed")
    with open_register(register_at) as register:
        assert register.issue(FORM, ONE, "a") == ["00001"]


def test_migrations_that_cannot_be_read_are_not_taken_for_a_newer_docgen(register_at, tmp_path, monkeypatch):
    with open_register(register_at) as register, register.write() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
    monkeypatch.setattr(opening, "MIGRATIONS", tmp_path / "closed")
    code, words = refusal(DataError, register_at)
    assert (code, "closed" in words) == ("file-unreadable", True)


def test_the_version_is_that_of_the_newest_migration():
    assert max(known_versions()) == VERSION


def test_the_migrations_make_the_tables_as_they_are_described(register_at):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with open_register(register_at) as register, register.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def without_address(value: object) -> str:
    """Return a value as text; where a condition of an index is in the memory does not matter."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))


def written_down(connection) -> dict[str, object]:
    """Return everything that a database says of its tables: columns, keys, indexes, triggers, and the rows of a new book."""
    found = inspect(connection)
    about = ("get_columns", "get_pk_constraint", "get_foreign_keys", "get_unique_constraints", "get_indexes")
    tables = sorted(found.get_table_names())
    told = {(table, what): sorted(map(without_address, getattr(found, what)(table))) for table in tables for what in about[2:]}
    told |= {(table, what): str(getattr(found, what)(table)) for table in tables for what in about[:2]}
    rows = {table: connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables}
    triggers = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY tgname",
    }
    return told | rows | {"triggers": connection.exec_driver_sql(triggers[connection.dialect.name]).all()}


def test_a_new_register_is_what_the_migrations_make(new_register, tmp_path):
    made = []
    for name, make in (("created", create_tables), ("migrated", migrate)):
        (folder := tmp_path / name).mkdir()
        engine = engine_for(place_of(new_register(folder)), create=True)
        with engine.connect() as connection, connection.begin():
            make(connection)
            made.append(written_down(connection))
        engine.dispose()
    books = [each.pop("book") for each in made]
    assert made[0] == made[1]
    for [(number, events, seal, identity)] in books:
        assert (number, events, seal) == (1, 0, identity)
    assert books[0] != books[1]
    assert len(made[0]["triggers"]) == 22
    assert made[0][VERSION_TABLE] == [(VERSION,)]


@pytest.mark.slow
def test_a_new_register_is_made_without_alembic(tmp_path):
    """It takes as long to load as a thousand certificates take to paint."""
    told = "import sys; from docgen import register; register.open_register(sys.argv[1]); print('alembic' in sys.modules)"
    done = processes.run([sys.executable, "-c", told, tmp_path / "register.db"], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_many_may_open_a_new_register_at_once(register_at):
    def issue(number: int) -> list[str]:
        with open_register(register_at) as register:
            return register.issue(FORM, ONE, f"job {number}")

    with ThreadPoolExecutor(8) as pool:
        numbers = sorted(number for [number] in pool.map(issue, range(8)))
    assert numbers == [f"{n:05d}" for n in range(1, 9)]


@pytest.mark.parametrize("content", [b"number;surname\n1;a\n" * 200, b"PK\x03\x04" + b"\0" * 2000, os.urandom(5000)])
def test_a_file_that_is_no_register_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "people.csv"
    path.write_bytes(content)
    assert refusal(DataError, path)[0] == "register-not-one"
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE document (id INTEGER)")
    connection.close()
    before = path.read_bytes()
    assert refusal(DataError, path)[0] == "register-not-one"
    assert path.read_bytes() == before


def test_a_damaged_register_is_told(tmp_path):
    path = tmp_path / "register.db"
    with open_register(path) as register:
        register.issue(FORM, ONE, "a")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    assert refusal(DataError, path)[0] in ("register-damaged", "register-not-one")


def test_a_folder_is_no_register(tmp_path):
    assert refusal(DataError, tmp_path)[0] == "register-not-one"


def test_a_register_that_is_only_read_is_not_made(tmp_path):
    code, _words = refusal(DataError, tmp_path / "typo.db", create=False)
    assert code == "register-missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_is_no_register_to_be_read(tmp_path, content):
    """What is left of a lost book has no events and no problems."""
    path = tmp_path / "book.db"
    path.write_bytes(content)
    assert refusal(DataError, path, create=False)[0] == "register-missing"
    with open_register(path) as register:
        register.issue(FORM, ONE, "a")
    with open_register(path, create=False) as register:
        assert register.verify().events == 2


@pytest.fixture
def nobody():
    """Give up the rights of root for a while, where the tests have them."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def read_only():
    """A register in a folder that nobody may write to, and that anybody may enter."""
    with TemporaryDirectory(prefix="docgen-", dir="/tmp") as name:
        folder = Path(name)
        with open_register(folder / "register.db") as register:
            register.issue(FORM, ONE, "a")
        (folder / "register.db").chmod(0o444)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_register_that_may_only_be_read_is_read_and_not_written(read_only, nobody):
    with open_register(read_only / "register.db") as register:
        assert register.expect(FORM, ONE, "b") == ["00002"]
    assert refusal(DataError, read_only / "register.db")[0] == "register-read-only"


def test_a_register_that_cannot_be_made_is_told(read_only, nobody):
    code, words = refusal(DataError, read_only / "new.db")
    assert code == "register-not-made"
    assert "--register" in words


def test_a_locked_register_is_told_in_bounded_time(tmp_path):
    path = tmp_path / "register.db"
    open_register(path).__exit__()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with wait_bound():
        code, words = refusal(MachineError, path, wait=0.3)
    assert code == "register-locked"
    assert "Wait until it has ended" in words
    holder.execute("ROLLBACK")
    holder.close()


def test_a_locked_server_is_told_in_bounded_time(postgres_server):
    import psycopg

    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE locked")
    where = postgres_server.format(name="locked")
    open_register(where).__exit__()
    with psycopg.connect(where) as holder:
        holder.execute("SELECT * FROM book FOR UPDATE")
        assert refusal(MachineError, where, wait=0.3)[0] == "register-locked"


def test_a_server_that_does_not_answer_is_told_without_the_password():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code, words = refusal(MachineError, f"postgresql://clerk:geheim@127.0.0.1:{port}/book?sslmode=disable")
    assert code == "register-unreachable"
    assert f"postgresql://clerk@127.0.0.1:{port}/book" in words
    assert "geheim" not in words


def test_an_unknown_database_or_user_is_told(postgres_server):
    assert refusal(UsageError, postgres_server.format(name="nowhere"))[0] == "register-unknown"
    stranger = postgres_server.replace("docgen@", "stranger:geheim@").format(name="postgres")
    code, words = refusal(UsageError, stranger)
    assert code == "register-unknown"
    assert "geheim" not in words


@pytest.mark.parametrize("password", ["", ":falsch"])
def test_a_wrong_password_is_told_and_not_repeated(postgres_server, password):
    import psycopg

    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP ROLE IF EXISTS {GUARDED}")
        connection.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'richtig'")
    where = postgres_server.replace("docgen@", f"{GUARDED}{password}@").format(name="postgres")
    code, words = refusal(UsageError, where)
    assert code == "register-password"
    assert "falsch" not in words


@pytest.mark.parametrize("where", ["mysql://host/book", "postgresql://h:port/x", "http://host/x", "://"])
def test_an_address_that_is_none_is_told(where):
    assert refusal(UsageError, where)[0] == "register-address"


def test_a_server_needs_its_library(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    code, words = refusal(UsageError, "postgresql://host/book")
    assert code == "postgres-missing"
    assert "docgen[postgres]" in words


def test_a_database_of_another_program_on_a_server_is_refused(postgres_server):
    import psycopg

    with psycopg.connect(postgres_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE shop")
    where = postgres_server.format(name="shop")
    with psycopg.connect(where) as connection:
        connection.execute("CREATE TABLE stock (id integer)")
    assert refusal(DataError, where)[0] == "register-not-one"


def test_the_tables_are_the_same_on_both(tmp_path):
    with open_register(tmp_path / "register.db"):
        pass
    engine = create_engine(f"sqlite:///{tmp_path / 'register.db'}")
    with engine.connect() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "integrity_check")]
    engine.dispose()
    assert modes == ["delete", "ok"]
