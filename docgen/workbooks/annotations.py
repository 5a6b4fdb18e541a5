"""How the checked copy of a table shows its problems: colour, notes, and a column of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from docgen.errors import Problem, Where, visible
from docgen.messages import _
from docgen.tables import OWN_COLUMNS

if TYPE_CHECKING:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

RED, DARK_RED, YELLOW = "FFC7CE", "9C0006", "FFEB9C"
#: More notes make a workbook that programs open slowly; the column has all problems.
NOTES = 5_000
TEXT_LIMIT = 32_000  # characters of a cell (Excel's own limit is 32,767)
WIDTH = 60  # of the added column, in digits of the face at its size
LINE = 15  # of a row, in points
NOTE_SIZE = (320, 120)  # width and height, in pixels

#: Row → column letters ("" for the row as a whole) → its problems.
ProblemsByCell: TypeAlias = Mapping[int, Mapping[str, list[Problem]]]


def problems_by_cell(problems: Iterable[Problem], columns: Mapping[str, str]) -> ProblemsByCell:
    """Return the problems by row and column; `columns` are the letters of fields.

    A problem of several fields, such as a line that is too long, is at each of them.
    """
    by_cell: dict[int, dict[str, list[Problem]]] = {}
    for problem in problems:
        if not problem.where.row:
            continue
        several = [columns[name] for name in problem.where.key.split(", ") if name in columns]
        for column in [problem.where.column] if problem.where.column else several or [""]:
            by_cell.setdefault(problem.where.row, {}).setdefault(column, []).append(problem)
    return by_cell


def own_heading() -> str:
    """Return the heading of the added column."""
    return f"{OWN_COLUMNS} {_('problems')}"


def in_words(columns: Mapping[str, list[Problem]]) -> str:
    """Return the words of the added column for a row: each problem with its heading, without file and cell."""
    each = (problem for problems in columns.values() for problem in problems)
    texts = (str(replace(problem, hint="", where=Where(key=problem.where.label or problem.where.key))) for problem in each)
    return "\n".join(dict.fromkeys(texts))


def height(text: str) -> float:
    """Return the height in points of a row that shows all lines of `text`; not every program computes it."""
    return LINE * sum(1 + max(len(line) - 1, 0) // WIDTH for line in text.split("\n"))


def proposal_of(problems: Sequence[Problem]) -> str:
    """Return what a cell with these problems was probably meant to hold; nothing where that is not one thing."""
    proposals = {problem.proposal for problem in problems}
    return proposals.pop() if len(proposals) == 1 else ""


def note(problems: Iterable[Problem], before: str = "", proposal: str = "") -> Comment:
    """Return the note of a cell: what is wrong and what to do, then its former text `before`.

    Where the cell holds a proposal, the note says what was in it.
    """
    from openpyxl.comments import Comment

    texts = (f"{problem.message}\n{problem.hint}".strip() for problem in problems)
    if proposal:
        texts = (_("{message}\nProposed: {proposal}", message=problem.message, proposal=proposal) for problem in problems)
    comment = Comment(printable("\n\n".join(texts) + before), "docgen")
    comment.width, comment.height = NOTE_SIZE
    return comment


def printable(text: str) -> str:
    """Return the text as a cell can hold it: invisible characters escaped, cut to the limit of a cell."""
    return text[:TEXT_LIMIT] if text.isprintable() else visible(text)[:TEXT_LIMIT]


def excel_number(day: date) -> float:
    """Return a day or a moment as the number that a cell has for it (ECMA-376 part 1, 18.17.4.1)."""
    from openpyxl.utils import datetime as openpyxl_datetime

    to_excel: Any = openpyxl_datetime.to_excel  # openpyxl's types lack it
    number: float = to_excel(day)
    return number


@lru_cache(maxsize=2)
def problem_fill(is_proposal: bool = False) -> PatternFill:
    """Return the fill of cells with problems, or of those into which a proposal was written."""
    from openpyxl.styles import PatternFill

    return PatternFill("solid", fgColor=YELLOW if is_proposal else RED)
