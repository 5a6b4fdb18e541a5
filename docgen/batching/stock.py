"""Which records of a batch fit the same stock: fixed text within a line moves where the data before it are wider."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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
    """Return what the stock for a record is known by: where its fixed text is, and how large."""
    texts = [item for page in compose(form, record, MASTER) for item in page.items if type(item) is TextItem]
    facts = [(item.place, round(item.left.mm, 3), round(item.baseline.mm, 3), item.font.size.mm, item.text) for item in texts]
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def other_stock(lines: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """Yield a note on the records that do not fit the stock of the first one; `lines` hold the row and the stock of each."""
    lines = iter(lines)
    first = next(lines, None)
    rows: list[int] = [line["row"] for line in lines if first and line["stock"] != first["stock"]]
    if first and rows:
        message = n_(
            "{count} record needs other stock than row {first}: its fixed text is elsewhere, next to data of another width",
            "{count} records need other stock than row {first}: their fixed text is elsewhere, next to data of another width",
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
