"""docgen's command line in this process, LibreOffice in one of its own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner, Result

from docgen.cli import cli
from support import needs, processes


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    """Run the command line; whatever goes wrong comes as an exit code and a message, never as a traceback."""
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return result


def beside(result: Result, written: Path) -> list[str]:
    """Return the lines that a command told beside the name of the file that it wrote."""
    return [line for line in result.output.splitlines() if not line.startswith(str(written))]


def convert(files: Iterable[Path], folder: Path, to: str = "pdf", *options: str) -> None:
    """Let LibreOffice write files into a folder in another format; the test carries the marker `office`."""
    needs.use("office")
    profile = f"-env:UserInstallation=file://{_profile().name}"
    command = ["soffice", profile, "--headless", *options, "--convert-to", to, "--outdir", folder, *files]
    processes.run(command, check=True, capture_output=True)


@lru_cache
def _profile() -> TemporaryDirectory:
    """A profile for all calls of this process: LibreOffice takes longer to make one than to convert a file."""
    return TemporaryDirectory(prefix="docgen-office-", ignore_cleanup_errors=True)
