"""docs/forms.md has every key of a form.toml that the code reads, how it is written and what holds without it, and no other."""

from __future__ import annotations

import dataclasses
import re

from support.places import ROOT

from docgen.fields import KINDS, Field, Gathering, keys
from docgen.form.definition import Act, Annex, Definition, Journal, Sheet
from docgen.form.editions import DATES
from docgen.form.numbering import PATTERN, Numbering
from docgen.form.places import PLACES, Column, Place
from docgen.form.rules import RULES
from docgen.templating.allowed import ALLOWED_FILTERS, ALLOWED_TESTS, METHODS
from docgen.templating.templates import FILTERS, GLOBALS
from docgen.units import Length

PAGE = (ROOT / "docs" / "forms.md").read_text("utf-8")

#: How a value is written → what the page calls it.
WRITTEN = {
    keys.TEXT: "text", keys.PLAIN_TEXT: "line", keys.PLAIN_TEXTS: "lines", keys.LABELS: "labels", keys.TEMPLATE: "template",
    keys.NAME: "name", keys.FIELD_NAME: "field", keys.NAMES: "names", keys.CHAINS: "chains", keys.PAIRS: "pairs",
    keys.SIZE: "size", keys.DISTANCE: "distance", keys.FONT: "font", keys.COLOUR: "colour", keys.FLAG: "flag",
    keys.WHOLE: "number", keys.DAY: "day", keys.ANY: "value", keys.TABLE: "table", keys.TABLES: "tables", PATTERN: "pattern",
}  # fmt: skip
REQUIRED_WORD = "required"


def table_under(heading: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the first table under a heading, by their first cell without its code marks."""
    section = PAGE.partition(f"\n{heading}\n")[2]
    assert section, heading
    rows = re.search(r"(?:^\|.*\n)+", re.split(r"^#", section, maxsplit=1, flags=re.MULTILINE)[0], re.MULTILINE)[0]
    cells = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows.splitlines()[2:]]
    return {first.strip("`"): tuple(rest) for first, *rest in cells}


def written(reader: keys.Reader) -> str:
    """Return what the page calls a reader; a choice is written out."""
    options = re.fullmatch(r"one of (.*)", reader.expected())
    return f"one of {options[1]}" if options else WRITTEN[reader]


def default(value: object) -> str:
    """Return what the page says of a default."""
    if value is dataclasses.MISSING:
        return REQUIRED_WORD
    if isinstance(value, Length):
        return f"`{value.mm:g}mm`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{getattr(value, 'text', value)}`" if value not in ("", None, ()) else "none"


def keys_of(table: type) -> dict[str, tuple[str, str]]:
    """Return the keys that a class reads, with how they are written and what holds without them."""
    found = [field for field in dataclasses.fields(table) if "reader" in field.metadata]
    return {keys.toml_name(field.name): (written(field.metadata["reader"]), default(field.default)) for field in found}


def on_page(heading: str) -> dict[str, tuple[str, str]]:
    return {key: (cells[0], cells[1]) for key, cells in table_under(heading).items()}


def test_every_key_of_a_form_is_on_the_page():
    dates = {name: ("day", "none") for name in DATES}
    assert on_page("### The form") == keys_of(Definition) | dates


def test_every_key_of_a_table_of_the_form_is_on_the_page():
    for heading, table in (("act", Act), ("annex", Annex), ("sheet", Sheet), ("register", Numbering), ("journal", Journal)):
        assert on_page(f"### `[{heading}]`") == keys_of(table), heading


def test_every_kind_of_place_is_on_the_page_with_its_keys():
    common = keys_of(Place)
    assert on_page("### `[[place]]`") == common
    fonts = {"font": "`14pt`"}
    for kind in dict.fromkeys(PLACES.values()):
        names = [name for name, each in PLACES.items() if each is kind]
        heading = f"#### {' or '.join(f'`{name}`' for name in names)}"
        expected = {name: cells for name, cells in keys_of(kind).items() if name not in common}
        for name, value in fonts.items():
            if name in expected and expected[name][1] != REQUIRED_WORD:
                expected[name] = (expected[name][0], value)
        assert on_page(heading) == expected, heading
    assert on_page("#### `[[place.column]]`") == keys_of(Column)


def test_every_key_of_a_field_is_on_the_page():
    assert on_page("### `[[field]]`") == keys_of(Field) | {"use": ("name", "none"), "kind": ("name", "`text`")}


def test_every_kind_of_field_is_on_the_page_with_its_own_keys():
    assert set(table_under("### Kinds of field")) == set(KINDS)
    shared = keys_of(Field)
    own = {(name, kind): cells for kind, cls in KINDS.items() for name, cells in keys_of(cls).items() if name not in shared} | {
        ("field", "rows"): ("tables", REQUIRED_WORD)
    }
    rows = table_under("### Keys of one kind").items()
    assert {tuple(key.replace("`", "").split(" of ")): (cells[0], cells[1]) for key, cells in rows} == own


def test_every_kind_of_rule_is_on_the_page_with_its_keys_and_what_comes_of_it():
    rows = table_under("### `[[rule]]`")
    own = {name: [key for key in keys_of(kind) if key != "why"] for name, kind in RULES.items()}
    assert {name: re.findall(r"`([\w-]+)`", cells[0]) for name, cells in rows.items()} == own
    assert {name: cells[-1] for name, cells in rows.items()} == {
        name: "problem" if kind.refuses else "remark" for name, kind in RULES.items()
    }


def test_every_key_of_gathers_is_on_the_page():
    assert on_page("### `gathers`") == keys_of(Gathering)


def test_every_way_to_write_a_value_is_explained():
    assert set(table_under("### How values are written")) == set(WRITTEN.values())


def test_every_filter_and_function_of_a_template_is_on_the_page():
    assert set(table_under("### Filters and functions")) == {*FILTERS, *(f"{name}()" for name in GLOBALS)}


#: What a row of the page is of → the type of the value, in the sandbox's list of methods.
OWNERS = {
    "a text": "str", "a row, or another table of names and values": "dict", "a list": "list", "a number": "int", "a day": "date",
    "a time, with a day": "datetime", "a span of time": "timedelta", "loop": "LoopContext", "a block": "BlockReference",
}  # fmt: skip


def test_the_page_lists_what_the_sandbox_allows_and_no_more():
    page = {of: set(re.findall(r"`([^`]+)`", cells[0])) for of, cells in table_under("### What templates have of Jinja2").items()}
    methods = {kind.__name__: set(names) for kind, names in METHODS}
    assert (methods["tuple"], methods["float"]) == (methods["list"], methods["int"])
    assert page == {
        "filters": set(ALLOWED_FILTERS) - FILTERS.keys() | {"upper"},
        "tests": set(ALLOWED_TESTS),
        **{of: methods[kind] for of, kind in OWNERS.items()},
    }
    assert methods.keys() == {*OWNERS.values(), "tuple", "float"}
