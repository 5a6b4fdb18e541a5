"""How fine a picture is where it is drawn."""

from __future__ import annotations

import math
from typing import Any

from docgen.preflighting.standards.opened import InspectedFile
from docgen.preflighting.standards.usage import Matrix

POINTS_PER_INCH = 72


def dots_per_inch(file: InspectedFile, image: dict[str, Any], matrix: Matrix) -> float | None:
    """Return the pixels to the inch of a picture in its coarser direction; None where it has no size, or is drawn without one.

    A picture fills the unit square of the space that the matrix leads from (ISO 32000-1, 8.9.5.1). UserUnit is taken as 1.
    """
    sizes = [file.resolve(image.get(name)) for name in ("Width", "Height")]
    a, b, c, d, _e, _f = matrix
    sides = math.hypot(a, b), math.hypot(c, d)
    if not all(type(size) in (int, float) and size > 0 for size in sizes) or not all(side > 0 for side in sides):
        return None
    return min(float(size) / side * POINTS_PER_INCH for size, side in zip(sizes, sides, strict=True))
