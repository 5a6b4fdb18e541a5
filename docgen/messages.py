"""The words a clerk reads: one catalogue, English as the source.

Every message goes through `_`, a template with named values, so that a translation is a catalogue entry and never an
edit in the code that reports something.
"""

import gettext
from functools import lru_cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"
_language = "en"


def speak(language: str) -> None:
    """Choose the language of messages from now on: `en`, `kk` or `ru`."""
    global _language
    _language = language


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("docgen", CATALOGUES, [language], fallback=True)


def _(template: str, **values: object) -> str:
    """Return `template` in the chosen language with its `{names}` filled in."""
    return _catalogue(_language).gettext(template).format(**values)
