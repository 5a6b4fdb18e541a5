"""The palette (forms/palette.toml): every colour of the shipped forms and artwork, for the screen and as inks."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from docgen.files import shipped

#: Per cent of ink, all four together, that coated paper takes (forms/profiles, FOGRA39).
INK_LIMIT = 300


@dataclass(frozen=True, slots=True)
class InkRecipe:
    """A colour: `srgb` as `#14296B`, `cmyk` the dots of cyan, magenta, yellow and black in per cent."""

    name: str
    srgb: str
    cmyk: tuple[float, float, float, float]

    @property
    def is_black(self) -> bool:
        """Whether it is printed by black ink alone."""
        return not any(self.cmyk[:3])


@cache
def palette() -> dict[str, InkRecipe]:
    """Return the recipes by their sRGB colour in capitals."""
    content = tomllib.loads((shipped("forms") / "palette.toml").read_text("utf-8"))
    recipes = (InkRecipe(name, entry["srgb"], tuple(entry["cmyk"])) for name, entry in content.items())
    return {recipe.srgb.upper(): recipe for recipe in recipes}


def recipe_of(srgb: str) -> InkRecipe | None:
    """Return the recipe of a colour such as `#14296b`, None where the palette has none."""
    return palette().get(srgb.upper())
