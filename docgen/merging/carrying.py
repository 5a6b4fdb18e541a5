"""Carries over what belongs to a file and not to its pages, when its pages are joined to those of others.

`CARRIED` is the table of what is carried, in the terms of ISO 32000-1, 7.7.2; what is not is in the table of `losses`. pypdf
copies objects; each entry puts copies into the catalog of the joined file, renamed apart where names coincide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from docgen.merging.attachments import free_file
from docgen.merging.objects import DEPTH, named, pairs_of, part_of, resolved, text_of

if TYPE_CHECKING:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DictionaryObject


@dataclass(frozen=True)
class Joining:
    """A file that is being joined: where its pages begin in the joined one, its number among the files, from 1.

    `renamed` are its named destinations whose name an earlier file has, with their new names.
    """

    reader: PdfReader
    writer: PdfWriter
    offset: int
    number: int
    renamed: dict[str, str] = field(default_factory=dict)

    def copied(self, value: Any) -> Any:
        """Return a copy of an object for the joined file; what was copied before stays one object."""
        return value.clone(self.writer) if value is not None else None


# --- names --------------------------------------------------------------------------------------------------------------


def rename_destinations(joining: Joining) -> None:
    """Give each named destination of a file that an earlier one has too another name, wherever the file uses it."""
    from pypdf.generic import NameObject, TextStringObject

    taken = set(_destinations(joining.writer.root_object))
    own = _destinations(joining.reader.root_object)
    joining.renamed.update({name: _free(name, joining.number, taken | own.keys()) for name in own if name in taken})
    if not own:
        return
    for owner, key in _uses(joining.reader):
        name = resolved(owner.get(key))
        if isinstance(name, str | bytes):  # names and byte strings become texts, as all are in the joined file's tree
            owner[NameObject(key)] = TextStringObject(joining.renamed.get(text_of(name), text_of(name)))


def carry_destinations(joining: Joining) -> None:
    """Add the named destinations of a file to the name tree, in the order of their names."""
    own = _destinations(joining.reader.root_object)
    added = {joining.renamed.get(name, name): joining.copied(value) for name, value in own.items()}
    if added:
        _add_names(joining.writer, "/Dests", added)


def carry_attachments(joining: Joining) -> None:
    """Add the files that are attached to a file, under another name where an earlier one has it."""
    from pypdf.generic import NameObject, TextStringObject

    taken = named(joining.writer.root_object, "/EmbeddedFiles").keys()
    added: dict[str, Any] = {}
    for name, value in named(joining.reader.root_object, "/EmbeddedFiles").items():
        copy, free = joining.copied(value), free_file(name, joining.number, taken | added.keys())
        added[free] = copy
        specification = resolved(copy)
        for key in ("/F", "/UF"):
            if free != name and isinstance(specification, dict) and key in specification:
                specification[NameObject(key)] = TextStringObject(free)
    if added:
        _add_names(joining.writer, "/EmbeddedFiles", added)


def _destinations(root: DictionaryObject) -> dict[str, Any]:
    """Return the named destinations of a catalog: of its name tree, and of the older dictionary (12.3.2.3)."""
    older: Any = resolved(root.get("/Dests"))
    found = {text_of(name): older.raw_get(name) for name in older} if hasattr(older, "raw_get") else {}
    return found | named(root, "/Dests")


def _add_names(writer: PdfWriter, kind: str, values: dict[str, Any]) -> None:
    """Write a name tree anew with more names; those that it has stay as they are written."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    names = part_of(writer.root_object, "/Names", DictionaryObject)
    pairs = [*pairs_of(names.get(kind), "/Names"), *((TextStringObject(name), value) for name, value in values.items())]
    pairs.sort(key=lambda pair: _bytes_of(resolved(pair[0])))
    listed = ArrayObject([each for pair in pairs for each in pair])
    names[NameObject(kind)] = writer._add_object(DictionaryObject({NameObject("/Names"): listed}))


def _bytes_of(name: Any) -> bytes:
    found: bytes = name.get_encoded_bytes() if hasattr(name, "get_encoded_bytes") else bytes(name)
    return found


def _uses(reader: PdfReader) -> Iterator[tuple[Any, str]]:
    """Yield each dictionary of a file that names a destination, with the key: links, their actions, bookmarks."""
    for page in reader.pages:
        for each in resolved(page.get("/Annots")) or []:
            yield from _uses_in(resolved(each))
    for item in _bookmarks(reader):
        yield from _uses_in(item)


def _uses_in(owner: Any) -> Iterator[tuple[Any, str]]:
    if isinstance(owner, dict):
        yield owner, "/Dest"
        action = resolved(owner.get("/A"))
        for _step in range(DEPTH):
            if not isinstance(action, dict):
                return
            if action.get("/S") == "/GoTo":
                yield action, "/D"
            action = resolved(action.get("/Next"))


def _bookmarks(reader: PdfReader) -> Iterator[Any]:
    outline = resolved(reader.root_object.get("/Outlines"))
    waiting, seen = [outline.get("/First")] if isinstance(outline, dict) else [], set()
    while waiting:
        item = resolved(waiting.pop())
        if isinstance(item, dict) and id(item) not in seen:
            seen.add(id(item))
            yield item
            waiting += [item.get("/Next"), item.get("/First")]


# --- bookmarks, labels, layers --------------------------------------------------------------------------------------------


def carry_bookmarks(joining: Joining) -> None:
    """Put the bookmarks of a file after those of the earlier ones, with all below them, whether they have a title or not."""
    from pypdf.generic import NameObject, NumberObject

    outline = resolved(joining.reader.root_object.get("/Outlines"))
    if not hasattr(outline, "raw_get") or not isinstance(resolved(outline.get("/First")), dict):
        return
    first = joining.copied(outline.raw_get("/First"))
    joined = joining.writer.get_outline_root()
    parent, count = joined.indirect_reference, 0
    item = last = first
    seen: set[int] = set()
    while item is not None and (node := resolved(item)) is not None and id(node) not in seen:
        seen.add(id(node))
        node[NameObject("/Parent")] = parent
        opened = node.get("/Count", 0)
        count += 1 + (int(opened) if opened > 0 else 0)
        last, item = item, node.raw_get("/Next") if "/Next" in node else None
    if "/Last" in joined and "/First" in joined:
        before = joined.raw_get("/Last")
        resolved(before)[NameObject("/Next")] = first
        resolved(first)[NameObject("/Prev")] = before
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

    own = resolved(joining.reader.root_object.get("/OCProperties"))
    if not isinstance(own, dict):
        return
    copy = resolved(joining.copied(own))
    _say_states(copy)
    root = joining.writer.root_object
    if "/OCProperties" not in root:
        root[NameObject("/OCProperties")] = copy
        return
    layers = resolved(root["/OCProperties"])
    _say_states(layers)
    _extend(layers, copy, "/OCGs")
    ours, theirs = (part_of(each, "/D", DictionaryObject) for each in (layers, copy))
    for key in ("/OFF", "/Order", "/RBGroups", "/AS", "/Locked"):
        _extend(ours, theirs, key, ArrayObject)


def _say_states(layers: Any) -> None:
    """Write a configuration that hides all layers but some as the one that hides those by name."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    default = part_of(layers, "/D", DictionaryObject)
    if default.pop("/BaseState", None) == "/OFF":
        shown = {each.idnum for each in resolved(default.get("/ON")) or [] if hasattr(each, "idnum")}
        hidden = [each for each in resolved(layers.get("/OCGs")) or [] if each.idnum not in shown]
        default[NameObject("/OFF")] = ArrayObject(hidden)
    default.pop("/ON", None)


# --- fields ---------------------------------------------------------------------------------------------------------------


def carry_fields(joining: Joining) -> None:
    """Add the fields of a file's form; one whose name an earlier file has gets another, so that each keeps its value."""
    from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, TextStringObject

    own = resolved(joining.reader.root_object.get("/AcroForm"))
    fields = resolved(own.get("/Fields")) if isinstance(own, dict) else None
    if not fields:
        return
    form = part_of(joining.writer.root_object, "/AcroForm", DictionaryObject)
    listed = part_of(form, "/Fields", ArrayObject)
    taken = {str(resolved(each).get("/T", "")) for each in listed if isinstance(resolved(each), dict)}
    for each in fields:
        copy = joining.copied(each)
        node = resolved(copy)
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

    theirs = resolved(joining.copied(own.get("/DR")))
    if not isinstance(theirs, dict):
        return
    ours = part_of(form, "/DR", DictionaryObject)
    for kind, resources in theirs.items():
        resources = resolved(resources)
        if kind not in ours:
            ours[kind] = resources
        elif hasattr(resources, "raw_get") and isinstance(resolved(ours[kind]), dict):
            for name in resources:
                resolved(ours[kind]).setdefault(name, resources.raw_get(name))


def _free(name: str, number: int, taken: Any) -> str:
    """Return a name that is not taken: with the number of the file, and more signs if need be."""
    free = name
    while free in taken:
        free = f"{name} ({number})" if free == name else f"{free}*"
    return free


def _extend(ours: Any, theirs: Any, key: str, kind: Callable[[], Any] | None = None) -> None:
    more = resolved(theirs.get(key))
    if more:
        from pypdf.generic import ArrayObject

        part_of(ours, key, kind or ArrayObject).extend(more)


#: What is carried over from each file after the first, whose catalog the joined file has.
CARRIED: tuple[Callable[[Joining], None], ...] = (
    carry_bookmarks, carry_destinations, carry_fields, carry_layers, carry_attachments, carry_labels,
)  # fmt: skip
