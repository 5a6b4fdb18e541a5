"""docs/jobs.md has each key of a job with its option."""

from __future__ import annotations

import re

from support.places import ROOT

from docgen.jobs import ENTRIES


def test_the_page_lists_each_key_with_the_option_that_says_the_same():
    page = (ROOT / "docs" / "jobs.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \| `?([\w-]+)`? \|", page, re.MULTILINE)
    assert sorted(rows) == sorted((each.key, each.option) for each in ENTRIES.values())
