"""The page of forms: which there are, what each is for and when it is due, and those that the clerk used last."""

from __future__ import annotations

from pathlib import Path

from docgen.form import Form, form_ids, load_form
from docgen.kazakh import alphabetical
from docgen.messages import labelled, translated
from docgen.service.calls import Answer, Call
from docgen.service.pages.desk import ClerkDesk
from docgen.service.pages.html import page_answer


def list_forms(call: Call) -> Answer:
    """Show the forms, all or those in which the words that are sought are found."""
    desk = ClerkDesk(Path(call.settings.data), call.clerk)
    forms = [load_form(each, call.settings.forms) for each in form_ids(call.settings.forms)]
    words = call.query.get("search", "").casefold().split()
    found = sorted((form for form in forms if _has(form, words)), key=lambda form: alphabetical(labelled(form.title)))
    known = {form.id: form for form in forms}
    recent = [] if words else [known[each] for each in desk.recent() if each in known]
    return page_answer(
        call, "forms.html", forms=found, recent=recent, drafts=desk.drafted().keys() & known.keys(),
        search=call.query.get("search", ""), total=len(forms),
    )  # fmt: skip


def _has(form: Form, words: list[str]) -> bool:
    """Return whether a form has all these words in its titles, its id or its act."""
    act = form.act
    said = [form.id, *form.title.values(), act.name, translated(act.name), act.clause, translated(act.deadline)]
    text = " ".join(said).casefold()
    return all(word in text for word in words)
