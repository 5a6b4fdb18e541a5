"""A certificate's DOCX is there to be corrected: what is typed over its words is printed, however much longer it is."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from docx import Document
from support.calling import convert
from support.reading import bare_words, lines, words
from support.records import record_of

import docgen

FORM = "retraining-certificate"
#: What is corrected → by what: one each in a document of its own. All fit on the lines that the page has.
CORRECTIONS = {
    "a longer number": ("00417", "0000123456789"),
    "another head": ("А. Ж. Нұрғалиев", "Ғ. Т. Сейітқалиев-Оразбекұлы"),
    "two letters more in a surname": ("Сейітқали", "Сейітқалиев"),
    "another patronymic": ("Маратұлы", "Нұрмұхаммедұлы"),
    "a longer rank": ("майоры", "подполковнигі"),
    "a higher rank of another service": ("полиция майоры", "әділет аға лейтенанты"),
    "a longer topic by a word": ("дербес", "олардың дербес"),
    "another word in the topic": ("негіздері", "негізгі ережелері"),
    "a longer organization by a word": ("ҚАРАҒАНДЫ", "ҚАРАҒАНДЫ ҚҰҚЫҚ"),
    "a month of more letters": ("6 ақпанға", "26 қыркүйекке"),
    "more hours": ("144", "1 144"),
    "another city and another day": ('Қарағанды қаласы 2026 жылғы "06" ақпан', 'Талдықорған қаласы 2026 жылғы "26" қыркүйек'),
    "an acting head": ("бастығы", "бастығының міндетін атқарушы"),
}
#: What takes more lines than the page has.
LONG = {
    "a topic of many words": ("негіздері", "негіздері, " + "сандық дәлелдемелерді жинау, бекіту мен бағалау тәсілдері, " * 3),
    "a head with all titles": ("А. Ж. Нұрғалиев", "Ғылым докторы, профессор Ғалымжан Тұрсынбекұлы Сейітқалиев-Оразбекұлы"),
}


@pytest.fixture(scope="module")
def corrected(tmp_path_factory) -> dict[str, tuple[bytes, bytes]]:
    """By correction: the corrected document, and what LibreOffice prints of it; as it was under the name ""."""
    folder: Path = tmp_path_factory.mktemp("corrections")
    painted = docgen.render(FORM, record_of(FORM), to="docx")
    corrections = {"": ("", "")} | CORRECTIONS | LONG
    for number, (old, new) in enumerate(corrections.values()):
        (folder / f"{number}.docx").write_bytes(with_correction(painted, old, new))
    convert(sorted(folder.glob("*.docx")), folder)
    files = [folder / f"{number}" for number in range(len(corrections))]
    return {
        name: (file.with_suffix(".docx").read_bytes(), file.with_suffix(".pdf").read_bytes())
        for name, file in zip(corrections, files, strict=True)
    }


def with_correction(docx: bytes, old: str, new: str) -> bytes:
    """Type `new` over `old`, in the one paragraph that has it, as one does in Word."""
    document = Document(io.BytesIO(docx))
    if old:
        [paragraph] = [paragraph for paragraph in document.paragraphs if old in paragraph.text]
        if holders := [run for run in paragraph.runs if old in run.text]:
            holders[0].text = holders[0].text.replace(old, new)
        else:  # it goes over several runs
            first, *others = paragraph.runs
            first.text = paragraph.text.replace(old, new)
            for run in others:
                run.text = ""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def printed_words(pdf: bytes) -> list[str]:
    return sorted(bare_words(words(pdf)).split())


def typed_words(docx: bytes) -> list[str]:
    return sorted(" ".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs).split())


@pytest.mark.office
@pytest.mark.parametrize("name", [*CORRECTIONS, *LONG])
def test_every_word_of_a_corrected_certificate_is_printed(corrected, name):
    docx, pdf = corrected[name]
    assert set((CORRECTIONS | LONG)[name][1].split()[1:-1]) <= set(typed_words(docx))
    assert printed_words(pdf) == typed_words(docx)
    assert b"/Count 1" in pdf


@pytest.mark.office
@pytest.mark.parametrize("name", CORRECTIONS)
def test_what_fits_leaves_every_line_on_its_baseline(corrected, name):
    before, after = (sorted({line.baseline for line in lines(corrected[each][1])}) for each in ("", name))
    assert after == pytest.approx(before, abs=0.1)
