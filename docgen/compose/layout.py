"""What composing has laid so far, for the places still to come: they are measured from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from docgen.compose.page import Item
from docgen.compose.texts import Block, guides
from docgen.fonts import Family
from docgen.form import Form
from docgen.form.places import Place, Text
from docgen.units import Box, Length


@dataclass
class Layout:
    """The ink box of each place by name, and the items of the page."""

    form: Form
    values: dict[str, object]
    family: Family
    boxes: dict[str, Box] = field(default_factory=dict)
    #: The box within a frame.
    inner: Box | None = None
    blocks: dict[str, Block] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    @property
    def column(self) -> Box:
        return self.form.sheet.column

    @property
    def floor(self) -> Length:
        """The lower edge of the room: the frame's inner edge, or the sheet's."""
        return self.inner.bottom if self.inner else self.form.sheet.height

    def keep(self, place: Place, block: Block) -> None:
        """Take a text that is set at its place."""
        self.blocks[place.name] = block
        self.boxes[place.name] = block.box
        self.items += block.items
        if isinstance(place, Text):
            self.items += guides(place, block, self.column, self.family)
