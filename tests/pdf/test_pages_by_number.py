"""Pages of a file found one by one, by what the nodes of the page tree say of themselves (ISO 32000-1, 7.7.3)."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject

from docgen.pdf.source import source_of
from docgen.pdf.syntax import DamagedPdf


def tree(*branches: int, counts: tuple[int, ...] = ()) -> bytes:
    """Return a file whose root has a branch of so many pages each, and a page of its own at the end; `counts` are lies."""
    writer = PdfWriter()
    pages = [writer.add_blank_page(100 + number, 50) for number in range(sum(branches) + 1)]
    root = writer._root_object["/Pages"].get_object()
    kids = list(root["/Kids"])
    nodes = []
    for number, size in enumerate(branches):
        own, kids = kids[:size], kids[size:]
        node = DictionaryObject({NameObject("/Type"): NameObject("/Pages"), NameObject("/Kids"): ArrayObject(own)})
        node[NameObject("/Count")] = NumberObject(counts[number] if counts else size)
        node[NameObject("/Rotate")] = NumberObject(90 * number)
        nodes.append(writer._add_object(node))
    root[NameObject("/Kids")] = ArrayObject([*nodes, *kids])
    assert len(pages) == root["/Count"]
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("branches", [(), (1,), (3, 1, 2), (1, 1)])
def test_a_page_is_the_one_that_a_walk_finds_with_what_it_inherits(branches):
    with source_of(tree(*branches)) as walked, source_of(tree(*branches)) as source:
        pages = list(walked.walk())
        assert source.count == len(pages) == sum(branches) + 1
        assert [source.page(index) for index in reversed(range(len(pages)))] == pages[::-1]


@pytest.mark.parametrize("index", [-1, 7])
def test_a_page_that_is_not_there_is_refused(index):
    with source_of(tree(3, 1, 2)) as source, pytest.raises(DamagedPdf):
        source.page(index)


def test_a_branch_without_pages_is_not_looked_into():
    """As many children as pages are taken for pages; where one is none, the file has to be walked."""
    with source_of(tree(0, 2)) as source, pytest.raises(DamagedPdf):
        source.page(0)


@pytest.mark.parametrize("counts", [(2, 3), (3, 3), (4, 1)])
def test_a_tree_that_counts_wrong_is_refused(counts):
    """Three pages and two: both wrong, so that the sum is right; the second; both."""
    with source_of(tree(3, 2, counts=counts)) as source, pytest.raises(DamagedPdf):
        assert [source.page(index) for index in range(6)]
