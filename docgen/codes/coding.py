"""The signed code of a document, from its record to the symbol on its page."""

from __future__ import annotations

from docgen.codes.claims import Claims, CodeExtent, claims_of
from docgen.codes.envelope import written
from docgen.codes.sign1 import signed_message
from docgen.codes.signing import Signer
from docgen.codes.symbols import symbol
from docgen.compose.page import Symbol
from docgen.errors import DataError
from docgen.form import Form
from docgen.messages import _
from docgen.record import Record


class DocumentCoder:
    """Makes the codes of documents, which all are signed with one key."""

    def __init__(self, signer: Signer):
        self._signer = signer

    @property
    def key_id(self) -> str:
        """The key that it signs with, in hexadecimal."""
        return self._signer.key.id.hex()

    def symbol(self, form: Form, record: Record) -> Symbol:
        """Return the symbol of a document; errors as of `text`, and DataError for fields that fit into none."""
        return symbol(self.text(form, record))

    def text(self, form: Form, record: Record) -> str:
        """Return the text of a document's code; raise DataError for one whose day is outside the validity of the key."""
        claims = claims_of(form, record, extent_of(form))
        self._check_day(claims, form)
        return written(signed_message(claims.content(), self._signer))

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


def extent_of(form: Form) -> CodeExtent:
    """Return how much the code of a form says: of the side that it stands on."""
    return next((CodeExtent(side.code.code) for side in (form, form.back) if side and side.code), CodeExtent.SHORT)
