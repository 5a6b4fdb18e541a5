"""The catalogues of messages: finds in the source what a user reads, merges it into docgen/locale/*.po, compiles them to .mo.

`make messages` runs this and lists what has no translation yet, as blocks to be filled in; `make messages FROM=FILE` takes such
blocks with their translations. What is found: `_("…")` and `n_("…", "…", count)`; in the command line the docstrings of
commands, `help=`, `metavar=`, names of arguments, tables named COMMANDS, headings of OPTION_GROUPS; of click, what it tells a
user; of the system and of Python's json; of the forms, their acts and clauses; of the pages' templates, `_` and `n_` alike.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from docgen.cli.words import help_messages
from docgen.messages import DOMAIN, LANGUAGES, LOCALE, SOURCE

ROOT = Path(__file__).parent.parent
TRANSLATIONS = [name for name in LANGUAGES if name != SOURCE]
#: The modules of click that speak to a user.
CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
#: What click shows in its usage lines without asking gettext.
USAGE = ("[OPTIONS]", "COMMAND [ARGS]...", "[COMMAND] [ARGS]...", "TEXT", "INTEGER", "INTEGER RANGE", "FLOAT", "PATH", "required")
#: What the system says when it refuses a file (errno), in the words of glibc.
SYSTEM = (
    "Operation not permitted", "No such file or directory", "Input/output error", "Permission denied", "Device or resource busy",
    "File exists", "Not a directory", "Is a directory", "Too many open files", "File too large", "No space left on device",
    "Read-only file system", "File name too long", "Disk quota exceeded",
    "Too many levels of symbolic links",
)  # fmt: skip
#: What Python says of a text that is no JSON.
JSON = (
    "Expecting value", "Expecting property name enclosed in double quotes", "Expecting ',' delimiter", "Expecting ':' delimiter",
    "Unterminated string starting at", "Invalid control character at", "Invalid \\escape", "Invalid \\uXXXX escape",
    "Extra data", "Illegal trailing comma before end of object", "Illegal trailing comma before end of array",
)  # fmt: skip
#: Errors that tell a programmer of click what he did wrong.
FOR_PROGRAMMERS = frozenset({"TypeError", "ValueError", "RuntimeError"})
WORDED = ("help", "short_help", "metavar", "prompt")


@dataclass(frozen=True)
class Found:
    """A message and where it stands; `text` is None where the source does not say it literally, `many` the plural's template."""

    file: str
    line: int
    text: str | None
    many: str | None = None


def found() -> Iterator[Found]:
    """Give every message of docgen, file by file, and then those of click."""
    for path in sorted((ROOT / "docgen").rglob("*.py")):
        tree, file = ast.parse(path.read_text(encoding="utf-8")), path.relative_to(ROOT).as_posix()
        yield from _calls(tree, file, "_", "n_", foreign=False)
        if file.startswith("docgen/cli/"):
            yield from _command_line(tree, file)
    for path in sorted((ROOT / "docgen").rglob("templates/*.html")):
        yield from _template(path)
    for path in sorted(path for path in (ROOT / "forms").rglob("*.toml") if path.parent.name != "schemes"):
        yield from _form(tomllib.loads(path.read_text(encoding="utf-8")), path.relative_to(ROOT).as_posix())
    home = Path(find_spec("click").origin).parent
    for name in CLICK:
        calls = _calls(ast.parse((home / f"{name}.py").read_text(encoding="utf-8")), f"click/{name}.py", "_", "ngettext")
        yield from (each for each in calls if each.text is not None)
    yield from (Found("click", 0, text) for text in USAGE)
    yield from (Found("errno", 0, text) for text in SYSTEM)
    yield from (Found("json", 0, text) for text in JSON)


def _template(path: Path) -> Iterator[Found]:
    """Give what a template passes to `_` and `n_`."""
    tree, file = Environment().parse(path.read_text(encoding="utf-8")), path.relative_to(ROOT).as_posix()
    for call in tree.find_all(nodes.Call):
        name, texts = getattr(call.node, "name", ""), [getattr(each, "value", None) for each in call.args]
        if name == "_":
            yield Found(file, call.lineno, texts[0])
        elif name == "n_":
            yield Found(file, call.lineno, texts[0], texts[1])


def _form(form: dict, file: str) -> Iterator[Found]:
    """Give what a shipped form says in English: its act, clauses, and the reasons of its bounds."""
    said = [form.get("act", {}).get(name) for name in ("name", "edition", "deadline", "clause", "force")]
    said += [table.get("clause") for table in (form.get("sheet", {}), *form.get("place", []))]
    said += [rule.get("why") for rule in form.get("rule", [])]
    fields = list(form.get("field", []))
    for field in fields:
        said.append(field.get("why"))
        fields += field.get("field", [])
    yield from (Found(file, 0, text) for text in said if text and re.search("[a-z]", text))


def _calls(tree: ast.AST, file: str, one: str, many: str, *, foreign: bool = True) -> Iterator[Found]:
    """Give what is passed to the functions named `one` and `many`; in source that is not foreign, all of it: it may be shown."""
    for node in _walk(tree, FOR_PROGRAMMERS if foreign else frozenset()):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first, *_rest]) if name == one:
                yield Found(file, node.lineno, _literal(first))
            case ast.Call(func=ast.Name(id=name), args=[first, second, *_rest]) if name == many:
                plural = _literal(second)
                yield Found(file, node.lineno, _literal(first) if plural is not None else None, plural)


def _walk(tree: ast.AST, passed_over: frozenset[str] = FOR_PROGRAMMERS) -> Iterator[ast.AST]:
    """Give the nodes of a tree in the order of the source, without what is raised for programmers: errors of some names."""
    yield tree
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if name in passed_over:
                continue
            case ast.FunctionDef(name="__repr__"):
                continue
        yield from _walk(node, passed_over)


def _literal(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _command_line(tree: ast.AST, file: str) -> Iterator[Found]:
    """Give the words of commands and their parameters, which are written in plain English and translated when shown."""
    for node in _walk(tree):
        match node:
            case ast.FunctionDef() if any(_called(each) in ("command", "group") for each in node.decorator_list):
                yield from (Found(file, node.lineno, text) for text in help_messages(ast.get_docstring(node) or ""))
            case ast.Call() if _called(node) in ("command", "group", "option", "Option", "argument", "version_option"):
                yield from _parameter(node, file)
            case ast.Assign(targets=[ast.Name(id="COMMANDS")], value=ast.Dict(values=values)):
                yield from (Found(file, each.lineno, _literal(each)) for each in values)
            case ast.AnnAssign(target=ast.Name(id="OPTION_GROUPS"), value=ast.Dict(keys=keys)):
                yield from (Found(file, each.lineno, _literal(each)) for each in keys)


def _called(node: ast.AST) -> str:
    """Return `option` for `click.option(…)`, `command` for `@forms.command()`."""
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else ""


def _parameter(call: ast.Call, file: str) -> Iterator[Found]:
    named = {each.arg: each.value for each in call.keywords}
    for name in WORDED:
        if name in named and getattr(named[name], "value", "") not in (None, True, False):
            yield Found(file, call.lineno, _literal(named[name]))
    if _called(call) == "argument" and "metavar" not in named and not _is_choice(named.get("type")):
        yield Found(file, call.lineno, _literal(call.args[0]).upper())


def _is_choice(kind: ast.AST | None) -> bool:
    return kind is not None and _called(kind) == "Choice"


class Plain(Catalog):
    """A catalogue whose head says what a reader of it needs, and no date or version: the same messages give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The head of the catalogue."""
        return [
            ("Language", str(self.locale)), ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"), ("Plural-Forms", self.plural_forms),
        ]  # fmt: skip


def plain(catalog: Catalog) -> Plain:
    """Return the same messages, without those that the source has no more."""
    same = Plain(catalog.locale, header_comment=catalog.header_comment, fuzzy=False)
    for message in catalog:
        if message.id:
            same[message.id] = message
    return same


def template() -> Catalog:
    """Return the catalogue of all messages, untranslated. SystemExit names those that the source does not say literally."""
    catalog = Catalog(fuzzy=False)
    everything = list(found())
    if vague := [each for each in everything if each.text is None]:
        sys.exit("\n".join(f"{each.file}:{each.line}: the message is not a literal string" for each in vague))
    for each in everything:
        catalog.add(each.text if each.many is None else (each.text, each.many), locations=[(each.file, 1)])
    return catalog


def po_path(name: str) -> Path:
    """Return the file of a language's translations."""
    return LOCALE / name / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(name: str) -> Catalog:
    """Return the catalogue of a language."""
    with po_path(name).open("rb") as file:
        return read_po(file, locale=name)


def as_mo(catalog: Catalog) -> bytes:
    """Return what is translated compiled: the same bytes from the same messages."""
    compiled, left = plain(catalog), untranslated(catalog)
    for key in left:
        compiled.delete(key)
    content = io.BytesIO()
    write_mo(content, compiled)
    return content.getvalue()


def as_po(catalog: Catalog) -> bytes:
    """Return a catalogue as the bytes of a .po file."""
    content = io.BytesIO()
    write_po(content, plain(catalog), width=130, include_lineno=False)
    return content.getvalue()


def forms_of(message: Message, catalog: Catalog) -> tuple[str, ...]:
    """Return the translation of a message: one text, or one for each plural of the language; empty what is missing."""
    if not message.pluralizable:
        return (message.string,)
    return tuple(message.string) + ("",) * (catalog.num_plurals - len(message.string))


def untranslated(catalog: Catalog) -> list[str]:
    """Return the messages that have no translation, or not all forms of the plural."""
    return [key_of(message) for message in catalog if message.id and not all(forms_of(message, catalog))]


def key_of(message: Message) -> str:
    """Return the English text of a message, of a plural its singular."""
    return message.id[0] if message.pluralizable else message.id


def given(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return message → language → translation from a file of blocks as `main` prints them: `en …`, `kk …`, `ru …`."""
    translations: dict[str, dict[str, list[str]]] = {}
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        texts: dict[str, list[str]] = {}
        for line in block.splitlines():
            name, _space, text = line.partition(" ")
            texts.setdefault(name, []).append(unescaped(text))
        translations[texts.pop(SOURCE)[0]] = texts
    return translations


def escaped(text: str) -> str:
    """Return a text on one line, as blocks of translations have it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def unescaped(text: str) -> str:
    """Return the text that `escaped` wrote."""
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text)


def take(catalog: Catalog, name: str, translations: dict[str, dict[str, list[str]]]) -> None:
    """Put translations into the catalogue of a language; one that is left empty takes nothing away."""
    for message in catalog:
        texts = translations.get(key_of(message), {}).get(name, []) if message.id else []
        if any(texts):
            if len(texts) != len(forms_of(message, catalog)):
                sys.exit(f"{name}: a form of the plural is missing, or is too many: {key_of(message)}")
            message.string = tuple(texts) if message.pluralizable else texts[0]


def main() -> None:
    """Merge the messages of the source into the catalogues, and print what is to be translated."""
    if not LOCALE.is_relative_to(ROOT):  # the package of another checkout is installed: its catalogues would be written over
        sys.exit(f"the catalogues of {LOCALE} are another checkout's: set PYTHONPATH={ROOT}")
    current = template()
    translations = given(Path(sys.argv[1])) if sys.argv[1:] else {}
    left: dict[str, list[str]] = {}
    for name in TRANSLATIONS:
        catalog = read(name)
        catalog.update(current, no_fuzzy_matching=True, update_creation_date=False)
        take(catalog, name, translations)
        po_path(name).write_bytes(as_po(catalog))
        po_path(name).with_suffix(".mo").write_bytes(as_mo(catalog))
        for message in catalog:
            if message.id and not all(forms_of(message, catalog)):
                left.setdefault(key_of(message), []).extend([name] * len(forms_of(message, catalog)))
        for gone in catalog.obsolete.values():
            print(f"# no longer in the source, {name}: {escaped(key_of(gone))} = {escaped(forms_of(gone, catalog)[0])}")
    print(f"# {len(current)} messages, {len(left)} to translate")
    for text, names in left.items():
        print("", f"{SOURCE} {escaped(text)}", *(f"{name} " for name in names), sep="\n")


if __name__ == "__main__":
    main()
