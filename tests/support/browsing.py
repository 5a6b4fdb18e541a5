"""A browser without JavaScript: it opens pages, follows links and sends forms as they stand, with what is typed into them."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from urllib.parse import urljoin

import httpx
import lxml.html

from support.serving import Serving

CLERK = "А. Оспанова"


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
        return self._show(self.client.get(path))

    def enter(self, name: str = CLERK, path: str = "/") -> Browser:
        """Open a page for the first time: the service asks who this is."""
        self.open(path)
        assert self.path == "/who"
        return self.send(who=name)

    def follow(self, words: str) -> Browser:
        """Follow the link with these words."""
        [link] = {a.get("href") for a in self.page.iter("a") if a.text_content().strip() == words}
        return self.open(urljoin(str(self.answer.url), link))

    def form(self, **needed: object) -> lxml.html.FormElement:
        """Return the first form that has all these fields or buttons."""
        for form in self.page.forms:
            names = {each.get("name") for each in form.iter("input", "select", "textarea", "button")}
            if names >= needed.keys():
                return form
        raise AssertionError(f"no form has {sorted(needed)}")

    def send(self, button: tuple[str, str] | None = None, files: dict[str, Path] | None = None, **typed: str) -> Browser:
        """Send the form that has these fields, filled in; `button` is the name and value of the button that is pressed."""
        wanted: dict[str, object] = {**typed, **(files or {}), **({button[0]: 1} if button else {})}
        form = self.form(**{name.replace("__", "."): value for name, value in wanted.items()})
        values = {name: value for name, value in form.form_values()} | {k.replace("__", "."): v for k, v in typed.items()}
        if button:
            assert button[1] in [each.get("value") for each in form.iter("button") if each.get("name") == button[0]]
            values[button[0]] = button[1]
        address = urljoin(str(self.answer.url), form.get("action") or "")
        if form.method == "GET":
            return self._show(self.client.get(address, params=values))
        if files:
            opened = {name: (path.name, path.read_bytes()) for name, path in files.items()}
            values = {name: value for name, value in values.items() if name not in files}
            return self._show(self.client.post(address, data=values, files=opened))
        return self._show(self.client.post(address, data=values))

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def text(self) -> str:
        """The words of the page, each space single."""
        return " ".join(self.page.text_content().split())

    @property
    def title(self) -> str:
        return self.page.findtext(".//h1").strip()

    def words(self, selector: str) -> list[str]:
        """Return the words of each element that a CSS class or tag selects."""
        found = self.page.find_class(selector[1:]) if selector.startswith(".") else self.page.iter(selector)
        return [" ".join(each.text_content().split()) for each in found]
