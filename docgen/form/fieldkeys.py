"""The keys that each kind of field takes in a form.toml; what holds where one is not given, the kind itself says."""

from __future__ import annotations

from docgen.fields import Choice, Date, Iin, Image, Rows, Text, Texts, WholeNumber
from docgen.form.keys import (
    ANY,
    CHAINS,
    DAY,
    FIELD_NAME,
    FLAG,
    LABELS,
    NAME,
    NAMES,
    PAIRS,
    PLAIN_TEXT,
    PLAIN_TEXTS,
    TABLE,
    TEXT,
    WHOLE,
    Reader,
)

#: What every field takes.
KEYS: dict[str, Reader] = {"name": FIELD_NAME, "label": LABELS, "optional": FLAG, "sample": ANY, "blank": PLAIN_TEXT}

#: Kind → what it takes.
FIELD_KEYS: dict[str, dict[str, Reader]] = {
    Text.kind: KEYS | {"without": PLAIN_TEXTS},
    Choice.kind: KEYS | {"options": PLAIN_TEXTS},
    Date.kind: KEYS | {"earliest": DAY, "latest": DAY},
    WholeNumber.kind: KEYS | {"min": WHOLE, "max": WHOLE, "why": TEXT},
    Iin.kind: KEYS,
    Image.kind: KEYS,
    Texts.kind: KEYS | {"min": WHOLE},
    Rows.kind: KEYS | {"min": WHOLE, "at-most": CHAINS, "unique": NAMES, "gathers": TABLE},
}

#: What has to be given, by the kinds that take it.
REQUIRED = ("name", "label", "options")

#: What `gathers` takes; its `form` has to be given.
GATHERING_KEYS: dict[str, Reader] = {"form": NAME, "take": PAIRS, "agree": NAMES}
