"""Texts of a fixed page say the same whether plain calls fill them or Jinja does."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateError
from support.records import record_of

from docgen.errors import DataError, DocgenError
from docgen.form import form_ids, load_form
from docgen.form.places import Text
from docgen.record import read_record
from docgen.templating.templates import TextTemplate

#: A condition is more than plain calls can fill, so that a text with one goes to Jinja.
BY_JINJA = "{% if true %}{% endif %}"
SOURCES = (
    "{{ a }}", "№ {{ a }}", "{{ a }} {{ b }}", "{{ a }}{{ b }}, {{ day | short_date }} ж.", "{{ [a, b, c] | words }}, {{ c }}",
    "{{ a | upper }} {{ period(day, day) }}", "{{ initials(a, b) }} {{ c | line }}", "{{ a | line(5) }}", "{{ 'сөз' }} {{ a }}",
    "{{ a | lower }} {{ a ~ b }}", "{{ [a] | words }}", "", "сөз", "{{ day | month }}{{ a | nothing }}", "{{ rows }}",
    "{{ absent }}", "{{ period(a, b) }}", "{{ day.year }}",
)  # fmt: skip


def outcome(source: str, values: dict[str, object]) -> object:
    """Return what a text says, or the refusal."""
    try:
        return TextTemplate(source).fill(values)
    except DocgenError as error:
        return [(problem.code, problem.message) for problem in error.problems]
    except TemplateError as error:
        return error.message


VALUE = st.one_of(st.none(), st.text("аәб В«(\\)№ ", max_size=8), st.integers(0, 99))


@pytest.mark.slow
@pytest.mark.parametrize("source", SOURCES)
@given(values=st.fixed_dictionaries({"a": VALUE, "b": VALUE, "c": VALUE, "day": st.dates(date(2000, 1, 1), date(2099, 12, 31))}))
def test_plain_calls_and_jinja_say_the_same(source, values):
    values |= {"rows": [{"a": 1}]}
    assert outcome(source, values) == outcome(source + BY_JINJA, values)


@pytest.mark.parametrize("form_id", [form_id for form_id in form_ids() if load_form(form_id).is_fixed])
def test_plain_calls_and_jinja_say_the_same_in_every_fixed_form(form_id):
    form = load_form(form_id)
    values = {**read_record(form, record_of(form_id)).values, "page": 1, "pages": 2}
    texts = [place.text.source for place in form.places if isinstance(place, Text)]
    assert texts
    for source in texts:
        assert outcome(source, values) == outcome(source + BY_JINJA, values)


def test_a_letter_that_a_filter_makes_is_refused_where_the_face_lacks_it():
    with pytest.raises(DataError, match="cannot be set in Times New Roman"):
        TextTemplate("{{ a }}").fill({"a": "字"})
