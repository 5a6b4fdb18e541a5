"""Where docgen's time goes: py-spy looks at a whole run from outside, two hundred times a second.

cProfile would charge each call, of which docgen makes many small ones, several times what it takes.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from measure import Task

RATE = 200
TOP = 30
FRAME = re.compile(r"(?P<function>.*) \((?P<file>[^()]*):\d+\)")
#: What is told by itself, though it stands in a room: functions of docgen, as file and name.
APART = {("paint/press/file.py", "deflate"): "deflating (zlib)"}
START, OTHER = "start: imports", "Python"
#: The frames of a stack as pairs of file and function, outermost first.
Stack = tuple[tuple[str, str], ...]


def profile(task: Task, py_spy: Path, folder: Path, root: Path) -> dict[Stack, int]:
    """Run a task under py-spy and return how often each stack was seen; files of docgen are named within it."""
    raw = folder / "profile.txt"
    if task.begins_without:
        task.begins_without.unlink(missing_ok=True)
    options = ("record", "--rate", str(RATE), "--format", "raw", "--full-filenames", "--output", str(raw))
    subprocess.run((py_spy, *options, "--", *task.command), check=True, capture_output=True)
    lines = raw.read_text(encoding="utf-8").splitlines()
    return dict(Counter({stack: seen for stack, seen in (_stack(line, f"{root}/docgen/") for line in lines)}))


def _stack(line: str, package: str) -> tuple[Stack, int]:
    frames, _space, seen = line.rpartition(" ")
    found = (FRAME.fullmatch(frame) for frame in frames.split(";"))
    return tuple((each["file"].removeprefix(package), each["function"]) for each in found if each), int(seen)


def room(stack: Stack) -> str:
    """Return the room of docgen that a sample counts for: that of its innermost frame in docgen, with all that it calls."""
    if any(file.startswith("<frozen importlib") for file, _function in stack):
        return START
    for file, function in reversed(stack):
        if not file.startswith(("/", "<")):
            return APART.get((file, function)) or f"docgen/{file.partition('/')[0]}"
    return OTHER


def function(stack: Stack) -> str:
    return "{1} ({0})".format(*stack[-1]) if stack else OTHER


def shares(found: dict[Stack, int], name: Callable[[Stack], str] = room) -> Iterator[tuple[str, float]]:
    """Give what part of the run each room (or function) took, the largest first."""
    parts: Counter[str] = Counter()
    for stack, seen in found.items():
        parts[name(stack)] += seen
    for part, seen in parts.most_common():
        yield part, seen / parts.total()


def report(found: dict[Stack, int]) -> str:
    """Return the rooms, and the functions that took most by themselves."""
    tops = list(shares(found, function))[:TOP]
    return "\n".join(f"{100 * share:5.1f} %  {part}" for part, share in (*shares(found), ("", 0), *tops))
