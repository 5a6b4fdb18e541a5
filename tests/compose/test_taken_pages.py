"""Pages that a painter takes one by one are there again for the next who asks."""

from docgen.compose import lay
from docgen.form import load_form
from docgen.record import read_record, sample_record


def test_pages_that_were_taken_are_laid_anew():
    """A painter takes the pages of a long table one by one; the next who asks gets the same."""
    form = load_form("certificate-register")
    record = sample_record(form.fields)
    values = {**record, "rows": record["rows"] * 60}
    pages = lay(form, read_record(form, values))
    wanted = list(pages)
    assert len(wanted) == len(pages) > 2
    for _time in range(2):
        assert list(pages.taken()) == wanted
        assert (len(pages), list(pages)) == (len(wanted), wanted)
