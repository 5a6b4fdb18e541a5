"""The workspace of a batch: a hidden folder within its output folder, where volumes wait until all have passed.

What is in it decides what `--resume` does: `job.json` says which batch it is; a sidecar says that its volume is whole on the
disk. Volumes move out when all are there, the manifest is written last, and the workspace is removed. Whoever may write to the
output folder could have put something there: a workspace that is a link is refused, and what is not as we write it is made anew.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from docgen.batching.lines import read_line
from docgen.batching.manifest import EACH, MANIFEST
from docgen.batching.volumes import Outcome, Task, sidecar
from docgen.errors import DataError, DocgenError, FormError, Problem, UsageError
from docgen.files import (
    PRIVATE,
    PRIVATE_FOLDER,
    disk_errors,
    file_digest,
    locked,
    new_mode,
    published_mode,
    sync_folder,
    write_whole,
)
from docgen.messages import _

WORKSPACE = ".docgen-batch"
JOB = "job.json"
#: What is refused leaves nothing behind; what the machine or a person stopped waits to be resumed.
REFUSALS = (DataError, UsageError, FormError)
#: A folder that was taken away or closed while the batch ran: that is no refusal of its data.
FOLDER_FAILED = "output-not-writable"
#: How many bytes of a sidecar are read at once, to the end of a line.
AT_ONCE = 1 << 20


@contextmanager
def batch_workspace(folder: Path, identity: Mapping[str, object], *, resume: bool) -> Iterator[Workspace]:
    """Lock `folder` for one batch and yield the workspace to make it in; `identity` says which batch it is, as JSON has it.

    Raise UsageError when another process prints there, or when a batch was stopped there that is not to be resumed or is another
    one. A refusal removes all that was made; what the machine or a person stopped waits.
    """
    with _locked(folder):
        workspace = Workspace(folder, folder / WORKSPACE, resume)
        workspace.refuse_unfinished(identity, resume=resume)
        workspace.refuse_link()
        with disk_errors(folder):
            workspace.clear_nameless()
            workspace.path.mkdir(PRIVATE_FOLDER, exist_ok=True)
            workspace.path.chmod(PRIVATE_FOLDER)
        write_whole(workspace.path / JOB, _as_bytes(identity), PRIVATE)
        try:
            yield workspace
        except REFUSALS as error:
            if error.problems[0].code != FOLDER_FAILED:
                with suppress(DocgenError):
                    workspace.remove()
            raise
        workspace.remove()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make a folder and lock it; remove it again if it stays empty."""
    with disk_errors(folder):
        new = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with locked(folder) as is_ours:
            if not is_ours:
                hint = _("Wait until it is done, or choose another folder with -o.")
                raise UsageError.because("folder-busy", _("another batch prints here"), hint, file=str(folder))
            yield
    finally:
        for each in new:
            with suppress(OSError):  # something is in it, or it was never made
                each.rmdir()


@dataclass(frozen=True, slots=True)
class Workspace:
    """The output folder of a batch, and the hidden one within it in which the batch is made."""

    folder: Path
    path: Path
    is_resumed: bool = False

    def refuse_unfinished(self, identity: Mapping[str, object], *, resume: bool) -> None:
        """Raise UsageError for a batch that was stopped here and is not to be resumed, or is another one than `identity`."""
        begun = self._begun()
        if begun is None:
            return
        differs = [key for key in {**begun, **identity} if begun.get(key) != identity.get(key)]
        if differs:
            message = _("a batch that was stopped here was another one: {keys} differ", keys=", ".join(differs))
            hint = _("Repeat its command with --resume, or delete {folder} to begin anew.", folder=str(self.path))
        elif not resume:
            message = _("a batch was stopped here before it was done")
            hint = _("Add --resume to go on where it stopped, or delete {folder} to begin anew.", folder=str(self.path))
        else:
            return
        raise UsageError.because("batch-unfinished", message, hint, file=str(self.folder))

    def refuse_link(self) -> None:
        """Raise UsageError where the files of the records would go through a link, into somebody's other folder."""
        if (each := self.folder / EACH).is_symlink():
            hint = _("Choose another folder with -o, or delete the link.")
            raise UsageError.because("folder-linked", _("this is a link to another folder"), hint, file=str(each))

    def remove(self) -> None:
        """Remove the workspace; first that which says whose it is, so that what may be left of it is not taken for a batch."""
        with disk_errors(self.folder):
            (self.path / JOB).unlink(missing_ok=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def clear_nameless(self) -> None:
        """Remove a workspace that does not say whose it is: it was left when a machine stopped or a disk failed."""
        if self.path.exists() and not (self.path / JOB).exists():
            shutil.rmtree(self.path)

    def _begun(self) -> dict[str, object] | None:
        """Return which batch was stopped here, None when nothing was made yet; raise UsageError when that cannot be read."""
        try:
            if not self.path.is_symlink():
                return dict(json.loads((self.path / JOB).read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, RecursionError):
            pass  # refused below
        message = _("what a batch left here when it was stopped is damaged")
        hint = _("Delete {folder} to begin anew.", folder=str(self.path))
        raise UsageError.because("batch-unfinished", message, hint, file=str(self.folder))

    def finished(self, task: Task) -> Outcome | None:
        """Return the outcome of a task that is done already, with the same rows and its volume as it was written."""
        try:
            with sidecar(self.path, task.number).open("rb") as file:
                outcome = Outcome.from_json(json.loads(file.readline().decode()))
                names = [str(line["row"] and line.get("file", "")) for line in map(read_line, file)]
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        is_other = outcome.digest != task.digest or any(Path(name).name != name for name in names)
        if is_other or (
            outcome.volume and outcome.volume.file and not self._is_whole(outcome.volume.file, outcome.volume.sha256)
        ):
            return None
        return outcome

    def _is_whole(self, name: str, sha256: str) -> bool:
        files = [folder / name for folder in (self.path, self.folder)]
        known = (path for path in files if Path(name).name == name and path.is_file() and not path.is_symlink())
        return any(file_digest(path) == sha256 for path in known)

    def file(self, name: str) -> Path:
        """Return where a file of the batch is: here, or in the output folder where it got its name before a stop."""
        return self.path / name if (self.path / name).exists() else self.folder / name

    def notes(self, outcomes: Iterable[Outcome]) -> Iterator[Problem]:
        """Yield what was mended in each volume, as their sidecars have it: a million records may have a million notes."""
        for outcome in outcomes:
            with disk_errors(self.folder), sidecar(self.path, outcome.number).open("rb") as file:
                noted = Outcome.from_json(json.loads(file.readline()))
            yield from noted.notes

    def written(self, outcomes: Sequence[Outcome]) -> WrittenLines:
        """Return the line of each record (docgen.batching.lines), in the order of the table."""
        return WrittenLines(self, outcomes)

    def written_in_parts(self, outcomes: Iterable[Outcome]) -> Iterator[bytes]:
        """Yield these lines many at a time."""
        for file in self.sidecars(outcomes):
            while lines := file.read(AT_ONCE):
                yield lines + file.readline()

    def sidecars(self, outcomes: Iterable[Outcome]) -> Iterator[IO[bytes]]:
        """Yield the sidecar of each volume, open where its lines of records begin."""
        for outcome in outcomes:
            with disk_errors(self.folder), sidecar(self.path, outcome.number).open("rb") as file:
                file.readline()
                yield file

    def lines(self, outcomes: Sequence[Outcome]) -> Iterator[dict[str, Any]]:
        """Yield what each of these lines says."""
        return map(read_line, self.written(outcomes))

    def publish(self, files: Iterable[tuple[str, str]]) -> None:
        """Give each file its name in the output folder: pairs of a name within the workspace and one within the folder.

        The manifest of an earlier batch is removed first: it would name files that are no longer there. That of this one waits in
        the workspace, and comes when all the others are safe.
        """
        with disk_errors(self.folder):
            mode, new = published_mode(self.folder / MANIFEST), new_mode()
            (self.folder / MANIFEST).unlink(missing_ok=True)
            folders = {""}
            for name, target in files:
                within = target.rpartition("/")[0]
                if within not in folders:
                    (self.folder / within).mkdir(exist_ok=True)
                    folders.add(within)
                self._move(name, target, new)
            for within in folders:
                sync_folder(self.folder / within)
            self._move(MANIFEST, MANIFEST, mode)
            sync_folder(self.folder)

    def _move(self, name: str, target: str, mode: int) -> None:
        """Give a file its name, with the permissions of the file that has it now, else `mode`."""
        here, there = f"{self.path}{os.sep}{name}", f"{self.folder}{os.sep}{target}"  # paths as texts: there may be many
        with suppress(FileNotFoundError):
            mode = stat.S_IMODE(os.stat(there).st_mode)
        try:
            os.chmod(here, mode)
            os.replace(here, there)
        except FileNotFoundError:
            if not os.path.exists(there):  # else it got its name before the batch was stopped
                raise


@dataclass(frozen=True, slots=True)
class WrittenLines(Collection[bytes]):
    """The lines of records in their sidecars: read as often as they are gone through, never held."""

    workspace: Workspace
    outcomes: Sequence[Outcome]

    def __len__(self) -> int:
        return sum(outcome.volume.records for outcome in self.outcomes if outcome.volume)

    def __iter__(self) -> Iterator[bytes]:
        for file in self.workspace.sidecars(self.outcomes):
            yield from file

    def __contains__(self, line: object) -> bool:
        return any(each == line for each in self)


def _as_bytes(identity: Mapping[str, object]) -> bytes:
    return json.dumps(identity, ensure_ascii=False, indent=1).encode()
