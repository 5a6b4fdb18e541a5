"""What a screen reader says of a form's pictures, and which of them say nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from docgen.errors import Problem, Where
from docgen.form.definition import Form
from docgen.form.editions import DEFINITION
from docgen.form.tags import body_sources
from docgen.messages import _

#: A picture of a body, and what says in words what it shows; an empty `alt` says that it is for the eye alone.
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_WORDS = re.compile(r"\salt\s*=", re.IGNORECASE)
#: A drawing within the page says by its title what it shows.
_DRAWING, _TITLE = re.compile(r"(<svg\b[^<>]*>)(.*?)</svg>", re.IGNORECASE | re.DOTALL), re.compile(r"<title\b", re.IGNORECASE)
_SOURCE = re.compile(r"""\ssrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def silent_pictures(form: Form) -> list[Problem]:
    """Return a remark on each picture of which a form does not say what it shows: a screen reader passes it over."""
    hint = _("Give its place an alt: what it shows, in words.")
    if not form.is_fixed:
        hint = _('Write alt="…" into its <img>, or alt="" where it is decoration; a <title> into an <svg>.')
    found = ((_("a picture does not say in words what it shows: {name}", name=name), file) for name, file in _silent(form))
    return [Problem("alternative-missing", message, hint, Where(file=file)) for message, file in found]


@lru_cache(maxsize=64)
def _silent(form: Form) -> tuple[tuple[str, str], ...]:
    """Return the name of each such picture, and the file of the form that has it."""
    if form.is_fixed:
        file = str(form.folders[0] / DEFINITION)
        places = [place for side in form.sides for place in side.pictures]
        return tuple(dict.fromkeys((place.picture, file) for place in places if place.picture and not place.alt))
    return tuple((name, str(path)) for path, source in body_sources(form) for name in _silent_in(source))


def _silent_in(source: str) -> Iterator[str]:
    """Yield the names of such pictures in the text of a body."""
    for picture in _PICTURE.findall(source):
        if not _WORDS.search(picture):
            yield name[1] if (name := _SOURCE.search(picture)) else picture[:60]
    yield from (begin[:60] for begin, drawn in _DRAWING.findall(source) if not _TITLE.search(drawn))
