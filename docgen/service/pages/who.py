"""What the front does itself for pages: asks once who the clerk is, lets him choose a language, and sends the pages' files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from docgen.errors import DocgenError, UsageError
from docgen.messages import LANGUAGES, _
from docgen.service.access import clerk_name
from docgen.service.calls import Answer, Call
from docgen.service.cookies import CLERK, LANGUAGE, TOKEN, cookie
from docgen.service.pages.assets import asset_answer
from docgen.service.pages.browser import form_values, is_secured, local_path
from docgen.service.pages.html import page_answer, see_other

if TYPE_CHECKING:
    from docgen.service.endpoints import Exchange, Service


async def ask(service: Service, call: Call, exchange: Exchange) -> Answer:
    """Ask who the clerk is."""
    return _asked(service, call, exchange.cookies.get(CLERK, ""), call.query.get("back", ""))


def _asked(service: Service, call: Call, name: str, back: str, error: DocgenError | None = None) -> Answer:
    problems = error.problems if error else []
    asks, status = service.callers.asks, 422 if error else 200
    return page_answer(call, "who.html", status, asks=asks, name=name, back=back, problems=problems)


async def enter(service: Service, call: Call, exchange: Exchange) -> Answer:
    """Take a clerk's name, or his token, and go on to the page that he wanted."""
    given, asks = form_values(call), service.callers.asks
    back, said = given.get("back", ""), given.get("who", "").strip()
    name = {"token": TOKEN, "name": CLERK}.get(asks, "")
    try:
        if not said or not name:
            raise UsageError.because("value-missing", _("nothing is given"))
        if asks == "token":
            service.callers.caller({b"authorization": f"Bearer {said}".encode()}, "127.0.0.1")
        else:
            said = clerk_name(said)
    except UsageError as error:
        return _asked(service, call, "" if asks == "token" else said[:100], back, error)
    exchange.new_cookies.append(cookie(name, said, is_secure=is_secured(exchange.host)))
    return see_other(call, local_path(back))


async def leave(_service: Service, call: Call, exchange: Exchange) -> Answer:
    """Forget who the clerk is."""
    exchange.new_cookies += [cookie(name, "", is_secure=is_secured(exchange.host)) for name in (TOKEN, CLERK)]
    return see_other(call, "who")


async def choose_language(_service: Service, call: Call, exchange: Exchange) -> Answer:
    """Take the language of pages, and go back to the page on which it was chosen."""
    given = form_values(call)
    if given.get("language") in LANGUAGES:
        exchange.new_cookies.append(cookie(LANGUAGE, given["language"], is_secure=is_secured(exchange.host)))
    return see_other(call, local_path(given.get("back", "")))


async def send_asset(_service: Service, call: Call, _exchange: Exchange) -> Answer:
    """Send a file that pages refer to."""
    return asset_answer(call.path["name"])


#: What the front does itself, by the names of pages.
OWN_PAGES: Mapping[str, Callable[[Service, Call, Exchange], Awaitable[Answer]]] = {
    "whoPage": ask,
    "enter": enter,
    "leave": leave,
    "chooseLanguage": choose_language,
    "sendAsset": send_asset,
}
