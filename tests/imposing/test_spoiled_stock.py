"""Sheets of stock that are printed again: the blanks that lay on the spoiled ones are recorded, or nothing is made."""

from __future__ import annotations

import json

import pytest
from support.calling import run
from support.imposing import certificates, volume

FORM = "retraining-certificate"


@pytest.fixture
def shop(tmp_path):
    """A volume of seven certificates, four sheets of two, and a register with the blanks 000101 to 000110."""
    (tmp_path / "volume.pdf").write_bytes(certificates(range(1, 8)))
    book = ["--register", tmp_path / "book.db"]
    received = run("register", "stock", "receive", FORM, "--from", "000101", "--to", "000110", "--day", "2026-01-01", *book)
    assert received.exit_code == 0, received.output

    def impose(*options: object):
        given = [tmp_path / "volume.pdf", "--scheme", "sra3-2xa4", "-o", tmp_path / "again.pdf", "--job", "Курс 507"]
        return run("impose", *given, *options, *book)

    return impose


def spoiled(folder) -> list[dict]:
    options = ["--from", "2026-01-01", "--to", "2100-01-01", "--json", "--register", folder / "book.db"]
    return json.loads(run("register", "stock", "close", FORM, *options).stdout)["spoiled"]


def test_the_blanks_on_the_sheets_are_recorded_with_the_reason(shop, tmp_path):
    """Sheets 2 and 3 of four carry records 2 and 3 in position 1, and 6 and 7 in position 2: blanks 102, 103, 106, 107."""
    result = shop("--sheets", "2-3", "--serial", "000101")
    assert result.exit_code == 0, result.output
    assert "recorded as spoiled: 000102 – 000103\nrecorded as spoiled: 000106 – 000107\n" in result.output
    assert (tmp_path / "again.pdf").exists()
    text = json.dumps(spoiled(tmp_path), ensure_ascii=False)
    assert text.count("Курс 507: sheets 2–3") == 2
    assert "000102 – 000103" in text
    assert "000106 – 000107" in text
    left = run("register", "stock", "left", FORM, "--json", "--register", tmp_path / "book.db").stdout
    assert json.loads(left)["left"] == 6


def test_blanks_that_were_not_received_are_refused_and_no_sheet_is_written(shop, tmp_path):
    """Records 4 … 7 of blanks from 000107 on would lie on 000111: all or nothing is recorded."""
    result = shop("--sheets", "1-4", "--serial", "000107")
    assert result.exit_code == 1
    assert "000111 – 000113 had not been received by " in result.output
    assert not (tmp_path / "again.pdf").exists()
    assert spoiled(tmp_path) == []


def test_blanks_are_spoiled_once(shop, tmp_path):
    assert shop("--sheets", "1", "--serial", "000101").exit_code == 0
    (tmp_path / "again.pdf").unlink()
    result = shop("--sheets", "1-2", "--serial", "000101")
    assert result.exit_code == 1
    assert "were recorded as spoiled on " in result.output
    assert not (tmp_path / "again.pdf").exists()


@pytest.mark.parametrize("options", [["--sheets", "1"], ["--serial", "000101"], []])
def test_sheets_register_and_serial_belong_together(shop, tmp_path, options):
    result = shop(*options)
    assert result.exit_code == 2
    assert "Spoiled blanks are recorded by --sheets, --register and --serial together." in result.output
    assert not (tmp_path / "again.pdf").exists()


def test_a_serial_that_is_none_is_refused(shop, tmp_path):
    result = shop("--sheets", "1", "--serial", "first")
    assert result.exit_code == 2
    assert "“first” is no serial\n    Write it as it is printed: 000101, or АБ 000101." in result.output
    assert not (tmp_path / "again.pdf").exists()


def test_files_of_others_have_no_stock_here(shop, tmp_path):
    (tmp_path / "volume.pdf").write_bytes(volume("1234567", (210, 297)))
    result = shop("--sheets", "1", "--serial", "000101")
    assert result.exit_code == 2
    assert "volume.pdf: the file does not say which form it is, so its serials cannot be recorded" in result.output
    assert not (tmp_path / "again.pdf").exists()
