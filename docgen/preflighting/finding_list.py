"""The findings of many pages: each distinct one once, and for each page their numbers. A page takes a few hundred bytes."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import overload

from docgen.preflighting.findings import Finding, Verdict


class FindingTable:
    """Numbers findings: those that are equal but for their page have one number."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._numbers: dict[Finding, int] = {}
        self.failed: set[int] = set()

    def number(self, finding: Finding) -> int:
        """Return the number of a finding that names no page."""
        number = self._numbers.setdefault(finding, len(self.findings))
        if number == len(self.findings):
            self.findings.append(finding)
            if finding.verdict is Verdict.FAIL:
                self.failed.add(number)
        return number


class FindingList(Sequence[Finding]):
    """All findings of a file in order: page after page, then those on the file as a whole."""

    def __init__(self, file: Iterable[Finding] = (), *, is_single: bool = False, wanted: Sequence[int] = ()):
        """`is_single` is a file of one page, whose findings name none; `wanted` are its pages, from 0, else all."""
        self._wanted = wanted
        self._table, self.is_single = FindingTable(), is_single
        self._numbers, self._ends = array("I"), array("Q")
        self._file = list(file)

    def add_page(self, findings: Iterable[Finding]) -> None:
        """Add the findings on the next page, which name no page."""
        self._numbers.extend([self._table.number(finding) for finding in findings])
        self._ends.append(len(self._numbers))

    def add_file(self, findings: Iterable[Finding]) -> None:
        """Add findings on the file as a whole."""
        self._file += findings

    def __len__(self) -> int:
        return len(self._numbers) + len(self._file)

    def __iter__(self) -> Iterator[Finding]:
        for page, numbers in self.pages():
            yield from [self._of(number, page) for number in numbers]
        yield from self._file

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> list[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | list[Finding]:
        return list(self)[index]

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def pages(self) -> Iterator[tuple[int | None, Sequence[int]]]:
        """Yield each page's number, None for the only one, and the numbers of its findings."""
        begin = 0
        for page, end in enumerate(self._ends, 1):
            number = self._wanted[page - 1] + 1 if self._wanted else page
            yield (None if self.is_single else number), self._numbers[begin:end]
            begin = end

    @property
    def distinct(self) -> Sequence[Finding]:
        """The findings on pages by their numbers; they name no page."""
        return self._table.findings

    @property
    def on_file(self) -> Sequence[Finding]:
        """The findings on the file as a whole."""
        return self._file

    def verdicts(self) -> Counter[Verdict]:
        """Return how many findings there are of each verdict."""
        counts = Counter(finding.verdict for finding in self._file)
        for number, count in Counter(self._numbers).items():
            counts[self._table.findings[number].verdict] += count
        return counts

    @property
    def failures(self) -> list[Finding]:
        """Those that failed."""
        failed = self._table.failed
        pages = [self._of(n, page) for page, numbers in (self.pages() if failed else ()) for n in numbers if n in failed]
        return pages + [finding for finding in self._file if finding.verdict is Verdict.FAIL]

    def _of(self, number: int, page: int | None) -> Finding:
        finding = self._table.findings[number]
        return finding if page is None else replace(finding, page=page)
