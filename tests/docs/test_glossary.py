"""The Kazakh and Russian terms of docs/glossary.md are those of the messages, and each thing has one of them."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from support.places import PACKAGE, ROOT

TERMS = [
    [cell.strip() for cell in row.strip("|").split(" | ")]
    for row in (ROOT / "docs" / "glossary.md").read_text("utf-8").partition("## What the code")[0].splitlines()
    if row.startswith("| ") and not row.startswith("| English")
]
#: Letters at the end of a word that its cases may change.
ENDINGS = {"kk": 1, "ru": 2}
COLUMNS = {"kk": 2, "ru": 3}


@cache
def messages(language: str) -> str:
    with open(PACKAGE / "locale" / language / "LC_MESSAGES" / "docgen.po", "rb") as file:
        texts = [each.string for each in read_po(file)]
    return "\n".join(text for each in texts for text in ([each] if isinstance(each, str) else each)).casefold()


def is_used(term: str, language: str) -> bool:
    """Return whether a term stands in the messages of a language, in whatever case."""
    stems = [word[: max(2, len(word) - ENDINGS[language])] for word in term.casefold().split()]
    return re.search(r"\b" + r"\s+".join(rf"{re.escape(stem)}[\w-]*" for stem in stems), messages(language)) is not None


@pytest.mark.parametrize("language", COLUMNS)
def test_the_messages_use_the_terms_of_the_glossary(language):
    terms = {term for row in TERMS for term in row[COLUMNS[language]].split(" · ")}
    assert len(terms) > 40
    assert [term for term in sorted(terms) if not is_used(term, language)] == []


def test_each_row_has_as_many_terms_in_every_language():
    assert [row[0] for row in TERMS if len({row[number].count(" · ") for number in (0, 2, 3)}) > 1] == []


@pytest.mark.parametrize("language", COLUMNS)
def test_the_list_at_the_head_of_a_catalogue_has_the_same_terms(language):
    """Who translates reads that list: `form нысан · field өріс …`."""
    source = (PACKAGE / "locale" / language / "LC_MESSAGES" / "docgen.po").read_text("utf-8")
    head = source.partition("#\n")[2].partition("msgid")[0].partition("\n")[2].replace("# ", "").replace("\n", " · ")
    pairs = [pair.strip().partition(" ") for pair in head.split(" · ") if " " in pair.strip()]
    glossary = {
        english: own
        for row in TERMS
        for english, own in zip(row[0].split(" · "), row[COLUMNS[language]].split(" · "), strict=True)
    }
    known = [(english, own) for english, _space, own in pairs if english in glossary]
    assert len(known) > 30
    assert [(english, own, glossary[english]) for english, own in known if glossary[english] != own] == []


def test_no_russian_term_has_kazakh_letters():
    assert [row[0] for row in TERMS if re.search("[әғқңөұүһі]", row[3])] == []
