"""The folder that is published: each of its files appears whole or not at all, over the one that was published before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docgen.codes import PublicKey, PublishedList, Signer, keys_as_json, signed_list
from docgen.files import write_whole
from docgen.publishing.documents import STATES, list_of
from docgen.publishing.page import LICENCE, VerifyingPage, page_html
from docgen.register import Filter, Register

LIST, KEYS, PAGE = "list.cose", "keys.json", "verify.html"
#: The files of the folder.
FILES = (LIST, KEYS, PAGE, LICENCE.name)


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a list is published, of which day it is, and the last day on which it is current."""

    folder: Path
    day: date
    until: date
    forms: Path | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the list, and how many void and replaced documents are in it.

    `others` are the keys of other organizations, of whose documents it says nothing.
    """

    listed: PublishedList
    void: int
    replaced: int
    others: tuple[PublicKey, ...]


def publish(register: Register, signer: Signer, keys: Sequence[PublicKey], wanted: Publication) -> Published:
    """Write the folder: the signed list, the public keys, the page that verifies, and the licence of what it contains.

    Raise as `signed_list` and `list_of`, DataError for a folder that cannot be written.
    """
    listed = list_of(register, keys, wanted.day, wanted.until, wanted.forms)
    content = signed_list(listed, signer)
    page = page_html(VerifyingPage(tuple(keys), content, wanted.forms))
    files = dict(zip(FILES, (content, keys_as_json(keys), page, LICENCE.read_bytes()), strict=True))
    for name, each in files.items():
        write_whole(wanted.folder / name, each)
    void, replaced = (register.count(Filter(state=state)) for state in STATES)
    others = tuple(key for key in keys if key.organization != signer.key.organization)
    return Published(listed, void, replaced, others)
