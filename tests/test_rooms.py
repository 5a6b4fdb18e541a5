"""A room imports only from floors below it, or from its left on its own floor (README, Architecture)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "docgen"
#: The floors, from the ground up; a room is a module or a package. A new room is one name here, and in the README's picture.
FLOORS = (
    ("version", "prints", "messages", "errors", "units", "files", "archives", "clock"),
    ("kazakh", "truetype", "fonts", "direct", "sandbox", "templates"),
    ("fields", "form"),
    ("record", "recordfiles", "tables", "samplerows", "workbook", "gathering", "filling", "pdf", "artwork", "compose"),
    ("register", "paint"),
    ("rendering", "batching"),
    ("cli",),
)
#: The module's front door, which everything stands behind and nothing goes through.
DOORS = ("__init__", "__main__")
PLACES = {room: (number, place) for number, floor in enumerate(FLOORS) for place, room in enumerate(floor)}


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


def room_of(module: str) -> str:
    """Return the room of a name within docgen; the front door for what only the package itself has."""
    room = module.split(".")[1] if "." in module else ""
    return room if (PACKAGE / room).is_dir() or (PACKAGE / f"{room}.py").is_file() else ""


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_room_imports_only_from_below_or_from_its_left(path):
    room = room_of(name_of(path))
    wrong = [
        f"line {line}: {name}"
        for line, name in imports(path)
        if room_of(name) != room and PLACES.get(room_of(name), (len(FLOORS), 0)) >= PLACES[room]
    ]
    assert wrong == []


def test_every_room_stands_on_one_floor_and_in_the_readme():
    rooms = {room_of(name_of(path)) for path in modules()}
    names = [room for floor in FLOORS for room in floor]
    assert sorted(names) == sorted(rooms)
    readme = (PACKAGE.parent / "README.md").read_text("utf-8")
    picture = readme.partition("## Architecture")[2].partition("```")[2].partition("```")[0]
    drawn: list[list[str]] = []
    for line in picture.splitlines():
        drawn += [[]] if line[:1].isdigit() else []
        if drawn:
            drawn[-1] += re.findall(r"[a-z]+", line[1:38])
    assert drawn == [list(floor) for floor in FLOORS]
