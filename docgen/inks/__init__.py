"""Colours as inks: the recipes of the palette, spot colours, and profiles of printing conditions for all other colours."""

from docgen.inks.palette import InkRecipe, recipe_of
from docgen.inks.profile import OutputProfile, open_profile
from docgen.inks.spots import SpotColour, spot_colours

__all__ = ["InkRecipe", "OutputProfile", "SpotColour", "open_profile", "recipe_of", "spot_colours"]
