"""The kinds of field: how a raw value becomes the value that is printed, or a problem.

A kind is one small class with `read`; KINDS lists them under the names that form definitions use. A new kind is one
new entry.
"""

from docgen.fields.base import MISSING, Field, Reading, Rejected, labels_of
from docgen.fields.iin import Iin, iin_fault
from docgen.fields.kinds import Choice, Date, Image, PictureBytes, Text, WholeNumber
from docgen.fields.letters import check_letters
from docgen.fields.lists import Gathering, Rows, Texts
from docgen.fields.values import read_values, unknown_name

KINDS: dict[str, type[Field]] = {kind.kind: kind for kind in (Text, Choice, Date, WholeNumber, Iin, Image, Texts, Rows)}

__all__ = [
    "KINDS",
    "MISSING",
    "Choice",
    "Date",
    "Field",
    "Gathering",
    "Iin",
    "Image",
    "PictureBytes",
    "Reading",
    "Rejected",
    "Rows",
    "Text",
    "Texts",
    "WholeNumber",
    "check_letters",
    "iin_fault",
    "labels_of",
    "read_values",
    "unknown_name",
]
