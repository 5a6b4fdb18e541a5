"""Clerks at work through the pages without JavaScript: a whole course in Kazakh, and two clerks while the service is killed."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx
import openpyxl
import pytest
from support.browsing import Browser, values_of
from support.serving import CERTIFICATE, Serving, record, served
from support.tables import MISTAKES, RIGHT, assert_numbered, confirm, finished, surname_of, workbook

from docgen.register import Filter, open_register

PAGE = f"/forms/{CERTIFICATE}"


@pytest.mark.slow
def test_a_workbook_of_200_rows_with_five_mistakes_becomes_a_correct_numbered_volume_in_kazakh(service, tmp_path):
    path = workbook(tmp_path, "Толық курс", 200, **MISTAKES)
    with Browser(service, "kk") as browser:
        browser.enter("Б. Серік")
        confirm(browser, path)
        assert "5 қате" in browser.text
        cells = {name for name, _value in browser.form(columns="").form_values() if name.startswith("cell[")}
        assert cells == {*RIGHT, "cell[4].organization"}
        browser.send(button=("do", "check"), **RIGHT, **{"cell[4].organization": "Толық курс"})
        assert "200 жазба" in browser.words(".passed")[0]
        browser.send(button=("do", "run"))
        assert finished(browser).words(".done"), browser.words(".problem")
        files = {each.rpartition("/")[2]: each for each in browser.page.xpath("//a[contains(@href, '/files/')]/@href")}
        fetched = {name: browser.client.get(str(browser.answer.url.join(each))) for name, each in files.items()}
        assert_numbered(fetched[f"{CERTIFICATE}-001.pdf"].content, fetched["manifest.json"].json())
        copy = openpyxl.load_workbook(_stored(tmp_path, browser.client.get(browser.path + "/corrected.xlsx").content)).active
        assert (copy["G3"].value, copy["A6"].value, copy["K4"].value) == ("80", "Табылған", "Толық курс")


def _stored(folder: Path, content: bytes) -> Path:
    path = folder / "copy.xlsx"
    path.write_bytes(content)
    return path


class Clerk:
    """A clerk who issues documents one after the other, and sends a form again where the service is gone."""

    def __init__(self, name: str, where: dict[str, Serving]):
        self.name, self._where = name, where
        self.numbers: dict[str, str] = {}

    def work(self, count: int) -> Clerk:
        with Browser(self._where["now"]) as browser:
            self._insist(browser, lambda: browser.enter(self.name) if not browser.client.cookies.get("docgen-clerk") else browser)
            for number in range(count):
                self._issue(browser, surname_of(number))
        return self

    def _issue(self, browser: Browser, surname: str) -> None:
        typed = {name: str(value) for name, value in record(surname=surname, given_name=self.name.split()[-1]).items()}
        del typed["number"]
        self._insist(browser, lambda: browser.open(PAGE))
        assert browser.form(do="").fields["surname"] == ""  # no draft of another
        data = {**values_of(browser.form(do="")), **typed, "do": "issue"}
        self._insist(browser, lambda: browser._show(browser.client.post(PAGE, data=data)))
        assert browser.path.startswith("/register/"), browser.words(".problem")
        assert surname in browser.text
        assert self.name.split()[-1] in browser.text
        self.numbers[surname] = browser.path.rpartition("/")[2]

    def _insist(self, browser: Browser, act) -> None:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            with suppress(httpx.HTTPError):
                act()
                if browser.answer.status_code < 500:
                    return
            time.sleep(0.2)
            browser.client.base_url = self._where["now"].address
        raise AssertionError(f"{self.name} got no answer")


@pytest.mark.slow
def test_two_clerks_issue_at_once_and_kill_9_loses_doubles_and_mixes_up_nothing(tmp_path):
    where: dict[str, Serving] = {}
    options = ["--workers", 2, "--register", tmp_path / "book.db"]
    with ThreadPoolExecutor(2) as pool:
        with served(tmp_path, *options) as where["now"]:
            clerks = [Clerk(name, where) for name in ("А. Бірінші", "Б. Екінші")]
            work = [pool.submit(clerk.work, 20) for clerk in clerks]
            end = time.monotonic() + 120
            while min(len(clerk.numbers) for clerk in clerks) < 4:
                assert time.monotonic() < end
                assert not any(each.done() and each.exception() for each in work), [each.exception() for each in work]
                time.sleep(0.02)
            workers = where["now"].workers()
            for each in (where["now"].process.pid, *workers):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)
        with served(tmp_path, *options) as where["now"]:
            for each in work:
                each.result()
    with open_register(tmp_path / "book.db") as register:
        assert register.verify().problems == []
        found = register.documents(Filter())
    assert sorted(each.number for each in found) == [f"{number:05d}" for number in range(1, 41)]
    for clerk in clerks:
        mine = {each.record["surname"]: each.number for each in found if each.clerk.startswith(clerk.name)}
        assert mine == clerk.numbers
