"""The kinds of field: how a raw value becomes the value that is printed, or a problem.

A kind is one class, which declares all that depends on it: its keys in a form.toml, how a value is read, its words in messages
and questions, its column in a workbook. KINDS lists them under the names that form definitions use.
"""

from docgen.fields.date import Date
from docgen.fields.field import MISSING, CellRule, Field, Reading, labels_of, shown
from docgen.fields.iin import Iin, iin_fault
from docgen.fields.image import Image, PictureBytes
from docgen.fields.letters import Rejected, check_letters
from docgen.fields.lists import Gathering, Rows, Texts
from docgen.fields.plain_text import Choice, PlainText
from docgen.fields.values import read_values, unknown_name
from docgen.fields.whole_number import WholeNumber

#: The name of a kind in a form.toml → the kind. A new kind is one new entry, also from outside: `KINDS[Phone.kind] = Phone`.
KINDS: dict[str, type[Field]] = {kind.kind: kind for kind in (PlainText, Choice, Date, WholeNumber, Iin, Image, Texts, Rows)}

__all__ = [
    "KINDS",
    "MISSING",
    "CellRule",
    "Choice",
    "Date",
    "Field",
    "Gathering",
    "Iin",
    "Image",
    "PictureBytes",
    "PlainText",
    "Reading",
    "Rejected",
    "Rows",
    "Texts",
    "WholeNumber",
    "check_letters",
    "iin_fault",
    "labels_of",
    "read_values",
    "shown",
    "unknown_name",
]
