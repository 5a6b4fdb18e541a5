"""What a joined file does not keep of the files that it is made of, as a table; what the first file says of itself in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docgen.merging.objects import DEPTH, named, resolved
from docgen.messages import _

if TYPE_CHECKING:
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject


#: The names of the metadata by which a file claims a standard (ISO 19005, 15930, 14289, 16612) → the standard.
CLAIMS = {b"pdfaid": "PDF/A", b"pdfxid": "PDF/X", b"pdfx:": "PDF/X", b"pdfuaid": "PDF/UA", b"pdfvtid": "PDF/VT"}


#: Where a catalogue holds claims and what bears them out, and tags.
CLAIMED_KEYS, TAG_KEYS = (b"/Metadata", b"/OutputIntents"), (b"/StructTreeRoot", b"/MarkInfo")
#: Where it holds document parts (ISO 16612-2).
PARTS_KEY = b"/DPartRoot"


def standards_claimed(metadata: bytes) -> str:
    """Return the standards that a file claims in its metadata to keep; nothing if it claims none."""
    return ", ".join(name for prefix, name in CLAIMS.items() if prefix in metadata)


def claims_lost(claims: str, file: Path) -> str:
    """Return what is reported of a file with claims that is joined with one that holds what has names, states or scripts."""
    reason = _("{file} is damaged or protected, or has fields, layers, notes, named links or page labels", file=file)
    return lost_claims(claims, reason)


def lost_claims(claims: str, reason: str) -> str:
    """Return what is reported of a file whose claims end."""
    return _("it claims {claims}, and the joined file does not: {reason}", claims=claims, reason=reason)


def tags_lost(file: Path) -> str:
    """Return what is reported of a tagged file that is joined with one that has no tags, or cannot be joined with them."""
    return _("its tags, which assistive technology reads, are left out because of {file}", file=file)


def parts_lost() -> str:
    """Return what is reported of a file with document parts (PDF/VT)."""
    return _("its document parts, which say which pages are of which record, are left out")


def _has_claim(root: DictionaryObject) -> str:
    metadata = resolved(root.get("/Metadata"))
    return standards_claimed(metadata.get_data() if metadata is not None and hasattr(metadata, "get_data") else b"")


def _is_tagged(root: DictionaryObject) -> bool:
    return any(key.decode() in root for key in TAG_KEYS)


def _form(root: DictionaryObject) -> Any:
    form = resolved(root.get("/AcroForm"))
    return form if isinstance(form, dict) else {}


def _fields(fields: Any, depth: int = 0) -> Iterator[Any]:
    for each in resolved(fields) or []:
        node = resolved(each)
        if isinstance(node, dict) and depth < DEPTH:
            yield node
            yield from _fields(node.get("/Kids"), depth + 1)


def _signatures(root: DictionaryObject) -> list[Any]:
    return [field for field in _fields(_form(root).get("/Fields")) if field.get("/FT") == "/Sig" and "/V" in field]


def _has_scripts(root: DictionaryObject) -> bool:
    return bool(named(root, "/JavaScript")) or "/AA" in root


#: What a joined file does not keep: whether a file has it, and what is said then.
LOST: tuple[tuple[Callable[[DictionaryObject], object], Callable[[], str]], ...] = (
    (lambda root: _signatures(root) or "/Perms" in root, lambda: _("it is signed, and the joined file is not")),
    (lambda root: "/XFA" in _form(root), lambda: _("its XFA form is left out; fields of the usual kind stay")),
    (lambda root: "/DPartRoot" in root, parts_lost),
)
#: The same of each file but the first.
LOST_LATER: tuple[tuple[Callable[[DictionaryObject], object], Callable[[], str]], ...] = (
    (_has_scripts, lambda: _("its scripts are left out")),
    (lambda root: "/Collection" in root, lambda: _("it is a portfolio, and its files become attachments")),
)


def losses(root: DictionaryObject, unplain: Path, *, is_first: bool) -> list[str]:
    """Return what the joined file will not keep of a file with this catalog; `unplain` is why it keeps no tags and claims."""
    found = [text() for has, text in (*LOST, *(() if is_first else LOST_LATER)) if has(root)]
    if claims := _has_claim(root):
        found.append(claims_lost(claims, unplain))
    if _is_tagged(root):
        found.append(tags_lost(unplain))
    return found


def drop_claims(writer: PdfWriter) -> None:
    """Take out of the first file's catalog what does not hold of the joined file."""
    root = writer.root_object
    if _has_claim(root):
        for key in ("/Metadata", "/OutputIntents"):
            root.pop(key, None)
        if isinstance(writer._info, dict):
            for key in ("/GTS_PDFXVersion", "/GTS_PDFXConformance", "/GTS_PDFVTVersion"):
                writer._info.pop(key, None)
    if "/DPartRoot" in root:
        _drop_parts(writer)
    for key in ("/StructTreeRoot", "/MarkInfo", "/Perms", "/DSS", "/DPartRoot"):
        root.pop(key, None)
    drop_form_claims(root)


def _drop_parts(writer: PdfWriter) -> None:
    """Take out the document parts, which lead to each other and so would stay though nothing else leads to them."""
    for page in writer.pages:
        page.pop("/DPart", None)
    for index, each in enumerate(writer._objects):
        if isinstance(each, dict) and each.get("/Type") in ("/DPart", "/DPartRoot"):
            writer._objects[index] = None


def drop_form_claims(root: DictionaryObject) -> None:
    """Take signatures and XFA out of a form; a field for a signature stays, with what it shows."""
    form = _form(root)
    for key in ("/XFA", "/SigFlags"):
        form.pop(key, None)
    for field in _signatures(root):
        field.pop("/V")
