"""docs/python.md has each public name of docgen, with an example of its use."""

from __future__ import annotations

import re

from support.places import ROOT

import docgen

PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE))


def test_each_public_name_has_a_section_and_no_other_has():
    assert sorted(SECTIONS) == sorted(docgen.__all__)


def test_each_section_shows_its_name_in_use():
    examples = {name: "".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)) for name, text in SECTIONS.items()}
    unused = [name for name, example in examples.items() if f"docgen.{name}" not in example]
    assert unused == []
