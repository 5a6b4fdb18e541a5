"""What the tests that disturb the machine share: how much of it, the dice, and what an undisturbed run leaves behind."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import sqlite3
from pathlib import Path

from sqlalchemy import select

from docgen.register import open_register
from docgen.register.schema import metadata
from support.records import record_of

#: `make torture` does all of it; the normal suite a little, always the same.
IS_FULL = bool(os.environ.get("TORTURE"))
SEED = int(os.environ.get("SEED") or (random.SystemRandom().randrange(10**6) if IS_FULL else 17))
FORM = "retraining-certificate"
#: The register notes who; when it does so is left aside where two books are compared, the random identity of each, and the hashes
#: that depend on them.
BY_THE_CLOCK = {"at", "hash", "identity"}
#: What a manifest says of its book alone.
OF_THE_BOOK = re.compile(rb'"(book|seal)": "[0-9a-f]{64}"')
SETTINGS = {"SOURCE_DATE_EPOCH": "1770000000", "DOCGEN_CLERK": "Clerk"}


def dice() -> random.Random:
    """Return chance that can be repeated: SEED=… make torture."""
    print(f"SEED={SEED}")
    return random.Random(SEED)


def people(path: Path, count: int, has_numbers: bool = False) -> Path:
    """Write a table of so many people."""
    own = [f"{n:05d}" if has_numbers else None for n in range(1, count + 1)]
    records = [record_of(FORM, number=number, surname=f"Сейітқали-{n}") for n, number in enumerate(own, 1)]
    path.write_text(json.dumps(records, ensure_ascii=False, default=str), encoding="utf-8")
    return path


def files(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder by their names, hidden ones too; of a manifest, what does not depend on its book."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: OF_THE_BOOK.sub(rb'"\1": ""', data) if name.endswith(".json") else data for name, data in found.items()}


def digests(folder: Path) -> dict[str, str]:
    """Return what stands for each file of a folder: files themselves, compared in vain, would be shown in full and take hours."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in files(folder).items()}


def contents(book: Path) -> list[tuple]:
    """Return all that a file of a register holds but its times: its tables, then their rows; it may never have been filled."""
    if not book.exists():
        return []
    connection = sqlite3.connect(book)
    try:
        made = connection.execute("SELECT name, type, sql FROM sqlite_master ORDER BY type, name").fetchall()
        rows = [(name, *row) for name, kind, _sql in made if kind == "table" for row in _rows(connection, name)]
        return [*made, *rows]
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple]:
    names = [name for _at, name, *_more in connection.execute(f"PRAGMA table_info({table})") if name not in BY_THE_CLOCK]
    return connection.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1").fetchall()


def documents(where: str) -> list[tuple]:
    """Return all that a register holds but its times, table by table, wherever it is."""
    with open_register(where, create=False) as register, register.read() as connection:
        return [
            (table.name, *row)
            for table in metadata.sorted_tables
            for row in connection.execute(
                select(*(column for column in table.c if column.name not in BY_THE_CLOCK)).order_by(*table.primary_key.columns)
            )
        ]


def numbers(folder: Path) -> list[str]:
    """Return the numbers that the manifest of a folder tells, in their order."""
    return [record["number"] for record in json.loads((folder / "manifest.json").read_text("utf-8"))["records"]]
