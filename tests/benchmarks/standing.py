"""Where the lines of a certificate stand in a finished file, as poppler reads it back, beside where they have to."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from statistics import mean

from results import Line

POINTS = 72 / 25.4
#: The width of the page in millimetres.
WIDTH = 297
#: How far a line may stand from its place, in millimetres: what a checker of print allows.
NEAR = 0.1
#: The places in the order in which they follow down the page, and how each stands.
CENTRED = ("person", "period", "topic", "course")
LINE = re.compile(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">')


def line(work: str, volume: Path, folder: Path) -> Line:
    """Say how many of the centred lines of the first page stand in the middle, and how far off the worst is."""
    layout = json.loads((folder / "layout.json").read_text(encoding="utf-8"))
    off = [_distance(volume, layout["baselines"][name]) for name in CENTRED]
    near = sum(distance <= NEAR for distance in off)
    worst = f"{max(off):.2f} mm off" if max(off) < WIDTH else "not found"
    return Line(work, f"{near} of {len(off)} centred lines in the middle", "", worst, f"within {NEAR} mm", near == len(off))


def _distance(volume: Path, baseline: float) -> float:
    """Return how far in millimetres the middle of the line at a baseline is from the middle of the page."""
    command = ("pdftotext", "-bbox-layout", "-f", "1", "-l", "1", str(volume), "-")
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    boxes = [tuple(map(float, found)) for found in LINE.findall(text)]
    found = [(left, right) for left, top, right, bottom in boxes if top < baseline * POINTS < bottom]
    if not found:
        return float(WIDTH)
    return abs(mean((min(left for left, _right in found), max(right for _left, right in found))) / POINTS - WIDTH / 2)
