"""Pages that are like one that PDFium measured: what differs between them is measured from their own content and fonts.

Most pages of a volume differ in a few texts. A page belongs to a master that was measured if it has the same resources and boxes
and draws the same by the same operators, but for runs of text (`content`). Its letters stand where the content's operators, the
widths of the font and PDFium's own arithmetic put them (`setting`); their outlines are those of the font program in the file
(`letters`). What was found of a place is remembered by the texts that it was found from (`remembered`). Each master is first
measured both ways, letter by letter and finding by finding; a page with anything that is not understood, and a page that fails,
is measured by PDFium.
"""
