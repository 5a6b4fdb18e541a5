"""Names that a package exports, each loaded from its module when it is first used: so a package costs only what is used of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_exports(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package (PEP 562); `homes` maps a module within it to the names that it holds, by spaces.

    A package lists the names in `__all__` and imports them under TYPE_CHECKING too, for readers and type checkers;
    `tests/test_layers.py` checks that the lists agree.
    """
    home_of = {name: f"{package}.{module}" for module, names in homes.items() for name in names.split()}

    def load(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(home_of[name]), name)
        setattr(sys.modules[package], name, value)  # from now on it is found without this function
        return value

    return load
