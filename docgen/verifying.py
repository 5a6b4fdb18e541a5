"""Whether the documents of a file are genuine: each code of a PDF with the page that it stands on, or the codes of a picture.

A page is compared with the one that docgen makes of what the code says: what is printed otherwise, a letter or a day, differs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from docgen import confined
from docgen.canonical import printed_content
from docgen.codes import (
    Claims,
    CodeExtent,
    CodeVerdict,
    Difference,
    GivenList,
    PublicKey,
    VerifiedCode,
    by_list,
    completed,
    differences,
    is_ours,
    read_list,
    symbol,
    verify_text,
    vouched,
)
from docgen.compose.page import Symbol
from docgen.errors import DataError, DocgenError
from docgen.files import read_bytes
from docgen.form import Form, backed, coded, load_named
from docgen.messages import _
from docgen.prints import Print
from docgen.purposes import Purpose
from docgen.rendering import Rendering, prepare

if TYPE_CHECKING:
    from docgen.register import Document, Register

PDF_BEGIN = b"%PDF-"
#: How large a published list may be, in bytes.
LIST_LIMIT = 32 << 20
#: What files of fixed forms are for, as their pages look: trimmed sheets, and such with a bleed.
PURPOSES = (Purpose.PLAIN, Purpose.PRESS)
#: So many pixels of other ink two renderings of one page may have; a point that became a comma has five.
MOST_PIXELS = 3
#: State of a document in the register's book → what that means of its code; the others are in force.
STATES = {"void": CodeVerdict.VOID, "replaced": CodeVerdict.REPLACED}
#: How large a file may be, in bytes, and how many pages of it are read.
SIZE_LIMIT, PAGE_LIMIT = 256 << 20, 5_000


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who verifies: the keys that are trusted, a folder of forms besides those that docgen brings, and the register's book.

    `given` is a published list, which is held against the day `today`.
    """

    keys: Sequence[PublicKey]
    forms: Path | None = None
    register: Register | None = None
    given: GivenList | None = None
    #: Without one no list is current.
    today: date = date.max

    def file(self, path: Path) -> list[VerifiedCode]:
        """Return what is found of each code in a PDF or a picture, in order; one without a code if there is none.

        Raise DataError for a file that cannot be read.
        """
        content = read_bytes(path, SIZE_LIMIT)
        if PDF_BEGIN in content[:1024]:
            return list(map(self._asked, self._pdf(content, str(path))))
        texts = confined.codes_in_picture.within(file=str(path))(content, str(path))
        return self._texts(texts)

    def text(self, text: str) -> list[VerifiedCode]:
        """Return what is found of a text that a scanner read."""
        return self._texts([text.strip("\r\n")])

    def _texts(self, texts: Sequence[str]) -> list[VerifiedCode]:
        ours = [text for text in texts if is_ours(text)]
        found = [self._asked(self._completed(self._signed(text))) for text in ours]
        return found or [VerifiedCode(CodeVerdict.NO_CODE)]

    def _signed(self, text: str) -> VerifiedCode:
        """Return what is found of a code by its signature, and by a list that names it where others had its key."""
        return vouched(verify_text(text, self.keys), self.given)

    def _asked(self, found: VerifiedCode) -> VerifiedCode:
        """Return what is found of a code when the register's book and the published list were asked too, where at hand."""
        found = self._in_book(found)
        return by_list(found, self.given, self.today) if self.given else found

    def _in_book(self, found: VerifiedCode) -> VerifiedCode:
        if self.register is None or not found.is_sound or found.claims is None:
            return found
        document, _content = next(_documents(self.register, found.claims, self.forms), (None, ""))
        if document is None:
            return replace(found, verdict=CodeVerdict.NOT_ISSUED)
        return replace(found, verdict=STATES.get(document.state, found.verdict), replaced_by=document.replaced_by)

    def _completed(self, found: VerifiedCode, content: bytes = b"") -> VerifiedCode:
        """Return what is found of a short code with the fields that its hash is of: those of its file, or of the book."""
        claims = found.claims
        if claims is None or claims.extent is CodeExtent.FULL or not found.key:
            return found
        for each in self._contents(claims, content):
            if (known := completed(claims, each)) is not None:
                return replace(found, claims=known)
        return found

    def _contents(self, claims: Claims, content: bytes) -> Iterator[str]:
        """Yield the canonical forms that a short code may be of."""
        if said := stored_fields(content):
            yield said
        if self.register is not None:
            yield from (each for _document, each in _documents(self.register, claims, self.forms))

    def _pdf(self, content: bytes, file: str) -> Iterator[VerifiedCode]:
        """Yield what is found of each document of a PDF: its pages are those up to the one with its code."""
        waiting: list[list[str]] = []
        index, count = 0, 1
        read = confined.coded_page.within(file=file)
        while index < count:
            count, words, texts = read(content, index, file)
            _refuse_long(count, file)
            waiting.append(words)
            index += 1
            for text in [text for text in texts if is_ours(text)]:
                yield self._document(text, waiting, _Looks(content, index - len(waiting), len(waiting), file))
                waiting = []
        if waiting:
            yield VerifiedCode(CodeVerdict.NO_CODE, pages=tuple(range(count - len(waiting) + 1, count + 1)))

    def _document(self, text: str, printed: list[list[str]], looks: _Looks) -> VerifiedCode:
        """Return what is found of a code and the pages that end with it."""
        pages = tuple(range(looks.first + 1, looks.first + looks.count + 1))
        found = replace(self._completed(self._signed(text), looks.content), pages=pages)
        if not found.is_genuine or found.claims is None:
            return found
        form = _form_of(found.claims, text, self.forms) if found.claims.form else None
        if form is None:
            return replace(found, verdict=CodeVerdict.NOT_COMPARED)
        differing, is_seen = _compared(form, found.claims, printed, looks)
        verdict = CodeVerdict.DIFFERS if differing else CodeVerdict.GENUINE if is_seen else CodeVerdict.NOT_SEEN
        return replace(found, verdict=verdict, differences=differing, is_compared=True, is_seen=is_seen)


def given_list(path: Path, keys: Sequence[PublicKey]) -> GivenList:
    """Return a published list as it was read from a file; raise DataError for a file that cannot be read."""
    return read_list(read_bytes(path, LIST_LIMIT), keys)


#: What the metadata of a file for the archive say of a document whose code is short (`docgen.paint.press.xmp`).
_STORED_FIELDS = re.compile(rb"<docgen:fields>([^<]*)</docgen:fields>")


def stored_fields(content: bytes) -> str:
    """Return the canonical form that a file holds of its document, empty where it has none: nobody vouches for it by itself."""
    found = _STORED_FIELDS.search(content)
    return unescape(found[1].decode("utf-8", "replace")) if found else ""


def _documents(register: Register, claims: Claims, forms: Path | None) -> Iterator[tuple[Document, str]]:
    """Yield the documents of a book that say what a code says, with their canonical form: those of its number with its hash."""
    from docgen.register import Filter

    for document in register.documents(Filter(form=claims.form, number=claims.number)):
        for form in _prints_of(document, claims, forms):
            content = printed_content(form, _values(form, document))
            if hashlib.sha256(content.encode()).digest() == claims.digest:
                yield document, content


def _prints_of(document: Document, claims: Claims, forms: Path | None) -> list[Form]:
    """Return the form of a document as it may have been printed: with its back and without, in the edition of the code."""
    try:
        form = load_named(f"{document.form}@{claims.edition or document.dated}", forms)
    except DocgenError:
        return []
    return [backed(form), form] if form.back else [form]


def _values(form: Form, document: Document) -> dict[str, object]:
    """Return the values of a document of the book, which are in canonical form already."""
    return {field.name: document.record.get(field.name) for field in form.fields}


def _refuse_long(count: int, file: str) -> None:
    if count > PAGE_LIMIT:
        message = _("the file has {count} pages, more than {limit}", count=count, limit=PAGE_LIMIT)
        raise DataError.because("pages-many", message, _("Verify volumes of fewer pages."), file=file)


class _GivenCode:
    """Draws a code that was read, as it is."""

    key_id = ""

    def __init__(self, text: str):
        self._text = text

    def says_all(self, _form: Form, _record: Any) -> bool:
        """Return that nothing is to be stored beside it: the file is only compared."""
        return True

    def symbol(self, _form: Form, _record: Any) -> Symbol:
        """Return the symbol of the text that was read."""
        return symbol(self._text)


def _form_of(claims: Claims, text: str, forms: Path | None) -> Form | None:
    """Return the form that a code names, with its code; None for one that is not known here, whose pages nobody can make."""
    name = f"{claims.form}@{claims.edition}" if claims.edition else claims.form
    try:
        form = load_named(name, forms)
        return coded(backed(form) if form.back and form.back.code else form, _GivenCode(text))
    except DocgenError:
        return None


class _Compared(NamedTuple):
    """What a comparison found: what is printed otherwise, and whether the looks of the pages could be compared."""

    differences: tuple[Difference, ...]
    is_seen: bool = True


def _compared(form: Form, claims: Claims, printed: list[list[str]], looks: _Looks) -> _Compared:
    """Compare pages with those that docgen makes: of all, or of the data alone, onto stock."""
    found: list[tuple[Difference, ...]] = []
    for way in (Print.FULL, Print.OVERPRINT) if form.is_fixed else (Print.FULL,):
        try:
            own = [prepare(form, claims.fields, "pdf", way, purpose=purpose) for purpose in PURPOSES[: 1 + form.is_fixed]]
            expected = _words(own[0].paint())
        except DataError as error:
            return _Compared(tuple(Difference(str(problem), "") for problem in error.problems))
        if expected == printed:
            return _compared_looks(own, looks)
        flat = [[word for page in pages for word in page] for pages in (expected, printed)]
        found.append(tuple(differences(*flat)) or (Difference("", _("the pages are in another order")),))
    return _Compared(min(found, key=lambda each: sum(len(one.expected) + len(one.printed) for one in each)))


def _compared_looks(own: Sequence[Rendering], looks: _Looks) -> _Compared:
    """Compare the ink of pages with the same words: a picture may lie over a text, a letter look like another one."""
    is_seen = False
    for each in own:
        other = looks.other_ink(each.paint())
        if other is not None and other <= MOST_PIXELS:
            return _Compared(())
        is_seen = is_seen or other is not None
    if not is_seen:
        return _Compared((), is_seen=False)
    return _Compared((Difference("", _("something else is drawn over its words, or in their place")),))


@dataclass(frozen=True, slots=True)
class _Looks:
    """Pages of a file that are to be compared: the file, the first of them counted from 0, and how many."""

    content: bytes
    first: int
    count: int
    file: str

    def other_ink(self, own: bytes) -> int | None:
        """Return the pixels of other ink than on the pages of a file of docgen's, None where they cannot be compared."""
        measure = confined.other_ink.within(file=self.file)
        found = [measure(self.content, self.first + number, own, number, self.file) for number in range(self.count)]
        return None if min(found) < 0 else sum(found)


def _words(pdf: bytes) -> list[list[str]]:
    """Return the words of each page of a PDF that docgen made."""
    pages: list[list[str]] = []
    count = 1
    while len(pages) < count:
        count, words = confined.page_words(pdf, len(pages))
        pages.append(words)
    return pages
