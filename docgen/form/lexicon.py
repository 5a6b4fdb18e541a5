"""What offices write above the columns of their tables: headings by field, counters of rows, full names in one cell, footers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from docgen.errors import nearest_hint
from docgen.fields import Field, Rows
from docgen.fields.keys import PLAIN_TEXTS, TABLE, Raw, build, key, wrong
from docgen.form.inherit import toml_of
from docgen.messages import _

FILE = "headings.toml"
NO_HEADINGS: Mapping[str, tuple[str, ...]] = {}
#: The fields that a full name in one cell is taken apart into.
NAME_PARTS = ("surname", "given_name", "patronymic")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Headings that are neither a field's name nor its label, but mean it all the same."""

    #: Field → the headings that mean it.
    headings: Mapping[str, tuple[str, ...]]
    #: Headings of columns that count the rows.
    row_number: tuple[str, ...] = ()
    #: Headings of columns that hold a full name.
    full_name: tuple[str, ...] = ()
    #: Words that a row begins with which is no record.
    no_record: tuple[str, ...] = ()
    #: Id of a form → what offices call it in a column that names the form of each row.
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def without_full_name(self) -> Lexicon:
        """Return the same for a reader that takes no full name apart."""
        return replace(self, full_name=())


NO_LEXICON = Lexicon(NO_HEADINGS)


@dataclass(frozen=True, kw_only=True)
class LexiconKeys:
    """The keys of a file of headings."""

    headings: Raw = key(TABLE)
    row_number: tuple[str, ...] = key(PLAIN_TEXTS, ())
    full_name: tuple[str, ...] = key(PLAIN_TEXTS, ())
    no_record: tuple[str, ...] = key(PLAIN_TEXTS, ())
    forms: Raw | None = key(TABLE, None)


def lexicon_of(shared: Iterable[Path], own: Raw | None, fields: Iterable[Field], file: str) -> Lexicon:
    """Return the headings that all folders of shared files hold, with those of a form's own; raise FormError for a wrong key."""
    found = _shared(tuple(shared))
    if not own:
        return found
    known = list(_names(fields))
    for name in own:
        if name not in known:
            message = _("the form has no field “{name}”", name=name)
            raise wrong(file, f"headings.{name}", "field-unknown", message, nearest_hint(name, known))
    return replace(found, headings=_joined(found.headings, _texts(own, file)))


@lru_cache(maxsize=16)
def _shared(folders: tuple[Path, ...]) -> Lexicon:
    """Return what the files of some folders hold together, read once."""
    lexicon = NO_LEXICON
    for path in [folder / FILE for folder in folders if (folder / FILE).is_file()]:
        keys = build(LexiconKeys, toml_of(path), str(path), "")
        lexicon = Lexicon(
            _joined(lexicon.headings, _texts(keys.headings, str(path))),
            (*lexicon.row_number, *keys.row_number),
            (*lexicon.full_name, *keys.full_name),
            (*lexicon.no_record, *keys.no_record),
            _joined(lexicon.forms, _texts(keys.forms or {}, str(path), "forms")),
        )
    return lexicon


def _texts(raw: Raw, file: str, table: str = "headings") -> dict[str, tuple[str, ...]]:
    found = {}
    for name, texts in raw.items():
        try:
            found[name] = PLAIN_TEXTS.read(texts)
        except ValueError:
            hint = _("Expected: {expected}.", expected=PLAIN_TEXTS.expected())
            raise wrong(file, f"{table}.{name}", "key-wrong", _("“{value}” is not allowed here", value=texts), hint) from None
    return found


def _joined(first: Mapping[str, tuple[str, ...]], second: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {name: (*first.get(name, ()), *second.get(name, ())) for name in {**first, **second}}


def _names(fields: Iterable[Field]) -> Iterable[str]:
    for each in fields:
        yield each.name
        if isinstance(each, Rows):
            yield from _names(each.fields)
