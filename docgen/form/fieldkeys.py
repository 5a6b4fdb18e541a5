"""The keys that each kind of field takes in a form.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
    TABLE,
    TEXT,
    WHOLE,
    WORDING,
    WORDINGS,
    key,
)


@dataclass(frozen=True, kw_only=True)
class FieldKeys:
    """What every field takes."""

    name: str = key(FIELD_NAME)
    label: Mapping[str, str] = key(LABELS)
    optional: bool | None = key(FLAG, None)
    sample: object = key(ANY, None)
    blank: str | None = key(WORDING, None)


@dataclass(frozen=True, kw_only=True)
class DateKeys(FieldKeys):
    earliest: date | None = key(DAY, None)
    latest: date | None = key(DAY, None)


@dataclass(frozen=True, kw_only=True)
class WholeNumberKeys(FieldKeys):
    min: int | None = key(WHOLE, None)
    max: int | None = key(WHOLE, None)
    why: str | None = key(TEXT, None)


@dataclass(frozen=True, kw_only=True)
class ListKeys(FieldKeys):
    min: int | None = key(WHOLE, None)


@dataclass(frozen=True, kw_only=True)
class GatheringKeys:
    form: str = key(NAME)
    take: tuple[tuple[str, str], ...] = key(PAIRS, ())
    agree: tuple[str, ...] = key(NAMES, ())


@dataclass(frozen=True, kw_only=True)
class RowsKeys(ListKeys):
    at_most: tuple[tuple[str, ...], ...] | None = key(CHAINS, None)
    unique: tuple[str, ...] | None = key(NAMES, None)
    gathers: dict | None = key(TABLE, None)


@dataclass(frozen=True, kw_only=True)
class ChoiceKeys(FieldKeys):
    options: tuple[str, ...] = key(WORDINGS)


FIELD_KEYS: dict[str, type[FieldKeys]] = {
    Text.kind: FieldKeys,
    Choice.kind: ChoiceKeys,
    Date.kind: DateKeys,
    WholeNumber.kind: WholeNumberKeys,
    Iin.kind: FieldKeys,
    Image.kind: FieldKeys,
    Texts.kind: ListKeys,
    Rows.kind: RowsKeys,
}
