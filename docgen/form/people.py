"""Which fields of a form say whom a document is for, and for which course: by these it is one person's second one."""

from __future__ import annotations

from docgen.fields import Field
from docgen.form.definition import Form

#: The fields that name a person, and those of them that a form must have to be of a person: one of these sets.
NAMES = ("surname", "given_name", "patronymic", "employee")
NAMED_BY = ({"surname", "given_name"}, {"employee"})
#: The fields that say which course a document is about; one without them is known by its date of issue.
COURSE = ("topic", "start", "end")


def name_fields(form: Form) -> tuple[str, ...]:
    """Return the fields that name the person of a document; nothing for a form that is of no person."""
    fields = {field.name for field in form.fields}
    return tuple(name for name in NAMES if name in fields) if any(map(fields.issuperset, NAMED_BY)) else ()


def course_fields(form: Form) -> tuple[Field, ...]:
    """Return the fields that say which course a document is about."""
    course = [field for field in form.fields if field.name in COURSE]
    return tuple(course or [field for field in form.fields if field.name == form.numbering.issued])
