"""Where forms are found, and in which edition: a user's own folders first, then the shipped ones.

A form that was found is remembered by its id and the folders that were searched. A long-running
program so sees another `DOCGEN_FORMS`, but not a definition that is changed under it.
"""

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
from docgen.form.journals import journal_of
from docgen.form.load import read_form
from docgen.messages import _

#: The environment variable with further folders of forms, parted as those of PATH.
SETTING = "DOCGEN_FORMS"


def folders(own: Path | str | None = None) -> list[Path]:
    """Return the folders that hold forms: `own`, then those in `DOCGEN_FORMS`, then the shipped one.

    Raise UsageError if one of them is no folder.
    """
    return _folders(own, os.environ.get(SETTING, ""))


def _folders(own: Path | str | None, setting: str) -> list[Path]:
    named = [str(own)] if own else []
    named += filter(None, setting.split(os.pathsep))
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
    """Return the form of this id, in the edition in force on the day `on`, or in the last one; a user's own form wins.

    Raise UsageError if there is none, or none on that day; FormError if its definition is wrong.
    """
    return _found(form_id, own, os.environ.get(SETTING, ""), on, on is not None)


def given_form(form: Form | str, own: Path | str | None = None) -> Form:
    """Return a form as it is, or load it by its id; raise UsageError for anything else."""
    if isinstance(form, str):
        return load_form(form, own)
    if not isinstance(form, Form):
        hint = _("Give its id, or what load_form returns.")
        raise UsageError.because("form-unknown", _("“{value}” is no form", value=visible(str(form)[:60])), hint)
    return form


def load_editions(form_id: str, own: Path | str | None = None) -> list[Form]:
    """Return every edition of a form, the oldest first."""
    editions, shared = _find(form_id, own, os.environ.get(SETTING, ""))
    return [_read(edition, shared, False) for edition in editions]


def form_for(form_id: str, raw: Mapping[str, object] | None, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form in the edition for a record: in force on `on`, else on the record's own date, else the last one.

    Raise as `load_form`.
    """
    setting = os.environ.get(SETTING, "")
    last = _found(form_id, own, setting, None, False)
    if on is not None:
        return _found(form_id, own, setting, on, True)
    given = raw.get(last.dated) if last.dated and isinstance(raw, Mapping) else None
    return _found_for(form_id, own, setting, given) if isinstance(given, (str, date)) else last


@lru_cache(maxsize=256)
def _found(form_id: str, own: Path | str | None, setting: str, day: date | None, is_chosen: bool) -> Form:
    """Return the edition of a form on a day; `setting` is the value of DOCGEN_FORMS."""
    editions, shared = _find(form_id, own, setting)
    return _read(edition_on(editions, day, form_id), shared, is_chosen)


@lru_cache(maxsize=4096, typed=True)
def _found_for(form_id: str, own: Path | str | None, setting: str, given: str | date) -> Form:
    """Return the edition of a form for a record whose own date is given as `given`; the last one if that is no date."""
    last = _found(form_id, own, setting, None, False)
    day = last.field(last.dated).read_or_report(given, Reading())
    return _found(form_id, own, setting, day, False) if isinstance(day, date) else last


def load_gathered(form: Form, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form whose documents a form gathers; raise FormError if it is missing or lacks a field that is gathered."""
    rows = form.gathering
    if rows is None or rows.gathers is None:
        raise ValueError(f"{form.id} gathers no documents")
    gathering = rows.gathers
    file, at = str(form.folders[0] / DEFINITION), f"field ({rows.name}).gathers"
    try:
        source = load_form(gathering.form, own, on)
    except UsageError as error:
        raise wrong(file, f"{at}.form", "form-unknown", error.problems[0].message, error.problems[0].hint) from None
    known = [field.name for field in source.fields]
    for key, name in [("take", other) for _name, other in gathering.take] + [("form", rows.name)]:
        if name not in known:
            message = _("the form “{id}” has no field “{name}”", id=source.id, name=name)
            raise wrong(file, f"{at}.{key}", "field-unknown", message, nearest_hint(name, known))
    return source


def load_named(key: str, own: Path | str | None = None, on: date | None = None) -> Form:
    """Return the form that a finished file names (`Form.key`); raise as `load_form`."""
    name, _stroke, issued = key.partition("/")
    form = _load_dated(name, own, on)
    return journal_of(_load_dated(issued, own, None), form) if issued else form


def id_in(key: str) -> str:
    """Return the id of the form that a finished file names (`Form.key`)."""
    return re.split("[@/]", key, maxsplit=1)[0]


def _load_dated(name: str, own: Path | str | None, on: date | None) -> Form:
    form_id, _at, day = name.partition("@")
    try:
        return load_form(form_id, own, on or (date.fromisoformat(day) if day else None))
    except ValueError:
        return load_form(name, own)


def _find(form_id: str, own: Path | str | None, setting: str) -> tuple[tuple[Edition, ...], tuple[Path, ...]]:
    """Return the editions of a form, and the folders of what forms share."""
    places = _folders(own, setting)
    shared = tuple(place / "shared" for place in places)
    for folder in places if is_id(form_id) else ():
        with looked_at(folder):
            is_here = (folder / form_id / DEFINITION).is_file()
        if is_here:
            return _editions(folder / form_id, shared), shared
    hint = nearest_hint(form_id, form_ids(own))
    raise UsageError.because("form-unknown", _("there is no form “{id}”", id=form_id[:60]), hint)


def is_id(name: str) -> bool:
    """Return whether a name can be a form's id: no path to another folder, not longer than a folder's name."""
    return re.fullmatch(r"[a-z][a-z0-9_-]{0,99}", name) is not None


@lru_cache(maxsize=64)
def _editions(folder: Path, shared: tuple[Path, ...]) -> tuple[Edition, ...]:
    return read_editions(folder, list(shared))


@lru_cache(maxsize=128)
def _read(edition: Edition, shared: tuple[Path, ...], is_chosen: bool) -> Form:
    return read_form(edition, list(shared), is_chosen)
