"""No way in: templates that come from outside reach nothing but the record, and cannot take all memory or time."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from jinja2 import TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from support import processes
from support.bounds import processor_bound
from support.calling import run

from docgen import timeouts
from docgen.cli import cli
from docgen.errors import FormError
from docgen.form import load_form
from docgen.paint.pdf import body as body_module
from docgen.paint.pdf import weasy
from docgen.templating import bounds
from docgen.templating.templates import TextTemplate, markup_environment, names_in, page_environment
from docgen.timeouts import TimedOut, time_limit

ENVIRONMENTS = pytest.mark.parametrize("environment", [page_environment, markup_environment])

#: What a template may not reach.
WAYS_OUT = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ topic['__class__'] }}",
    "{{ topic|attr('__class__') }}",
    "{{ period.__globals__ }}",
    "{{ period.__globals__['__builtins__'] }}",
    "{{ initials.__code__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ '{0.__class__}'.format(topic) }}",
    "{{ '{0.__class__}'.format_map({'a': topic}) }}",
    "{{ rows.append(1) }}",
    "{{ rows.clear() }}",
    "{{ open('/etc/passwd') }}",
    "{{ cycler.__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ namespace }}",
    "{{ range(10) }}",
    "{{ topic.__init__.__globals__ }}",
    "{{ loop.__init__ }}",
]
#: What would take all memory or time in one expression.
TOO_MUCH = [
    "{{ 'x' * 10**10 }}",
    "{{ 10**10 * 'x' }}",
    "{{ [0] * 10**9 }}",
    "{{ (0,) * 10**9 }}",
    "{{ ('x' * 9999) * 9999 }}",
    "{{ 9**9**9**9**9 }}",
    "{{ 10 ** 10000000 }}",
    "{{ '%10000000000d' % 1 }}",
    "{{ '{:>10000000000}'.format('x') }}",
    "{{ 'x'.ljust(10**10) }}",
    "{{ 'x'.zfill(10**10) }}",
    "{{ 'x'.center(10**10) }}",
    "{{ '\t'.expandtabs(10**10) }}",
    "{{ 'x' | center(10**10) }}",
    "{{ ([[0] * 9999] * 9999) | sum(start=[]) }}",
    "{{ [] | sum(start=[]) }}",
    "{% set a = [0] * 9999 %}{% set b = [a] * 9999 %}{% set c = [b] * 9999 %}{{ c | string }}",
    "{% set a = ['x' * 9999] %}{{ (a * 9999) | string }}",
    "{% set a = 'x' * 9999 %}{% set b = [a, a, a, a, a] %}{% set c = [b, b, b, b, b] %}{{ [c, c, c, c, c] | upper }}",
    "{% set a = ['x' * 9999] %}{% set b = {'a': (a, a, a, a, a)} %}{% set c = [b, b, b, b, b, b] %}{{ (c, c, c, c) | string }}",
    "{% set a = [[0] * 9999] %}{% set b = a + a + a + a %}{% set c = [b, b, b, b, b, b] %}{{ [c, c, c, c, c] == 1 }}",
    "{{ 'x' | indent(10**10) }}",
    "{{ '%10000000000d' | format(1) }}",
    "{{ [1] | batch(10**10, 'x') | list }}",
    "{{ [1] | slice(10**10) | list }}",
    "{{ 1.5 | round(101) }}",
    "{{ 15 | round(-101) }}",
    "{{ 15 | round(-101, 'floor') }}",
    "{{ (5).from_bytes('xx'.encode(), 'big') }}",
    "{{ (5).to_bytes(10**6, 'big') }}",
    "{{ ('f' * 101) | int(base=16) }}",
    "{{ (10 ** 99) * 10 // 3 // 3 }}",
    "{{ (10 ** 99 * 10) % 7 }}",
    "{{ (10 ** 99 * 10) / 7 }}",
    "{{ (10 ** 99 * 10) - 7 }}",
    "{% set a = 'а' * 9999 %}{{ a in (a ~ a) }}",
    "{% set a = 'а' * 9999 %}{{ a is in (a ~ a) }}",
    "{% set a = 'а' * 9999 %}{{ 1 < 2 and a not in (a ~ a) }}",
    "{% set a = 'а' * 9999 %}{{ (a ~ a).rfind(a) }}",
    "{% set a = 'а' * 9999 %}{{ (a ~ a).count(a) }}",
    "{% set a = 'а' * 9999 %}{{ (a ~ a).strip(a) }}",
    "{% set a = 'а' * 9999 %}{{ (a ~ a) | trim(a) }}",
    "{% set a = 'а' * 9999 %}{{ (a ~ a) | replace(a, '') }}",
    "{{ [1] | tojson(indent=101) }}",
    "{{ 'а' | urlize }}",
    "{{ 'а' | wordwrap(1, wrapstring='б' * 9999) }}",
    "{{ ('а, ' * 3333).split() | map('replace', 'а', 'б' * 999) | list }}",
    "{{ day.strftime('%Y' * 51) }}",
    "{{ '1e999' | float }}",
    "{{ 'nan' | float * 1 }}",
    "{{ 1e99 * 1e99 * 10 }}",
]
#: What another value would come of each time: "same input, same bytes".
CHANCE = ["{{ [1, 2] | random }}", "{{ day.today() }}", "{{ day.now() }}", "{{ lipsum() }}"]


@ENVIRONMENTS
@pytest.mark.parametrize("source", WAYS_OUT)
def test_a_template_cannot_get_out(environment, source):
    values = {"topic": "абв", "rows": [{"a": "1"}]}
    with pytest.raises((TemplateError, TypeError)):
        environment().from_string(source).render(values)
    assert values == {"topic": "абв", "rows": [{"a": "1"}]}


@ENVIRONMENTS
@pytest.mark.parametrize("source", TOO_MUCH)
def test_a_template_cannot_take_everything(environment, source):
    with processor_bound(), pytest.raises((TemplateError, TypeError)):
        environment().from_string(source).render(day=date(2026, 2, 6))


#: Constants that no text can be filled with, and how a form says so.
NO_CONSTANTS = ["1e999", "-1e999", "9" * 101, "9" * 5000, "0x" + "f" * 100, "[1e999]", "1e999 | string"]


@pytest.mark.parametrize("number", NO_CONSTANTS, ids=lambda number: number[:12])
def test_a_number_without_bounds_is_a_mistake_of_the_template(number):
    with pytest.raises(TemplateSyntaxError, match="a number that is too large"):
        TextTemplate("а {{ " + number + " }}")


@ENVIRONMENTS
@pytest.mark.parametrize(
    "source", ["{{ 'а' | line }}", "{% if 'а' | line %}{% endif %}", "{{ ['а' | line] | length }}", "{{ 'а' | line ~ 1 }}"]
)
def test_no_constant_is_worked_out_while_a_form_is_loaded(environment, source, monkeypatch):
    own, calls = environment(), []
    monkeypatch.setitem(own.filters, "line", lambda value: calls.append(value) or value)
    names_in(own, source)
    template = own.from_string(source)
    assert calls == []
    template.render()
    assert calls == ["а"]


def test_nothing_switches_escapes_off_that_would_have_to_be_worked_out():
    with pytest.raises(TemplateSyntaxError, match="takes true or false"):
        markup_environment().from_string("{% autoescape 'а' | upper %}{% endautoescape %}")


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{{ 'ә' in topic }}", "True"),
        ("{{ 'ә' not in topic and 1 < 2 in [2] }}", "False"),
        ("{{ topic.startswith('к') }}", "True"),
        ("{{ topic.split() | map('upper') | join('; ') }}", "КӘСІБИ; ДАЯРЛЫҚ"),
        ("{{ topic | replace('к', 'К') | trim }}", "Кәсіби даярлық"),
        ("{{ day.year }} {{ day.strftime('%d.%m.%y') }}", "2026 06.02.26"),
        ("{{ 66.666 | round(1) }} {{ 12345 | round(-2) | int }}", "66.7 12300"),
        ("{{ row.items }} {{ row.get('count', 7) }}", "үш 7"),
        ("{% for key, value in row.items2.items() %}{{ loop.index }}{{ key }}{{ value }}{% endfor %}", "1а2"),
        (
            "{{ [3, 1, 2] | sort | map('string') | join('<') }} {{ '17' | int + 1 }} {{ 7 // 2 }} {{ 7 / 2 }}",
            "1&lt;2&lt;3 18 3 3.5",
        ),
    ],
)
def test_what_templates_are_written_with_stays(source, printed):
    values = {"topic": "кәсіби даярлық", "day": date(2026, 2, 6), "row": {"items": "үш", "items2": {"а": 2}}}
    assert markup_environment().from_string(source).render(values) == printed


@pytest.mark.parametrize(
    ("source", "printed"),
    [("{{ '_' * 50 }}", "_" * 50), ("{{ 7 * 7 }}", "49"), ("{{ 7 % 4 }}", "3"), ("{{ 2 ** 10 }}", "1024")],
)
def test_what_forms_need_stays_possible(source, printed):
    assert markup_environment().from_string(source).render() == printed


@pytest.mark.parametrize("source", CHANCE)
def test_nothing_in_a_template_is_left_to_chance(source):
    """Same input, same bytes: no filter gives another value each time."""
    with pytest.raises(TemplateError):
        markup_environment().from_string(source).render(day=datetime(2026, 2, 6))


@ENVIRONMENTS
def test_a_value_is_never_run_as_a_template(environment):
    printed = environment().from_string("{{ topic }}").render(topic="{{ 7*7 }}{% x %}{#")
    assert "{{ 7*7 }}{% x %}{#" in printed


def test_markup_in_a_value_is_escaped():
    assert markup_environment().from_string("{{ topic }}").render(topic="<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"


@pytest.mark.parametrize(
    "source",
    [
        "{% for x in [1] %}{% endfor %}",
        "{% include 'a' %}",
        "{% import 'a' as b %}",
        "{% set a = 1 %}",
        "{% macro a() %}{% endmacro %}",
    ],
)
def test_a_text_of_a_fixed_page_has_no_statements(source):
    with pytest.raises(TemplateError, match="alone"):
        TextTemplate(source)


def test_what_fails_in_a_text_is_the_form_s_mistake():
    with pytest.raises(FormError, match="division by zero"):
        TextTemplate("{{ 1 / hours }}").fill({"hours": 0})


def test_the_marks_around_data_do_not_reach_the_page():
    assert TextTemplate("а {{ topic }} б").fill({"topic": "х"}) == [("а ", False), ("х", True), (" б", False)]


def test_security_errors_are_template_errors():
    """They are translated at one boundary."""
    assert issubclass(SecurityError, TemplateError)


# --- own forms, from outside ------------------------------------------------------------------------------------------

HEAD = """
id = "f"
layout = "house"
title = { kk = "Ү", ru = "Т", en = "T" }
act.name = "an act"
sheet = { width = "210mm", height = "297mm" }
[[field]]
name = "topic"
label = { kk = "а", ru = "б", en = "c" }
"""


def render(folder: Path, toml: str, body: str = "", link: Path | None = None) -> tuple[int, str]:
    (folder / "f").mkdir()
    if link:
        (folder / "f" / "seal.svg").symlink_to(link)
    (folder / "f" / "form.toml").write_text(toml, encoding="utf-8")
    if body:
        (folder / "f" / "body.html").write_text(body, encoding="utf-8")
    (folder / "r.json").write_text(json.dumps({"topic": "абв"}), encoding="utf-8")
    result = run("render", "f", folder / "r.json", "-o", folder / "o.pdf", "--forms", folder)
    assert (folder / "o.pdf").exists() == (result.exit_code == 0)
    return result.exit_code, result.stderr


@pytest.mark.parametrize("command", [["forms"], ["forms", "show", "f"]])
def test_the_words_of_a_form_do_not_steer_the_terminal(tmp_path, command):
    (tmp_path / "f").mkdir()
    toml = HEAD.replace('"an act"', '"an act\\u001b[2J\\u202e"')
    (tmp_path / "f" / "form.toml").write_text(f'{toml}\n[[place]]\nname = "t"\ntext = "a"\n', encoding="utf-8")
    result = CliRunner().invoke(cli, [*command, "--forms", str(tmp_path)], color=True)
    assert "an act\\x1b[2J\\u202e" in result.output


@pytest.mark.parametrize("source", ["{{ ''.__class__ }}", "{{ 'x' * 10**10 }}", "{{ 'x'.ljust(10**10) }}", "{{ 1 / 0 }}"])
def test_a_form_of_places_that_tries_is_refused(tmp_path, source):
    code, message = render(tmp_path, f'{HEAD}\n[[place]]\nname = "t"\ntext = "{source}"\n')
    assert code == 3
    assert "f/form.toml: place (t).text: " in message


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ form.__init__.__globals__ }}",
        "{{ form.folder }}",
        "{{ 'x' * 10**10 }}",
        "{% include '/etc/passwd' %}",
        "{% include '../r.json' %}",
        "{% import '../../etc/passwd' as x %}",
        "<a href='file:///etc/passwd'>x</a>",
        "<a href='javascript:alert(1)'>x</a>",
    ],
)
def test_a_flowing_form_that_tries_is_refused(tmp_path, body):
    code, message = render(tmp_path, HEAD, f"<p>{body}</p>")
    assert code == 3
    assert "f/body.html: " in message


def test_a_picture_of_a_form_that_is_a_link_out_of_its_folder_is_none_of_its_files(tmp_path):
    (tmp_path / "secret.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>', encoding="utf-8")
    code, message = render(tmp_path, HEAD, "<img src='docgen:form/seal.svg'>", link=tmp_path / "secret.svg")
    assert (code, "none of the form's" in message) == (3, True)


def test_a_flowing_form_that_would_not_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "TURNS", 1000)
    code, message = render(tmp_path, HEAD, "{% for a in topic * 50 %}{% for b in topic * 50 %}x{% endfor %}{% endfor %}")
    assert code == 3
    assert "f/body.html: the template cannot be filled: its loops turn more than 1,000 times" in message


def test_a_body_that_would_be_laid_out_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(body_module, "BODY_LIMIT", 1000)
    code, message = render(tmp_path, HEAD, "{% for a in topic * 50 %}<p>text</p>{% endfor %}")
    assert code == 1
    assert "the document is longer than can be laid out: 1,650 letters" in message


ENDLESS = {
    "boxes": "<div style='display:flex'>" * 30 + "x" + "</div>" * 30,
    "floats": "<span style='float:left'>x</span>" * 20_000,
    "breaks": "<p style='break-after:page'>x" * 20_000,
}


#: A stroke that falls into a callback, such as one of the collector, is lost there and told; the next one ends the work.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", ENDLESS)
def test_a_page_that_would_be_laid_out_without_end_is_stopped_in_its_time(tmp_path, monkeypatch, name):
    monkeypatch.setattr(weasy, "LAYOUT_SECONDS", 1)
    monkeypatch.setattr(weasy, "LAYOUT_PACE", 10**9)
    with processor_bound():
        code, message = render(tmp_path, HEAD, ENDLESS[name])
    assert (code, "f/body.html: the page takes too long to be laid out" in message) == (3, True)
    (tmp_path / "f" / "body.html").write_text("<p>{{ topic }}</p>", encoding="utf-8")
    monkeypatch.undo()
    assert run("render", "f", tmp_path / "r.json", "-o", tmp_path / "o.pdf", "--forms", tmp_path).exit_code == 0


def test_a_page_is_stopped_though_the_first_stroke_is_lost_in_a_callback(monkeypatch):
    monkeypatch.setattr(timeouts, "AGAIN", 0.02)
    lost = []

    def work() -> None:
        while True:
            try:
                while True:
                    sum(range(100))
            except BaseException:
                if lost:
                    raise
                lost.append(True)

    with pytest.raises(timeouts.TimedOut):
        timeouts.time_limit(0.02, work)
    assert lost


@pytest.mark.parametrize("name", ["colspan", "rowspan"])
@pytest.mark.parametrize("count", ["100000000", "&#49;00000000", " +100000000x", "1" * 5000])
def test_a_cell_spans_no_more_than_html_allows(tmp_path, monkeypatch, name, count):
    monkeypatch.setattr(weasy, "LAYOUT_SECONDS", 60)
    with processor_bound():
        code, message = render(tmp_path, HEAD, f"<table><tr><td {name}='{count}'>x</td></tr></table>")
    assert code == 0, message


@pytest.mark.slow
@pytest.mark.parametrize("element", ["div", "table><tr><td"])
def test_a_page_that_is_nested_too_deeply_is_refused(tmp_path, element):
    code, message = render(tmp_path, HEAD, f"<{element}>" * 3000)
    assert (code, "f/body.html: the page is nested too deeply" in message) == (3, True)


def test_only_the_thread_that_is_overdue_is_ended():
    def for_ever() -> None:
        while True:
            time.sleep(0.01)

    with ThreadPoolExecutor(4) as pool:
        late = [pool.submit(time_limit, 0.2, for_ever) for _ in range(2)]
        calm = [pool.submit(time_limit, 30, lambda: time.sleep(0.5) or "done") for _ in range(2)]
        assert [each.result() for each in calm] == ["done", "done"]
        assert {type(each.exception()) for each in late} == {TimedOut}


def test_work_that_may_take_only_so_long_can_be_profiled():
    work = "for _ in range(3): time_limit(9, lambda: None)"
    program = f"import cProfile; from docgen.timeouts import time_limit; cProfile.run({work!r})"
    run = processes.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "time_limit" in run.stdout


@pytest.mark.parametrize("seconds", [0.05, 30])
def test_a_process_in_which_work_was_ended_can_be_profiled_later(seconds):
    work = "try: time_limit({}, lambda: [time.sleep(0.01) for _ in range(20)])\nexcept TimedOut: print('ended')"
    program = f"import cProfile, time; from docgen.timeouts import TimedOut, time_limit\n{work.format(seconds)}\n"
    program += "cProfile.run('sorted([2, 1])')"
    run = processes.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ("ended" in run.stdout, "sorted" in run.stdout) == (seconds < 1, True)


def test_work_that_ends_as_its_time_is_over_is_ended_or_done_and_nothing_strikes_later():
    ends = set()
    for number in range(300):
        try:
            ends.add(time_limit(0.002, lambda pause=number / 100_000: time.sleep(pause) or "done"))
        except TimedOut:
            ends.add("overdue")
        sum(range(2000))
    assert "done" in ends


@pytest.mark.parametrize(
    "body",
    [
        "<img src='file:///etc/passwd'>",
        "<img src='http://127.0.0.1:9/x.png'>",
        "<link rel='stylesheet' href='#'><link rel='attachment' href='#a'><style>@import 'file:///etc/passwd';</style>",
        "<style>p { background: url(/etc/passwd) }</style><p>x</p>",
        "<style>@font-face { font-family: a; src: url(file:///etc/passwd) } p { font-family: a }</style><p>x</p>",
        "<object data='file:///etc/passwd'></object>",
        "<embed src='file:///etc/passwd'>",
    ],
)
def test_a_page_that_asks_for_another_file_is_not_made(tmp_path, body):
    """What cannot be fetched is an error and never a page with a hole in it."""
    code, message = render(tmp_path, HEAD, body)
    assert code in (3, 4)
    assert "root:" not in message


def test_the_sound_form_of_these_tests_renders(tmp_path):
    assert render(tmp_path, HEAD, "<p>{{ topic }}</p>")[0] == 0


def test_a_form_s_id_never_leads_to_another_folder(tmp_path):
    (tmp_path / "a").mkdir()
    for form_id in ("../a", "a/../a", ".", "..", "", "/etc", "a\0"):
        with pytest.raises(Exception, match="there is no form"):
            load_form(form_id, tmp_path)
