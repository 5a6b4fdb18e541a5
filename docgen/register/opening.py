"""Where a register is and how it is opened: a SQLite file or a PostgreSQL server, brought up to date by migrations."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from docgen.errors import DataError, UsageError
from docgen.files import DISK_FAILS, data_folder, disk_errors, looked_at
from docgen.messages import _
from docgen.register.schema import VERSION, VERSION_TABLE, create_tables, metadata

ENVIRONMENT = "DOCGEN_REGISTER"
#: The name by which the command line asks for the default register.
DEFAULT = "default"
#: Seconds that a writer waits for the lock.
WAIT = 120.0
#: What an address may hold in place of a password in front of the host (libpq, 34.1.2).
SECRETS = {"password", "sslpassword"}
MIGRATIONS = Path(__file__).parent / "migrations"
#: The key of the advisory lock on a server: of several processes that open the register, one migrates and the others wait.
MIGRATION_LOCK = 0x646F6367

#: Every transaction of SQLite is synced to disk, with its folder; a rollback journal, since SQLite before 3.51.3 can damage a
#: WAL database in rare races. A page of 8,192 bytes holds three documents; one of 4,096 bytes held one.
PRAGMAS = ("page_size=8192", "journal_mode=DELETE", "synchronous=EXTRA", "foreign_keys=ON", "trusted_schema=OFF")


def place_of(where: Path | str | None) -> Path | URL:
    """Return the file or the address of a register: `where`, else `DOCGEN_REGISTER`, else the user's own register.

    Raise UsageError for an address of another kind of database.
    """
    where = os.environ.get(ENVIRONMENT) or None if where in (None, "", DEFAULT) else where
    if where is None:
        return data_folder() / "register.db"
    if isinstance(where, Path) or "://" not in where:
        return Path(where)
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise _no_address() from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _no_address()
    return url.set(drivername="postgresql+psycopg")


def refuse_password(where: str) -> None:
    """Raise UsageError if the address of a register holds a password, or is none; the message does not repeat it."""
    place = place_of(where)
    if isinstance(place, URL) and (place.password is not None or SECRETS & place.query.keys()):
        message = _("a password has no place in this file: others read it")
        hint = _("Leave it out of the address; write it into ~/.pgpass, or the file that PGPASSFILE names.")
        raise UsageError.because("password-in-file", message, hint)


def _no_address() -> UsageError:
    hint = _("Give a file, or postgresql://USER@HOST/DATABASE.")
    return UsageError.because("register-address", _("this is no address of a register"), hint)


def name_of(place: Path | URL) -> str:
    """Return the name of a register in messages: never with a password."""
    if isinstance(place, Path):
        return str(place)
    return URL.create("postgresql", place.username, None, place.host, place.port, place.database).render_as_string()


def register_name(where: Path | str | None) -> str:
    """Return the name in messages of the register that `open_register` would open."""
    return name_of(place_of(where))


def register_file(where: Path | str | None) -> Path | None:
    """Return the file of the register that `open_register` would open; None for one on a server."""
    place = place_of(where)
    return place if isinstance(place, Path) else None


def engine_for(place: Path | URL, create: bool, wait: float = WAIT) -> Engine:
    """Return the engine of a register; with `create`, a missing file is created, readable by its owner alone.

    Raise DataError if the file is missing or cannot be created, UsageError if the library for a server is not installed.
    """
    if isinstance(place, Path):
        _provide_file(place, create)
        url = URL.create("sqlite", database=str(place))
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args={"timeout": wait})
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", begin_sqlite)
        return engine
    if importlib.util.find_spec("psycopg") is None:
        hint = _("Install it: {command}", command='pip install "docgen[postgres]"')
        raise UsageError.because("postgres-missing", _("the library for PostgreSQL is not installed"), hint)
    # What pgbouncer lets through, also where each transaction may be on another connection of the server: no settings at the
    # start of a connection, no prepared statements, locks that end with the transaction.
    arguments = {"connect_timeout": 10, "prepare_threshold": None}
    engine = create_engine(place, hide_parameters=True, connect_args=arguments, pool_size=1, max_overflow=-1)
    event.listen(engine, "begin", lambda connection: _limit_waiting(connection, wait))
    return engine


def _limit_waiting(connection: Connection, wait: float) -> None:
    """Bound how long this transaction waits for a lock."""
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait * 1000)}")


def _provide_file(path: Path, create: bool) -> None:
    try:
        if path.is_file():
            return
        if path.exists() and not path.is_file():  # asked again: another clerk may make it at this moment
            raise DataError.because("register-not-one", _("this is no file, so no register"), file=str(path))
        if not create:
            raise _missing(str(path))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) in DISK_FAILS:
            with disk_errors(path):  # the machine's failure, not a folder that was chosen badly
                raise
        message = _("the register cannot be made: {reason}", reason=getattr(error, "strerror", None) or error)
        hint = _("Choose another folder with --register, or ask who owns this one.")
        raise DataError.because("register-not-made", message, hint, file=str(path)[:200]) from None


def _missing(name: str) -> DataError:
    hint = _("Check the name. The first document that is issued with --register makes a register.")
    return DataError.because("register-missing", _("there is no register here"), hint, file=name)


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where Python's driver guesses
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; a writer takes its lock at once, because two readers that go on to write would deadlock."""
    writes = connection.get_execution_options().get("docgen_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def bring_up_to_date(engine: Engine, name: str, create: bool = True) -> None:
    """Create the tables, or migrate those of an older register.

    Raise DataError for a newer register and for another program's database; without `create` also for an empty file, which
    `verify` would otherwise find sound though the book was lost.
    """
    with engine.connect() as connection, connection.begin():
        version = version_of(connection, name)
        if version == VERSION:
            return
        if version is None and not create and connection.dialect.name == "sqlite":
            raise _missing(name)
    with engine.connect().execution_options(docgen_writes=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        version = version_of(connection, name)
        if version is None:
            create_tables(connection)
        elif version != VERSION:
            migrate(connection)


def version_of(connection: Connection, name: str) -> str | None:
    """Return the version of the schema, None for an empty database; raise DataError for a newer one or no register at all."""
    there = inspect(connection).get_table_names()
    if VERSION_TABLE not in there:
        if (connection.dialect.name == "sqlite" and there) or set(there) & set(metadata.tables):
            message = _("this is the database of another program")
            raise DataError.because("register-not-one", message, _("Choose another name with --register."), file=name)
        return None
    version = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if version not in (None, VERSION) and version not in known_versions():
        message = _("the register was made by a newer docgen (its version is {version})", version=version)
        raise DataError.because("register-newer", message, _("Install the newest docgen on this machine."), file=name)
    return version


def known_versions() -> set[str]:
    """Return the versions that this docgen can bring up to date: those of its migrations.

    Raise DataError if the folder of the migrations cannot be read: then nothing is known of the register's age.
    """
    with looked_at(MIGRATIONS):
        names = os.listdir(MIGRATIONS / "versions")
    return {name.partition("_")[0] for name in names if name[:1].isdigit() and name.endswith(".py")}


def migrate(connection: Connection, to: str = "head") -> None:
    """Run the migrations that the register lacks, up to `to`, in the transaction that is open."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
