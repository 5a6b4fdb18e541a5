"""What is told of the problems of a table in its checked copy: colour, notes, and words beside the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from docgen.errors import Problem, Where, visible
from docgen.messages import _
from docgen.tables import OWN_COLUMNS

RED, DARK_RED = "FFC7CE", "9C0006"
#: More notes than these make a workbook that programs open slowly; the column tells all problems.
NOTES = 5_000
TEXT_LIMIT = 32_000  # characters of a cell (Excel's own limit is 32,767)
WIDTH = 60  # of the added column, in digits of the face at its size
LINE = 15  # of a row, in points
NOTE_SIZE = (320, 120)  # width and height, in pixels

#: Row → column letters ("" for the row as a whole) → its problems.
Marks = Mapping[int, Mapping[str, list[Problem]]]


def marks_of(problems: Iterable[Problem], columns: Mapping[str, str]) -> Marks:
    """Return the problems by row and column; one of several fields, such as a line that is too long, is marked at each."""
    marks: dict[int, dict[str, list[Problem]]] = {}
    for problem in problems:
        if not problem.where.row:
            continue
        several = [columns[name] for name in problem.where.key.split(", ") if name in columns]
        for column in [problem.where.column] if problem.where.column else several or [""]:
            marks.setdefault(problem.where.row, {}).setdefault(column, []).append(problem)
    return marks


def own_heading() -> str:
    """Return the heading of the added column."""
    return f"{OWN_COLUMNS} {_('problems')}"


def in_words(columns: Mapping[str, list[Problem]]) -> str:
    """Return what the added column tells of a row: each problem by its heading, without file and cell."""
    each = (problem for problems in columns.values() for problem in problems)
    told = (str(replace(problem, hint="", where=Where(key=problem.where.label or problem.where.key))) for problem in each)
    return "\n".join(dict.fromkeys(told))


def height(text: str) -> float:
    """Return the height in points of a row that shows all lines of `text`: programs do not see to it in every file."""
    return LINE * sum(1 + max(len(line) - 1, 0) // WIDTH for line in text.split("\n"))


def note(problems: Iterable[Problem], before: str = "") -> Any:
    """Return the note of a cell: what is wrong and what to do, then what was noted `before`."""
    from openpyxl.comments import Comment

    texts = (f"{problem.message}\n{problem.hint}".strip() for problem in problems)
    made = Comment(printable("\n\n".join(texts) + before), "docgen")
    made.width, made.height = NOTE_SIZE
    return made


def printable(text: str) -> str:
    """Return the text as a cell can hold it: signs that cannot be seen written out, not longer than a cell."""
    return text[:TEXT_LIMIT] if text.isprintable() else visible(text)[:TEXT_LIMIT]


@lru_cache(maxsize=1)
def marked_fill() -> Any:
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=RED)
