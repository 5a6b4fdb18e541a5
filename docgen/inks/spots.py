"""Spot colours: recipes of the palette that a press prints with an ink of their own (ISO 32000-1, 8.6.6.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from docgen.errors import Problem, UsageError, Where, nearest_hint, visible
from docgen.inks.palette import InkRecipe, palette
from docgen.messages import _

#: Bytes of a name in a PDF (ISO 32000-1, annex C).
NAME_BYTES = 127
#: Colorants that every press has, or that have a meaning of their own.
RESERVED = frozenset({"all", "none", "cyan", "magenta", "yellow", "black"})
#: What stands in a name as it is; every other byte as its number (7.3.5).
_REGULAR = re.compile(rb"[!$&'*+,\-.:;0-9=?@A-Z^_`a-z|~]")


@dataclass(frozen=True, slots=True)
class SpotColour:
    """A recipe that is printed with an ink of its own, called `name`; where a printer has no such ink, its recipe is shown."""

    recipe: InkRecipe
    name: str

    @property
    def space(self) -> bytes:
        """The Separation space whose only colorant is the ink; a tint of it is shown as the same tint of the recipe."""
        name = b"".join(each if _REGULAR.match(each) else b"#%02X" % each[0] for each in map(bytes, zip(self.name.encode())))
        dots = b" ".join(b"%g" % (dot / 100) for dot in self.recipe.cmyk)
        return b"[/Separation/%s/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[%s]/N 1>>]" % (name, dots)


def spot_colours(names: Mapping[str, str]) -> tuple[SpotColour, ...]:
    """Return the spot colours that print recipes, by the names of both; in the order of the palette.

    Raise UsageError with every recipe that there is not, and every name that is no ink's or is given twice.
    """
    recipes = {recipe.name: recipe for recipe in palette().values()}
    problems = [problem for recipe, name in names.items() if (problem := _problem(recipe, name, names, recipes))]
    if problems:
        raise UsageError(problems)
    return tuple(SpotColour(recipes[recipe], names[recipe]) for recipe in recipes if recipe in names)


def _problem(recipe: str, name: str, names: Mapping[str, str], recipes: Mapping[str, InkRecipe]) -> Problem | None:
    """Return what is wrong with one recipe and the ink that is to print it."""
    shown = visible(name[:60])
    if recipe not in recipes:
        message = _("there is no colour “{name}” to be printed as a spot colour", name=visible(recipe[:60]))
        return _placed("spot-unknown", message, nearest_hint(recipe, list(recipes)), recipe)
    if not name.strip() or not name.isprintable() or len(name.encode()) > NAME_BYTES:
        hint = _("Give the name of the ink as the print shop writes it, such as PANTONE 2757 C.")
        return _placed("spot-wrong", _("“{name}” is no name of a spot colour", name=shown), hint, recipe)
    if name.strip().lower() in RESERVED:
        hint = _("That ink is on every press. Leave --spot out for a colour that is printed in the four inks.")
        return _placed("spot-wrong", _("“{name}” is not a spot colour", name=shown), hint, recipe)
    other = next(other for other in names if names[other].casefold() == name.casefold())
    if other != recipe:
        message = _("the spot colour “{name}” is given twice: for {recipe} too", name=shown, recipe=other)
        return _placed("spot-twice", message, _("Two colours on one plate look alike: give each an ink of its own."), recipe)
    return None


def _placed(code: str, message: str, hint: str, recipe: str) -> Problem:
    return Problem(code, message, hint, Where(key=recipe[:60]))
