"""What pictures of a form show, in words: a screen reader says them in their place."""

from __future__ import annotations

from docgen.form import Form
from docgen.form.places import Code, Picture


def alternative(place: Picture | Code, form: Form) -> str:
    """Return what a picture or code shows: the words of the form, or the label of the record's field; empty for a decoration."""
    if isinstance(place, Code) or place.alt or not place.field:
        return place.alt
    return next(each.label["kk"] for each in form.fields if each.name == place.field)
