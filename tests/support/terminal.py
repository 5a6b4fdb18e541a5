"""A person at a real terminal: pexpect types what a clerk types, and reads what is on the screen."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import pexpect

from support import processes

DOCGEN = Path(sys.executable).with_name("docgen")
#: The cursor is shown again: the line can be typed into.
READY = "\x1b\\[\\?25h"
CTRL_B, CTRL_C, CTRL_D = "\x02", "\x03", "\x04"


class AtTerminal:
    """Sits at a terminal in a folder: waits for a question, then types."""

    def __init__(self, folder: Path, *arguments: object, language: str = "en", before: Sequence[str] = ()):
        settings = {**os.environ, "DOCGEN_DATA": str(folder / "data"), "DOCGEN_LANG": language, "TERM": "xterm"}
        settings |= {"LC_ALL": "C.UTF-8", "PROMPT_TOOLKIT_NO_CPR": "1"}  # pexpect does not tell where the cursor stands
        self.folder = folder
        program, *words = [*before, *processes.command([DOCGEN, *arguments])]
        self.process = pexpect.spawn(
            program, words, cwd=folder, env=settings, encoding="utf-8", dimensions=(50, 140), timeout=300,
        )  # fmt: skip
        self.process.delaybeforesend = None

    def sees(self, *texts: str) -> Self:
        for text in texts:
            self.process.expect_exact(text)
        return self

    def types(self, text: str, enter: bool = True) -> Self:
        """Type into the line once it can be edited."""
        self.process.expect(READY)
        self.process.send(text + ("\r" if enter else ""))
        return self

    def closes_the_window(self) -> Self:
        """Close the terminal, as a window is closed or a connection lost."""
        self.process.ptyproc.fileobj.close()
        self.process.closed = self.process.ptyproc.closed = True
        return self

    def waits(self, seconds: float = 300) -> None:
        """Wait for the end without reading what is shown."""
        end = time.monotonic() + seconds
        while self.process.isalive():
            assert time.monotonic() < end, f"docgen has not ended within {seconds} s"
            time.sleep(0.02)

    def leaves(self, code: int = 0) -> list[str]:
        """Wait for the end, and return the files of the folder."""
        self.process.expect(pexpect.EOF)
        self.process.close()
        assert self.process.exitstatus == code, self.process.before
        return sorted(path.name for path in self.folder.iterdir() if path.is_file())
