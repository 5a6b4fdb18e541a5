"""A package imports only from layers below it, or from its left on its own layer (docs/dev/architecture.md)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from support.places import PACKAGE

#: The layers, lowest first; each name is a module or a package. A new one is one name here and in the picture of
#: docs/dev/architecture.md.
ERRORS_AND_FILES = ("errors", "units", "files", "archives", "clock", "timeouts", "memory", "spilled")
LAYERS = (
    ("version", "exports", "prints", "purposes", "messages", *ERRORS_AND_FILES),
    ("kazakh", "names", "fonts", "templating", "confined", "inks"),
    ("fields", "form"),
    ("record", "canonical", "tables"),
    ("inputs", "artwork", "compose", "register"),
    ("paint", "workbooks", "pdf", "codes", "signatures", "imposing", "preflighting", "merging"),
    ("rendering", "verifying", "publishing", "issuing", "batching", "checking", "jobs", "handover", "inventory", "previewing"),
    ("service", "cli"),
)
#: The module's front door, which everything stands behind and nothing goes through.
DOORS = ("__init__", "__main__")
PLACES = {package: (number, place) for number, layer in enumerate(LAYERS) for place, package in enumerate(layer)}


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem not in DOORS)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Give line and name of every module of docgen that a file imports, in functions too, and by name (`import_module`)."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name.split(".")[0] == "docgen")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: say the whole name of what is imported"
            if node.module.split(".")[0] == "docgen":
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"docgen(\.\w+)+", node.value):
            yield node.lineno, node.value


def package_of(module: str) -> str:
    """Return the package of a name within docgen; the front door for what only the package itself has."""
    package = module.split(".")[1] if "." in module else ""
    return package if (PACKAGE / package).is_dir() or (PACKAGE / f"{package}.py").is_file() else ""


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_package_imports_only_from_below_or_from_its_left(path):
    package = package_of(name_of(path))
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(path)
        if package_of(name) != package and PLACES.get(package_of(name), (len(LAYERS), 0)) >= PLACES[package]
    ]
    assert wrong == []


def test_every_package_is_on_one_layer_and_in_the_picture():
    packages = {package_of(name_of(path)) for path in modules()}
    names = [package for layer in LAYERS for package in layer]
    assert sorted(names) == sorted(packages)
    page = (PACKAGE.parent / "docs" / "dev" / "architecture.md").read_text("utf-8")
    picture = page.partition("```")[2].partition("```")[0]
    drawn: list[list[str]] = []
    for line in picture.splitlines():
        drawn += [[]] if line[:1].isdigit() else []
        if drawn:
            drawn[-1] += re.findall(r"[a-z]+", line[1:44])
    assert drawn == [list(layer) for layer in LAYERS]


def exported(package: str) -> set[str]:
    """Return the names in `__all__` of a package."""
    tree = ast.parse((PACKAGE.parent / Path(*package.split(".")) / "__init__.py").read_text("utf-8"))
    lists = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
    ]
    return set(ast.literal_eval(lists[0])) if lists else set()


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").rglob("*.py")), ids=name_of)
def test_a_command_imports_only_what_a_package_exports(path):
    wrong = []
    for line, name in imports(path):
        module, _dot, attribute = name.rpartition(".")
        if package_of(name) in ("cli", "") or (module == "docgen" and (PACKAGE / f"{attribute}.py").is_file()):
            continue
        if (PACKAGE.parent / Path(*module.split("."))).with_suffix(".py").is_file():
            is_public = module.count(".") == 1  # a module that is a package of its own, such as docgen.files
        elif module == "docgen":
            is_public = True  # a package as a whole, whose names are then its exported ones
        else:
            is_public = attribute in exported(module)
        if not is_public:
            wrong.append(f"line {line}: {name}")
    assert wrong == []


LAZY = sorted(path.parent for path in PACKAGE.rglob("__init__.py") if "lazy_exports(" in path.read_text("utf-8"))


@pytest.mark.parametrize("folder", LAZY, ids=lambda folder: folder.name)
def test_what_a_package_exports_when_it_is_needed_is_what_it_lists(folder):
    name = ".".join(folder.relative_to(PACKAGE.parent).parts)
    package = import_module(name)
    tree = ast.parse((folder / "__init__.py").read_text("utf-8"))
    [guard] = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {alias.asname or alias.name for node in guard.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert typed == exported(name)
    assert all(getattr(package, each) is not None for each in typed)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        package.nothing  # noqa: B018 it is the access that is tested
