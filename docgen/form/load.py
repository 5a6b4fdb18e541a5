"""form.toml → Form. Every mistake in a definition names file and key, and says what was expected."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import fields as keys_of
from dataclasses import replace
from pathlib import Path

from docgen.errors import FormError
from docgen.fields import KINDS, Field, Rows, nearest_hint
from docgen.files import read_bytes
from docgen.form.definition import Act, Annex, Definition, Form, Sheet
from docgen.form.fieldkeys import FIELD_KEYS
from docgen.form.keys import build, wrong
from docgen.form.places import PLACES, Column, Place, Stack, Table, Text
from docgen.form.tags import tags_of
from docgen.messages import _

#: Names that a template may use beside the form's fields.
PAGE_NAMES = {"page", "pages"}
BODY_NAMES = {"form", "page", "pages"}
ROW_NAMES = {"index"}


def read_form(folder: Path, shared: list[Path]) -> Form:
    """Return the form that `folder` defines; `shared` are the folders of bases and fields, the first found counts.

    FormError names the file and key of the first mistake.
    """
    file = folder / "form.toml"
    raw = _inherit(_toml(file), str(file), shared)
    definition = build(Definition, raw, str(file), "")
    if definition.id != folder.name:
        message = _("the id must be the folder's name")
        raise wrong(str(file), "id", "key-wrong", message, _("Expected: {expected}.", expected=folder.name))
    form = Form(
        id=definition.id,
        title=definition.title,
        layout=definition.layout,
        act=build(Act, definition.act, str(file), "act"),
        annex=build(Annex, definition.annex, str(file), "annex") if definition.annex else None,
        sheet=build(Sheet, definition.sheet, str(file), "sheet"),
        fields=_read_fields(definition.field, str(file), shared, "field"),
        places=_read_places(definition.place, str(file)),
        order=definition.order,
        folder=folder,
        digest=_digest(raw, folder),
    )
    _check_places(form, str(file))
    _check_templates(form, str(file))
    return form


def _toml(file: Path) -> dict:
    try:
        return tomllib.loads(read_bytes(file, 1 << 20).decode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise FormError.because("toml-damaged", _("this is no TOML: {reason}", reason=error), file=str(file)) from None
    except UnicodeDecodeError:
        raise FormError.because("toml-damaged", _("the file is not in UTF-8"), file=str(file)) from None


def _inherit(raw: dict, file: str, shared: list[Path]) -> dict:
    """Lay a definition over the base that it extends: tables key by key, fields and places by name."""
    if "extends" not in raw:
        return raw
    base = _toml(_shared_file(f"{raw['extends']}.toml", shared, file, "extends"))
    return _overlay(_inherit(base, file, shared), raw)


def _overlay(base: object, over: object) -> object:
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {name: _overlay(base[name], value) if name in base else value for name, value in over.items()}
    if isinstance(base, list) and isinstance(over, list) and all(isinstance(entry, dict) for entry in base + over):
        named = {entry.get("name"): entry for entry in over}
        kept = [_overlay(entry, named.pop(entry.get("name"), {})) for entry in base]
        return kept + [entry for entry in over if entry.get("name") in named]
    return over


def _shared_file(name: str, shared: list[Path], file: str, at: str) -> Path:
    for folder in shared:
        if (folder / name).is_file():
            return folder / name
    there = [path.stem for folder in shared for path in sorted(folder.glob("*.toml"))]
    raise wrong(file, at, "shared-missing", _("there is no shared {name}", name=name), nearest_hint(name, there))


def _read_fields(raw: tuple[dict, ...], file: str, shared: list[Path], at: str) -> tuple[Field, ...]:
    fields = tuple(_read_field(entry, file, shared, f"{at}[{number}]") for number, entry in enumerate(raw, 1))
    names = [field.name for field in fields]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            raise wrong(file, f"{at}[{number}].name", "field-twice", _("“{name}” is defined twice", name=name))
    return fields


def _read_field(raw: dict, file: str, shared: list[Path], at: str) -> Field:
    """Read one field: from the shared fields under the name in `use`, with its own keys laid over."""
    raw = dict(raw)
    if used := raw.pop("use", None):
        library = _toml(_shared_file("fields.toml", shared, file, f"{at}.use"))
        if used not in library:
            hint = nearest_hint(str(used), list(library))
            raise wrong(file, f"{at}.use", "field-unknown", _("there is no shared field “{name}”", name=used), hint)
        raw = {"name": used} | library[used] | raw
    kind = raw.pop("kind", "text")
    if kind not in KINDS:
        hint = nearest_hint(str(kind), list(KINDS))
        raise wrong(file, f"{at}.kind", "kind-unknown", _("there is no kind “{kind}”", kind=kind), hint)
    inner = raw.pop("field", None) if kind == Rows.kind else None
    keys = build(FIELD_KEYS[kind], raw, file, at)
    given = {key.name: value for key in keys_of(keys) if (value := getattr(keys, key.name)) is not None}
    if kind == Rows.kind:
        given["fields"] = _read_fields(tuple(inner or ()), file, shared, f"{at}.field")
    return KINDS[kind](**given)


def _read_places(raw: tuple[dict, ...], file: str) -> tuple[Place, ...]:
    return tuple(_read_place(entry, file, f"place[{number}]") for number, entry in enumerate(raw, 1))


def _read_place(raw: dict, file: str, at: str) -> Place:
    at = f"{at} ({raw['name']})" if "name" in raw else at
    kinds = {kind for key, kind in PLACES.items() if key in raw}
    if len(kinds) != 1:
        message = _("a place holds exactly one thing")
        raise wrong(file, at, "place-kind", message, _("Expected one of: {keys}.", keys=", ".join(PLACES)))
    place = build(kinds.pop(), raw, file, at)
    if not isinstance(place, Table):
        return place
    columns = (build(Column, entry, file, f"{at}.column[{n}]") for n, entry in enumerate(place.column, 1))
    return replace(place, columns=tuple(columns))


def _check_places(form: Form, file: str) -> None:
    """Raise FormError for a name or clause used twice, an anchor that does not stand above, a field that is not there."""
    above: dict[str, Place] = {}
    clauses = {form.sheet.clause} - {""}
    members = [name for place in form.places if isinstance(place, Stack) for name in place.stack]
    for place in form.places:
        at = f"place ({place.name})"
        if place.name in above:
            raise wrong(file, f"{at}.name", "place-twice", _("two places have this name"))
        if place.clause in clauses:
            message = _("clause {clause} stands at two places", clause=place.clause)
            raise wrong(file, f"{at}.clause", "clause-twice", message)
        for anchor in place.anchors:
            if anchor not in above:
                message = _("there is no place “{name}” above this one", name=anchor)
                raise wrong(file, at, "place-unknown", message, nearest_hint(anchor, list(above)))
        _check_names(form, place, file, at)
        clauses |= {place.clause} - {""}
        above[place.name] = place
    for name in members:
        if not isinstance(above.get(name), Text):
            hint = nearest_hint(name, [place.name for place in form.places if isinstance(place, Text)])
            raise wrong(file, "place.stack", "place-unknown", _("there is no text “{name}” to stack", name=name), hint)


def _check_names(form: Form, place: Place, file: str, at: str) -> None:
    fields = {field.name: field for field in form.fields}
    for name in sorted(place.names - fields.keys()):
        raise _no_field(file, at, name, list(fields))
    if isinstance(place, Table):
        rows = fields[place.table]
        if not isinstance(rows, Rows):
            raise wrong(file, f"{at}.table", "field-kind", _("the field “{name}” holds no rows", name=rows.name))
        known = {field.name for field in rows.fields} | ROW_NAMES
        for number, column in enumerate(place.columns, 1):
            for name in sorted(column.text.names - known):
                raise _no_field(file, f"{at}.column[{number}].text", name, sorted(known))


def _check_templates(form: Form, file: str) -> None:
    """Raise FormError for an order of no dates, a form of no pages, or a tag in a template without a field."""
    names = [field.name for field in form.fields]
    for name in form.order:
        if name not in names:
            raise _no_field(file, "order", name, names)
    if not form.places and not form.template("body.html"):
        message = _("the form has neither places nor a body.html")
        raise FormError.because("form-empty", message, file=file)
    for template in ("body.html", "template.docx"):
        path = form.template(template)
        for name in sorted(tags_of(path) - set(names) - BODY_NAMES) if path else ():
            raise _no_field(str(path), "{{ " + name + " }}", name, names)


def _no_field(file: str, at: str, name: str, known: list[str]) -> FormError:
    message = _("the tag “{name}” has no field", name=name)
    return wrong(file, at, "tag-without-field", message, nearest_hint(name, known))


def _digest(raw: dict, folder: Path) -> str:
    """Return a SHA-256 over everything that shapes the form's pages."""
    digest = hashlib.sha256(json.dumps(raw, sort_keys=True, default=str, ensure_ascii=False).encode())
    for name in ("body.html", "template.docx"):
        if (folder / name).is_file():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()
