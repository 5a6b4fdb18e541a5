"""A list that waits on the disk beyond a bound is a list like any other."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from docgen import spilled
from docgen.spilled import Spilled, SpilledByRow


@pytest.fixture
def some(monkeypatch):
    """Twenty-five values, of which five are held, four parts of four are in the file, and four wait for it."""
    monkeypatch.setattr(spilled, "HELD", 5)
    monkeypatch.setattr(spilled, "AT_ONCE", 4)
    return [(number, date(2026, 2, 1 + number), "Әсет", None) for number in range(25)]


def test_it_is_the_list(some):
    """Length, each place, a slice over its parts, and all values in turn."""
    found = Spilled(some)
    assert len(found) == 25
    assert list(found) == some
    assert [found[place] for place in range(-25, 25)] == [some[place] for place in range(-25, 25)]
    assert [found[begin : begin + 7] for begin in range(25)] == [some[begin : begin + 7] for begin in range(25)]
    with pytest.raises(IndexError):
        found[25]


def test_it_grows_while_it_is_read(some):
    """What was read of it is not asked for again, and comes."""
    found, rest = Spilled[object](some[:11]), some[11:]
    seen = list(found)
    for value in rest:
        found.append(value)
    assert [*seen, *found[11:]] == some


def test_another_process_gets_all_of_it(some):
    """A process that is sent the list has the values, not the file."""
    assert pickle.loads(pickle.dumps(Spilled(some))) == some


@pytest.mark.parametrize(
    "rows", [range(1, 26), [*range(1, 26), *range(1, 26)], [*range(13, 26), *range(1, 26)], [-4, 9, 2, 9, -4, -9, 2**40, 2]]
)
def test_what_was_found_of_rows_is_in_their_order_and_once(some, rows):
    """In order, gone through twice, some of them later than the others, in no order; what was found first counts."""
    found, first = SpilledByRow[object](), dict[int, object]()
    for turn, row in enumerate(rows):
        found.note(row, (turn, some[row % 25]))
        first.setdefault(row, (turn, some[row % 25]))
    assert list(found) == sorted(first.items())
    assert list(found) == sorted(first.items())
