"""Makes the tags of a Word template whole before docxtpl reads them as text.

Word cuts a text into runs wherever a look changes, a spelling checker stopped or somebody corrected a letter, and curls quotation
marks. Here every tag comes to be in one text, with the look of its first letter, and says to Jinja what its author typed.
What docxtpl would read as XML, or as the end of a tag, stands for itself by a noncharacter meanwhile (Unicode 23.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from docgen.errors import FormError
from docgen.messages import _
from docgen.paint.docx.changes import unwrap
from docgen.templating.templates import refuse_open_tag

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: What a tag's text may hold besides `w:t`, and what it is in a tag.
BETWEEN = {f"{W}br": " ", f"{W}cr": " ", f"{W}tab": " ", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
#: Elements that a tag lies within or outside of.
CONTAINERS = {
    f"{W}hyperlink": lambda: _("a link"),
    f"{W}sdt": lambda: _("a content control"),
    f"{W}fldSimple": lambda: _("a field"),
    f"{W}customXml": lambda: _("an XML element"),
    f"{W}dir": lambda: _("text of another direction"),
    f"{W}bdo": lambda: _("text of another direction"),
}
#: Sign → what it is until docxtpl has read the template: its own signs, those of XML, quotation marks that it would straighten.
STAND_INS = {sign: chr(0xFDD6 + number) for number, sign in enumerate("&<>{}%#“”‘’")}
HIDING = str.maketrans(STAND_INS)
#: Opening quotation mark → those that close it: as Word curls them for Kazakh, Russian, English and German.
QUOTES = {"«": "»", "„": "“”", "“": "”“", "”": "”", "‘": "’", "’": "’", "‚": "‘’"}
#: Tags of one paragraph: finding and joining them takes as long as their number times the paragraph's length.
TAG_LIMIT = 1_000
BEGIN = re.compile(r"\{[{%#]")
CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
#: `{{r`, `{{p`, `{{tr`, `{{tc`: tags that replace the run, paragraph, row or cell around them.
REPLACING = re.compile(r"\{\{(r|p|tr|tc)\s(.*)\}\}", re.DOTALL)
#: What surrounds the expression of such a tag: begin by kind, end. docxtpl takes the kind away; `as_compiled` gives it a filter.
FENCES = {"r": "\ufdeb", "p": "\ufdec", "tr": "\ufded", "tc": "\ufdee"}
KINDS = {fence: kind for kind, fence in FENCES.items()}
FENCE_ENDS = "\ufdef"
SHOWING = {ord(stand_in): sign for sign, stand_in in STAND_INS.items()} | {ord(fence): "" for fence in (*KINDS, FENCE_ENDS)}
FENCED = re.compile(r"\{\{ ([\ufdeb-\ufdee])(.*?)\ufdef", re.DOTALL)
#: The filter that every such value goes through.
REPLACES = "docgen_replaces"


class Leaf(NamedTuple):
    """An element of a paragraph with the letters it is read as."""

    element: _Element
    text: str


def join_tags(root: _Element, name: str) -> None:
    """Put each tag of a part into one text; FormError for one that does not end in its paragraph, or lies half in a link."""
    for element in list(root.iter(f"{W}smartTag")):
        for properties in element.findall(f"{W}smartTagPr"):
            element.remove(properties)
        unwrap(element)
    for paragraph in list(root.iter(f"{W}p")):
        leaves = _leaves(paragraph)
        text = "".join([leaf.text for leaf in leaves])
        if "{" in text:
            refuse_open_tag(text, name)
            tags = list(_tags(text))
            _refuse_many(tags, name)
            for begin, end in reversed(tags):
                _write_tag(leaves, begin, end, name)


def _refuse_many(tags: Sequence[tuple[int, int]], name: str) -> None:
    if len(tags) > TAG_LIMIT:
        message = _("a paragraph has {count} tags; {limit} can be filled", count=len(tags), limit=TAG_LIMIT)
        hint = _("Divide it into paragraphs, or print the values by a loop.")
        raise FormError.because("template-tags", message, hint, file=name)


def as_compiled(patched: str) -> str:
    """Return the source that Jinja compiles: every sign as it was typed, and a filter around what replaces a run or paragraph."""
    return FENCED.sub(lambda found: f"{{{{ ({found[2]}) | {REPLACES}('{KINDS[found[1]]}')", patched).translate(SHOWING)


def as_typed(patched: str) -> str:
    """Return the source as a message shows it."""
    return FENCED.sub(lambda found: f"{{{{{KINDS[found[1]]} {found[2]}", patched).translate(SHOWING)


def _leaves(paragraph: _Element) -> list[Leaf]:
    """Return what holds the letters of a paragraph itself, not those of a text box in it."""
    found = paragraph.iter(f"{W}t", *BETWEEN)
    own = (each for each in found if next(each.iterancestors(f"{W}p")) is paragraph)
    return [Leaf(each, BETWEEN.get(str(each.tag)) or each.text or "") for each in own if not _is_tab_stop(each)]


def _is_tab_stop(element: _Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag == f"{W}tabs"


def _tags(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each tag begins and ends; what stands in quotation marks or braces within it does not end it."""
    place = 0
    while begin := BEGIN.search(text, place):
        closing = CLOSING[begin[0]]
        place = text.find(closing, begin.end()) if begin[0] == "{#" else _end(text, begin.end(), closing)
        if place < 0:
            return
        place += len(closing)
        yield begin.start(), place


def _end(text: str, begin: int, closing: str) -> int:
    """Return where the end of a tag is, whose expression begins at `begin`; -1 if it has none."""
    depth, place = 0, begin
    while place < len(text):
        letter = text[place]
        if letter in "\"'" or letter in QUOTES:
            place = _string_end(text, place)
            continue
        if depth == 0 and text.startswith(closing, place):
            return place
        depth += (letter == "{") - (letter == "}" and depth > 0)
        place += 1
    return text.find(closing, begin)


def _string_end(text: str, place: int) -> int:
    """Return where a string that begins at `place` has ended; just after its quotation mark, if it does not end."""
    closing, at = QUOTES.get(text[place], text[place]), place + 1
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] in closing:
            return at + 1
        at += 1
    return place + 1


def _write_tag(leaves: list[Leaf], begin: int, end: int, name: str) -> None:
    """Put a tag, which lies from `begin` to `end` in the letters of a paragraph, into the text that it begins in."""
    first, start = _leaf_at(leaves, begin)
    last, stop = _leaf_at(leaves, end - 1)
    tag = "".join([leaf.text for leaf in leaves[first : last + 1]])[start : start + end - begin]
    _refuse_half_within(leaves[first], leaves[last], tag, name)
    before, after = leaves[first].text[:start], leaves[last].text[stop + 1 :]
    if first == last:
        leaves[first] = Leaf(leaves[first].element, before + _hidden(tag) + after)
        leaves[first].element.text = leaves[first].text
        return
    leaves[first] = _written(leaves[first], before + _hidden(tag))
    leaves[last] = _written(leaves[last], after)
    for number in range(first + 1, last):
        leaves[number] = _written(leaves[number], "")


def _leaf_at(leaves: list[Leaf], place: int) -> tuple[int, int]:
    """Return the leaf that holds the letter at `place` of the paragraph, and which letter of it that is."""
    for number, leaf in enumerate(leaves):
        if place < len(leaf.text):
            return number, place
        place -= len(leaf.text)
    raise IndexError(place)


def _written(leaf: Leaf, text: str) -> Leaf:
    """Return a leaf with another text; one that is left without any goes away, with its run where that is empty then."""
    element = leaf.element
    if element.tag == f"{W}t":
        element.text = text
        element.set(SPACE, "preserve")
    run = element.getparent()
    if not text and run is not None:
        run.remove(element)
        outer = run.getparent()
        if outer is not None and all(each.tag == f"{W}rPr" for each in run):
            outer.remove(run)
    return Leaf(element, text)


def _refuse_half_within(first: Leaf, last: Leaf, tag: str, name: str) -> None:
    """Raise FormError for a tag that begins within a link, a content control or the like and ends outside, or the reverse."""
    begins, ends = (_containers(leaf.element) for leaf in (first, last))
    if begins == ends:
        return
    outer = next(each for each in (*begins, *ends) if each not in begins or each not in ends)
    message = _("the tag {tag} lies half within {what}", tag=tag[:60], what=CONTAINERS[str(outer.tag)]())
    raise FormError.because("template-wrong", message, _("Type the whole tag anew, inside it or outside."), file=name)


def _containers(element: _Element) -> list[_Element]:
    found = []
    for outer in element.iterancestors():
        if outer.tag == f"{W}p":
            break
        if outer.tag in CONTAINERS:
            found.append(outer)
    return found


def _hidden(tag: str) -> str:
    """Return a tag whose expression has straight quotation marks and no sign that docxtpl reads as one of its own."""
    if tag.startswith("{#"):
        return tag[:2] + tag[2:-2].translate(HIDING) + tag[-2:]
    if replacing := REPLACING.fullmatch(tag):
        kind, body = replacing.groups()
        return f"{{{{{kind} {FENCES[kind]}{_straight(body).translate(HIDING)}{FENCE_ENDS}}}}}"
    begin, body, end = tag[:2], tag[2:-2], tag[-2:]
    return begin + _straight(body).translate(HIDING) + end


def _straight(body: str) -> str:
    """Return an expression in which each string is between straight quotation marks; what is within a string stays as it is."""
    written, place = [], 0
    while place < len(body):
        letter = body[place]
        if letter not in "\"'" and letter not in QUOTES:
            written.append(letter)
            place += 1
            continue
        end = _string_end(body, place)
        written.append(_string(letter, body[place:end]))
        place = end
    return "".join(written)


def _string(letter: str, string: str) -> str:
    if letter not in QUOTES:
        return string
    if len(string) == 1:
        return {"‘": "'", "’": "'"}.get(letter, '"')
    inner = string[1:-1]
    return '"' + re.sub(r'(?<!\\)"', '\\\\"', inner) + '"'
