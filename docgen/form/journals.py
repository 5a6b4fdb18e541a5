"""The journal of a form's documents: the form that the register prints it with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from docgen.fields.keys import TEMPLATE
from docgen.files import shipped
from docgen.form.definition import Annex, Form
from docgen.form.places import Text
from docgen.units import ZERO, mm

#: The height of the title's baseline above the lower edge of a journal without the heading of an annex.
TITLE_FOOT = mm(186)


def journal_of(form: Form, journal: Form) -> Form:
    """Return the form of the journal with the heading and title that a form's own journal has.

    `journal` is laid out as Order No. 114-НҚ, annex 2, prescribes. A form whose act prescribes none has a heading of the house.
    A journal of the user's own stays as it is. One whose heading or title is another says so in its key, and with it in every
    file, so that `load_named` makes it again and preflight measures against it.
    """
    if not journal.folders[-1].is_relative_to(shipped("forms")):
        return journal
    own = form.journal
    title = own.title if own else f"Тіркеу журналы: {form.title['kk']}"
    annex = Annex(to=own.to, number=own.number) if own and own.to else None
    if (title, annex) == (journal.title["kk"], journal.annex):
        return journal
    of_title: dict[str, Any] = {"text": TEMPLATE.read(title)}
    if annex is None:
        of_title |= {"clause": "", "below": "", "gap": ZERO, "foot": TITLE_FOOT}
    places = [
        replace(each, **of_title) if isinstance(each, Text) and each.name == "title" else each
        for each in journal.places
        if annex or each.name != "annex"
    ]
    return replace(journal, title={"kk": title}, annex=annex, places=tuple(places), journal_for=form.key)
