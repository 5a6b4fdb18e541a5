"""Parts of a PDF as pypdf has them: what a reference leads to, trees of names and numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject

#: Deeper trees of names or fields than this are no sound ones.
DEPTH = 64


def resolved(value: Any) -> Any:
    """Return an object itself where a reference to it is given; None where there is none."""
    from pypdf.generic import is_null_or_none

    found = value.get_object() if hasattr(value, "get_object") else value
    return None if is_null_or_none(found) else found


def part_of(owner: Any, key: str, kind: Callable[[], Any]) -> Any:
    """Return what a dictionary holds under a key, of the wanted kind; a new one is put there if it has none."""
    from pypdf.generic import NameObject

    found = resolved(owner.get(key))
    if not isinstance(found, dict | list):
        found = owner[NameObject(key)] = kind()
    return found


def pairs_of(tree: Any, leaves: str, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield key and value, as they are stored, of a name tree (`/Names`) or number tree (`/Nums`), ISO 32000-1, 7.9.6."""
    node = resolved(tree)
    if not isinstance(node, dict) or depth > DEPTH:
        return
    listed = resolved(node.get(leaves)) or []
    yield from zip(listed[::2], listed[1::2], strict=False)
    for kid in resolved(node.get("/Kids")) or []:
        yield from pairs_of(kid, leaves, depth + 1)


def named(root: DictionaryObject, kind: str) -> dict[str, Any]:
    """Return what the name tree of a kind holds in a catalog, by name."""
    names = resolved(root.get("/Names"))
    tree = names.get(kind) if isinstance(names, dict) else None
    return {text_of(resolved(name)): value for name, value in pairs_of(tree, "/Names")}


def text_of(name: Any) -> str:
    """Return the name of a destination or file as a text: names are written with a slash, and some strings are no text."""
    return name.decode("latin-1") if isinstance(name, bytes) else str(name).removeprefix("/")
