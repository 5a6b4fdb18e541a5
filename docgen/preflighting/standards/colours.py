"""Colour spaces (ISO 32000-1, 8.6): what they are made of, and which device colours they come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docgen.pdf.syntax import DEPTH, damaged
from docgen.preflighting.standards.objects import PdfName
from docgen.preflighting.standards.opened import InspectedFile
from docgen.preflighting.standards.usage import SHORT_SPACES

#: Device colours → the entry of the resources that stands for them (8.6.5.6).
DEFAULTS = {"DeviceGray": "DefaultGray", "DeviceRGB": "DefaultRGB", "DeviceCMYK": "DefaultCMYK"}
#: Spaces that are made of another one → where in their array it is.
BASES = {"Indexed": 1, "Pattern": 1, "Separation": 2, "DeviceN": 2}
#: Spaces with values that do not depend on a device (8.6.5), and how many entries their array has.
CALIBRATED = ("CalGray", "CalRGB", "Lab", "ICCBased")


def component_spaces(file: InspectedFile, value: Any, defaults: dict[str, Any], depth: int = 0) -> Iterator[Any]:
    """Yield a colour space and all that it is made of: names of device spaces, arrays of others.

    A device space that the resources replace is left out: what it is replaced by comes in its place.
    """
    space = file.resolve(value)
    if depth > DEPTH:
        raise damaged(b"")
    if isinstance(space, list) and len(space) == 1:
        space = file.resolve(space[0])
    if isinstance(space, PdfName):
        space = PdfName(SHORT_SPACES.get(space, space))
        default = defaults.get(DEFAULTS.get(space, ""))
        if default is not None:
            yield from component_spaces(file, default, {}, depth + 1)
        else:
            yield space
    elif isinstance(space, list) and space:
        yield space
        family = family_of(file, space)
        if family in BASES and len(space) > BASES[family]:
            yield from component_spaces(file, space[BASES[family]], defaults, depth + 1)
        for each in _others(file, space, family):
            yield from component_spaces(file, each, defaults, depth + 1)
    else:
        yield space


def family_of(file: InspectedFile, space: Any) -> str:
    """Return the family of a colour space, empty where it has none."""
    name = file.resolve(space[0]) if isinstance(space, list) and space else space
    return str(SHORT_SPACES.get(name, name)) if isinstance(name, PdfName) else ""


def _others(file: InspectedFile, space: list[Any], family: str) -> Iterator[Any]:
    """Yield what the attributes of a DeviceN space name: its spot colours and the space of its process colours (8.6.6.5)."""
    attributes = file.entries(space[4]) if family == "DeviceN" and len(space) > 4 else {}
    yield from file.entries(attributes.get("Colorants")).values()
    process = file.entries(attributes.get("Process")).get("ColorSpace")
    if process is not None:
        yield process
