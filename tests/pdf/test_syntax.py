"""Objects of a PDF as they are written (ISO 32000-1, 7.3): entries, references, strings."""

from __future__ import annotations

import pytest

from docgen.pdf.syntax import DamagedPdf, entries, members, reference, renumbered, text_of_string, value_at


def test_the_entries_of_a_dictionary_are_found_whatever_is_nested_in_them():
    raw = rb"<</A/B/C 12 0 R /D<</E[1 2(x]>>)]>>/F(a\(b(c)>>)%/G 1" + b"\n/H<0aF>/I -1.5/J true/K null/L[]/M<<>>>> stream"
    assert entries(raw) == {
        b"/A": b"/B", b"/C": b"12 0 R", b"/D": b"<</E[1 2(x]>>)]>>", b"/F": rb"(a\(b(c)>>)", b"/H": b"<0aF>", b"/I": b"-1.5",
        b"/J": b"true", b"/K": b"null", b"/L": b"[]", b"/M": b"<<>>",
    }  # fmt: skip


def test_the_members_of_an_array_are_found():
    assert members(b" [1 0 R(a])/B[2 [3]]<</C 4>> 5 6]") == [b"1 0 R", b"(a])", b"/B", b"[2 [3]]", b"<</C 4>>", b"5", b"6"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"[1 0 R 2 0 R]", b"[101 0 R 102 0 R]"),
        (b"<</A 1 0 R/B<</C 2 0 R>>>>", b"<</A 101 0 R/B<</C 102 0 R>>>>"),
        (b"(1 0 R)[3 0 R](4 (5 0 R) 6 0 R)7 0 R", b"(1 0 R)[103 0 R](4 (5 0 R) 6 0 R)107 0 R"),
        (rb"(\)1 0 R)2 0 R", rb"(\)1 0 R)102 0 R"),
        (b"%1 0 R\n2 0 R", b"%1 0 R\n102 0 R"),
        (b"[1 0 RG/R1 0 R2 11 0\nR]", b"[1 0 RG/R1 0 R2 111 0 R]"),
        (b"[1.5 0 R/N5 0 R]", b"[1.5 0 R/N5 0 R]"),
    ],
)
def test_references_get_other_numbers_and_what_looks_like_one_in_a_string_does_not(raw, expected):
    assert renumbered(raw, lambda number: b"%d 0 R" % (number + 100)) == expected


@pytest.mark.parametrize(("raw", "number"), [(b"12 0 R", 12), (b"\n12\t0\rR ", 12), (b"12", None), (b"[12 0 R]", None)])
def test_a_reference_is_told_from_what_holds_one(raw, number):
    assert reference(raw) == number


@pytest.mark.parametrize("raw", [b"<</A", b"<</A(b", b"<</A]", b"[1 2", b"<<1 2>>", b"<</A<<>", b"]", b"", b"<</A" + b"[" * 200])
def test_what_is_no_object_is_refused(raw):
    with pytest.raises((DamagedPdf, StopIteration)):
        entries(raw) if raw[:2] == b"<<" else value_at(raw, 0)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            rb"(a\(b\)\\\101\n\
c)",
            "a(b)\\A\nc",
        ),
        (b"<FEFF04D9>", "ә"),
        (b"(\xfe\xff\x04\xd9)", "ә"),
        (b"(\xef\xbb\xbf\xd3\x99)", "ә"),
        (b"(a\r\nb)", "a\nb"),
    ],
)
def test_a_string_says_its_text(raw, text):
    assert text_of_string(raw) == text
