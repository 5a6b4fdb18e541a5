"""Form definitions: form.toml → Form, checked."""

from docgen.form.alternatives import silent_pictures, with_alternatives, worded
from docgen.form.copying import copy_form
from docgen.form.definition import Form, backed, check_numbered, coded, without_code
from docgen.form.journals import journal_of
from docgen.form.library import (
    folders,
    form_for,
    form_ids,
    given_form,
    id_in,
    load_editions,
    load_form,
    load_gathered,
    load_named,
)
from docgen.form.places import Column, Place, Table
from docgen.form.tags import body_folders, body_names

__all__ = [
    "Column",
    "Form",
    "Place",
    "Table",
    "backed",
    "body_folders",
    "body_names",
    "check_numbered",
    "coded",
    "copy_form",
    "folders",
    "form_for",
    "form_ids",
    "given_form",
    "id_in",
    "journal_of",
    "load_editions",
    "load_form",
    "load_gathered",
    "load_named",
    "silent_pictures",
    "with_alternatives",
    "without_code",
    "worded",
]  # fmt: skip
