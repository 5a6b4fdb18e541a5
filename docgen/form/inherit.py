"""What several definitions share: a base that a form extends, and the folders where bases and fields lie."""

from __future__ import annotations

from pathlib import Path

from docgen.errors import FormError, nearest_hint
from docgen.fields.keys import NAME, Raw, wrong
from docgen.files import read_bytes, read_toml
from docgen.messages import _


def toml_of(file: Path) -> Raw:
    """Return a definition as its file has it; raise FormError if it is no TOML."""
    try:
        return read_toml(read_bytes(file, 1 << 20).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise FormError.because("toml-damaged", _("the file is not in UTF-8"), file=str(file)) from None
    except ValueError as error:
        raise FormError.because("toml-damaged", _("this is no TOML: {reason}", reason=error), file=str(file)) from None


def inherit(raw: Raw, file: str, shared: list[Path], through: tuple[Path, ...] = ()) -> Raw:
    """Lay a definition over the base that it extends, `through` others: tables key by key, fields and places by name."""
    if "extends" not in raw:
        return raw
    try:
        name = NAME.read(raw["extends"])
    except ValueError:
        message, hint = _("“{value}” is not allowed here", value=str(raw["extends"])[:80]), NAME.expected()
        raise wrong(file, "extends", "key-wrong", message, _("Expected: {expected}.", expected=hint)) from None
    base = shared_file(f"{name}.toml", shared, file, "extends")
    if base in through:
        message = _("it extends itself: {names}", names=" → ".join(path.stem for path in (*through, base)))
        raise wrong(file, "extends", "extends-circle", message, _("Take one “extends” out."))
    return overlay(inherit(toml_of(base), str(base), shared, (*through, base)), raw)


def overlay(base: Raw, over: Raw) -> Raw:
    """Lay a definition over another: tables key by key, fields and places by name, all else replaced."""
    return base | {name: _overlaid(base[name], value) if name in base else value for name, value in over.items()}


def _overlaid(base: object, over: object) -> object:
    if isinstance(base, dict) and isinstance(over, dict):
        return overlay(base, over)
    if isinstance(base, list) and isinstance(over, list) and all(map(_called, base + over)):
        rest = list(over)
        return [_overlaid(entry, _pop(rest, _called(entry))) for entry in base] + rest
    return over


def _called(entry: object) -> str:
    """Return the name of a field or place in a definition; nothing for an entry without one."""
    name = entry.get("name", entry.get("use")) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _pop(entries: list[Raw], name: str) -> Raw:
    """Take the first entry of that name out of `entries`."""
    return next((entries.pop(n) for n, entry in enumerate(entries) if _called(entry) == name), {})


def shared_file(name: str, shared: list[Path], file: str, at: str) -> Path:
    """Return the file that the key `at` of `file` names, in the first folder that has it."""
    for folder in shared:
        if (folder / name).is_file():
            return folder / name
    there = [path.stem for folder in shared for path in sorted(folder.glob("*.toml"))]
    raise wrong(file, at, "shared-missing", _("there is no shared {name}", name=name), nearest_hint(name, there))
