"""An ornament frame out of its two tiles: whole repeats on every side, real corners, for a sheet of any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.artwork import Artwork, ArtworkFolders
from docgen.compose.page import FrameItem
from docgen.units import Box, Length, mm

#: Neighbouring tiles overlap by this much, so that no renderer shows a hairline between them.
OVERLAP = mm(0.03)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, `width` by `height` before `matrix` (a b c d, and e f in mm) puts it on the sheet."""

    artwork: Artwork
    width: Length
    height: Length
    matrix: tuple[float, float, float, float, float, float]


def frame_tiles(frame: FrameItem, artwork: ArtworkFolders) -> list[Tile]:
    """Return the tiles of a frame: four corners, and as many whole repeats a side as come nearest to the tile's own width."""
    corner = artwork.load(f"{frame.artwork}-corner", frame.width, is_square=True)
    side = artwork.load(f"{frame.artwork}-side", frame.width)
    return [tile for turn in range(4) for tile in _quarter(turn, frame.box, frame.width, corner, side)]


def _quarter(turn: int, box: Box, thickness: Length, corner: Artwork, side: Artwork) -> Iterator[Tile]:
    """Give the corner that a side begins with, and the side, after `turn` right angles clockwise from the top."""
    run = (box.width if turn % 2 == 0 else box.height) - thickness * 2
    count = max(1, round(run.mm / (thickness.mm * side.aspect)))
    repeat = run / count
    spread = (thickness + OVERLAP).mm / thickness.mm
    yield Tile(corner, thickness, thickness, _placed(turn, box, spread, mm(0), mm(0)))
    width = thickness * side.aspect
    stretch = (repeat + OVERLAP).mm / width.mm
    for number in range(count):
        last = OVERLAP if number == count - 1 else mm(0)
        yield Tile(side, width, thickness, _placed(turn, box, stretch, thickness + repeat * number - last, mm(0)))


def _placed(turn: int, box: Box, stretch: float, along: Length, inward: Length) -> tuple[float, ...]:
    """Return the matrix that stretches a tile along its side, moves it along, and turns it around to its side of the box."""
    a, b = [(1, 0), (0, 1), (-1, 0), (0, -1)][turn]
    origin = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)][turn]
    left = origin[0].mm + a * along.mm - b * inward.mm
    top = origin[1].mm + b * along.mm + a * inward.mm
    return (a * stretch, b * stretch, -b, a, left, top)
