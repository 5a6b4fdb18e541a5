"""The three ways to print (FORMS.md): everything; everything but the data, for stock; the data alone, onto stock."""

FULL, BLANK, OVERPRINT = PRINTS = ("full", "blank", "overprint")
