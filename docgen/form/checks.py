"""A form as a whole: what its fields and places say of each other, so that every mistake is found when it is loaded."""

from __future__ import annotations

from collections.abc import Iterator

from docgen.errors import FormError, nearest_hint
from docgen.fields import Date, Field, Reading, Rows, WholeNumber
from docgen.fields.keys import toml_name, wrong
from docgen.form.definition import Form
from docgen.form.places import (
    ANCHORS,
    CODE_VALUE,
    PAGE_NAMES,
    SMALLEST_MODULE,
    AnnexHeading,
    Code,
    Picture,
    Place,
    Stack,
    Table,
    Text,
)
from docgen.form.tags import tags_of
from docgen.messages import _
from docgen.templating.templates import TextTemplate, template_errors
from docgen.units import Length

#: Names that a template may use besides the form's fields.
BODY_NAMES = {"form", *PAGE_NAMES}
ROW_NAMES = {"index"}


def check_form(form: Form, file: str) -> None:
    """Raise FormError for the first thing in which the parts of a form do not agree."""
    for check in (
        _check_order,
        _check_rules,
        _check_gathering,
        _check_places,
        _check_measures,
        _check_stacks,
        _try_texts,
        _check_templates,
    ):
        check(form, file)


def check_back(front: Form, back: Form, file: str) -> None:
    """Raise FormError for a back of a form that is not one page, and for one that is not one page itself."""
    if not _is_one_page(front):
        message = _("only a form of one page has a back")
        raise wrong(file, "back", "back-not-possible", message, _("Take [back] out, or the table and the texts of all pages."))
    if not _is_one_page(back):
        message = _("a back is one page")
        raise wrong(file, "back", "back-not-possible", message, _("It takes no table, and no text of all pages."))


def _is_one_page(form: Form) -> bool:
    return form.is_fixed and form.table is None and not any(text.is_repeated for text in form.texts)


def check_field(field: Field, file: str, at: str) -> None:
    """Raise FormError for bounds that leave nothing between them, or a sample that the field itself refuses."""
    if field.bounds:
        least, most = (getattr(field, name) for name in field.bounds)
        if least > most:
            message = _("{least} is more than {most}", least=least, most=most)
            raise wrong(file, f"{at}.{field.bounds[0]}", "key-wrong", message)
    if isinstance(field, Rows):
        _check_rows(field, file, at)
    reading = Reading()
    if field.sample not in ("", None):
        field.read_or_report(field.sample, reading)
    for problem in reading.problems:
        message = _("the sample cannot be printed: {reason}", reason=problem.message)
        raise wrong(file, f"{at}.sample ({problem.where.key})", "sample-wrong", message, problem.hint)


def _check_rows(rows: Rows, file: str, at: str) -> None:
    """Raise FormError for a chain of other things than numbers or dates of the rows, or a field that the rows do not have."""
    for chain in rows.at_most:
        kinds = [{field.name for field in rows.fields if isinstance(field, kind)} for kind in (WholeNumber, Date)]
        if not any(names.issuperset(chain) for names in kinds):
            message = _("{names} are not all whole numbers, or all dates, of the rows", names=", ".join(chain))
            raise wrong(file, f"{at}.at-most", "order-unknown", message)
    known = [field.name for field in rows.fields if not field.takes_list]
    taken = [name for name, _other in rows.gathers.take] if rows.gathers else []
    for key, names in (("unique", rows.unique), ("gathers.take", taken)):
        for name in names:
            if name not in known:
                message = _("the rows have no field “{name}”", name=name)
                raise wrong(file, f"{at}.{key}", "field-unknown", message, nearest_hint(name, known))
    if rows.gathers and any(field.takes_list for field in rows.fields):
        raise wrong(file, f"{at}.gathers", "field-kind", _("rows that are gathered hold one value a field"))


def _check_places(form: Form, file: str) -> None:
    """Raise FormError for a name or clause used twice, an anchor that is not above its place, a field that is missing."""
    above: dict[str, Place] = {}
    clauses = {form.sheet.clause} - {""}
    for place in form.places:
        at = f"place ({place.name})"
        if place.name in above:
            raise wrong(file, f"{at}.name", "place-twice", _("two places have this name"))
        if place.clause in clauses:
            message = _("clause {clause} is at two places", clause=place.clause)
            raise wrong(file, f"{at}.clause", "clause-twice", message)
        if isinstance(place, AnnexHeading) and not form.annex:
            raise wrong(file, at, "annex-missing", _("the form has no [annex] to print"))
        if isinstance(place, Table) and place is not form.table:
            raise wrong(file, at, "table-twice", _("a form has one table"))
        if isinstance(place, Code):
            _check_code(form, place, file, at)
        for key, anchor in place.anchors.items():
            fit = [name for name, other in above.items() if isinstance(other, ANCHORS[key]) and other.is_on_first_page]
            if anchor not in fit:
                message = _("there is no place “{name}” above this one for “{key}”", name=anchor, key=toml_name(key))
                raise wrong(file, f"{at}.{toml_name(key)}", "place-unknown", message, nearest_hint(anchor, fit))
        _check_names(form, place, file, at)
        clauses |= {place.clause} - {""}
        above[place.name] = place


def _check_code(form: Form, code: Code, file: str, at: str) -> None:
    """Raise FormError for a code on a page that an act lays out, a second one, or one that no scanner reads."""
    if form.layout == "prescribed":
        message = _("the act prescribes this page, and it has no code")
        raise wrong(file, at, "code-not-possible", message, _("Put the code on the back: [[back.place]]."))
    if code is not next(place for place in form.places if isinstance(place, Code)):
        raise wrong(file, at, "code-twice", _("a page has one code"))
    if code.module < SMALLEST_MODULE:
        message = _("{module:g} mm are too small for a module of a code", module=code.module.mm)
        raise wrong(file, f"{at}.module", "key-wrong", message, _("Scanners need {least:g} mm.", least=SMALLEST_MODULE.mm))


def _check_measures(form: Form, file: str) -> None:
    """Raise FormError for measures that leave nothing of the sheet."""
    sheet = form.sheet
    margins = {"margin": sheet.margin * 2}, {"top": sheet.top * 2}
    taken = [("sheet", *margins), *((f"place ({place.name})", place.across, place.down) for place in form.places)]
    for at, across, down in taken:
        for measures, whole in ((across, sheet.width), (down, sheet.height)):
            for key, length in measures.items():
                if length >= whole and length > Length(0):
                    message = _("{taken:g} mm of the sheet's {whole:g} mm are taken", taken=length.mm, whole=whole.mm)
                    raise wrong(file, f"{at}.{key}", "no-room", message)


def _check_stacks(form: Form, file: str) -> None:
    """Raise FormError for a stack of less than two texts, or of texts above it, in a place of their own or stacked twice."""
    stacked: set[str] = set()
    for number, stack in enumerate(form.places):
        if not isinstance(stack, Stack):
            continue
        at = f"place ({stack.name})"
        if len(stack.stack) < 2:
            raise wrong(file, f"{at}.stack", "stack-short", _("a stack spreads two texts or more"))
        below = {place.name: place for place in form.places[number + 1 :] if isinstance(place, Text)}
        for name in stack.stack:
            if name not in below:
                message = _("there is no text “{name}” below it to stack", name=name)
                raise wrong(file, f"{at}.stack", "place-unknown", message, nearest_hint(name, list(below)))
            text = below[name]
            if name in stacked or text.anchors or text.foot is not None or text.pages != "first":
                message = _("“{name}” has a place of its own already", name=name)
                raise wrong(file, f"{at}.stack", "place-twice", message)
            stacked.add(name)
            if text.max_size and text.max_size < text.font.size:
                message = _("{most:g} pt is less than the text's own size", most=text.max_size.pt)
                raise wrong(file, f"place ({name}).max-size", "key-wrong", message)
        if stack.min_size > below[stack.stack[0]].font.size:
            message = _("{least:g} pt is more than the texts' own size", least=stack.min_size.pt)
            raise wrong(file, f"{at}.min-size", "key-wrong", message)
    for text in form.texts:
        if text.max_size and text.name not in stacked:
            raise wrong(
                file, f"place ({text.name}).max-size", "key-wrong", _("only a line of a stack may be larger than its font")
            )


def _try_texts(form: Form, file: str) -> None:
    """Raise FormError for a text that fails on the values of a blank, so that it fails here and not in a batch."""
    values = {field.name: field.blank_value() for field in form.fields}
    for at, template, own in _texts(form):
        with template_errors(file, at):
            template.pieces(values | own)


def _texts(form: Form) -> Iterator[tuple[str, TextTemplate, dict[str, object]]]:
    """Yield every text of the form, with the values that it sees besides those of the fields."""
    for place in form.places:
        at = f"place ({place.name})"
        for key, text in place.texts.items():
            yield f"{at}.{key}", text, dict.fromkeys(PAGE_NAMES, 1)
    if table := form.table:
        rows = next(rows for rows in form.rows if rows.name == table.table)
        values = {field.name: field.blank_value() for field in rows.fields} | {"index": 1}
        yield from ((f"place ({table.name}).column[{n}].text", column.text, values) for n, column in enumerate(table.columns, 1))


def _check_names(form: Form, place: Place, file: str, at: str) -> None:
    fields = {field.name: field for field in form.fields}
    for name in sorted(place.names - fields.keys() - {CODE_VALUE}):
        raise _no_field(file, at, name, list(fields))
    if isinstance(place, Picture) and place.field and not fields[place.field].is_picture:
        raise wrong(file, f"{at}.field", "field-kind", _("the field “{name}” holds no picture", name=place.field))
    if isinstance(place, Table):
        rows = fields[place.table]
        if not isinstance(rows, Rows):
            raise wrong(file, f"{at}.table", "field-kind", _("the field “{name}” holds no rows", name=rows.name))
        known = {field.name for field in rows.fields} | ROW_NAMES
        for number, column in enumerate(place.columns, 1):
            for name in sorted(column.text.names - known):
                raise _no_field(file, f"{at}.column[{number}].text", name, sorted(known))


def _check_order(form: Form, file: str) -> None:
    """Raise FormError for an order of other things than dates of the form, or an edition that goes by one."""
    dates = [field.name for field in form.fields if isinstance(field, Date)]
    for name in form.order:
        if name not in dates:
            message = _("there is no date “{name}” to put in order", name=name)
            raise wrong(file, "order", "order-unknown", message, nearest_hint(name, dates))
    if form.dated and form.dated not in dates:
        message = _("there is no date “{name}” that the edition could go by", name=form.dated)
        raise wrong(file, "dated", "order-unknown", message, nearest_hint(form.dated, dates))


def _check_rules(form: Form, file: str) -> None:
    """Raise FormError for a rule of a field that the form does not have, or of another kind of field."""
    known = {field.name: field for field in form.fields}
    known |= {f"{rows.name}.{field.name}": field for rows in form.rows for field in rows.fields}
    for number, rule in enumerate(form.rules, 1):
        for name, kind in rule.needs.items():
            at = f"rule[{number}] ({rule.kind})"
            if name not in known:
                message = _("the form has no field “{name}”", name=name)
                raise wrong(file, at, "field-unknown", message, nearest_hint(name, list(known)))
            if not isinstance(known[name], kind):
                message = _("the field “{name}” is of another kind than {kind}", name=name, kind=kind.kind)
                raise wrong(file, at, "field-kind", message)


def _check_gathering(form: Form, file: str) -> None:
    """Raise FormError for a field in which documents are to agree that the form does not have itself."""
    known = [field.name for field in form.fields if not field.takes_list]
    for field in form.fields:
        for name in field.gathers.agree if isinstance(field, Rows) and field.gathers else ():
            if name not in known:
                message = _("the form has no field “{name}”", name=name)
                raise wrong(file, f"field ({field.name}).gathers.agree", "field-unknown", message, nearest_hint(name, known))


def _check_templates(form: Form, file: str) -> None:
    """Raise FormError for a form of no pages, or a tag in a template without a field."""
    names = [field.name for field in form.fields]
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
