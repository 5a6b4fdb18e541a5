"""One word for one thing: no name of ours bears a word of the old private dialect, and no two classes have one name."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support.places import PACKAGE

#: Words that stood for many things; docs/glossary.md has the terms in their place.
DIALECT = {
    "told", "tell", "tells", "also", "beside", "room", "rooms", "ground", "grounds", "mark", "marks", "sight", "sights", "kept",
    "made", "taking", "founding", "overdue", "ending", "endings", "wording", "wordings", "stands",
}  # fmt: skip
#: Names of libraries, and terms of prepress that contain such a word.
ALLOWED = {"problem_mark", "marks", "--marks", "connection_made"}
FORMS = PACKAGE.parent / "forms"
#: The first part below docgen/: a package or a module.
PARTS = sorted({path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py")})


def sources(part: str) -> list[Path]:
    path = PACKAGE / part
    return sorted(path.rglob("*.py")) if path.is_dir() else [path]


def words_of(name: str) -> set[str]:
    """Return the words of a name: `noteOf_twoMarks` has four."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def is_dialect(name: str) -> bool:
    return name not in ALLOWED and bool(words_of(name.replace("crop_marks", "")) & DIALECT)


def names_in(node: ast.AST) -> Iterator[str | None]:
    """Yield the names that a node of a syntax tree gives or uses, keys of dictionaries and options among them."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield from (name.rpartition(".")[2], asname)
        case ast.Dict(keys=keys):
            yield from (key.value for key in keys if isinstance(key, ast.Constant) and is_key(key.value))
        case ast.Subscript(slice=ast.Constant(value=key)) if is_key(key):
            yield key
        case ast.Constant(value=str(text)) if re.fullmatch(r"--[a-z-]+", text):
            yield text


def is_key(value: object) -> bool:
    return isinstance(value, str) and value.replace("-", "_").isidentifier()


@pytest.mark.parametrize("part", PARTS)
def test_no_name_is_a_word_of_the_old_dialect(part):
    found = {
        f"{path.relative_to(PACKAGE)}:{getattr(node, 'lineno', '')}: {name}"
        for path in sources(part)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in names_in(node)
        if name and is_dialect(name)
    }
    assert sorted(found) == []


def test_a_word_of_the_dialect_is_found_wherever_it_is_a_name():
    code = (
        "def told(room=1): return {'beside': sight.kept}, f(mark=2), '--wording', d['made'], backGround, background, crop_marks"
    )
    names = {name for node in ast.walk(ast.parse(code)) for name in names_in(node) if name and is_dialect(name)}
    assert names == {"told", "room", "beside", "sight", "kept", "mark", "--wording", "made", "backGround"}


def keys_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_of(each)


@pytest.mark.parametrize("path", sorted(FORMS.rglob("*.toml")), ids=lambda path: str(path.relative_to(FORMS)))
def test_no_key_of_a_form_is_a_word_of_the_old_dialect(path):
    definition = tomllib.loads(path.read_text("utf-8"))
    assert sorted({key for key in keys_of(definition) if is_dialect(key)}) == []


@cache
def classes() -> dict[str, list[str]]:
    """Return the classes of docgen by their names, each with the places where one of this name is defined."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    return dict(found)


@pytest.mark.parametrize("name", sorted(classes()))
def test_a_class_shares_its_name_with_no_other(name):
    assert len(classes()[name]) == 1, classes()[name]
