"""Makes docs/acts/*.md: clause by clause what an act prescribes, the place that fulfils it, the check that measures it, the test.

`make acts` writes them; `python scripts/acts.py --check` ends with 1 and shows the difference if they are not current. A page is
made of docs/acts/ID.toml (what the act says), the form definitions (the places of each clause), the table of checks of preflight
(what is measured of a place, how exactly) and the tests that are marked with `@pytest.mark.clause(act, clause, …)`.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from act_clauses import ACTS, ROOT, STATES, Act, Clause, Part, acts, holders, measures, place_checks, state_of
from places_in_words import place_in_words

from docgen.fields import Field
from docgen.form import load_form
from docgen.preflighting.checks import CHECKS, LETTERS_INSIDE, LETTERS_SEEN, NO_CODE, OWN_PICTURE, SHEET, Check
from docgen.preflighting.measured_page import clause_of

HEAD = "<!-- Written by `make acts`. Change docs/acts/*.toml, a form definition, a check or the mark of a test instead. -->\n"


def page(act: Act) -> str:
    """Return the page of an act."""
    rows = [("Official title", act.kazakh), ("Registered", act.registered), ("Edition", act.edition), ("Read here", act.basis)]
    lines = [HEAD, f"# {act.name}", "", act.about, "", "| | |", "|---|---|"]
    lines += [f"| {label} | {_cell(value)} |" for label, value in rows if value]
    lines += [f"| Forms | {', '.join(map(_form_link, act.forms)) or 'none yet'} |", "", _count(act), ""]
    lines += ["What the signs mean, and how a measure is taken: [the index](README.md).", ""]
    for part in act.parts:
        lines += [f"## {part.title}", "", *([part.about, ""] if part.about else []), *_overview(act, part), ""]
        for clause in part.clauses:
            lines += _section(act, clause)
    return "\n".join([*lines, *_ours(act)]).rstrip() + "\n"


def _overview(act: Act, part: Part) -> Iterator[str]:
    yield from ("| clause | what it is about | state |", "|---|---|---|")
    for clause in part.clauses:
        yield f"| {_label(clause)} | {_cell(clause.title)} | {_sign(act, clause)} |"


def _label(clause: Clause) -> str:
    """Return the clause's number, linked if there is more to say than its summary."""
    return f"[{clause.number}](#{_anchor(clause)})"


def _anchor(clause: Clause) -> str:
    return re.sub(r"[^a-z0-9]+", "-", clause.id.lower()).strip("-")


def _sign(act: Act, clause: Clause) -> str:
    state, base = state_of(act, clause)
    rest = f", the rest {base}" if state == "open" and base != "open" else ""
    return f"{STATES[state][0]} {state}{rest}"


def _section(act: Act, clause: Clause) -> Iterator[str]:
    yield from (f'<a id="{_anchor(clause)}"></a>', "", f"### {clause.number} · {clause.title}", "")
    yield from (f"{_sign(act, clause)} — {clause.says}", "")
    yield from _words(clause)
    yield from _place_table(clause)
    yield from _unmeasured(clause)
    if clause.does:
        yield from (clause.does, "")
    tests = holders().get((act.id, clause.id), [])
    if tests:
        yield from ("Held by the tests:", "", *(f"- {test.link}" for test in tests), "")
    missing = [] if tests or state_of(act, clause)[1] not in ("measured", "fulfilled") else ["No test holds it."]
    if clause.open or missing:
        yield from ("**Open:**", "", *(f"- {point}" for point in (*clause.open, *missing)), "")


def _words(clause: Clause) -> Iterator[str]:
    if clause.fixed:
        yield from ("Its words:", "")
        for form, words in clause.fixed:
            notes = [note for note in (form, "not printed yet" if words in clause.lacks else "") if note]
            yield f"> {_cell(words)}" + (f" *({', '.join(notes)})*" if notes else "") + "  "
        yield ""


def _place_table(clause: Clause) -> Iterator[str]:
    """Yield the places of a clause; a place that several forms have alike is one row."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for form_id in clause.forms:
        for name, words, checks in measures(clause, load_form(form_id)):
            rows.setdefault((name, words, _measured(checks)), []).append(form_id)
    if rows:
        yield from ("| place of the form | as its definition has it | checks of preflight |", "|---|---|---|")
        for (name, words, measured), forms in rows.items():
            of = "" if len(forms) == len(clause.forms) else f" ({', '.join(forms)})"
            yield f"| `{name}`{of} | {_cell(words)} | {measured} |"
        yield ""


def _measured(checks: Sequence[Check[Any]]) -> str:
    """Return the names of checks with their tolerances; those of one tolerance are together."""
    groups: dict[str, list[str]] = {}
    for check in checks:
        groups.setdefault(check.tolerance, []).extend(check.names or check.failures)
    return "; ".join(f"{', '.join(f'`{name}`' for name in names)} {tolerance}" for tolerance, names in groups.items())


def _unmeasured(clause: Clause) -> Iterator[str]:
    """Yield the forms that fulfil a clause without a place of it, and the bounds of the fields that do."""
    forms = [load_form(form_id) for form_id in clause.forms]
    if forms and not any(measures(clause, form) for form in forms):
        for form in forms:
            due = f"; due {form.act.deadline}" if form.act.deadline else ""
            bounds = "".join(f"; `{name}` {_bounds(form.field(name))}" for name in clause.fields)
            yield f"- {_form_link(form.id)}: {form.title['en']} (layout {form.layout}{due}{bounds})"
        yield ""


def _bounds(field: Field) -> str:
    ends = [(word, getattr(field, name, None)) for word, name in (("at least", "min"), ("at most", "max"))]
    return " and ".join(f"{word} {value}" for word, value in ends if value is not None)


def _ours(act: Act) -> Iterator[str]:
    """Yield the places of the act's fixed forms that no clause prescribes."""
    listed = {(form_id, name) for clause in act.clauses for form_id in clause.forms for name in clause.places}
    rows: dict[tuple[str, str, str], list[str]] = {}
    for form in map(load_form, act.forms):
        for place in form.places:
            if not clause_of(place, form) and (form.id, place.name) not in listed:
                words = place_in_words(place, form)
                rows.setdefault((place.name, words, _measured(place_checks(place, form))), []).append(form.id)
    if rows:
        yield from ("## Places of ours", "", "What these forms have beyond the act; preflight measures it too.", "")
        yield from ("| place | of the form | as its definition has it | checks of preflight |", "|---|---|---|---|")
        for (name, words, measured), forms in rows.items():
            yield f"| `{name}` | {', '.join(forms)} | {_cell(words)} | {measured} |"


def _form_link(form_id: str) -> str:
    return f"[`{form_id}`](../../forms/{form_id}/form.toml)"


def _cell(text: str) -> str:
    """Return a text as Markdown has it in a cell; what is in backticks stays as it is."""
    escaped = (part if part.startswith("`") else part.replace("_", "\\_") for part in re.split(r"(`[^`]*`)", text))
    return "".join(escaped).replace("|", "\\|")


def _tally(act: Act) -> Counter[str]:
    return Counter(state_of(act, clause)[0] for clause in act.clauses)


def _count(act: Act) -> str:
    tally = _tally(act)
    return f"{len(act.clauses)} clauses: " + " · ".join(
        f"{sign} {tally[state]} {state}" for state, (sign, _words) in STATES.items()
    )


INTRODUCTION = """# The acts, clause by clause

One page an act: what each clause prescribes, the place of the form that fulfils it, the check of preflight that measures it in a
finished PDF, the test that holds it, and what is still open. The pages are made from the form definitions, the checks and the
tests (`make acts`), and a test fails if they are not current. Quotations are in the language of the acts, which is the authority;
all else is our reading.
"""

MEASURES = """## How a measure is taken

“N mm below” and “N mm from” have one meaning everywhere, in a definition, on the page and when it is measured:

- A picture, a frame, a rule is measured at its outer edge.
- A text is measured at its ink: the upper edge of a line is the cap height of its face and size, the lower edge its baseline.
- So “10 mm below the emblem” goes from the emblem's lower edge to the cap height of the text, and “15 mm below” a text goes
  from its last baseline to the cap height of the next.
- A prescribed size never shrinks. A text that does not fit wraps; a record for which the page is full is refused, with the field
  and the millimetres that are missing.

The tolerances below are those for PDF. DOCX, as LibreOffice lays it out, is held to 0.5 mm by tests.
"""

CHECKED_OF_ALL = """\
A name in brackets shows only if something is wrong. `docgen preflight FILE` lists every finding with its clause.

Of every file preflight also checks that its fonts are embedded, its title and its language, and it remarks on texts and ink that
the form does not have. Of a form that flows over pages (`body.html`) it measures the sheet, the family of the faces, and that no
letter lies outside the sheet; the words of such a form are held by tests."""


def index(every: Sequence[Act]) -> str:
    """Return the index: acts with counts by state, the legend, the checks."""
    lines = [
        HEAD,
        INTRODUCTION,
        "| act | clauses | " + " | ".join(f"{sign} {state}" for state, (sign, _) in STATES.items()) + " |",
    ]
    lines += ["|---|--:|" + "--:|" * len(STATES)]
    total: Counter[str] = Counter()
    for act in every:
        tally = _tally(act)
        total += tally
        lines.append(_numbers(f"[{act.name}]({act.id}.md)", tally))
    lines += [_numbers("all", total), "", "## The signs", ""]
    lines += [f"- {sign} **{state}**: {words}." for state, (sign, words) in STATES.items()]
    lines += [
        "",
        "A form is *prescribed* if the act gives its words and measures, *house* if the act leaves the layout free.",
        "",
    ]
    lines += [MEASURES, "## The checks of preflight", "", "| of | check | what is measured | tolerance |", "|---|---|---|---|"]
    lines += [f"| {kind} | {_names(check)} | {check.measures} | {check.tolerance} |" for kind, check in _all_checks()]
    lines += ["", CHECKED_OF_ALL]
    return "\n".join(lines) + "\n"


def _numbers(label: str, tally: Counter[str]) -> str:
    return f"| {label} | {tally.total()} | " + " | ".join(str(tally[state]) for state in STATES) + " |"


def _names(check: Check[Any]) -> str:
    return ", ".join([*(f"`{name}`" for name in check.names), *(f"(`{name}`)" for name in check.failures)])


def _all_checks() -> Iterator[tuple[str, Check[Any]]]:
    tables: Iterable[tuple[str, Iterable[Check[Any]]]] = [
        ("sheet", SHEET),
        *((kind.__name__.lower().replace("heading", " heading"), checks) for kind, checks in CHECKS.items()),
        ("picture of a record", OWN_PICTURE),
        ("all text", [LETTERS_INSIDE, LETTERS_SEEN]),
        ("a page without room", [NO_CODE]),
    ]
    for kind, checks in tables:
        for check in checks:
            yield kind, check


def pages() -> dict[Path, str]:
    """Return every page by its path."""
    every = acts()
    return {ACTS / "README.md": index(every)} | {ACTS / f"{act.id}.md": page(act) for act in every}


def differences() -> list[str]:
    """Return the lines of a diff from the pages as they are to what they should be."""
    lines: list[str] = []
    for path, text in pages().items():
        before = path.read_text("utf-8") if path.is_file() else ""
        name = path.relative_to(ROOT).as_posix()
        lines += difflib.unified_diff(before.splitlines(), text.splitlines(), name, f"{name} (current)", lineterm="")
    return lines


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them with `--check`."""
    if arguments == ["--check"]:
        lines = differences()
        print("\n".join([*lines[:200], "docs/acts/ is not current: run “make acts”."]) if lines else "docs/acts/ is current.")
        return int(bool(lines))
    for path, text in pages().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
