"""Seeded changes to files: bytes, words and numbers, parts of packages, elements of XML, values of JSON, cells of a database."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from lxml import etree

#: What stands in files that were not made in good will, or by a program with a fault of its own.
WORDS = (
    *("", " ", "0", "-1", "1e400", "NaN", "Infinity", "99999999999999999999", "0.1e-320", "null", "NULL", "true", "é", "Ә", "😀"),
    *(
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud7ff",
        "\x00",
        "\x1b[31m",
        "\r",
        "\n",
        "\t",
        '"',
        "'",
        "\\",
        "/",
        "../../x",
        "%s",
        "{0}",
        "$",
    ),
    *(
        "{{",
        "}}",
        "{% for x in x %}",
        "{{ x.__class__ }}",
        "{{ 1/0 }}",
        "<!--",
        "<![CDATA[",
        "]]>",
        "&amp;",
        "&#0;",
        "&x;",
        "<",
        ">",
    ),
    *("=1+1", "@x", "+1", "1900-02-30", "31.12.9999", "0000-00-00", "2026-02-06T25:61:61", "Ұ" * 40, "а" * 3000, "1" * 400),
)
BYTES = (
    b"\x00",
    b"\xff",
    b"\x80",
    b"\x1b",
    b"\n",
    b"<",
    b"&",
    b'"',
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"PK\x03\x04",
    b"%PDF-",
    b"\xd2",
)
Mutator = Callable[[bytes, Random], bytes]


def of_bytes(content: bytes, chance: Random) -> bytes:
    """Return a file with one to four changes at places by chance."""
    for _time in range(chance.randint(1, 4)):
        content = chance.choice(_CHANGES)(content, chance)
    return content


def of_text(content: bytes, chance: Random) -> bytes:
    """Return a text with words, numbers or lines changed, now and then with bytes."""
    if chance.random() < 0.2:
        return of_bytes(content, chance)
    text = content.decode("utf-8", "surrogateescape")
    for _time in range(chance.randint(1, 3)):
        text = chance.choice(_TEXT_CHANGES)(text, chance)
    return text.encode("utf-8", "surrogateescape")


def of_package(content: bytes, chance: Random) -> bytes:
    """Return a package with one part changed, left out, twice there or of another name; now and then with bytes changed."""
    if chance.random() < 0.1:
        return of_bytes(content, chance)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(info.filename, archive.read(info)) for info in archive.infolist()]
    at = chance.randrange(len(parts))
    name, part = parts[at]
    kind = chance.random()
    if kind < 0.05:
        del parts[at]
    elif kind < 0.08:
        parts.append((name, of_bytes(part, chance)))
    elif kind < 0.12:
        parts[at] = (chance.choice([name.upper(), name.replace("/", "\\"), f"/{name}", f"../{name}", name + " "]), part)
    else:
        parts[at] = (name, (of_xml if name.endswith((".xml", ".rels")) else of_bytes)(part, chance))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, part in parts:
            archive.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


def of_xml(content: bytes, chance: Random) -> bytes:
    """Return XML that is still well formed, with elements or attributes changed; now and then with text or bytes."""
    if chance.random() < 0.25:
        return of_text(content, chance)
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, huge_tree=False))
    for _time in range(chance.randint(1, 4)):
        elements = [each for each in root.iter() if isinstance(each.tag, str)]
        element = chance.choice(elements)
        chance.choice(_XML_CHANGES)(element, chance.choice(elements), chance)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def of_json(content: bytes, chance: Random) -> bytes:
    """Return JSON with values of other kinds, without keys or with strange ones; now and then with text or bytes."""
    if chance.random() < 0.3:
        return of_text(content, chance)
    lines = content.decode().splitlines() if content.count(b"\n{") else [content.decode()]
    at = chance.randrange(len(lines))
    lines[at] = json.dumps(_changed(json.loads(lines[at]), chance), ensure_ascii=False)
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def of_database(content: bytes, chance: Random) -> bytes:
    """Return a SQLite file with cells, rows, tables or triggers changed behind its back; now and then with bytes."""
    if chance.random() < 0.25:
        return of_bytes(content, chance)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.db")
        path.write_bytes(content)
        with closing(sqlite3.connect(path)) as connection, connection:
            _change_database(connection, chance)
        return path.read_bytes()


def _change_database(connection: sqlite3.Connection, chance: Random) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _sql in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    tables = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    ]
    for _time in range(chance.randint(1, 3)):
        table = chance.choice(tables)
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
        where = f'rowid IN (SELECT rowid FROM "{table}" ORDER BY random_order({chance.randrange(1 << 30)}, rowid) LIMIT 1)'
        connection.create_function("random_order", 2, lambda seed, row: Random(seed * 1_000_003 + row).random())
        try:
            if chance.random() < 0.1:
                connection.execute(f'DELETE FROM "{table}" WHERE {where}')
            elif chance.random() < 0.03:
                connection.execute(f'DROP TABLE "{table}"')
                tables.remove(table)
            else:
                connection.execute(f'UPDATE "{table}" SET "{chance.choice(columns)}" = ? WHERE {where}', [_cell(chance)])
        except sqlite3.IntegrityError:
            pass  # a UNIQUE or NOT NULL that holds without triggers
    for _name, sql in triggers if chance.random() < 0.7 else ():
        with suppress(sqlite3.OperationalError):  # its table is gone
            connection.execute(sql)


def _cell(chance: Random) -> object:
    words = [
        "[]",
        "{",
        '{"a": 1}',
        "\ud800".encode("utf-8", "surrogatepass"),
        b"\xff\xfe",
        1 << 62,
        -1,
        1.5,
        None,
        "2026-13-45",
        "void",
    ]
    return chance.choice([*words, chance.choice(WORDS).encode("utf-8", "surrogatepass").decode("utf-8", "replace")])


# --- one change each --------------------------------------------------------------------------------------------------


def _place(content: bytes, chance: Random) -> int:
    return chance.randrange(len(content) + 1)


def _span(content: bytes, chance: Random) -> slice:
    start = _place(content, chance)
    return slice(start, start + chance.choice([1, 2, 8, 64, max(1, len(content) // 4)]))


def _flip(content: bytes, chance: Random) -> bytes:
    if not content:
        return content
    at = chance.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]


def _put(content: bytes, chance: Random) -> bytes:
    at = _place(content, chance)
    return content[:at] + chance.choice(BYTES) + content[at + chance.randrange(3) :]


def _cut(content: bytes, chance: Random) -> bytes:
    span = _span(content, chance)
    return content[: span.start] + content[span.stop :]


def _again(content: bytes, chance: Random) -> bytes:
    span = _span(content, chance)
    return content[: span.stop] + content[span] * chance.choice([1, 2, 20]) + content[span.stop :]


def _end(content: bytes, chance: Random) -> bytes:
    return content[: _place(content, chance)]


def _number(content: bytes, chance: Random) -> bytes:
    found = list(re.finditer(rb"\d+", content))
    if not found:
        return content
    match = chance.choice(found)
    value = chance.choice([b"0", b"1", b"-1", b"4294967296", b"9223372036854775808", b"65535", b"2147483647", b"1000000"])
    return content[: match.start()] + value + content[match.end() :]


_CHANGES: tuple[Mutator, ...] = (_flip, _flip, _put, _cut, _again, _end, _number, _number)


def _word(text: str, chance: Random) -> str:
    found = list(re.finditer(r"[\w.]+", text))
    if not found:
        return text + chance.choice(WORDS)
    match = chance.choice(found)
    return text[: match.start()] + chance.choice(WORDS) + text[match.end() :]


def _insert(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(WORDS) + text[at:]


def _line(text: str, chance: Random) -> str:
    lines = text.split("\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[at : at + 1] = chance.choice(
        [[], [lines[at]] * 2, [lines[other]], [lines[at], lines[other]], [lines[at][: len(lines[at]) // 2]]]
    )
    return "\n".join(lines)


def _value(text: str, chance: Random) -> str:
    """Put another value behind a `=` or `:` of TOML or YAML."""
    found = list(re.finditer(r"(?m)(?<=[=:] ).+$", text))
    if not found:
        return text
    match = chance.choice(found)
    values = (
        "[]",
        "{}",
        "1",
        "-0.0",
        "nan",
        '""',
        "'x'",
        "2026-02-06",
        "[1, [2]]",
        "{ a = 1 }",
        "true",
        "~",
        "&a [*a]",
        "!!python/name:os.x",
    )
    return text[: match.start()] + chance.choice([*values, f'"{chance.choice(WORDS)}"']) + text[match.end() :]


_TEXT_CHANGES = (_word, _word, _insert, _line, _line, _value, _value)


def _safe(text: str) -> str:
    return "".join(letter for letter in text if letter in "\t\n\r" or " " <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd")


def _remove(element: etree._Element, _other: etree._Element, _chance: Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _copy(element: etree._Element, other: etree._Element, chance: Random) -> None:
    copy = etree.fromstring(etree.tostring(element, with_tail=False))
    if len(etree.tostring(copy)) < 20_000:
        other.insert(chance.randrange(len(other) + 1), copy)


def _attribute(element: etree._Element, other: etree._Element, chance: Random) -> None:
    if element.attrib:
        name = chance.choice(list(element.attrib))
        element.set(name, _safe(chance.choice([*WORDS, *other.attrib.values()])))


def _no_attribute(element: etree._Element, _other: etree._Element, chance: Random) -> None:
    if element.attrib:
        del element.attrib[chance.choice(list(element.attrib))]


def _content(element: etree._Element, _other: etree._Element, chance: Random) -> None:
    element.text = _safe(chance.choice(WORDS))


def _name(element: etree._Element, other: etree._Element, _chance: Random) -> None:
    element.tag = other.tag


_XML_CHANGES = (_remove, _copy, _attribute, _attribute, _no_attribute, _content, _name)


def _changed(value: object, chance: Random) -> object:
    """Return a value of JSON with one within it changed."""
    values = [None, True, 0, -1, 10**30, 1e308, "", [], {}, [[]], [None], {"": None}, chance.choice(WORDS), chance.choice(WORDS)]
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        kind = chance.random()
        if kind < 0.1:
            return {name: each for name, each in value.items() if name != key}
        if kind < 0.2:
            return {**value, chance.choice(WORDS): value[key]}
        return {**value, key: _changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(value[at], chance), *value[at + chance.randrange(2) :]]
    return chance.choice(values)
