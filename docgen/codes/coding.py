"""The signed code of a document, from its record to the symbol on its page."""

from __future__ import annotations

from typing import NamedTuple

from docgen.codes.claims import Claims, CodeExtent, claims_of
from docgen.codes.envelope import written
from docgen.codes.sign1 import SIZE_LIMIT, signed_message
from docgen.codes.signing import Signer
from docgen.codes.symbols import symbol
from docgen.compose.page import Symbol
from docgen.errors import DataError
from docgen.form import Form
from docgen.messages import _
from docgen.record import Record

#: The most letters of a full code at the foot of a document: those of a symbol of 89 modules (ISO/IEC 18004, table 7: version 18,
#: level M), 33 mm with the free modules around it. What does not fit into one is signed by its hash.
FOOT_LETTERS = 816


class _Written(NamedTuple):
    """The code of a document: how much it says, and its text."""

    form: Form
    record: Record
    extent: CodeExtent
    text: str


class DocumentCoder:
    """Makes the codes of documents, which all are signed with one key."""

    def __init__(self, signer: Signer):
        self._signer = signer
        self._last: _Written | None = None

    @property
    def key_id(self) -> str:
        """The key that it signs with, in hexadecimal."""
        return self._signer.key.id.hex()

    def symbol(self, form: Form, record: Record) -> Symbol:
        """Return the symbol of a document; errors as of `text`, and DataError for fields that fit into none."""
        return symbol(self.text(form, record))

    def says_all(self, form: Form, record: Record) -> bool:
        """Return whether the code of a document holds its fields, not their hash alone; errors as of `text`."""
        return self._written(form, record).extent is CodeExtent.FULL

    def text(self, form: Form, record: Record) -> str:
        """Return the text of a document's code; raise DataError for one whose day is outside the validity of the key."""
        return self._written(form, record).text

    def _written(self, form: Form, record: Record) -> _Written:
        """Return the code of a document; the last one is remembered, for it is asked for more than once."""
        last = self._last
        if last is None or last.form is not form or last.record is not record:
            last = self._last = next(
                each for extent in extents_of(form) if (each := self._signed(form, record, extent)) is not None
            )
        return last

    def _signed(self, form: Form, record: Record, extent: CodeExtent) -> _Written | None:
        """Return the code of a document; None for a full one that is too large for the foot of its pages."""
        claims = claims_of(form, record, extent)
        self._check_day(claims, form)
        content, is_full_foot = claims.content(), form.is_coded_at_foot and extent is CodeExtent.FULL
        if is_full_foot and len(content) > SIZE_LIMIT // 2:
            return None
        text = written(signed_message(content, self._signer))
        return None if is_full_foot and len(text) > FOOT_LETTERS else _Written(form, record, extent, text)

    def _check_day(self, claims: Claims, form: Form) -> None:
        key = self._signer.key
        if key.compromised:
            message = _("the key is reported as compromised from {day} on: nothing is signed with it", day=key.compromised)
            raise DataError.because("key-compromised", message, _("Make another key: docgen keys new."))
        if not key.covers(claims.day):
            until = key.last or "…"
            message = _(
                "the document is of {day}, the key is valid from {first} to {last}", day=claims.day, first=key.first, last=until
            )
            raise DataError.because("key-not-valid", message, _("Sign with the key of that day."), key=form.dated)


def extents_of(form: Form) -> tuple[CodeExtent, ...]:
    """Return how much the code of a form may say, in the order that is tried: at a document's foot all, where it fits."""
    if form.is_coded_at_foot:
        return CodeExtent.FULL, CodeExtent.SHORT
    return (next((CodeExtent(side.code.code) for side in (form, form.back) if side and side.code), CodeExtent.SHORT),)
