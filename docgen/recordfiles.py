"""A record as a file: JSON, TOML or YAML → plain values, with limits, and each library's errors translated here."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from docgen.errors import DataError
from docgen.files import read_bytes
from docgen.messages import _

SIZE_LIMIT = 32 << 20


def read_record_file(path: Path) -> dict[str, object]:
    """Return the record in a file; DataError names what is wrong with it and in which line."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        message = _("a record is a file in JSON, TOML or YAML")
        hint = _("Known endings are: {names}.", names=", ".join(READERS))
        raise DataError.because("record-format", message, hint, file=str(path))
    return parse_record(read_bytes(path, SIZE_LIMIT), str(path), reader)


def parse_record(content: bytes, name: str, reader: Callable[[str], object] | None = None) -> dict[str, object]:
    """Return the record in `content`; without a reader it is told by its first sign (`{` is JSON), else TOML, else YAML."""
    try:
        text = content.decode("utf-8-sig")
        reader = reader or _recognise(text)
        record = reader(text)
    except UnicodeDecodeError:
        raise _damaged(name, _("it is not in UTF-8"), _("Save it anew with the encoding UTF-8.")) from None
    except RecursionError:
        raise _damaged(name, _("it is nested too deeply")) from None
    except ValueError as error:
        raise _damaged(name, str(error)) from None
    if not isinstance(record, dict):
        raise _damaged(name, _("a record is a set of named values"), _("Start from: docgen forms sample FORM"))
    return record


def _damaged(name: str, reason: str, hint: str = "") -> DataError:
    hint = hint or _("Start from: docgen forms sample FORM")
    return DataError.because("record-damaged", _("the record cannot be read: {reason}", reason=reason), hint, file=name)


def _recognise(text: str) -> Callable[[str], object]:
    if text.lstrip().startswith(("{", "[{")):
        return _read_json
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return _read_yaml
    return tomllib.loads


def _read_json(text: str) -> object:
    return json.loads(text, object_pairs_hook=_named_once, parse_constant=_refuse_constant)


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    named = dict(pairs)
    if len(named) < len(pairs):
        twice = next(name for index, (name, _value) in enumerate(pairs) if name in dict(pairs[:index]))
        raise ValueError(_("“{name}” is given twice", name=twice))
    return named


def _refuse_constant(name: str) -> None:
    raise ValueError(_("{name} is no value", name=name))


def _read_yaml(text: str) -> object:
    """Read YAML with every scalar as it is typed, so that 00417 stays 00417; anchors, which can multiply, are refused."""
    import yaml

    class AsTyped(yaml.BaseLoader):
        def compose_node(self, parent, index):
            if self.check_event(yaml.AliasEvent):
                raise ValueError(_("anchors (*) are not read"))
            return super().compose_node(parent, index)

        def construct_mapping(self, node, deep=False):
            pairs = [(self.construct_object(key, True), self.construct_object(value, True)) for key, value in node.value]
            return _named_once(pairs)

    AsTyped.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node))
    try:
        return yaml.load(text, AsTyped)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


READERS: dict[str, Callable[[str], object]] = {
    ".json": _read_json,
    ".toml": tomllib.loads,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
