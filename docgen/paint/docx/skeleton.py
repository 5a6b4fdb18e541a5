"""The Word document that painted pages are put into: its parts, with no more than they need.

It is one of today's Word (compatibility mode 15), in Kazakh and Times New Roman. The styles that every document has are
followed by those of its form.
"""

from __future__ import annotations

from docgen.fonts.faces import PRESCRIBED
from docgen.paint.docx.package import CONTENT_TYPES, DOCUMENT, LINKS, PACKAGE_LINKS, TYPES, Parts
from docgen.units import Length, mm

MAIN, STYLES, SETTINGS = "word/document.xml", "word/styles.xml", "word/settings.xml"
MAIN_LINKS = "word/_rels/document.xml.rels"
#: The margins of a page whose texts have places of their own, and the distances of its header and footer, which it has not.
MARGIN, HEADER = mm(20), mm(10)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_NAMESPACES = (
    f'xmlns:w="{_WORD}" xmlns:r="{_RELATION}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main"'
    f' xmlns:pic="{_DRAWING}/picture"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OVERRIDES = {MAIN: DOCUMENT, STYLES: ".styles+xml", SETTINGS: ".settings+xml"}
_STYLES = (
    f'<w:styles xmlns:w="{_WORD}"><w:docDefaults><w:rPrDefault><w:rPr>'
    f'<w:rFonts w:ascii="{PRESCRIBED}" w:eastAsia="{PRESCRIBED}" w:hAnsi="{PRESCRIBED}" w:cs="{PRESCRIBED}"/>'
    '<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="kk-KZ" w:eastAsia="kk-KZ" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    "{styles}"
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>'
    '<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
    '<w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    "</w:style>"
    '<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/><w:uiPriority w:val="99"/>'
    "<w:semiHidden/><w:unhideWhenUsed/></w:style></w:styles>"
)
_SETTINGS = (
    f'<w:settings xmlns:w="{_WORD}"><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat>'
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="kk-KZ"/><w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
)


def document_parts(body: str, styles: str) -> Parts:
    """Return the parts of a document whose body, with its section, and whose own styles are this markup."""
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{_TYPE}{suffix}"/>' for part, suffix in _OVERRIDES.items())
    texts = {
        CONTENT_TYPES: f'<Types xmlns="{TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        PACKAGE_LINKS: _links({"officeDocument": MAIN}),
        MAIN: f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        MAIN_LINKS: _links({"styles": "styles.xml", "settings": "settings.xml"}),
        STYLES: _STYLES.replace("{styles}", styles),
        SETTINGS: _SETTINGS,
    }
    return {part: (_HEAD + text).encode() for part, text in texts.items()}


def _links(targets: dict[str, str]) -> str:
    """Return the relationships of a part: kind of target → its name."""
    links = "".join(
        f'<Relationship Id="{kind}" Type="{_RELATION}/{kind}" Target="{target}"/>' for kind, target in targets.items()
    )
    return f'<Relationships xmlns="{LINKS}">{links}</Relationships>'


def section(width: Length, height: Length) -> str:
    """Return the properties of a section whose pages have this size (ISO/IEC 29500-1, 17.6)."""
    orient = "landscape" if width > height else "portrait"
    margins = "".join(f' w:{side}="{MARGIN.twips}"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr><w:pgSz w:w="{width.twips}" w:h="{height.twips}" w:orient="{orient}"/>'
        f'<w:pgMar{margins} w:header="{HEADER.twips}" w:footer="{HEADER.twips}" w:gutter="0"/></w:sectPr>'
    )
