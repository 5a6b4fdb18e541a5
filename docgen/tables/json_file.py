"""JSON and JSON lines: a list of records, an object with such a list under `records`, or a record a line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from docgen.errors import DataError, Problem, Where
from docgen.messages import _, translated
from docgen.tables.grid import COLUMNS, ROWS, RowCollector
from docgen.tables.model import RECORDS, Growth, Heading
from docgen.tables.source import Source, damaged, empty, too_large

RECORD = 16_000_000  # characters of one record
SPACES = " \t\r\n"
_SPACED = [f"{space}:" for space in SPACES]
_SPACE = re.compile(r"[ \t\r\n]*")
#: Signs at the end of a text that may be the beginning of a longer value: of `false`, `-1.5e10`, `\ud83d\ude00`.
_TAIL = 16


def read_json(source: Source) -> Growth:
    """Read the table in a JSON file; keys are its headings. Records are decoded one by one, as the file goes by."""
    return _table(source, _records(source))


def read_json_lines(source: Source) -> Growth:
    """Read the table in a file with a JSON object a line; a row is numbered as its line."""
    return _table(source, _line_records(source))


def _table(source: Source, records: Iterator[tuple[int, Any, dict[str, int]]]) -> Growth:
    rows = _Records(source.name)
    try:
        for count, (number, record, doubled) in enumerate(records, 1):
            rows.add_record(number, record, doubled)
            if count % RECORDS == 0:
                yield rows.so_far()
    except UnicodeDecodeError:
        raise damaged(source.name, _("this is not JSON in UTF-8")) from None
    if rows.refused:
        raise DataError(rows.refused)
    if not rows.values and not rows.problems:
        raise empty(source.name, "")
    yield rows.so_far()


class _Records(RowCollector):
    """Rows whose headings are the keys of the records, in the order in which they are first met."""

    def __init__(self, file: str):
        super().__init__(file, {})
        self.refused: list[Problem] = []
        self._keys: list[str] = []
        self._index: dict[str, int] = {}

    def add_record(self, number: int, record: Any, doubled: Mapping[str, int]) -> None:
        """Add what one record holds; what is no record is noted as refused."""
        if number > ROWS:
            raise too_large(self.file, _("the table has more than {limit} rows", limit=ROWS), number)
        if not isinstance(record, dict):
            self.refused.append(_not_record(self.file, number, record))
            return
        if doubled:
            self.refused += (_key_twice(self.file, number, key, count) for key, count in doubled.items())
        if list(record) == self._keys:
            self.add(number, record.values())
        elif record:
            self.add(number, self._in_order(number, record))

    def _in_order(self, number: int, record: Mapping[str, Any]) -> list[Any]:
        """Return the record's values in the order of all keys met so far."""
        for key in record:
            if key not in self._index:
                self._meet(number, key)
        values: list[Any] = [None] * (1 + max(map(self._index.__getitem__, record)))
        for key, value in record.items():
            values[self._index[key]] = value
        return values

    def _meet(self, number: int, key: str) -> None:
        index = len(self._keys)
        if index >= COLUMNS:
            raise too_large(self.file, _("the records have more than {limit} keys", limit=COLUMNS), number)
        self._index[key] = index
        self._keys.append(key)
        self.headings[index] = Heading(key, "", None)
        self._columns.append(index)
        self._width += 1

    def _where(self, row: int, index: int) -> Where:
        return Where(self.file, self.headings[index].text, row)


def _has_keys(text: str, count: int, at: int, end: int) -> bool:
    """Return whether a part of a text has only so many keys, by its colons, or by those after a quotation mark if all are."""
    if text.count(":", at, end) == count:
        return True
    return text.count('":', at, end) == count and not any(text.find(spaced, at, end) >= 0 for spaced in _SPACED)


class _Decoder:
    """Decodes values of JSON one at a time; `doubled` are the keys that occur twice or more in an object of the last one.

    An object with as many keys as its text has colons, or colons after a quotation mark if all are, has none twice. Only the
    others are decoded again to look for doubled keys.
    """

    def __init__(self) -> None:
        self.doubled: dict[str, int] = {}
        self._decode = json.JSONDecoder(parse_constant=_no_constant).raw_decode
        self._look_into = json.JSONDecoder(object_pairs_hook=self._object, parse_constant=_no_constant).raw_decode

    def __call__(self, text: str, at: int = 0) -> tuple[Any, int]:
        """Return the value that begins at `at`, and where it ends; ValueError, mostly JSONDecodeError, or RecursionError."""
        if self.doubled:
            self.doubled = {}
        found, end = self._decode(text, at)
        keys = len(found) if type(found) is dict else 0
        return (found, end) if _has_keys(text, keys, at, end) else self._look_into(text, at)

    def all_of(self, text: str) -> list[dict[str, Any]]:
        """Return the records that `text` has between its commas; none if it has anything else, or a key may occur twice."""
        try:
            records, end = self._decode(f"[{text}]")
        except (ValueError, RecursionError):
            return []
        is_all = end == len(text) + 2 and {*map(type, records)} == {dict}
        return records if is_all and _has_keys(text, sum(map(len, records)), 0, len(text)) else []

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            counts = Counter(key for key, _value in pairs)
            self.doubled |= {key: count for key, count in counts.items() if count > 1}
        return record


class _TextWindow:
    """A window onto the text of a file: what has been read drops out of it, what is needed comes in."""

    def __init__(self, source: Source):
        self.file = source.name
        self.text, self.at = "", 0
        self.decode = _Decoder()
        self._pieces = source.text("utf-8-sig")
        self._is_whole = False
        self._is_odd = False  # something in the window is not to be read in one go
        self._line, self._column = 1, 1  # of the first sign in the window

    def sign(self) -> str:
        """Return the next sign that is no white space, without going past it; "" at the end of the file."""
        while True:
            if self.at < len(self.text) and (sign := self.text[self.at]) not in SPACES:
                return sign
            spaces = _SPACE.match(self.text, self.at)
            self.at = spaces.end() if spaces else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self._is_whole:
                return ""
            self._more()

    def take(self, sign: str) -> None:
        """Go past `sign`; raise DataError if something else is there."""
        if self.sign() != sign:
            raise self.wrong(_("Expecting {sign}", sign=sign), self.at)
        self.at += 1

    def value(self) -> Any:
        """Go past one value and return it."""
        self.sign()
        while True:
            try:
                found, end = self.decode(self.text, self.at)
                if end < len(self.text) or self._is_whole:
                    self.at = end
                    return found
            except json.JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos > len(self.text) - _TAIL
                if self._is_whole or not is_cut:
                    raise self.wrong(translated(error.msg), error.pos) from None
            except (ValueError, RecursionError) as error:
                raise _unreadable(self.file, error, self._place(self.at)[0]) from None
            if len(self.text) - self.at > RECORD:
                raise too_large(self.file, _("a record has more than {limit} million characters", limit=RECORD // 10**6))
            self._more()

    def records(self) -> list[dict[str, Any]]:
        """Go past all records that end within the window and return them.

        What can be read as values up to a sign is read so whatever follows. Return none if not all are plain: then they have to
        be read one by one, which also finds what is wrong.
        """
        end = self.text.rfind("}") + 1
        if self._is_odd or end <= self.at:
            return []
        found = self.decode.all_of(self.text[self.at : end])
        self._is_odd = not found
        self.at = end if found else self.at
        return found

    def wrong(self, reason: str, at: int) -> DataError:
        """Return the error for text that is no JSON."""
        line, column = self._place(at)
        return damaged(self.file, _("this is not JSON: {reason}, column {column}", reason=reason, column=column), line)

    def _more(self) -> None:
        """Double what is still to be read, so that a long value is tried a few times only."""
        self._line, self._column = self._place(self.at)
        parts = [self.text[self.at :]]
        wanted = 2 * len(parts[0]) + 1
        while sum(map(len, parts)) < wanted and not self._is_whole:
            piece = next(self._pieces, None)
            self._is_whole = piece is None
            parts.append(piece or "")
        self.text, self.at, self._is_odd = "".join(parts), 0, False

    def _place(self, at: int) -> tuple[int, int]:
        """Return line and column of a sign in the window, both from 1."""
        line_start = self.text.rfind("\n", 0, at)
        if line_start < 0:
            return self._line, self._column + at
        return self._line + self.text.count("\n", 0, at), at - line_start


def _records(source: Source) -> Iterator[tuple[int, Any, dict[str, int]]]:
    """Yield each record of the file with its place in the list and its doubled keys."""
    buffer = _TextWindow(source)
    opening = buffer.sign()
    if opening == "[":
        yield from _elements(buffer)
    elif opening == "{":
        yield from _elements_under_records(buffer)
    else:
        buffer.value()
        raise _no_list(source.name)
    if buffer.sign():
        raise buffer.wrong("Extra data", buffer.at)


def _elements(buffer: _TextWindow) -> Iterator[tuple[int, Any, dict[str, int]]]:
    buffer.take("[")
    number = 0
    while number or buffer.sign() != "]":
        buffer.sign()
        if records := buffer.records():
            yield from ((at, record, {}) for at, record in enumerate(records, number + 1))
            number += len(records)
        else:
            number += 1
            value = buffer.value()
            yield number, value, buffer.decode.doubled
        if buffer.sign() != ",":
            break
        buffer.at += 1
    buffer.take("]")


def _elements_under_records(buffer: _TextWindow) -> Iterator[tuple[int, Any, dict[str, int]]]:
    buffer.take("{")
    keys: Counter[str] = Counter()
    while keys or buffer.sign() != "}":
        key = str(buffer.value())
        keys[key] += 1
        buffer.take(":")
        if keys["records"] > 1:
            raise DataError(_key_twice(buffer.file, None, key, 2))
        is_list = buffer.sign() == "["
        if key == "records" and is_list:
            yield from _elements(buffer)
        elif key == "records":
            raise _no_list(buffer.file)
        else:
            buffer.value()
        if buffer.sign() != ",":
            break
        buffer.at += 1
    buffer.take("}")
    if "records" not in keys:
        raise _no_list(buffer.file)


def _line_records(source: Source) -> Iterator[tuple[int, Any, dict[str, int]]]:
    """Yield each line that is not blank, decoded, with its number and its doubled keys."""
    decode = _Decoder()
    for number, line in enumerate(source.lines("utf-8-sig", RECORD), 1):
        text = line.strip()
        if not text:
            continue
        try:
            value, end = decode(text)
            if end < len(text):
                raise json.JSONDecodeError("Extra data", text, end)
        except json.JSONDecodeError as error:
            reason = translated(error.msg)
            message = _("this is not JSON: {reason}, column {column}", reason=reason, column=error.pos + 1)
            raise damaged(source.name, message, number) from None
        except (ValueError, RecursionError) as error:
            raise _unreadable(source.name, error, number) from None
        yield number, value, decode.doubled


class _NoValue(ValueError):
    """A word that programs write where there is no number, and that JSON does not know: NaN, Infinity."""


def _no_constant(name: str) -> None:
    raise _NoValue(name)


def _unreadable(file: str, error: ValueError | RecursionError, row: int) -> DataError:
    """Return the error for what is no JSON, or more than is read: a number of thousands of digits, brackets without end."""
    if not isinstance(error, _NoValue):
        return damaged(file, _("this is not JSON that can be read"), row)
    hint = _("Write null, or leave the key out, where there is no value.")
    return DataError.because("table-damaged", _("this is not JSON: {name} is no value", name=error), hint, file=file, row=row)


def _no_list(file: str) -> DataError:
    return DataError.because(
        "table-shape",
        _("this is not a list of records"),
        _('Write [{{…}}, {{…}}] or {{"records": [{{…}}, {{…}}]}}.'),
        file=file,
    )


def _key_twice(file: str, number: int | None, key: str, count: int) -> Problem:
    message = _("the key “{key}” occurs {count} times in one record", key=key[:100], count=count)
    return Problem("heading-twice", message, _("Keep one of them."), Where(file, key[:100], number), key[:100])


def _not_record(file: str, number: int, record: Any) -> Problem:
    hint = _('Write it as {{"field": "value"}}.')
    shown = json.dumps(record)[:100]
    return Problem("record-shape", _("this is not a record of named values"), hint, Where(file, row=number), shown)
