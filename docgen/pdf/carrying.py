"""Carries over what belongs to a file and not to its pages, when its pages are joined to those of others.

A table of what is carried, in the terms of ISO 32000-1, 7.7.2; what a joined file cannot keep is reported by the table `LOST`.
pypdf copies objects; each entry here puts copies into the catalog of the joined file, renamed apart where names coincide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docgen.messages import _

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject

#: Deeper trees of names or fields than this are no sound ones.
DEPTH = 64


@dataclass(frozen=True)
class Joining:
    """A file that is being joined: where its pages begin in the joined one, and its number among the files, from 1."""

    reader: PdfReader
    writer: PdfWriter
    offset: int
    number: int

    def copied(self, value: Any) -> Any:
        """Return a copy of an object for the joined file; what was copied before stays one object."""
        return value.clone(self.writer) if value is not None else None


# --- names --------------------------------------------------------------------------------------------------------------


def pairs_of(tree: Any, leaves: str, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yield key and value, as they are stored, of a name tree (`/Names`) or number tree (`/Nums`), ISO 32000-1, 7.9.6."""
    node = _resolved(tree)
    if not isinstance(node, dict) or depth > DEPTH:
        return
    listed = _resolved(node.get(leaves)) or []
    yield from zip(listed[::2], listed[1::2], strict=False)
    for kid in _resolved(node.get("/Kids")) or []:
        yield from pairs_of(kid, leaves, depth + 1)


def rename_destinations(joining: Joining) -> None:
    """Give each named destination of a file that an earlier one has too another name, wherever the file uses it."""
    from pypdf.generic import NameObject, TextStringObject

    taken = set(_destinations(joining.writer.root_object))
    own = _destinations(joining.reader.root_object)
    new = {name: _free(name, joining.number, taken | own.keys()) for name in own if name in taken}
    if not new:
        return
    for owner, key in _uses(joining.reader):
        name = _resolved(owner.get(key))
        if isinstance(name, str) and _bare(name) in new:
            owner[NameObject(key)] = TextStringObject(new[_bare(name)])
    joining.reader.__dict__["_docgen_renamed"] = new


def carry_destinations(joining: Joining) -> None:
    """Add the named destinations of a file; all are in the name tree then, in the order of their names."""
    new = joining.reader.__dict__.get("_docgen_renamed", {})
    own = _destinations(joining.reader.root_object)
    added = {new.get(name, name): joining.copied(value) for name, value in own.items()}
    if added:
        root = joining.writer.root_object
        _set_names(joining.writer, "/Dests", _destinations(root) | added)
        root.pop("/Dests", None)


def carry_attachments(joining: Joining) -> None:
    """Add the files that are attached to a file, under another name where an earlier one has it."""
    from pypdf.generic import NameObject, TextStringObject

    root = joining.writer.root_object
    files = _named(root, "/EmbeddedFiles")
    own = _named(joining.reader.root_object, "/EmbeddedFiles")
    for name, value in own.items():
        copy, free = joining.copied(value), _free_file(name, joining.number, files.keys())
        files[free] = copy
        specification = _resolved(copy)
        for key in ("/F", "/UF"):
            if free != name and isinstance(specification, dict) and key in specification:
                specification[NameObject(key)] = TextStringObject(free)
    if own:
        _set_names(joining.writer, "/EmbeddedFiles", files)


def _destinations(root: DictionaryObject) -> dict[str, Any]:
    """Return the named destinations of a catalog: of its name tree, and of the older dictionary (12.3.2.3)."""
    older: Any = _resolved(root.get("/Dests"))
    found = {_bare(str(name)): older.raw_get(name) for name in older} if hasattr(older, "raw_get") else {}
    return found | _named(root, "/Dests")


def _named(root: DictionaryObject, kind: str) -> dict[str, Any]:
    names = _resolved(root.get("/Names"))
    tree = names.get(kind) if isinstance(names, dict) else None
    return {str(_resolved(name)): value for name, value in pairs_of(tree, "/Names")}


def _set_names(writer: PdfWriter, kind: str, values: dict[str, Any]) -> None:
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    names = _part(writer.root_object, "/Names", DictionaryObject)
    ordered = sorted((TextStringObject(name) for name in values), key=lambda name: name.get_encoded_bytes())
    listed = ArrayObject([each for name in ordered for each in (name, values[str(name)])])
    names[NameObject(kind)] = writer._add_object(DictionaryObject({NameObject("/Names"): listed}))


def _uses(reader: PdfReader) -> Iterator[tuple[Any, str]]:
    """Yield each dictionary of a file that names a destination, with the key: links, their actions, bookmarks."""
    for page in reader.pages:
        for each in _resolved(page.get("/Annots")) or []:
            yield from _uses_in(_resolved(each))
    for item in _bookmarks(reader):
        yield from _uses_in(item)


def _uses_in(owner: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(owner, dict):
        yield owner, "/Dest"
        action = _resolved(owner.get("/A"))
        for _step in range(DEPTH):
            if not isinstance(action, dict):
                return
            if action.get("/S") == "/GoTo":
                yield action, "/D"
            action = _resolved(action.get("/Next"))


def _bookmarks(reader: PdfReader) -> Iterator[Any]:
    outline = _resolved(reader.root_object.get("/Outlines"))
    waiting, seen = [outline.get("/First")] if isinstance(outline, dict) else [], set()
    while waiting:
        item = _resolved(waiting.pop())
        if isinstance(item, dict) and id(item) not in seen:
            seen.add(id(item))
            yield item
            waiting += [item.get("/Next"), item.get("/First")]


# --- bookmarks, labels, layers --------------------------------------------------------------------------------------------


def carry_bookmarks(joining: Joining) -> None:
    """Put the bookmarks of a file after those of the earlier ones, with all below them, whether they have a title or not."""
    from pypdf.generic import NameObject, NumberObject

    outline = _resolved(joining.reader.root_object.get("/Outlines"))
    if not hasattr(outline, "raw_get") or not isinstance(_resolved(outline.get("/First")), dict):
        return
    first = joining.copied(outline.raw_get("/First"))
    joined = joining.writer.get_outline_root()
    parent, count = joined.indirect_reference, 0
    item = last = first
    seen: set[int] = set()
    while item is not None and (node := _resolved(item)) is not None and id(node) not in seen:
        seen.add(id(node))
        node[NameObject("/Parent")] = parent
        opened = node.get("/Count", 0)
        count += 1 + (int(opened) if opened > 0 else 0)
        last, item = item, node.raw_get("/Next") if "/Next" in node else None
    if "/Last" in joined and "/First" in joined:
        before = joined.raw_get("/Last")
        _resolved(before)[NameObject("/Next")] = first
        _resolved(first)[NameObject("/Prev")] = before
    else:
        joined[NameObject("/First")] = first
    joined[NameObject("/Last")] = last
    joined[NameObject("/Count")] = NumberObject(max(int(joined.get("/Count", 0)), 0) + count)


def carry_labels(joining: Joining) -> None:
    """Label the pages of each file as that file does; those of one without labels are numbered from 1 where another has some."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

    root, own = joining.writer.root_object, joining.reader.root_object
    if "/PageLabels" not in root and "/PageLabels" not in own:
        return
    plain = DictionaryObject({NameObject("/S"): NameObject("/D")})
    before = list(pairs_of(root.get("/PageLabels"), "/Nums")) or [(NumberObject(0), plain)]
    after = list(pairs_of(own.get("/PageLabels"), "/Nums")) or [(NumberObject(0), plain)]
    shifted = [(NumberObject(int(index) + joining.offset), joining.copied(style)) for index, style in after]
    listed = ArrayObject([each for pair in (*before, *shifted) for each in pair])
    root[NameObject("/PageLabels")] = DictionaryObject({NameObject("/Nums"): listed})


def carry_layers(joining: Joining) -> None:
    """Add the layers of a file with the state that its default configuration gives them (8.11.4)."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    own = _resolved(joining.reader.root_object.get("/OCProperties"))
    if not isinstance(own, dict):
        return
    copy = _resolved(joining.copied(own))
    _say_states(copy)
    root = joining.writer.root_object
    if "/OCProperties" not in root:
        root[NameObject("/OCProperties")] = copy
        return
    layers = _resolved(root["/OCProperties"])
    _say_states(layers)
    _extend(layers, copy, "/OCGs")
    ours, theirs = (_part(each, "/D", DictionaryObject) for each in (layers, copy))
    for key in ("/OFF", "/Order", "/RBGroups", "/AS", "/Locked"):
        _extend(ours, theirs, key, ArrayObject)


def _say_states(layers: Any) -> None:
    """Write a configuration that hides all layers but some as the one that hides those by name."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    default = _part(layers, "/D", DictionaryObject)
    if default.pop("/BaseState", None) == "/OFF":
        shown = {each.idnum for each in _resolved(default.get("/ON")) or [] if hasattr(each, "idnum")}
        hidden = [each for each in _resolved(layers.get("/OCGs")) or [] if each.idnum not in shown]
        default[NameObject("/OFF")] = ArrayObject(hidden)
    default.pop("/ON", None)


# --- fields ---------------------------------------------------------------------------------------------------------------


def carry_fields(joining: Joining) -> None:
    """Add the fields of a file's form; one whose name an earlier file has gets another, so that each keeps its value."""
    from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, TextStringObject

    own = _resolved(joining.reader.root_object.get("/AcroForm"))
    fields = _resolved(own.get("/Fields")) if isinstance(own, dict) else None
    if not fields:
        return
    form = _part(joining.writer.root_object, "/AcroForm", DictionaryObject)
    listed = _part(form, "/Fields", ArrayObject)
    taken = {str(_resolved(each).get("/T", "")) for each in listed if isinstance(_resolved(each), dict)}
    for field in fields:
        copy = joining.copied(field)
        node = _resolved(copy)
        if not isinstance(node, dict):
            continue
        node[NameObject("/T")] = TextStringObject(_free(str(node.get("/T", "")), joining.number, taken))
        if "/DA" not in node and "/DA" in own:
            node[NameObject("/DA")] = own["/DA"]
        listed.append(copy)
    _add_resources(form, own, joining)
    if own.get("/NeedAppearances"):
        form[NameObject("/NeedAppearances")] = BooleanObject(True)


def _add_resources(form: DictionaryObject, own: Any, joining: Joining) -> None:
    """Add the fonts and the like that fields are set in, where the form has none of the name."""
    from pypdf.generic import DictionaryObject

    theirs = _resolved(joining.copied(own.get("/DR")))
    if not isinstance(theirs, dict):
        return
    ours = _part(form, "/DR", DictionaryObject)
    for kind, resources in theirs.items():
        resources = _resolved(resources)
        if kind not in ours:
            ours[kind] = resources
        elif hasattr(resources, "raw_get") and isinstance(_resolved(ours[kind]), dict):
            for name in resources:
                _resolved(ours[kind]).setdefault(name, resources.raw_get(name))


#: What is carried over from each file after the first, whose catalog the joined file has.
CARRIED: tuple[Callable[[Joining], None], ...] = (
    carry_bookmarks, carry_destinations, carry_fields, carry_layers, carry_attachments, carry_labels,
)  # fmt: skip


# --- what is lost -----------------------------------------------------------------------------------------------------------


def _has_claim(root: DictionaryObject) -> str:
    """Return the standards that a file claims in its metadata to keep; nothing if it claims none."""
    metadata = _resolved(root.get("/Metadata"))
    content = metadata.get_data() if metadata is not None and hasattr(metadata, "get_data") else b""
    return ", ".join(name for prefix, name in CLAIMS.items() if prefix in content)


#: The names of the metadata by which a file claims a standard (ISO 19005, 15930, 14289) → the standard.
CLAIMS = {b"pdfaid": "PDF/A", b"pdfxid": "PDF/X", b"pdfx:": "PDF/X", b"pdfuaid": "PDF/UA"}


def _is_tagged(root: DictionaryObject) -> bool:
    return "/StructTreeRoot" in root or "/MarkInfo" in root


def _form(root: DictionaryObject) -> Any:
    form = _resolved(root.get("/AcroForm"))
    return form if isinstance(form, dict) else {}


def _fields(fields: Any, depth: int = 0) -> Iterator[Any]:
    for each in _resolved(fields) or []:
        node = _resolved(each)
        if isinstance(node, dict) and depth < DEPTH:
            yield node
            yield from _fields(node.get("/Kids"), depth + 1)


def _signatures(root: DictionaryObject) -> list[Any]:
    return [field for field in _fields(_form(root).get("/Fields")) if field.get("/FT") == "/Sig" and "/V" in field]


def _has_scripts(root: DictionaryObject) -> bool:
    return bool(_named(root, "/JavaScript")) or "/AA" in root


#: What a joined file does not keep: whether a file has it, and what is said then.
LOST: tuple[tuple[Callable[[DictionaryObject], object], Callable[[], str]], ...] = (
    (lambda root: _signatures(root) or "/Perms" in root, lambda: _("it is signed, and the joined file is not")),
    (lambda root: "/XFA" in _form(root), lambda: _("its XFA form is left out; fields of the usual kind stay")),
    (_has_claim, lambda: _("it claims a standard, such as PDF/A, that the joined file does not claim")),
    (_is_tagged, lambda: _("its tags, which assistive technology reads, are left out")),
)
#: The same of each file but the first.
LOST_LATER: tuple[tuple[Callable[[DictionaryObject], object], Callable[[], str]], ...] = (
    (_has_scripts, lambda: _("its scripts are left out")),
    (lambda root: "/Collection" in root, lambda: _("it is a portfolio, and its files become attachments")),
)


def losses(root: DictionaryObject, is_first: bool) -> list[str]:
    """Return what the joined file will not keep of a file with this catalog."""
    return [text() for has, text in (*LOST, *(() if is_first else LOST_LATER)) if has(root)]


def drop_claims(writer: PdfWriter) -> None:
    """Take out of the first file's catalog what does not hold of the joined file."""
    root = writer.root_object
    if _has_claim(root):
        for key in ("/Metadata", "/OutputIntents"):
            root.pop(key, None)
        if isinstance(writer._info, dict):
            for key in ("/GTS_PDFXVersion", "/GTS_PDFXConformance"):
                writer._info.pop(key, None)
    for key in ("/StructTreeRoot", "/MarkInfo", "/Perms", "/DSS"):
        root.pop(key, None)
    drop_form_claims(root)


def drop_form_claims(root: DictionaryObject) -> None:
    """Take signatures and XFA out of a form; a field for a signature stays, with what it shows."""
    form = _form(root)
    for key in ("/XFA", "/SigFlags"):
        form.pop(key, None)
    for field in _signatures(root):
        field.pop("/V")


# --- objects ----------------------------------------------------------------------------------------------------------------


def _resolved(value: Any) -> Any:
    """Return an object itself where a reference to it is given; None where there is none."""
    from pypdf.generic import is_null_or_none

    found = value.get_object() if hasattr(value, "get_object") else value
    return None if is_null_or_none(found) else found


def _bare(name: str) -> str:
    return name.removeprefix("/")


def _free(name: str, number: int, taken: Any) -> str:
    """Return a name that is not taken: with the number of the file, and more signs if need be."""
    free = name
    while free in taken:
        free = f"{name} ({number})" if free == name else f"{free}*"
    return free


def _free_file(name: str, number: int, taken: Any) -> str:
    stem, dot, suffix = name.rpartition(".")
    free, count = name, number
    while free in taken:
        free = f"{stem} ({count}).{suffix}" if dot and stem else f"{name} ({count})"
        count += 1
    return free


def _part(owner: Any, key: str, kind: Callable[[], Any]) -> Any:
    """Return what a dictionary holds under a key, of the wanted kind; a new one is put there if it has none."""
    from pypdf.generic import NameObject

    found = _resolved(owner.get(key))
    if not isinstance(found, dict | list):
        found = owner[NameObject(key)] = kind()
    return found


def _extend(ours: Any, theirs: Any, key: str, kind: Callable[[], Any] | None = None) -> None:
    more = _resolved(theirs.get(key))
    if more:
        from pypdf.generic import ArrayObject

        _part(ours, key, kind or ArrayObject).extend(more)
