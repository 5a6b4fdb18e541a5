"""How much memory long batches take. Measured by `make torture` alone."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from support import processes, torture
from support.records import record_of

pytestmark = pytest.mark.skipif(not torture.IS_FULL, reason="it takes minutes: make torture")

#: Runs a command and prints the most memory that it or one of its processes took, in MB. A process of its own: a child counts
#: what the one that forked it had, too.
WEIGH = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
WEIGH += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)"


def records(count: int, has_numbers: bool) -> Iterator[dict[str, object]]:
    sample = record_of(torture.FORM, number=None) | {"start": "2026-01-12", "end": "2026-01-30", "issued": "2026-02-06"}
    for n in range(1, count + 1):
        own = {"number": f"{n:06d}"} if has_numbers else {}
        yield {**own, **sample, "surname": f"Сейітқали-{n}", "given_name": f"Бауыржан-{n % 700}"}


def write_json(path: Path, rows: list[dict]) -> None:
    path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def write_csv(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def write_xlsx(path: Path, rows: list[dict]) -> None:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    workbook.save(path)


@pytest.mark.parametrize(
    ("count", "write", "workers", "is_numbered", "bound"),
    [
        (50_000, write_json, 1, False, 300),
        (50_000, write_csv, 2, False, 300),
        (50_000, write_xlsx, 1, False, 300),
        (50_000, write_json, 1, True, 300),
        (100_000, write_json, 1, False, 200),
        (100_000, write_json, 2, False, 200),
    ],
)
def test_memory_of_a_long_batch_stays_bounded(tmp_path, count, write, workers, is_numbered, bound):
    table = tmp_path / f"people.{write.__name__.removeprefix('write_')}"
    write(table, list(records(count, not is_numbered)))
    command = [sys.executable, "-m", "docgen", "batch", torture.FORM, table, "-o", tmp_path / "out", "--workers", workers]
    command += ["--quiet", *(["--register", tmp_path / "book.db"] if is_numbered else [])]
    weighed = processes.run([sys.executable, "-c", WEIGH, *map(str, command)], capture_output=True, text=True, check=True)
    print(f"{count} {table.suffix}, {workers} workers, numbered {is_numbered}: {weighed.stdout.strip()} MB")
    assert int(weighed.stdout) < bound
