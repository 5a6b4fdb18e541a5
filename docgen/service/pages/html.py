"""Templates → pages: what all of them share, and the headers that keep a browser from doing more than they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from docgen.errors import UsageError
from docgen.messages import LANGUAGES, _, labelled, n_, spoken, translated
from docgen.service.calls import Answer, Call
from docgen.service.pages.assets import asset_address
from docgen.service.tokens import Right

if TYPE_CHECKING:
    from jinja2 import Environment

HTML = "text/html"
#: Content Security Policy (level 3): style, scripts and pictures are our own, a form goes to us alone, nobody frames a page.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}
#: What each language calls itself.
LANGUAGE_NAMES = dict(zip(LANGUAGES, ("Қазақша", "Русский", "English"), strict=True))


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return what fills the templates: whatever is put into one is escaped, and a name that is missing is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    found.globals |= {
        "_": _, "n_": n_, "labelled": labelled, "translated": translated, "asset": asset_address, "languages": LANGUAGE_NAMES,
        "rights": Right, "query": _query, "day": day_shown,
    }  # fmt: skip
    found.filters |= {"segment": segment, "own_words": own_words}
    return found


def page_answer(call: Call, template: str, status: int = 200, **values: Any) -> Answer:
    """Return a page: the template filled with these values, and with what the call says of the browser."""
    text = environment().get_template(template).render(page=call.page, language=spoken(), **values)
    return Answer(status, HTML, text.encode("utf-8", "replace"), HEADERS)


def see_other(call: Call, where: str, **query: str) -> Answer:
    """Return the answer to a form that was taken: the browser goes on to a page, `where` below the service's own address."""
    return Answer(303, HTML, b"", {**HEADERS, "location": f"{call.page['root']}{where}{_query(**query)}"})


def segment(text: str) -> str:
    """Return a text as one segment of an address."""
    return quote(text, safe="")


def refuse_without(call: Call, right: Right) -> None:
    """Raise UsageError if the clerk does not have a right that a page's own one does not imply."""
    if right not in call.page["rights"]:
        message = _("the right “{right}” is needed for this", right=right.value)
        raise UsageError.because("access-wrong", message, _("Ask who keeps the service."))


def own_words(hint: str) -> str:
    """Return a hint in which commands and options of the command line are called as on the pages."""
    words = {command: _("“{name}”", name=name) for command, name in _page_words().items()}
    longest_first = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(rf"(?:{longest_first})(?![\w-])", lambda match: words[match[0]], hint)


def _page_words() -> dict[str, str]:
    """Return the commands and options of the command line that a page has too, as they are called there."""
    register, printed = _("Register"), _("PDF, to look at and print")
    return {
        "--allow-doubles": _("A person may be there twice, for one course"),
        "--ignore": _("is left out"),
        "--map": _("What the columns hold"),
        "--new-organization": _("The organization is a new one, though its name is nearly that of another"),
        "--set": _("The same in every row"),
        "--skip-bad": _("Print the good rows though others have problems"),
        "docgen batch … --numbers": printed,
        "docgen register export": _("What is listed, as a table"),
        "docgen register list": register,
        "docgen register reissue": _("Issue a duplicate"),
        "docgen register show": register,
        "docgen register stock receive": _("Sheets received"),
        "docgen register stock spoil": _("Sheets spoiled"),
        "docgen register verify": _("Is the book sound?"),
        "docgen register void": _("Declare it void"),
    }


def day_shown(text: object) -> str:
    """Return a day as clerks write it, 06.02.2026; any other text as it is."""
    try:
        return date.fromisoformat(str(text)[:10]).strftime("%d.%m.%Y")
    except ValueError:
        return str(text)


def _query(**values: object) -> str:
    """Return the query of an address, without what is empty."""
    given = {name.rstrip("_"): str(value) for name, value in values.items() if value not in (None, "")}
    return f"?{urlencode(given)}" if given else ""
