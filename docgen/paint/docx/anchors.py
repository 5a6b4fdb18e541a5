"""Pictures at exact places of a Word page, behind its text."""

from __future__ import annotations

from html import escape

from docgen.paint.docx.drawings import Drawing

#: The stacking order of the lowest picture, as Word numbers drawings (`relativeHeight`). LibreOffice 25.2 puts a picture with a
#: very small number in front of the others; from Word's own first number on, 7.4 and 25.2 keep the order.
LOWEST = 251_658_240
#: A picture at an exact place behind the text (ISO/IEC 29500-1, 20.4.2.3).
ANCHOR = (
    '<w:r><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="{stacking}" behindDoc="1"'
    ' locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="page"><wp:posOffset>{left}</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="page"><wp:posOffset>{top}</wp:posOffset></wp:positionV>'
    '<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:wrapNone/>'
    '<wp:docPr id="{order}" name="{name}"{shown}</wp:docPr><wp:cNvGraphicFramePr/>'
    '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
    '<pic:nvPicPr><pic:cNvPr id="{order}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip r:embed="{image}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    "</wp:anchor></w:drawing></w:r>"
)
#: What follows the name of a picture that is for the eye alone: Word's own mark of a decoration, so that nobody is asked what
#: it shows; and of one that shows something.
DECORATION = (
    '><a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative'
    ' xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
SHOWN = ' descr="{alternative}">'


def anchored(order: int, drawing: Drawing, image: str, alternative: str) -> str:
    """Return a run with a picture at its place on the page; without an `alternative` it is for the eye alone."""
    box = drawing.box
    shown = SHOWN.format(alternative=escape(alternative)) if alternative else DECORATION
    return ANCHOR.format(
        order=order, stacking=LOWEST + order - 1, name=drawing.name, image=image, shown=shown,
        left=box.left.emu, top=box.top.emu, width=box.width.emu, height=box.height.emu,
    )  # fmt: skip
