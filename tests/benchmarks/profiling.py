"""Where docgen's time goes: cProfile over a whole batch, the top 30 by own time and by time with all that is called."""

from __future__ import annotations

import io
import pstats
import subprocess
import sys
from pathlib import Path

from measure import Task

TOP = 30


def profile(task: Task, folder: Path, root: Path) -> str:
    """Run a task of docgen under cProfile; write the top of it to profile.txt in `folder` and return it."""
    stats = folder / "profile.stats"
    docgen, *arguments = task.command
    subprocess.run((sys.executable, "-m", "cProfile", "-o", str(stats), docgen, *arguments), check=True)
    buffer = io.StringIO()
    found = pstats.Stats(str(stats), stream=buffer)
    for order in ("tottime", "cumulative"):
        found.sort_stats(order).print_stats(TOP)
    text = buffer.getvalue().replace(f"{root}/", "")
    (folder / "profile.txt").write_text(text, encoding="utf-8")
    return text
