"""What a rule of a standard is: a clause, what it asks for, and a check of every thing of a kind in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from docgen.preflighting.findings import Verdict
from docgen.preflighting.standards.opened import InspectedFile


class Kind(Enum):
    """What rules look at. `Inspected.value` is what stands beside each kind."""

    FILE = auto()  #: None
    OBJECT = auto()  #: any dictionary, or stream, of the file: PdfStream or dict
    PAGE = auto()  #: PageNode
    CONTENT = auto()  #: what a content stream uses: ContentUse
    SPACE = auto()  #: a colour space that is used: its name, or its array
    FONT = auto()  #: a font that text is shown in: dict
    STATE = auto()  #: a graphics state that is used: dict
    IMAGE = auto()  #: a picture that is drawn: dict
    PLACED = auto()  #: a picture in the size that it is drawn in: dict, with `Inspected.dpi`
    GROUP = auto()  #: a transparency group: dict
    PART = auto()  #: the tree of document parts: PartTree
    TAGS = auto()  #: the tree of structure elements: TagTree
    TAGGED_PAGE = auto()  #: a page whose content is held against the tags: TaggedPage
    LOOK = auto()  #: how a page looks at its edges: sides and the millimetres of artwork that end there


@dataclass(frozen=True, slots=True)
class Inspected:
    """A thing that rules look at, and where it is: its object's number and the page that first uses it, where it has them."""

    file: InspectedFile
    value: Any = None
    page: int | None = None
    number: int | None = None
    #: The resources that names in it are looked up in.
    resources: Any = None
    #: The pixels of a picture to the inch where it is drawn.
    dpi: float | None = None


Check = Callable[[Inspected], Iterable[str]]


@dataclass(frozen=True, slots=True)
class StandardRule:
    """A rule: `code` is stable, `clause` where it stands, `what` the sentence that is to be true, `hint` what to do else.

    `check` yields what is found instead, once for each thing that is wrong. A rule of the house is no clause of the standard:
    it remarks, and refuses nothing.
    """

    code: str
    clause: str
    on: Kind
    what: Callable[[], str]
    hint: Callable[[], str]
    check: Check
    verdict: Verdict = Verdict.FAIL


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule found."""

    rule: StandardRule
    measured: str
    page: int | None
    number: int | None


@dataclass(frozen=True, slots=True)
class StandardRules:
    """A standard: its name as the command line has it, its title, and its rules in the order of their clauses.

    `flavour` is what veraPDF calls it, empty for one that it does not know.
    """

    name: str
    title: str
    rules: tuple[StandardRule, ...]
    flavour: str = ""
