#!/usr/bin/env bash
# docxtpl compares a text with & in a tag of the template as `&amp;`: the condition is never true, and a joint prints `&amp;`.
#
# Expected: `{% if org == "A & B" %}` is true for the value "A & B", and `{{ names | join(" & ") }}` prints "x & y", as in Jinja.
# Seen: a template's text is XML, where & is written &amp;. docxtpl gives < > and quotation marks in tags back before Jinja reads
#   them, and & not. So the comparison is false without a word, and with autoescape=True, as its documentation advises for texts
#   with &, the constant is escaped once more and the document shows "x &amp; y".
# A way out: pass such texts as values; keep & out of the tags themselves.
# Versions: docxtpl 0.20.2, python-docx 1.2.0, Jinja2 3.1.6.
# Source: https://docxtpl.readthedocs.io/en/latest/ ("Escaping").
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check docxtpl==0.20.2 python-docx==1.2.0 jinja2==3.1.6
python/bin/python - <<'PYTHON'
from docx import Document
from docxtpl import DocxTemplate

document = Document()
document.add_paragraph('{% if org == "A & B" %}equal{% else %}other{% endif %}')
document.add_paragraph('{% if hours < 5 %}few{% else %}many{% endif %}')
document.add_paragraph('{{ names | join(" & ") }}')
document.save("template.docx")
template = DocxTemplate("template.docx")
template.render({"org": "A & B", "hours": 3, "names": ["x", "y"]}, autoescape=True)
template.save("filled.docx")
seen = [paragraph.text for paragraph in Document("filled.docx").paragraphs]
print("expected:", ["equal", "few", "x & y"])
print("seen:    ", seen)
assert seen == ["other", "few", "x &amp; y"], "this has changed"
PYTHON
