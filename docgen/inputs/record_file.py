"""A record as a file: JSON, TOML or YAML → plain values, with limits, and each library's errors translated here."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from docgen.errors import DataError
from docgen.files import read_bytes, read_toml
from docgen.messages import _, translated

#: The largest record that is read, in bytes.
RECORD_SIZE = 32 << 20


def read_record_file(path: Path) -> dict[str, object]:
    """Return the record in a file; raise DataError with what is wrong with it, and in which line."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        message = _("a record is a file in JSON, TOML or YAML")
        hint = _("Known endings are: {names}.", names=", ".join(READERS))
        raise DataError.because("record-format", message, hint, file=str(path))
    return parse_record(read_bytes(path, RECORD_SIZE), str(path), reader)


def parse_record(content: bytes, name: str, reader: Callable[[str], object] | None = None) -> dict[str, object]:
    """Return the record in `content`; without a reader its beginning decides: `{` is JSON, `name =` and `[` are TOML."""
    try:
        text = content.decode("utf-8-sig")
        if not text.strip():
            raise ValueError(_("it is empty"))
        reader = reader or _recognise(text)
        record = reader(text)
    except UnicodeDecodeError:
        raise _damaged(name, _("it is not in UTF-8"), _("Save it anew with the encoding UTF-8.")) from None
    except RecursionError:
        raise _damaged(name, _("it is nested too deeply")) from None
    except NotToml as error:
        hint = _('Write name = "value": texts and dates such as 06.02.2026 in straight quotation marks, numbers without.')
        raise _damaged(name, str(error), hint) from None
    except ValueError as error:
        raise _damaged(name, str(error).partition(";")[0]) from None  # what follows is advice to a programmer
    if not isinstance(record, dict):
        raise _damaged(name, _("a record is a set of named values"), _("Start from: docgen forms sample FORM"))
    return record


def _damaged(name: str, reason: str, hint: str = "") -> DataError:
    hint = hint or _("Start from: docgen forms sample FORM")
    return DataError.because("record-damaged", _("the record cannot be read: {reason}", reason=reason), hint, file=name)


class NotToml(ValueError):
    """A text that breaks the rules of TOML, with its line."""


def read_toml_text(text: str) -> dict[str, object]:
    """Return the values of a TOML text; raise ValueError that says in which line it breaks the rules."""
    import tomllib

    try:
        return read_toml(text)
    except tomllib.TOMLDecodeError as error:
        if re.search("overwrite|twice", str(error)):
            raise NotToml(_("a name is given twice")) from None
        if place := re.search(r"at line (\d+)", str(error)):
            line = int(place[1])
            shown = text.split("\n")[line - 1].strip()[:60]
            raise NotToml(_("line {line} is not understood: {text}", line=line, text=shown)) from None
        raise NotToml(_("something is missing at its end: a value, a quotation mark or a bracket")) from None


def _recognise(text: str) -> Callable[[str], object]:
    if text.lstrip().startswith(("{", "[{")):
        return _read_json
    return read_toml_text if _TOML_BEGINS.match(text) else _read_yaml


_TOML_BEGINS = re.compile(r"""(?:\s|#.*\n)*(?:\[|["']?[\w-]+["']? *=)""")


def _read_json(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        reason = translated(error.msg)
        message = _("{reason} in line {line}, column {column}", reason=reason, line=error.lineno, column=error.colno)
        raise ValueError(message) from None


def _named_once(pairs: list[tuple[object, object]]) -> dict[str, object]:
    named = [(name, value) for name, value in pairs if isinstance(name, str)]
    if len(named) < len(pairs):
        raise ValueError(_("a list cannot be the name of a value"))
    return _once_each(named)


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) < len(pairs):
        [(twice, _count)] = Counter(name for name, _value in pairs).most_common(1)
        raise ValueError(_("“{name}” is given twice", name=twice[:100]))
    return named


def _refuse_constant(name: str) -> None:
    raise ValueError(_("{name} is no value", name=name))


def _read_yaml(text: str) -> object:
    """Read YAML with every scalar as it is typed, so that 00417 stays 00417; anchors, which can multiply, are refused."""
    import yaml

    class AsTyped(yaml.BaseLoader):
        def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise ValueError(_("anchors (*) are not read"))
            return super().compose_node(parent, index)

        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
            pairs = [(self.construct_object(key, True), self.construct_object(value, True)) for key, value in node.value]
            named: dict[Hashable, Any] = dict(_named_once(pairs).items())
            return named

    def construct(loader: AsTyped, node: Any) -> dict[Hashable, Any]:
        return loader.construct_mapping(node)

    AsTyped.add_constructor("tag:yaml.org,2002:map", construct)
    try:
        return yaml.load(text, AsTyped)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark
        if place is None:
            raise ValueError(str(error.problem)) from None
        line, column = place.line + 1, place.column + 1
        message = _("{reason} in line {line}, column {column}", reason=error.problem, line=line, column=column)
        raise ValueError(message) from None
    except yaml.YAMLError as error:
        raise ValueError(str(error).splitlines()[0]) from None


READERS: dict[str, Callable[[str], object]] = {
    ".json": _read_json,
    ".toml": read_toml_text,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
