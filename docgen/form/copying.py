"""A form copied into a folder of the user's own, with the bases, fields and parts that it shares with others."""

from __future__ import annotations

import re
from pathlib import Path

from docgen.errors import UsageError
from docgen.files import is_taken, write_whole
from docgen.form.editions import DEFINITION
from docgen.form.library import is_id, load_form
from docgen.messages import _

ID_LINE = re.compile(r"""^\s*id\s*=\s*["'][^"'\n]*["']""", re.MULTILINE)


def copy_form(form_id: str, folder: Path, own: Path | str | None = None, *, copy_id: str = "") -> list[Path]:
    """Copy a form, all its editions, and what is shared into `folder`, under `copy_id` if given; return what was written.

    UsageError when the folder has a form of this id already. Shared files that are there are left as they are.
    """
    form = load_form(form_id, own)
    copy_id = copy_id or form.id
    if not is_id(copy_id):
        hint = _("An id is of small Latin letters, digits and hyphens, such as my-report.")
        raise UsageError.because("form-id-wrong", _("“{id}” is no id of a form", id=copy_id[:60]), hint)
    target = folder / copy_id
    if is_taken(target):
        hint = _("Choose another folder, or delete this one.")
        raise UsageError.because("form-exists", _("there is such a form already"), hint, file=str(target))
    source = form.folders[-1]
    shared = source.parent / "shared"
    places = [source, *(file.parent for file in sorted(source.glob(f"*/{DEFINITION}")))]
    files = {target / file.relative_to(source): file for place in places for file in sorted(place.iterdir()) if file.is_file()}
    files |= {
        folder / "shared" / file.name: file
        for file in (sorted(shared.iterdir()) if shared.is_dir() else ())
        if file.is_file() and not (folder / "shared" / file.name).exists()
    }
    for copy, file in files.items():
        content = file.read_bytes()
        if copy.name == DEFINITION and copy_id != form.id:
            content = ID_LINE.sub(f'id = "{copy_id}"', content.decode("utf-8"), count=1).encode()
        write_whole(copy, content)
    return list(files)
