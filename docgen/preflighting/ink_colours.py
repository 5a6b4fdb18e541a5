"""What PDFium shows of inks, so that a page for the press is compared with its recipes and not with what a screen would show."""

from __future__ import annotations

from functools import cache

from docgen.inks import open_profile, recipe_of

#: A page of one colour: the smallest file that PDFium reads (it makes a table of objects itself).
PAGE = """%%PDF-1.6
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj
4 0 obj<</Length %d>>stream
%s
endstream endobj
trailer<</Root 1 0 R>>
%%%%EOF"""


@cache
def shown_levels(srgb: str) -> tuple[int, int, int]:
    """Return the levels in which PDFium shows the inks of a colour such as `#14296b`."""
    import pypdfium2

    recipe = recipe_of(srgb)
    dots = recipe.cmyk if recipe else open_profile().inks_of(srgb)
    content = f"{' '.join(f'{dot / 100:g}' for dot in dots)} k 0 0 9 9 re f"
    with pypdfium2.PdfDocument((PAGE % (len(content), content)).encode()) as document:
        page = document[0]
        red, green, blue = page.render(scale=1).to_pil().convert("RGB").getpixel((4, 4))
        page.close()
    return red, green, blue
