"""Whether a Word document is one: by the data of Microsoft's own validator, and by what that one passes over.

The schemas of ECMA-376 themselves come in no package; openxml-audit (MIT) has the Open XML SDK's, which were made from them. Of
what ECMA-376 part 1 asks besides, this module looks at what Word refuses or an XSD would: w:percent of w:zoom (17.15.1.95), and
a paragraph in every part of a document that has to hold one.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from docx.oxml.ns import qn
from lxml import etree

from support.paragraphs import parts_of

#: What ends with a paragraph: cells (17.4.65), headers and footers (17.10.2, 17.10.3), notes, comments, text boxes.
HOLDERS = {qn(f"w:{name}") for name in ("tc", "hdr", "ftr", "footnote", "endnote", "comment", "txbxContent")}
BLOCKS = {qn(f"w:{name}") for name in ("p", "sdt", "customXml")}


def faults(docx: bytes) -> list[str]:
    """Return what is wrong with a Word document, each with its part."""
    from openxml_audit import OpenXmlValidator, ValidationErrorType

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.docx")
        path.write_bytes(docx)
        result = OpenXmlValidator().validate(path)
    kinds = {ValidationErrorType.PACKAGE, ValidationErrorType.SCHEMA, ValidationErrorType.RELATIONSHIP}
    found = [f"{each.part_uri}: {each.description}" for each in result.errors if each.error_type in kinds]
    for name, content in parts_of(docx).items():
        if name.startswith("word/") and name.endswith(".xml"):
            found += [f"/{name}: {fault}" for fault in _own_faults(etree.fromstring(content))]
    return found


def _own_faults(root: etree._Element) -> list[str]:
    zooms = [
        f"zoom without percent (line {each.sourceline})" for each in root.iter(qn("w:zoom")) if each.get(qn("w:percent")) is None
    ]
    return zooms + [
        f"{each.tag.rpartition('}')[2]} does not end with a paragraph"
        for each in root.iter(*HOLDERS)
        if len(each) == 0 or each[-1].tag not in BLOCKS
    ]
