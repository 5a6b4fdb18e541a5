"""Fixed words that stock has printed and a record goes without: `қаласы` on the blank, where a record is of a кент.

A form may leave such words out where everything is printed at once. On a sheet that was printed ahead they are there, and data
printed next to them would say something else.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from docgen.compose.fixed import compose
from docgen.compose.page import Layer, TextItem
from docgen.errors import DataError, Problem, Where
from docgen.form import Form
from docgen.form.places import Text
from docgen.messages import _, labelled
from docgen.record import Record, blank_record

MASTER = frozenset({Layer.MASTER})


def refuse_stock(form: Form, record: Record) -> None:
    """Raise DataError for a record that goes without words which the form's blank has printed."""
    if record.is_blank:
        return
    if problems := [problem for side in form.sides for problem in _problems_of(side, record)]:
        raise DataError(problems)


def _problems_of(form: Form, record: Record) -> list[Problem]:
    """Return the problems of one side of a record."""
    if not (places := _changing(form)):
        return []
    printed, own = _words_of_blank(form), _fixed_words(form, record, places)
    missing = {place: words for place in places if (words := list((printed[place] - own[place]).elements()))}
    return [_problem(form, record, place, words) for place, words in missing.items()]


@lru_cache(maxsize=32)
def _changing(form: Form) -> frozenset[str]:
    """Return the texts whose fixed words depend on the record: those with a statement among their tags."""
    return frozenset(place.name for place in form.places if isinstance(place, Text) and "{%" in place.text.source)


@lru_cache(maxsize=32)
def _words_of_blank(form: Form) -> dict[str, Counter[str]]:
    return _fixed_words(form, blank_record(form), _changing(form))


def _fixed_words(form: Form, record: Record, places: frozenset[str]) -> dict[str, Counter[str]]:
    """Return the fixed words of some texts, each as often as it is there."""
    words: dict[str, Counter[str]] = {place: Counter() for place in places}
    for page in compose(form, record, MASTER):
        for item in page.items:
            if type(item) is TextItem and item.place in places:
                words[item.place].update(item.text.split())
    return words


def _problem(form: Form, record: Record, place: str, words: list[str]) -> Problem:
    field = _decisive(form, record, place, words)
    text = " ".join(words)
    message = _("the stock has “{words}” printed here, which does not belong to this record", words=text)
    hint = _("Print this record in full (--print full), or leave its row out.")
    label = labelled(form.field(field).label) if field else ""
    return Problem("stock-word", message, hint, Where(key=field or place, label=label), str(record.values.get(field) or ""))


def _decisive(form: Form, record: Record, place: str, words: list[str]) -> str:
    """Return the field on which the words depend: with its space for the pen in place of its value, they are there."""
    [text] = [each for each in form.places if each.name == place]
    blank = blank_record(form).values
    for name in sorted(text.names):
        other = Record({**record.values, name: blank[name]})
        if not Counter(words) - _fixed_words(form, other, frozenset({place}))[place]:
            return name
    return ""
