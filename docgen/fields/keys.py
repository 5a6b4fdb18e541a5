"""Definitions are tables of keys: each key says how it is read, so that a mistake names file, key and what was expected."""

from __future__ import annotations

import dataclasses
import keyword
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar, cast, overload

from jinja2 import TemplateError

from docgen import fonts, units
from docgen.errors import FormError, nearest_hint
from docgen.fields.letters import UNPRINTABLE, Rejected, check_letters
from docgen.messages import LANGUAGES, _
from docgen.templating.templates import GLOBALS, TextTemplate
from docgen.units import ZERO, Length, pt

T = TypeVar("T")
D = TypeVar("D")
KAZAKH = "kk"


class Reader(NamedTuple, Generic[T]):
    """How one key is read.

    `expected` returns the description of a good value for a message; `read` returns the value, or raises ValueError or Rejected.
    """

    expected: Callable[[], str]
    read: Callable[[object], T]


@overload
def key(reader: Reader[T]) -> T: ...
@overload
def key(reader: Reader[T], default: D) -> T | D: ...
def key(reader: Reader[T], default: object = dataclasses.MISSING) -> object:
    """Declare a key of a definition table as a dataclass field; without a default the key must be given."""
    return dataclasses.field(default=cast(Any, default), metadata={"reader": reader}, kw_only=True)


def build(cls: type[T], raw: object, file: str, at: str, **given: object) -> T:
    """Return `cls` made from the table `raw` under the key `at` of `file`.

    `given` are values that the caller has read itself. Raise FormError as `read_keys`.
    """
    return cls(**read_table(cls, raw, file, at), **given)


def read_table(cls: type[object], raw: object, file: str, at: str) -> dict[str, Any]:
    """Return the values of the keys that `cls` declares, by their names in Python; raise FormError as `read_keys`."""
    keys = [field for field in dataclasses.fields(cast(Any, cls)) if "reader" in field.metadata]
    readers = {toml_name(field.name): field.metadata["reader"] for field in keys}
    required = {toml_name(field.name) for field in keys if field.default is dataclasses.MISSING}
    return read_keys(readers, raw, file, at, required)


def read_keys(
    readers: Mapping[str, Reader[Any]], raw: object, file: str, at: str, required: Collection[str] = ()
) -> dict[str, Any]:
    """Return the values of the table `raw` under the key `at` of `file`, by their names in Python.

    Raise FormError, which names the key, if one is unknown, missing or wrong.
    """
    if not isinstance(raw, Mapping):
        raise wrong(file, at, "key-wrong", _("a table is expected here"))
    for name in raw:
        if name not in readers:
            raise wrong(file, f"{at}.{name}", "key-unknown", _("there is no such key"), nearest_hint(name, list(readers)))
    given = {name: reader for name, reader in readers.items() if name in raw or name in required}
    return {name.replace("-", "_"): _value(name, reader, raw, file, at) for name, reader in given.items()}


def wrong(file: str, at: str, code: str, message: str, hint: str = "") -> FormError:
    """Return the error for a key of a definition."""
    return FormError.because(code, message, hint, file=file, key=at.strip("."))


def toml_name(name: str) -> str:
    """Return the key of a definition that a name in Python belongs to: `min-size` for `min_size`."""
    return name.replace("_", "-")


def _value(name: str, reader: Reader[Any], raw: Mapping[str, object], file: str, at: str) -> object:
    if name not in raw:
        raise wrong(file, f"{at}.{name}", "key-missing", _("this key must be given"), _expected(reader))
    try:
        return reader.read(raw[name])
    except (ValueError, TemplateError, Rejected) as error:
        message = _("“{value}” is not allowed here", value=shown(raw[name]))
        detail = f" ({error.message})" if isinstance(error, (TemplateError, Rejected)) else ""
        raise wrong(file, f"{at}.{name}", "key-wrong", message + detail, _expected(reader)) from None


def shown(value: object) -> str:
    """Return a value of a definition for a message, about as its author wrote it, not all of a long one."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'{name} = "{each}"' for name, each in value.items())[:80] + " }"
    return str(value)[:80]


def _expected(reader: Reader[Any]) -> str:
    return _("Expected: {expected}.", expected=reader.expected())


def _exactly(kind: type[T]) -> Callable[[object], T]:
    """Return what reads a value of one type; a truth value is no number."""

    def read(value: object) -> T:
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise ValueError(value)
        return value

    return read


def _matching(pattern: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise ValueError(value)
        return value

    return read


def _labels(value: object) -> Mapping[str, str]:
    """Return a text for each language: the Kazakh text where another one is not given."""
    if not isinstance(value, Mapping) or not all(map(_is_label, value.values())):
        raise ValueError(value)
    if strange := sorted(value.keys() - set(LANGUAGES)):
        raise Rejected("language-unknown", _("there is no language “{name}”", name=strange[0]))
    if KAZAKH not in value:
        raise Rejected("label-missing", _("the Kazakh text ({name}) is missing", name=KAZAKH))
    return {language: value.get(language, value[KAZAKH]) for language in LANGUAGES}


def _is_label(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and not any(unicodedata.category(c) in UNPRINTABLE for c in value)


def _list_of(reader: Callable[[object], T]) -> Callable[[object], tuple[T, ...]]:
    def read(value: object) -> tuple[T, ...]:
        if not isinstance(value, list):
            raise ValueError(value)
        return tuple(map(reader, value))

    return read


def _template(value: object) -> TextTemplate:
    template = TextTemplate(_exactly(str)(value))
    if not template.source.strip():
        raise ValueError(value)
    for fixed in template.fixed_texts:
        check_letters(fixed)
    return template


def _plain_text(value: object) -> str:
    """Return a text that is printed as given: letters that the face has, on one line, no tags."""
    text = _exactly(str)(value)
    check_letters(text)
    if re.search(r"\{[{%#]", text):
        raise ValueError(text)
    return text


def _chain(value: object) -> tuple[str, ...]:
    names = _list_of(_field_name)(value)
    if len(names) < 2:
        raise ValueError(value)
    return names


def _pairs(value: object) -> tuple[tuple[str, str], ...]:
    pairs = _exactly(dict)(value).items()
    return tuple((_field_name(name), _field_name(other)) for name, other in pairs)


def _day(value: object) -> date:
    if isinstance(value, datetime):
        raise ValueError(value)
    return _exactly(date)(value)


def _field_name(value: object) -> str:
    name = _matching(r"[a-z][a-z0-9_]*")(value)
    if name in RESERVED or keyword.iskeyword(name):
        raise ValueError(name)
    return name


def _font(value: object) -> fonts.Font:
    return fonts.font(_matching(r"(?:(?:bold|italic) ){0,2}[0-9]+(?:\.[0-9]+)?pt")(value))


def _length(smallest: Length) -> Callable[[object], Length]:
    """Return what reads a length of `smallest` or more, up to the largest page of a PDF."""

    def read(value: object) -> Length:
        text = _exactly(str)(value)
        length = units.length(text)
        if not text.isascii() or not smallest <= length <= LARGEST:
            raise ValueError(value)
        return length

    return read


#: 14 400 pt, the largest page of a PDF (ISO 32000-1, annex C).
LARGEST = pt(14400)
#: Names that templates take from elsewhere: a field of that name could not be printed.
RESERVED = {"form", "index", "loop", "none", "page", "pages", "self", "caller", "true", "false", *GLOBALS}


def choice(*options: str) -> Reader[str]:
    """Return the reader of one of some words."""
    return Reader(lambda: _("one of {names}", names=", ".join(options)), _matching("|".join(map(re.escape, options))))


TEXT = Reader(lambda: _("a text"), _exactly(str))
FLAG = Reader(lambda: _("true or false"), _exactly(bool))
WHOLE = Reader(lambda: _("a whole number"), _exactly(int))
ANY: Reader[object] = Reader(lambda: _("a value"), lambda value: value)
DAY = Reader(lambda: _("a date such as 2026-05-04"), _day)
NAME = Reader(lambda: _("a name of small letters, digits, - and _"), _matching(r"[a-z][a-z0-9_-]*"))
FIELD_NAME = Reader(
    lambda: _("a name of small letters, digits and _, none that templates use themselves (form, page …)"), _field_name
)
NAMES = Reader(lambda: _("a list of names"), _list_of(_matching(r"[a-z][a-z0-9_-]*")))
CHAINS = Reader(lambda: _("lists of two names or more"), _list_of(_chain))
PAIRS = Reader(lambda: _("a table of names"), _pairs)
COLOUR = Reader(lambda: _("a colour such as #14296b"), _matching(r"#[0-9a-fA-F]{6}"))
SIZE = Reader(lambda: _("a length of 1pt or more with its unit, such as 7mm or 14pt"), _length(pt(1)))
DISTANCE = Reader(lambda: _("a length of 0mm or more with its unit, such as 7mm or 14pt"), _length(ZERO))
FONT = Reader(lambda: _("a face and size such as “bold 14pt”"), _font)
PLAIN_TEXT = Reader(lambda: _("a text on one line, without tags, in letters that Times New Roman has"), _plain_text)
PLAIN_TEXTS = Reader(lambda: _("a list of texts"), _list_of(_plain_text))
LABELS = Reader(lambda: _("a text for kk, and for ru and en where they differ"), _labels)
TEMPLATE = Reader(lambda: _("a text on one line with {{{{ field }}}} tags, in letters that Times New Roman has"), _template)
#: A table of a definition, its keys not read yet.
Raw = dict[str, Any]
TABLES: Reader[tuple[Raw, ...]] = Reader(lambda: _("a list of tables"), _list_of(_exactly(dict)))
TABLE: Reader[Raw] = Reader(lambda: _("a table"), _exactly(dict))
