"""Which records of a batch fit the same stock: wording within a line stands beside the data, and moves where they are wider."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from docgen.compose import compose
from docgen.compose.page import Layer, TextItem
from docgen.errors import Problem
from docgen.form import Form
from docgen.messages import _, n_
from docgen.record import Record

MASTER = frozenset({Layer.MASTER})
#: How many spans of rows are named.
NAMED = 20


def stock_of(form: Form, record: Record) -> str:
    """Return what the stock for a record is known by: where its fixed wording stands, and how large."""
    texts = [item for page in compose(form, record, MASTER) for item in page.items if type(item) is TextItem]
    told = [(item.place, round(item.left.mm, 3), round(item.baseline.mm, 3), item.font.size.mm, item.text) for item in texts]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def other_stock(lines: Iterable[Mapping[str, object]]) -> Iterator[Problem]:
    """Give a note of the records that do not fit the stock of the first one; `lines` tell the row and the stock of each."""
    first, rows = None, []
    for line in lines:
        first = first or line
        if line["stock"] != first["stock"]:
            rows.append(line["row"])
    if rows:
        message = n_(
            "{count} record needs other stock than row {first}: its wording stands elsewhere, beside data of another width",
            "{count} records need other stock than row {first}: their wording stands elsewhere, beside data of another width",
            len(rows), first=first["row"],
        )  # fmt: skip
        hint = _("Print blank and overprint for them alone: --only {rows}", rows=_spans(rows))
        yield Problem("stock-differs", message, hint)


def _spans(rows: list[int]) -> str:
    """Return rows as `--only` takes them: 12-15,20."""
    spans: list[list[int]] = []
    for row in rows:
        if spans and row == spans[-1][-1] + 1:
            spans[-1][1:] = [row]
        else:
            spans.append([row])
    return ",".join("-".join(map(str, span)) for span in spans[:NAMED]) + ("…" if len(spans) > NAMED else "")
