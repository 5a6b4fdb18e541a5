"""Names that the book does not know: of a form, a job or an organization. A question about them finds nothing, and says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, func, select

from docgen.errors import DataError, Problem, UsageError, nearest_hint, visible
from docgen.form import form_ids
from docgen.messages import _
from docgen.register.schema import document, series, stock
from docgen.register.values import organization_key


def refuse_unknown(
    connection: Connection, *, form: str = "", job: str = "", organization: str = "", forms: Sequence[str] = ()
) -> None:
    """Raise for names that the book does not know, with the nearest that it does; an empty one is not looked at.

    A form is known where it is installed or among `forms`, though nothing was issued of it. Raise UsageError for an unknown form,
    else DataError with the other names.
    """
    _refuse_form(connection, form, forms)
    problems = [*_unknown_job(connection, job), *_unknown_organization(connection, organization, form)]
    if problems:
        raise DataError(problems)


def _refuse_form(connection: Connection, form: str, forms: Sequence[str]) -> None:
    known = {*form_ids(), *forms}
    if not form or form in known:
        return
    known.update(connection.execute(select(series.c.form).union(select(stock.c.form))).scalars())
    if form not in known:
        message = _("there is no form “{id}”", id=visible(form[:60]))
        raise UsageError.because("form-unknown", message, nearest_hint(form, sorted(known)))


def _unknown_job(connection: Connection, job: str) -> Iterator[Problem]:
    """Yield a problem for a job that issued nothing; the nearest is of those that did, the last first."""
    if job and connection.execute(select(document.c.id).where(document.c.job == job).limit(1)).first() is None:
        query = select(document.c.job).group_by(document.c.job).order_by(func.max(document.c.id).desc())
        hint = nearest_hint(job, list(connection.execute(query).scalars()))
        yield Problem("job-unknown", _("the register has no job “{job}”", job=visible(job)), hint)


def _unknown_organization(connection: Connection, organization: str, form: str) -> Iterator[Problem]:
    """Yield a problem for words that no organization has in its name, of those that issued documents of a form, or of any."""
    if not organization:
        return
    query = select(series.c.organization, series.c.organization_key).distinct().order_by(series.c.organization)
    rows = connection.execute(query.where(series.c.form == form) if form else query).all()
    if not any(organization_key(organization) in row.organization_key for row in rows):
        message = _("the register has no organization with “{words}” in its name", words=visible(organization))
        yield Problem("organization-unknown", message, nearest_hint(organization, [row.organization for row in rows]))
