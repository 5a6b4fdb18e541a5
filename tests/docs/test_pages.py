"""What the documents tell a reader to do works, and what they show is what comes."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.documents import PAGES, RUN, TRANSLATIONS, USED, Step, commands, follow, steps
from support.places import ROOT
from support.reading import words

DOCS = ROOT / "docs"
#: Pages with something to do.
FOLLOWED = [page for page in USED if any(step.kind in RUN for step in steps(page.read_text("utf-8")))]
TRANSLATED = [page for page in PAGES if page.parent.name in TRANSLATIONS]
README_LINES = 130


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def language_of(page: Path) -> str:
    return page.parent.name if page in TRANSLATED else "en"


@pytest.mark.slow
@pytest.mark.parametrize("page", FOLLOWED, ids=name_of)
def test_what_a_page_tells_its_reader_to_do_works(page, tmp_path, request):
    for said in follow(page, tmp_path, language_of(page), refresh=request.config.getoption("--refresh-golden")):
        assert said.text in words((tmp_path / said.path).read_bytes())


def done(step: Step) -> tuple[object, ...]:
    """Return what a reader does at a step, without the words around it."""
    return (step.kind, step.path, commands(step) if step.kind in ("sh", "console") else step.text)


def typed(changes: Step) -> Step:
    """Return changes without what a page says to each."""
    return changes._replace(text="\n".join(re.findall(r"^- `[^`]+` → `[^`]*`", changes.text, re.MULTILINE)))


@pytest.mark.parametrize("page", TRANSLATED, ids=name_of)
def test_a_translated_page_does_what_the_english_one_does(page):
    english = (DOCS / page.name).read_text("utf-8")
    ours, theirs = ([typed(step) if step.kind == "change" else step for step in steps(text) if step.kind != "says"]
                    for text in (page.read_text("utf-8"), english))  # fmt: skip
    assert list(map(done, ours)) == list(map(done, theirs))


@pytest.mark.parametrize("page", TRANSLATED, ids=name_of)
def test_a_translated_page_has_the_sections_and_tables_of_the_english_one(page):
    shape = re.compile(r"^(#+ |\|)", re.MULTILINE)
    assert shape.findall(page.read_text("utf-8")) == shape.findall((DOCS / page.name).read_text("utf-8"))


def test_every_page_for_the_shop_and_the_clerk_is_there_in_each_language():
    pages = {language: sorted(page.name for page in (DOCS / language).glob("*.md")) for language in TRANSLATIONS}
    assert pages == {language: ["clerk.md", "print-shop.md"] for language in TRANSLATIONS}


LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    found: list[str] = []
    for heading in headings:
        anchor = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        again = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", each) is not None for each in found)
        found.append(f"{anchor}-{again}" if again else anchor)
    return set(found)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        path, _hash, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_the_index_leads_to_every_page():
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall((DOCS / "README.md").read_text("utf-8"))}
    own_index = DOCS / "acts"  # its README.md leads to its pages
    pages = [page for page in PAGES if own_index not in page.parents or page.name == "README.md"]
    assert [name_of(page) for page in pages if page != DOCS / "README.md" and page.resolve() not in linked] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= README_LINES


def test_the_readme_lists_every_form():
    readme = (ROOT / "README.md").read_text("utf-8")
    forms = {path.parent.name for path in (ROOT / "forms").glob("*/form.toml")}
    assert [name for name in sorted(forms) if f"`{name}`" not in readme] == []


def test_the_files_that_the_architecture_names_are_there():
    named = re.findall(r"`((?:[\w*]+/)*[\w*]+(?:/|\.py))`", (DOCS / "dev" / "architecture.md").read_text("utf-8"))
    assert len(named) > 15
    assert [path for path in named if not list(ROOT.glob(path)) and not list((ROOT / "docgen").glob(path))] == []
