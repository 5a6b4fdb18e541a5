"""A form in words and as JSON: its fields and clauses; its sample record as a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields as parts_of
from datetime import date

from docgen import fonts
from docgen.cli.keytext import keys_in_words, keys_of, length_in_words, plain
from docgen.fields import Field, Rows
from docgen.form import Column, Form, Place, Table
from docgen.messages import _, labelled, translated
from docgen.record import sample_record


def listed_as_text(editions: list[Form], on: date | None) -> str:
    """Return what the list of forms shows after a form's id: titles, act, and each edition with its period."""
    form = _in_force(editions, on) or editions[-1]
    kind = _("fixed") if form.is_fixed else _("flowing")
    dated = [edition for edition in editions if edition.period.day]  # a form without dates has one edition: nothing to say
    periods = [f"{edition.period}{_status(edition, editions, on)}" for edition in dated]
    return "\n    ".join([f"  ({_layout(form)}, {kind})", *_labels(form.title), translated(form.act.name), *periods])


def _in_force(editions: list[Form], on: date | None) -> Form | None:
    """Return the edition in force on a day; without a day the last one that has no end."""
    in_force = [form for form in editions if (form.period.holds_on(on) if on else form.period.ends is None)]
    return in_force[-1] if in_force else None


def _status(form: Form, editions: list[Form], on: date | None) -> str:
    """Return whether an edition is in force on a day, current or repealed, in words that follow its period."""
    if on and not form.period.day:
        return ""
    if form is _in_force(editions, on):
        return f": {_('in force on {day}', day=on) if on else _('current')}"
    return f": {_('repealed')}" if form is editions[-1] and form.period.ends else ""


def listed_as_json(editions: list[Form], on: date | None) -> dict[str, object]:
    """Return a form of the list as plain values; `current` is the edition in force on the day, or the one without an end."""
    current = _in_force(editions, on)
    form = current or editions[-1]
    return {
        "id": form.id, "title": form.title, "layout": form.layout, "act": form.act.name, **_dates_json(form),
        "editions": [
            {**_dates_json(edition), "current": edition is current, "act": _act_json(edition), "sha256": edition.digest}
            for edition in editions
        ],
    }  # fmt: skip


def _dates_json(form: Form) -> dict[str, object]:
    return {"from": form.period.begins, "until": form.period.ends}


def _act_json(form: Form) -> dict[str, str]:
    return {key.name: getattr(form.act, key.name) for key in parts_of(form.act)}


def as_text(form: Form) -> str:
    """Return the form in words: act, fields with label and rule, places with clause and measures, artwork."""
    return "\n".join(_text_lines(form))


def _text_lines(form: Form) -> Iterator[str]:
    yield from (form.id, *(f"  {title}" for title in _labels(form.title)), f"  {translated(form.act.name)}")
    if form.act.edition:
        yield "  " + _("as worded by: {act}", act=translated(form.act.edition))
    if form.period.day:
        yield f"  {_('in force')}: {form.period}"
    if form.act.force:
        yield f"  {_('in force')}: {translated(form.act.force)}"
    if form.act.clause:
        yield f"  {_('clause')}: {translated(form.act.clause)}"
    if form.act.deadline:
        yield f"  {_('deadline')}: {translated(form.act.deadline)}"
    yield from (f"  {_('checked')}: {translated(rule.why)} ({rule.kind})" for rule in form.rules)
    if not form.lacks_for_numbers:
        yield f"  {_('number')}: {form.numbering.number.text}"
    yield f"  {face_in_words()}"
    width, height = form.sheet.width.mm, form.sheet.height.mm
    yield f"  {_('layout')}: {_layout(form)}; {_('{width:g} × {height:g} mm', width=width, height=height)}"
    yield f"\n{_('Fields')}"
    yield from _field_lines(form.fields, "  ")
    if form.places:
        yield f"\n{_('Places')}"
        clauses = [translated(place.clause) or "–" for place in form.places]
        width = max(18, *map(len, clauses))
        for clause, place in zip(clauses, form.places, strict=True):
            yield f"  {clause:<{width}} {place.name:<18} {keys_in_words(place)}"
            yield from (f"  {'':<{width}} {'':<18} {_('column')}: {keys_in_words(column)}" for column in _columns(place))
    if form.artwork:
        yield f"\n{_('Artwork')} ({_('shipped emblems stand in for the official ones; your own files go into --artwork DIR')})"
        yield from (f"  {name:<18} {length_in_words(size)}  (.svg, .pdf, .png ≥ 300 dpi)" for name, size in form.artwork.items())


def _layout(form: Form) -> str:
    return {"prescribed": _("prescribed"), "house": _("house")}[form.layout]


def _labels(texts: Mapping[str, str]) -> list[str]:
    """Return a label in the language of now and, if that is another one, in Kazakh, the language of the act."""
    return list(dict.fromkeys((labelled(texts), texts["kk"])))


def face_in_words() -> str:
    """Return which typeface documents are set in on this machine, and the prescribed one if it substitutes for that."""
    family = fonts.family()
    if family.is_prescribed:
        return _("set in {name}", name=family.name)
    return _("set in {name}, which stands in for {prescribed}", name=family.name, prescribed=fonts.PRESCRIBED)


def _field_lines(fields: tuple[Field, ...], indent: str) -> Iterator[str]:
    for field in fields:
        optional = f", {_('may be missing')}" if field.optional else ""
        optional += "" if field.asked else f", {_('not asked for')}"
        yield f"{indent}{field.name:<18} {' · '.join(_labels(field.label))}"
        yield f"{indent}{'':<18} {field.rule()}{optional}"
        if keys := keys_in_words(field):
            yield f"{indent}{'':<18} {keys}"
        if isinstance(field, Rows):
            yield from _field_lines(field.fields, indent + "    ")


def _columns(place: Place) -> tuple[Column, ...]:
    return place.columns if isinstance(place, Table) else ()


def as_json(form: Form) -> dict[str, object]:
    """Return the form as plain values."""
    return {
        "id": form.id,
        "title": form.title,
        "layout": form.layout,
        "kind": "fixed" if form.is_fixed else "flowing",
        "act": _act_json(form),
        **_dates_json(form),
        "sheet": {"width_mm": form.sheet.width.mm, "height_mm": form.sheet.height.mm},
        "number": None if form.lacks_for_numbers else form.numbering.number.text,
        "rules": [{"kind": rule.kind, "why": rule.why, "refuses": rule.refuses} for rule in form.rules],
        "fields": [_field_json(field) for field in form.fields],
        "places": [_place_json(place) for place in form.places],
        "artwork": {name: size.mm for name, size in form.artwork.items()},
        "sha256": form.digest,
    }


def _field_json(field: Field) -> dict[str, object]:
    inner = {"fields": [_field_json(each) for each in field.fields]} if isinstance(field, Rows) else {}
    return {
        "name": field.name, "kind": field.kind, "label": field.label, "optional": field.optional,
        "asked": field.asked,
        "rule": field.rule(), "sample": field.sample, **{name: plain(value) for name, value in keys_of(field)}, **inner,
    }  # fmt: skip


def _place_json(place: Place) -> dict[str, object]:
    columns = {"columns": plain(_columns(place))} if _columns(place) else {}
    return {"name": place.name, "clause": place.clause, **{name: plain(value) for name, value in keys_of(place)}, **columns}


def sample_json(form: Form) -> str:
    """Return the sample record of a form as JSON."""
    return json.dumps(sample_record(form.fields), ensure_ascii=False, indent=1, default=str) + "\n"


def sample_toml(form: Form) -> str:
    """Return the sample record of a form as TOML."""
    return record_toml(form, sample_record(form.fields))


def record_toml(form: Form, values: Mapping[str, object]) -> str:
    """Return a record as TOML: simple fields first, each under its label and rule, then the rows; None is left out."""
    fields = sorted(form.fields, key=lambda field: isinstance(field, Rows))
    lines = [f"# {labelled(form.title)}", f"# docgen render {form.id} FILE -o FILE.pdf", "", *_toml(fields, values), ""]
    return "\n".join(lines)


def _toml(fields: list[Field], values: Mapping[str, object]) -> Iterator[str]:
    for field in fields:
        note, value = f"# {' · '.join(_labels(field.label))}: {field.rule()}", values.get(field.name)
        if isinstance(field, Rows):
            yield from _toml_rows(field, "", value or [])
        elif value in ("", None):
            yield from (note, f"# {field.name} = ")
        else:
            yield from (note, f"{field.name} = {_toml_value(value)}")


def _toml_rows(field: Rows, prefix: str, rows: object) -> Iterator[str]:
    for row in rows if isinstance(rows, list) else []:
        yield from ("", f"[[{prefix}{field.name}]]")
        simple = {name: value for name, value in row.items() if value is not None and not _is_rows(value)}
        yield from (f"{name} = {_toml_value(value)}" for name, value in simple.items())
        for inner in field.fields:
            if isinstance(inner, Rows):
                yield from _toml_rows(inner, f"{prefix}{field.name}.", row.get(inner.name, []))


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _toml_value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_toml_value(each)},\n" for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
