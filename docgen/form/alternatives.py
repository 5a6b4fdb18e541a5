"""What a screen reader says of a form's pictures, in words of the form, a job or a call; and which of them say nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from html import escape

from docgen.errors import Problem, UsageError, Where, nearest_hint, visible
from docgen.form.definition import Form
from docgen.form.editions import DEFINITION
from docgen.form.places import Picture, Place
from docgen.form.tags import body_sources
from docgen.messages import _

#: A picture of a body, and what says in words what it shows; an empty `alt` says that it is for the eye alone.
_PICTURE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_WORDS = re.compile(r"\salt\s*=", re.IGNORECASE)
#: A drawing within the page says by its title what it shows.
_DRAWING, _TITLE = re.compile(r"(<svg\b[^<>]*>)(.*?)</svg>", re.IGNORECASE | re.DOTALL), re.compile(r"<title\b", re.IGNORECASE)
_SOURCE = re.compile(r"""\ssrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


#: Where a body takes pictures from: `docgen:artwork/NAME`, `docgen:form/NAME`.
_PLACE = re.compile(r"docgen:(?:artwork|form)/")


def worded(form: Form, words: Mapping[str, str]) -> Form:
    """Return a form whose pictures show what `words` say, by the names of artwork, of fields, or of files of the form.

    Raise UsageError for a name that is no picture of the form.
    """
    return _worded(form, tuple(sorted(words.items()))) if words else form


@lru_cache(maxsize=16)
def _worded(form: Form, words: tuple[tuple[str, str], ...]) -> Form:
    known = _names(form)
    for name, _text in words:
        if name not in known:
            message = _("“{name}” is no picture of “{id}”", name=visible(name[:60]), id=form.id)
            raise UsageError.because("picture-unknown", message, nearest_hint(name, list(known)), key=name)
    digest = hashlib.sha256("\0".join((form.digest, *(part for pair in words for part in pair))).encode()).hexdigest()
    back = form.back and replace(form.back, places=_with_words(form.back, dict(words)))
    return replace(form, places=_with_words(form, dict(words)), back=back, alternatives=words, digest=digest)


def _with_words(side: Form, words: Mapping[str, str]) -> tuple[Place, ...]:
    """Return the places of a side, those of pictures with the words that they are given."""

    def spoken(place: Place) -> Place:
        name = place.picture or place.field if isinstance(place, Picture) else ""
        return replace(place, alt=words[name]) if isinstance(place, Picture) and name in words else place

    return tuple(map(spoken, side.places))


def _names(form: Form) -> dict[str, None]:
    """Return what the pictures of a form are called: a body names those that it takes, and fields those of the record."""
    if form.is_fixed:
        sides = [side for side in (form, form.back) if side]
        return dict.fromkeys(place.picture or place.field for side in sides for place in side.pictures)
    sources = (source for _path, source in body_sources(form))
    named = [name[1] for source in sources for picture in _PICTURE.findall(source) if (name := _SOURCE.search(picture))]
    return dict.fromkeys([_PLACE.sub("", name) for name in named])


def with_alternatives(body: str, form: Form) -> str:
    """Return the text of a body, in which pictures without words have those that the form was given for them."""
    words = dict(form.alternatives)

    def spoken(picture: re.Match[str]) -> str:
        name = _SOURCE.search(picture[0])
        text = words.get(_PLACE.sub("", name[1])) if name and not _WORDS.search(picture[0]) else None
        return picture[0] if text is None else f'{picture[0][:4]} alt="{escape(text)}"{picture[0][4:]}'

    return _PICTURE.sub(spoken, body) if words else body


def silent_pictures(form: Form) -> list[Problem]:
    """Return a remark on each picture of which a form does not say what it shows: a screen reader passes it over."""
    hint = _("Give its place an alt: what it shows, in words; or say it with --alt.")
    if not form.is_fixed:
        hint = _('Write alt="…" into its <img>, or alt="" where it is decoration, or say it with --alt; a <title> into an <svg>.')
    found = ((_("a picture does not say in words what it shows: {name}", name=name), file) for name, file in _silent(form))
    return [Problem("alternative-missing", message, hint, Where(file=file)) for message, file in found]


@lru_cache(maxsize=64)
def _silent(form: Form) -> tuple[tuple[str, str], ...]:
    """Return the name of each such picture, and the file of the form that has it."""
    if form.is_fixed:
        file = str(form.folders[0] / DEFINITION)
        places = [place for side in form.sides for place in side.pictures]
        return tuple(dict.fromkeys((place.picture, file) for place in places if place.picture and not place.alt))
    said = {name for name, _text in form.alternatives}
    silent = ((name, str(path)) for path, source in body_sources(form) for name in _silent_in(source))
    return tuple((name, file) for name, file in silent if _PLACE.sub("", name) not in said)


def _silent_in(source: str) -> Iterator[str]:
    """Yield the names of such pictures in the text of a body."""
    for picture in _PICTURE.findall(source):
        if not _WORDS.search(picture):
            yield name[1] if (name := _SOURCE.search(picture)) else picture[:60]
    yield from (begin[:60] for begin, drawn in _DRAWING.findall(source) if not _TITLE.search(drawn))
