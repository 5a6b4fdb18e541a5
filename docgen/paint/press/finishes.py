"""Purpose → how its files are finished."""

from __future__ import annotations

from collections.abc import Callable

from docgen.errors import UsageError, nearest_hint, visible
from docgen.inks import open_profile, spot_colours
from docgen.messages import _
from docgen.paint.press.finish import PLAIN, Finish
from docgen.paint.press.for_archive import ArchivedDocument, AttachedDocument
from docgen.paint.press.for_press import PressFinish
from docgen.paint.press.options import BLEED, PressOptions
from docgen.purposes import Purpose

#: Purpose → the finish of its files. A new purpose is one new entry.
FINISHES: dict[Purpose, Callable[[PressOptions], Finish]] = {
    Purpose.PLAIN: lambda _options: PLAIN,
    Purpose.ARCHIVE: lambda _options: ArchivedDocument(),
    Purpose.PRESS: lambda options: PressFinish(
        open_profile(options.profile), BLEED if options.bleed is None else options.bleed, spot_colours(dict(options.spots))
    ),
}


def finish_for(purpose: Purpose | str, options: PressOptions | None = None, attach_record: bool = False) -> Finish:
    """Return the finish of files for a purpose, for the archive also of files to which their record is attached.

    Raise UsageError for an unknown purpose, for press options without the press, for an attachment without the archive, and for
    what `PressOptions.check` refuses; DataError for a profile that cannot be used.
    """
    if purpose not in FINISHES:
        known = [str(each) for each in FINISHES]
        message = _("“{value}” is not offered", value=visible(str(purpose)[:60]))
        raise UsageError.because("purpose-unknown", message, nearest_hint(str(purpose), known))
    options = options or PressOptions()
    if purpose != Purpose.PRESS:
        options.refuse_any()
    options.check()
    if attach_record:
        refuse_unattached(purpose)
        return AttachedDocument()
    return FINISHES[Purpose(purpose)](options)


def refuse_unattached(purpose: Purpose | str) -> None:
    """Raise UsageError for files to which no record can be attached: all but those for the archive."""
    if purpose != Purpose.ARCHIVE:
        hint = _("Print it as PDF with --for archive, or leave --attach-record out.")
        raise UsageError.because("attachment-not-archive", _("a record is attached to a PDF for the archive alone"), hint)
