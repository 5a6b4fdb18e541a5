"""What pictures of a form show, in words: a screen reader says them in their place."""

from __future__ import annotations

from docgen.form import Form
from docgen.form.places import Picture


def alternative(place: Picture, form: Form) -> str:
    """Return what a picture shows: the words of the form, or the label of the record's field; empty for a decoration."""
    if place.alt or not place.field:
        return place.alt
    return next(each.label["kk"] for each in form.fields if each.name == place.field)
