"""form.toml → Form. Every mistake in a definition names file and key, and says what was expected."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from docgen.errors import FormError, nearest_hint
from docgen.fields import KINDS, Date, Field, Gathering, Rows
from docgen.fields.keys import TABLES, Raw, build, read_table, wrong
from docgen.form.checks import check_back, check_field, check_form
from docgen.form.definition import Act, Annex, Back, Definition, Form, Journal, Sheet, without_code
from docgen.form.editions import Edition
from docgen.form.inherit import shared_file, toml_of
from docgen.form.lexicon import lexicon_of
from docgen.form.numbering import Numbering, check_numbering
from docgen.form.places import PLACES, Column, Place, Table
from docgen.form.rules import RULES, Rule
from docgen.messages import _

#: The date that a document's edition goes by, where a form does not say another (`dated`).
ISSUED = "issued"


def read_form(edition: Edition, shared: list[Path], is_chosen: bool = False) -> Form:
    """Return the form in one edition; `shared` are the folders of bases and fields, the first found counts.

    FormError names the file and key of the first mistake.
    """
    file, name = edition.file, edition.folders[-1].name
    definition = build(Definition, edition.raw, file, "")
    if definition.id != name:
        message = _("the id must be the folder's name")
        raise wrong(file, "id", "key-wrong", message, _("Expected: {expected}.", expected=name))
    fields = _read_fields(definition.field, file, shared, "field")
    form = Form(
        id=definition.id,
        title=definition.title,
        layout=definition.layout,
        act=build(Act, definition.act, file, "act"),
        annex=None if definition.annex is None else build(Annex, definition.annex, file, "annex"),
        sheet=build(Sheet, definition.sheet, file, "sheet"),
        fields=fields,
        places=_read_places(definition.place, file),
        order=definition.order,
        rules=tuple(_read_rule(entry, file, f"rule[{number}]") for number, entry in enumerate(definition.rule, 1)),
        numbering=_read_numbering(definition.register, fields, file),
        lexicon=lexicon_of(shared, definition.headings, fields, file),
        journal=None if definition.journal is None else build(Journal, definition.journal, file, "journal"),
        dated=definition.dated or _issued(fields),
        period=edition.period,
        is_chosen=is_chosen,
        folders=edition.folders,
        digest=_digest(edition, shared),
    )
    check_form(form, file)
    form = without_code(form)
    return form if definition.back is None else replace(form, back=_read_back(form, definition.back, file))


def _read_back(front: Form, raw: Raw, file: str) -> Form:
    """Return the back of a form: a form of the same fields and sheet, whose layout is the house's."""
    back = build(Back, raw, file, "back")
    margins = {name: length for name in ("margin", "top") if (length := getattr(back, name)) is not None}
    sheet = replace(front.sheet, clause="", **margins)
    form = replace(front, layout="house", annex=None, sheet=sheet, places=_read_places(back.place, file, "back.place"))
    try:
        check_form(form, file)
    except FormError as error:
        raise FormError([problem.at(key=f"back.{problem.where.key}") for problem in error.problems]) from None
    check_back(front, form, file)
    return without_code(form)


def _issued(fields: tuple[Field, ...]) -> str:
    """Return the date of issue, where a form has one."""
    return next((field.name for field in fields if field.name == ISSUED and isinstance(field, Date)), "")


def _read_numbering(raw: Raw | None, fields: tuple[Field, ...], file: str) -> Numbering:
    if raw is None:
        return Numbering().for_fields(fields)
    numbering = build(Numbering, raw, file, "register").for_fields(fields)
    check_numbering(numbering, fields, file)
    return numbering


def _read_fields(raw: tuple[Raw, ...], file: str, shared: list[Path], at: str) -> tuple[Field, ...]:
    fields = tuple(_read_field(entry, file, shared, f"{at}[{number}]") for number, entry in enumerate(raw, 1))
    names = [field.name for field in fields]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise wrong(file, f"{at}[{number}].name", "field-twice", _("“{name}” is defined twice", name=name))
    return fields


def _read_field(raw: Raw, file: str, shared: list[Path], at: str) -> Field:
    """Read one field: from the shared fields under the name in `use`, with its own keys laid over."""
    raw = _used(raw, file, shared, at) if "use" in raw else dict(raw)
    kind = raw.pop("kind", "text")
    if not isinstance(kind, str) or kind not in KINDS:
        hint = nearest_hint(str(kind), list(KINDS))
        raise wrong(file, f"{at}.kind", "kind-unknown", _("there is no kind “{kind}”", kind=kind), hint)
    cls = KINDS[kind]
    has_rows = issubclass(cls, Rows)
    inner = raw.pop("field", None) if has_rows else None
    given = read_table(cls, raw, file, at)
    if has_rows:
        given["fields"] = _read_fields(_inner_fields(inner, file, at), file, shared, f"{at}.field")
        if "gathers" in given:
            given["gathers"] = build(Gathering, given["gathers"], file, f"{at}.gathers")
    field = cls(**given)
    check_field(field, file, at)
    return field


def _used(raw: Raw, file: str, shared: list[Path], at: str) -> Raw:
    """Return a field's keys laid over those of the shared field that it names."""
    used = raw["use"]
    path = shared_file("fields.toml", shared, file, f"{at}.use")
    library = _shared_fields(path)
    if not isinstance(used, str) or used not in library:
        hint = nearest_hint(str(used), list(library))
        raise wrong(file, f"{at}.use", "field-unknown", _("there is no shared field “{name}”", name=used), hint)
    shared_field = library[used]
    if not isinstance(shared_field, dict):
        raise wrong(str(path), used, "key-wrong", _("a table is expected here"))
    return {"name": used} | shared_field | {name: value for name, value in raw.items() if name != "use"}


@lru_cache(maxsize=16)
def _shared_fields(path: Path) -> Raw:
    """Return the fields in a file that forms share, read once: a form takes most of its fields from it."""
    return toml_of(path)


def _inner_fields(inner: object, file: str, at: str) -> tuple[Raw, ...]:
    try:
        fields = TABLES.read(inner)
    except ValueError:
        fields = ()
    if not fields:
        message = _("rows need fields of their own")
        raise wrong(file, f"{at}.field", "fields-missing", message, _("Expected: {expected}.", expected=_("a list of tables")))
    return fields


def _read_places(raw: tuple[Raw, ...], file: str, at: str = "place") -> tuple[Place, ...]:
    return tuple(_read_place(entry, file, f"{at}[{number}]") for number, entry in enumerate(raw, 1))


def _read_place(raw: Raw, file: str, at: str) -> Place:
    at = f"{at} ({raw['name']})" if isinstance(raw.get("name"), str) else at
    kinds = [kind for key, kind in PLACES.items() if key in raw]
    if len(kinds) != 1:
        message = _("a place holds exactly one thing")
        raise wrong(file, at, "place-kind", message, _("Expected one of: {keys}.", keys=", ".join(PLACES)))
    place = build(kinds.pop(), raw, file, at)
    if not isinstance(place, Table):
        return place
    columns = tuple(build(Column, entry, file, f"{at}.column[{n}]") for n, entry in enumerate(place.column, 1))
    if not columns:
        raise wrong(file, f"{at}.column", "columns-missing", _("a table needs columns"))
    for number, column in enumerate(columns, 1):
        if column.width <= place.padding * 2:
            message = _("the padding leaves no room for a text")
            raise wrong(file, f"{at}.column[{number}].width", "no-room", message)
    return replace(place, columns=columns)


def _read_rule(raw: Raw, file: str, at: str) -> Rule:
    kind = raw.get("kind")
    if not isinstance(kind, str) or kind not in RULES:
        hint = nearest_hint(str(kind or ""), list(RULES))
        raise wrong(file, f"{at}.kind", "kind-unknown", _("there is no kind “{kind}”", kind=kind or ""), hint)
    return build(RULES[kind], {name: value for name, value in raw.items() if name != "kind"}, file, at)


def _digest(edition: Edition, shared: list[Path]) -> str:
    """Return a SHA-256 over everything that shapes the form's pages; headings of tables and the name of its journal do not."""
    raw = {name: value for name, value in edition.raw.items() if name not in ("headings", "journal")}
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True, default=str, ensure_ascii=False).encode())
    names = "body.html", "template.docx"
    own = [next((folder / name for folder in edition.folders if (folder / name).is_file()), Path()) for name in names]
    bodies = [file for place in shared for file in sorted(place.glob("*.html"))] if own[0].is_file() else []
    for file in (*own, *bodies):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()
