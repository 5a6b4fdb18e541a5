"""Where forms are found: a user's own folders first, then the shipped ones."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

from docgen.errors import UsageError, nearest_hint
from docgen.files import shipped
from docgen.form.definition import Form
from docgen.form.load import read_form
from docgen.messages import _


def folders(own: Path | str | None = None) -> list[Path]:
    """Return the folders that hold forms: `own`, then those in `DOCGEN_FORMS`, then the shipped one."""
    named = [str(own)] if own else []
    named += filter(None, os.environ.get("DOCGEN_FORMS", "").split(os.pathsep))
    for folder in named:
        if not Path(folder).is_dir():
            hint = _("Check --forms and DOCGEN_FORMS.")
            raise UsageError.because("forms-missing", _("there is no such folder of forms"), hint, file=folder)
    return [*map(Path, named), shipped("forms")]


def form_ids(own: Path | str | None = None) -> list[str]:
    """Return the id of every form that can be loaded, sorted."""
    return sorted({file.parent.name for folder in folders(own) for file in folder.glob("*/form.toml")})


def load_form(form_id: str, own: Path | str | None = None) -> Form:
    """Return the form of this id; a user's own wins over a shipped one.

    UsageError when there is none, FormError when its definition is wrong.
    """
    places = folders(own)
    for folder in places if _is_id(form_id) else ():
        if (folder / form_id / "form.toml").is_file():
            return _read(folder / form_id, tuple(place / "shared" for place in places))
    hint = nearest_hint(form_id, form_ids(own))
    raise UsageError.because("form-unknown", _("there is no form “{id}”", id=form_id[:60]), hint)


def _is_id(name: str) -> bool:
    """Return whether a name can be a form's: nothing that leads to another folder, nothing longer than a folder's name."""
    return re.fullmatch(r"[a-z][a-z0-9_-]{0,99}", name) is not None


@lru_cache(maxsize=64)
def _read(folder: Path, shared: tuple[Path, ...]) -> Form:
    return read_form(folder, list(shared))
