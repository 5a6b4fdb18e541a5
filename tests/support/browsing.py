"""A browser without JavaScript: it opens pages, follows links and sends forms as they stand, with what is typed into them."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin

import httpx
import lxml.html

from support.serving import Serving

CLERK = "А. Оспанова"


def values_of(form: lxml.html.FormElement) -> dict[str, str]:
    """Return what a form sends as it stands; a line feed that begins a text area is not part of it (HTML, 13.2.6)."""
    areas = {area.get("name") for area in form.iter("textarea")}
    return {name: text.removeprefix("\n") if name in areas else text for name, text in form.form_values()}


class Browser:
    """One browser, with its cookies; `page` is the page that it shows."""

    def __init__(self, serving: Serving, language: str = "en", **headers: str):
        self.client = httpx.Client(
            base_url=serving.address, headers={"accept": "text/html", "accept-language": language, **headers},
            follow_redirects=True, timeout=120, trust_env=False,
        )  # fmt: skip
        self.answer: httpx.Response
        self.page: lxml.html.HtmlElement

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.client.close()

    def _show(self, answer: httpx.Response) -> Browser:
        self.answer = answer
        if answer.headers["content-type"].startswith("text/html"):
            self.page = lxml.html.fromstring(answer.content.decode(), base_url=str(answer.url))
        return self

    def open(self, path: str) -> Browser:
        """Open an address, as it stands on a page or from the root of the service."""
        return self._show(self.client.get(urljoin(str(self.answer.url), path) if path.startswith(".") else path))

    def enter(self, name: str = CLERK, path: str = "/") -> Browser:
        """Open a page for the first time: the service asks who this is."""
        self.open(path)
        assert self.path == "/who"
        return self.send(who=name)

    def follow(self, words: str) -> Browser:
        """Follow the link with these words."""
        [link] = {a.get("href") for a in self.page.iter("a") if a.text_content().strip() == words}
        return self.open(urljoin(str(self.answer.url), link))

    def form(self, button: tuple[str, str] | None = None, **needed: object) -> lxml.html.FormElement:
        """Return the first form that has all these fields, and the button of this name and value."""
        for form in self.page.forms:
            names = {each.get("name") for each in form.iter("input", "select", "textarea", "button")}
            buttons = [(each.get("name"), each.get("value")) for each in form.iter("button")]
            if names >= needed.keys() and (button is None or button in buttons):
                return form
        raise AssertionError(f"no form has {sorted(needed)} and {button}")

    def send(self, button: tuple[str, str] | None = None, files: dict[str, Path] | None = None, **typed: str) -> Browser:
        """Send the form that has these fields, filled in; `button` is the name and value of the button that is pressed."""
        form = self.form(button, **typed, **(files or {}))
        values = values_of(form) | typed | (dict([button]) if button else {})
        address = urljoin(str(self.answer.url), form.get("action") or "")
        if form.method == "GET":
            return self._show(self.client.get(address, params=values))
        if files:
            opened = {name: (path.name, path.read_bytes()) for name, path in files.items()}
            values = {name: value for name, value in values.items() if name not in files}
            return self._show(self.client.post(address, data=values, files=opened))
        return self._show(self.client.post(address, data=values))

    def send_all(self, typed: dict[str, str], do: str) -> Browser:
        """Type into the fields of a document by their full names, pressing a button wherever the page has to grow."""
        form = self.form(do="")
        while more := [name for name in typed if name not in values_of(form)]:
            known = {name: text for name, text in typed.items() if name not in more}
            self._post(form, {**known, "do": "more"})
            form = self.form(do="")
            assert len(more) > len([name for name in typed if name not in values_of(form)]), more
        return self._post(form, {**typed, "do": do})

    def _post(self, form: lxml.html.FormElement, typed: dict[str, str]) -> Browser:
        address = urljoin(str(self.answer.url), form.get("action") or "")
        return self._show(self.client.post(address, data={**values_of(form), **typed}))

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def text(self) -> str:
        """The words of the page, each space single."""
        return " ".join(self.page.text_content().split())

    @property
    def title(self) -> str:
        return self.words("h1")[0]

    def words(self, selector: str) -> list[str]:
        """Return the words of each element that a CSS class or tag selects."""
        found = self.page.find_class(selector[1:]) if selector.startswith(".") else self.page.iter(selector)
        return [" ".join(" ".join(each.itertext()).split()) for each in found]
