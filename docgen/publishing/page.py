"""The page that verifies: one HTML file with style, scripts, keys and list in it, in three languages, which asks nobody.

Its policy (Content Security Policy, level 3) names each script and style by its hash, and allows no connection at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from docgen.codes import PublicKey, VerdictValues, list_words, verdict_words
from docgen.form import Form, form_ids, load_form
from docgen.messages import LANGUAGES, labelled, language
from docgen.publishing.words import page_words

FOLDER = Path(__file__).with_name("assets")
#: The licences of the reader of QR codes, which the page holds, too.
LICENCE = FOLDER / "zxing.LICENSE"
STYLES, SCRIPTS = ("page.css",), ("genuine.js", "zxing.js", "page.js")
#: Names of languages in themselves.
TITLES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
#: What verdicts name, for the page to fill in.
PLACEHOLDERS: VerdictValues = {
    "first": "{first}", "last": "{last}", "compromised": "{compromised}", "replaced_by": "",
    "day": "{day}", "until": "{until}", "today": "{today}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VerifyingPage:
    """What a page holds: public keys, a signed list (empty for none), and the folder of forms whose fields it names."""

    keys: tuple[PublicKey, ...]
    listed: bytes = b""
    forms: Path | None = None


def page_html(content: VerifyingPage) -> bytes:
    """Return the page; the same content gives the same bytes."""
    data = {
        "keys": [key.as_jwk() for key in content.keys],
        "list": base64.b64encode(content.listed).decode(),
        "languages": {name: _language(name, content.forms) for name in LANGUAGES},
    }
    values = {
        "policy": _policy(),
        "style": _text(*STYLES),
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        "reader": base64.b64encode((FOLDER / "zxing.wasm.gz").read_bytes()).decode(),
        "licence": LICENCE.read_text("utf-8").replace("&", "&amp;").replace("<", "&lt;"),
        "scripts": "\n".join(f"<script>{_text(name)}</script>" for name in SCRIPTS),
    }
    return re.sub(r"\{\{ (\w+) \}\}", lambda match: values[match[1]], _text("page.html")).encode()


@lru_cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


def _policy() -> str:
    """Return the policy of the page: what it holds runs, WebAssembly with it, and nothing is fetched or sent."""
    hashes = {name: base64.b64encode(hashlib.sha256(_text(name).encode()).digest()).decode() for name in (*STYLES, *SCRIPTS)}
    styles, scripts = (" ".join(f"'sha256-{hashes[name]}'" for name in names) for names in (STYLES, SCRIPTS))
    return (
        f"default-src 'none'; style-src {styles}; script-src {scripts} 'wasm-unsafe-eval'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _language(name: str, forms: Path | None) -> dict[str, Any]:
    """Return the words of the page in a language: its own, the verdicts, and the names of forms and their fields."""
    with language(name):
        verdicts, lists = (
            {each.name.lower().replace("_", "-"): words for each, words in found(PLACEHOLDERS).items()}
            for found in (verdict_words, list_words)
        )
        labels = {form.id: _labels(form) for form in _coded_forms(forms)}
        return {"title": TITLES[name], "words": page_words(), "verdicts": verdicts, "lists": lists, "forms": labels}


def _labels(form: Form) -> dict[str, Any]:
    return {"title": labelled(form.title), "fields": {field.name: labelled(field.label) for field in form.fields}}


def _coded_forms(forms: Path | None) -> list[Form]:
    """Return the forms that have a place for a signed code; those that are broken have none."""
    from docgen.errors import DocgenError

    found = []
    for name in form_ids(forms):
        try:
            form = load_form(name, forms)
        except DocgenError:
            continue
        if any(side and side.code for side in (form, form.back)):
            found.append(form)
    return found
