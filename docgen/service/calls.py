"""A call and its answer, as they pass between the process that speaks HTTP and the workers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.service.settings import WorkSettings

JSON = "application/json"
PROBLEM = "application/problem+json"


@dataclass(slots=True)
class Upload:
    """A file that came with a call: the field that it was in, the name that its owner gave it, and where it is stored.

    The name is for messages alone; it never becomes a path.
    """

    field: str
    name: str
    path: str


@dataclass(slots=True)
class Call:
    """One call of an operation, its parameters read; `clerk` is who works with the register, `key` the Idempotency-Key."""

    operation: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: bytes = b""
    media_type: str = ""
    accept: str = ""
    language: str = "en"
    clerk: str = ""
    key: str = ""
    files: tuple[Upload, ...] = ()
    #: The texts of a multipart form.
    texts: Mapping[str, str] = field(default_factory=dict)
    settings: WorkSettings = field(default_factory=WorkSettings)
    #: Of a page, what it has to know of the browser (`pages.browser.page_facts`).
    page: Mapping[str, Any] = field(default_factory=dict)
    #: Which call of the worker it is.
    sequence: int = 0

    def head(self) -> dict[str, Any]:
        """Return all but the body and the settings, as plain values."""
        head: dict[str, Any] = {"op": self.operation, "p": self.path, "l": self.language, "c": self.clerk}
        for name, value in (("q", self.query), ("t", self.media_type), ("a", self.accept), ("k", self.key), ("w", self.page)):
            if value:
                head[name] = value
        if self.files:
            head["f"] = [[each.field, each.name, each.path] for each in self.files]
        if self.texts:
            head["x"] = self.texts
        return head

    @classmethod
    def read(cls, head: Mapping[str, Any], body: bytes, settings: WorkSettings) -> Call:
        """Return the call that `head` and `body` are."""
        get = head.get
        files = tuple(Upload(*each) for each in get("f", ()))
        return cls(
            head["op"], head["p"], get("q", {}), body, get("t", ""), get("a", ""), head["l"], head["c"], get("k", ""), files,
            get("x", {}), settings, get("w", {}), get("n", 0),
        )  # fmt: skip


@dataclass(slots=True)
class Answer:
    """What is answered, in the terms of HTTP; names of headers are in small letters, their values ASCII."""

    status: int
    media_type: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None, media_type: str = JSON) -> Answer:
    """Return an answer in JSON."""
    return Answer(status, media_type, as_json(value), headers or {})


def as_json(value: object) -> bytes:
    """Return a value as JSON in UTF-8, without white space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace")
