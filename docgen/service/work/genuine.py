"""Whether documents are genuine, for other programs: by what `docgen register publish` wrote, and by the register.

Whoever asks without saying who he is gets what is published anyway, and of a number its state: fields come from codes alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DocgenError, UsageError
from docgen.messages import _
from docgen.service.calls import Answer, Call, Upload, json_answer
from docgen.service.work.book import filter_of, register_of
from docgen.service.work.papers import some

if TYPE_CHECKING:
    from docgen.codes import VerifiedCode
    from docgen.verifying import Verifier

TEXT = "text/plain"
#: The media types of what is verified.
VERIFIED = ("application/pdf", "image/png", "image/jpeg", TEXT, "multipart/form-data")
#: File of the published folder → its media type.
PUBLISHED = {
    "verify.html": "text/html", "list.cose": 'application/cose; cose-type="cose-sign1"', "keys.json": "application/jwk-set+json",
    "zxing.LICENSE": TEXT,
}  # fmt: skip
#: The page says in itself what may run in it; besides, nobody frames it. A list is asked for anew each time.
HEADERS = {"content-security-policy": "frame-ancestors 'none'", "cache-control": "no-cache"}
#: States of documents that are said of their numbers; all others are valid.
STATES = ("void", "replaced")
LIMIT = 256 << 20


def fetch_published(call: Call) -> Answer:
    """Return a file of the published folder; raise UsageError for another name."""
    from docgen.files import read_bytes

    name = call.path["name"]
    if name not in PUBLISHED or call.settings.published is None:
        raise UsageError.because("path-unknown", _("there is nothing at this path"))
    return Answer(200, PUBLISHED[name], read_bytes(Path(call.settings.published) / name, LIMIT), HEADERS)


def verify(call: Call) -> Answer:
    """Return what is found of each code in files, or in the text of a code."""
    from docgen.codes import answer_of

    verifier = _verifier(call)
    found = [each for upload in some(call) for each in _found(verifier, upload, call.media_type)]
    return json_answer({"documents": [answer_of(each) for each in found]})


def ask_number(call: Call) -> Answer:
    """Return the state of a number: valid, replaced, void; unknown where there is none, or several of unlike states."""
    found = register_of(call).documents(filter_of(call)) if call.settings.published else []
    states = {each.state if each.state in STATES else "valid" for each in found}
    return json_answer({"state": states.pop() if len(states) == 1 else "unknown"})


def _verifier(call: Call) -> Verifier:
    """Return who verifies by the published folder and the register; raise UsageError where nothing is published."""
    from docgen.codes import keys_from_json, read_list, refuse_missing_libraries
    from docgen.files import read_bytes
    from docgen.register import today
    from docgen.verifying import Verifier

    if call.settings.published is None:
        raise UsageError.because("published-none", _("this service has no keys to verify by"), _("Ask who keeps the service."))
    refuse_missing_libraries()
    folder = Path(call.settings.published)
    keys = keys_from_json(read_bytes(folder / "keys.json", LIMIT))
    given = read_list(read_bytes(folder / "list.cose", LIMIT), keys)
    forms = Path(call.settings.forms) if call.settings.forms else None
    return Verifier(keys, forms, register_of(call) if call.settings.register else None, given, today())


def _found(verifier: Verifier, upload: Upload, media_type: str) -> list[VerifiedCode]:
    """Return what is found in a file, which messages call by its owner's name."""
    from docgen.files import read_bytes

    try:
        if media_type == TEXT:
            return verifier.text(read_bytes(Path(upload.path), 1 << 20).decode("utf-8", "replace"))
        return verifier.file(Path(upload.path))
    except DocgenError as error:
        raise type(error)([each.at(file=upload.name) for each in error.problems]) from None
