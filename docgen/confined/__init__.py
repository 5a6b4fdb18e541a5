"""C libraries that read files from outside, each behind one boundary: PDFium draws the pages of a PDF."""
