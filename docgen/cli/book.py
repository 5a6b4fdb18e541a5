"""The register as a command opens it: what its user should know of it is shown once, at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.cli.options import echo_notes, refuse_input

if TYPE_CHECKING:
    from docgen.register import Register


@contextmanager
def open_book(where: str | None, *, new_organization: bool = False, create: bool = True) -> Iterator[Register]:
    """Yield the register that an option names, else the default one, and show its notes at the end, whatever that is."""
    from docgen.register import open_register

    with open_register(where, new_organization=new_organization, create=create) as register:
        try:
            yield register
        finally:
            echo_notes(register.notes)


def refuse_book(output: str | Path, where: str | None) -> None:
    """Raise UsageError if the output is the register that the command reads: the one named, else the default one."""
    from docgen.register import register_file

    refuse_input(output, register_file(where))
