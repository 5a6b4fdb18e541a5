"""Messages for clerks: templates with named values, English as the source.

All go through `_` and `n_`, so that a translation is an entry in a catalogue (`locale/LANGUAGE/LC_MESSAGES/docgen.po`, written by
`make messages`) and never an edit in the code. Messages are in English until a caller asks for another language with
`with language("ru"): …`, which holds for the current thread or task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "docgen"
LOCALE = Path(__file__).with_name("locale")
#: The languages that messages and the labels of forms come in; the first is the one that acts are in.
LANGUAGES = ("kk", "ru", "en")
SOURCE = "en"

_spoken: ContextVar[str] = ContextVar("docgen language", default=SOURCE)


def _(template: str, **values: object) -> str:
    """Return `template` in the language spoken, with its `{names}` filled in."""
    return translated(template).format(**values)


def n_(one: str, many: str, count: int, **values: object) -> str:
    """Return the template for a number, in the language spoken, with `{count}` and its other `{names}` filled in."""
    template = _catalogue(_spoken.get()).ngettext(one, many, count)
    return template.format(count=count, **values)


def translated(text: str) -> str:
    """Return `text` in the language spoken, its braces untouched; the text itself where the catalogue lacks it."""
    spoken = _spoken.get()
    return text if spoken == SOURCE or not text else _catalogue(spoken).gettext(text)


def labelled(texts: Mapping[str, str]) -> str:
    """Return the one of a form's own texts that is in the language spoken, else in Kazakh, Russian or English; `""` for none."""
    return next((texts[name] for name in (_spoken.get(), *LANGUAGES) if name in texts), "")


def spoken() -> str:
    """Return the language that messages are in now."""
    return _spoken.get()


@contextmanager
def language(name: str) -> Iterator[None]:
    """Switch messages to `name`, one of LANGUAGES, until the block ends; raise ValueError for another language."""
    if name not in LANGUAGES:
        raise ValueError(f"docgen speaks {', '.join(LANGUAGES)}, not {name!r}")
    token = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(token)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(name: str) -> NullTranslations:
    import gettext

    return gettext.translation(DOMAIN, LOCALE, [name], fallback=True)
