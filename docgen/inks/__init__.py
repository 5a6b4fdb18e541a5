"""Colours as inks: the recipes of the palette, and profiles of printing conditions for all other colours."""

from docgen.inks.palette import InkRecipe, recipe_of
from docgen.inks.profile import OutputProfile, open_profile

__all__ = ["InkRecipe", "OutputProfile", "open_profile", "recipe_of"]
