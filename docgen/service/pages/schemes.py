"""The press sheets that a clerk can choose: the shipped schemes that a form's page fits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from docgen.errors import DocgenError
from docgen.form import Form
from docgen.messages import _


def schemes_for(forms: Iterable[Form]) -> dict[str, str]:
    """Return the names of the schemes that the pages of all these forms fit, each with its sheet in words."""
    sizes = {(form.sheet.width.mm, form.sheet.height.mm) for form in forms}
    return {name: _in_words(*facts) for name, facts in _fitting(frozenset(sizes)).items()}


@lru_cache(maxsize=16)
def _fitting(sizes: frozenset[tuple[float, float]]) -> dict[str, tuple[float, float, int]]:
    """Return the schemes with width and height of their sheet, in mm, and how many pages it holds."""
    from docgen.imposing import check_leaf, fitted, open_scheme, scheme_names

    found = {}
    for name in scheme_names():
        scheme = open_scheme(name)
        try:
            for size in sizes:
                scheme = fitted(scheme, size)
                check_leaf(scheme, name, size, has_back=False)
        except DocgenError:
            continue
        found[name] = (scheme.sheet[0].mm, scheme.sheet[1].mm, scheme.positions)
    return found


def _in_words(width: float, height: float, positions: int) -> str:
    return _("{count} on a sheet of {width} × {height} mm", count=positions, width=f"{width:g}", height=f"{height:g}")
