"""Where forms are found, and in which edition: a user's own folders first, then the shipped ones."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

from docgen.errors import UsageError, nearest_hint, visible
from docgen.fields import Reading
from docgen.fields.keys import wrong
from docgen.files import looked_at, shipped
from docgen.form.definition import Form
from docgen.form.editions import DEFINITION, Edition, edition_on, read_editions
from docgen.form.load import read_form
from docgen.messages import _


def folders(own: Path | str | None = None) -> list[Path]:
    """Return the folders that hold forms: `own`, then those in `DOCGEN_FORMS`, then the shipped one."""
    named = [str(own)] if own else []
    named += filter(None, os.environ.get("DOCGEN_FORMS", "").split(os.pathsep))
    for folder in named:
        with looked_at(folder):
            is_there = Path(folder).is_dir()
        if not is_there:
            hint = _("Check --forms and DOCGEN_FORMS.")
            raise UsageError.because("forms-missing", _("there is no such folder of forms"), hint, file=folder)
    return [*map(Path, named), shipped("forms")]


def form_ids(own: Path | str | None = None) -> list[str]:
    """Return the id of every form that can be loaded, sorted."""
    return sorted({file.parent.name for folder in folders(own) for file in folder.glob(f"*/{DEFINITION}")})


def load_form(form_id: str, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form of this id, in the edition in force on the day `on`, or in the last one; a user's own wins.

    UsageError when there is none, or none on that day; FormError when its definition is wrong.
    """
    editions, shared = _find(form_id, own)
    return _read(edition_on(editions, on, form_id), shared, on is not None)


def given_form(form: Form | str, own: Path | str | None = None) -> Form:
    """Return the form that a caller of the module gives, or names by its id; UsageError for what is neither."""
    if isinstance(form, str):
        return load_form(form, own)
    if not isinstance(form, Form):
        hint = _("Give its id, or what load_form returns.")
        raise UsageError.because("form-unknown", _("“{value}” is no form", value=visible(str(form)[:60])), hint)
    return form


def load_editions(form_id: str, own: Path | str | None = None) -> list[Form]:
    """Return every edition of a form, the oldest first."""
    editions, shared = _find(form_id, own)
    return [_read(edition, shared, False) for edition in editions]


def form_for(form_id: str, raw: Mapping[str, object] | None, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form in the edition for a record: that of the day `on`, else of the record's own date, else the last one."""
    last = load_form(form_id, own)
    on_own_date = _date_of(last, raw)
    if on is None and on_own_date is not None:
        editions, shared = _find(form_id, own)
        return _read(edition_on(editions, on_own_date, form_id), shared, False)
    return load_form(form_id, own, on)


def load_gathered(form: Form, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form whose documents a form gathers; FormError when it is not there or does not hold what is taken."""
    file, at = str(form.folders[0] / DEFINITION), f"field ({form.gathering.name}).gathers"
    gathering = form.gathering.gathers
    try:
        source = load_form(gathering.form, own, on)
    except UsageError as error:
        raise wrong(file, f"{at}.form", "form-unknown", error.problems[0].message, error.problems[0].hint) from None
    known = [field.name for field in source.fields]
    for key, name in [("take", other) for _name, other in gathering.take] + [("form", form.gathering.name)]:
        if name not in known:
            message = _("the form “{id}” has no field “{name}”", id=source.id, name=name)
            raise wrong(file, f"{at}.{key}", "field-unknown", message, nearest_hint(name, known))
    return source


def load_named(key: str, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form that a finished file names (`Form.key`)."""
    form_id, _at, day = key.partition("@")
    try:
        return load_form(form_id, own, on or (date.fromisoformat(day) if day else None))
    except ValueError:
        return load_form(key, own)


def _date_of(form: Form, raw: Mapping[str, object] | None) -> date | None:
    """Return the date of a record that its edition goes by; None for one that is missing, or that cannot be read."""
    if not form.dated or not isinstance(raw, Mapping):
        return None
    day = form.field(form.dated).read_or_report(raw.get(form.dated), Reading())
    return day if isinstance(day, date) else None


def _find(form_id: str, own: Path | str | None) -> tuple[tuple[Edition, ...], tuple[Path, ...]]:
    """Return the editions of a form, and the folders of what forms share."""
    places = folders(own)
    shared = tuple(place / "shared" for place in places)
    for folder in places if is_id(form_id) else ():
        with looked_at(folder):
            is_here = (folder / form_id / DEFINITION).is_file()
        if is_here:
            return _editions(folder / form_id, shared), shared
    hint = nearest_hint(form_id, form_ids(own))
    raise UsageError.because("form-unknown", _("there is no form “{id}”", id=form_id[:60]), hint)


def is_id(name: str) -> bool:
    """Return whether a name can be a form's: nothing that leads to another folder, nothing longer than a folder's name."""
    return re.fullmatch(r"[a-z][a-z0-9_-]{0,99}", name) is not None


@lru_cache(maxsize=64)
def _editions(folder: Path, shared: tuple[Path, ...]) -> tuple[Edition, ...]:
    return read_editions(folder, list(shared))


@lru_cache(maxsize=128)
def _read(edition: Edition, shared: tuple[Path, ...], is_chosen: bool) -> Form:
    return read_form(edition, list(shared), is_chosen)
