"""What files claim to be, and the sheets made of them are not: the standards that get lost are reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from docgen.errors import Problem, Where
from docgen.imposing.standards import SheetStandard
from docgen.messages import _
from docgen.paint.press.xmp import PDFX_4
from docgen.pdf.source import SourceFile

#: What metadata say of a standard, as an element or an attribute → its name (ISO 15930-7, ISO 19005-1, ISO 14289-1).
_CLAIMS: tuple[tuple[re.Pattern[bytes], Callable[[str], str]], ...] = tuple(
    (re.compile(rb"(?:<%s>|[^\w:]%s\s*=\s*[\"'])\s*([^<\"'\s][^<\"']{0,39}?)\s*[<\"']" % (name, name)), named)
    for name, named in (
        (rb"pdfxid:GTS_PDFXVersion", str),
        (rb"pdfaid:part", lambda part: f"PDF/A-{part}"),
        (rb"pdfuaid:part", lambda part: f"PDF/UA-{part}"),
    )
)


def dropped_claims(sources: Sequence[SourceFile], standard: SheetStandard) -> Iterator[Problem]:
    """Yield a note on each file that claims a standard which the sheets do not have.

    Volumes of docgen are for the archive where nobody asked for anything: that sheets are not is no news.
    """
    for source in sources:
        dropped = [claim for claim in _claims_of(source) if not (claim == PDFX_4.name and standard.intent)]
        if b"/docgenform" in source.info:
            dropped = [claim for claim in dropped if not claim.startswith("PDF/A")]
        if dropped:
            values = {"claims": ", ".join(dropped), "standard": standard.name or "PDF"}
            message = _("it claims to be {claims}; the sheets are {standard}", **values)
            hint = _("Sheets stay PDF/X-4 where all files are, with one output intent; other standards end here.")
            yield Problem("claim-dropped", message, hint, Where(file=str(source.path)))


def _claims_of(source: SourceFile) -> list[str]:
    metadata = source.inflated_at(source.catalogue.get(b"/Metadata", b"null"))
    found = [named(match[1].decode("utf-8", "replace")) for pattern, named in _CLAIMS for match in pattern.finditer(metadata)]
    if (version := source.info.get(b"/GTS_PDFXVersion", "")) and version[:30].isprintable():
        found.append(version[:30])
    return list(dict.fromkeys(found))
