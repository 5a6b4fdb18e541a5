"""The table of pages: each once, with its right, what it takes and who answers it. A new page is one new entry.

A form of a page is sent to the page's own path, so that a problem can be shown there, and is answered with another page to go to
(303), so that nothing is sent twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from docgen.service.operations import ApiOperation, BodyRule, Weight
from docgen.service.pages import catalogue
from docgen.service.parameters import TEXT, Parameter
from docgen.service.tokens import Right

#: The fields of a form, as a browser sends them.
FORM = BodyRule(("application/x-www-form-urlencoded",))
SEARCH = Parameter("search", TEXT, "Words that are sought.")
BACK = Parameter("back", TEXT, "The page to go on to.")

PAGES: Sequence[ApiOperation] = tuple(
    replace(page, is_page=True)
    for page in (
        ApiOperation("formsPage", "GET", "/", Right.READ, "The forms.", catalogue.list_forms, query=(SEARCH,)),
        ApiOperation("whoPage", "GET", "/who", None, "Who the clerk is.", weight=Weight.NONE, query=(BACK,)),
        ApiOperation("enter", "POST", "/who", None, "Say who one is.", weight=Weight.NONE, query=(BACK,), body=FORM),
        ApiOperation("leave", "POST", "/leave", None, "Be unknown again.", weight=Weight.NONE, body=FORM),
        ApiOperation("chooseLanguage", "POST", "/language", None, "Choose a language.", weight=Weight.NONE, body=FORM),
        ApiOperation("sendAsset", "GET", "/assets/{digest}/{name}", None, "A file of the pages.", weight=Weight.NONE),
    )
)
