"""What belongs to a file and not to its pages goes with it when files are joined, or is told by the file's name."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject
from support import processes
from support.calling import run
from support.pdf_files import TWO_PAGES, pages, raw, with_destination, with_labels, written

import docgen


def joined(folder: Path, *files: bytes):
    """Join files a.pdf, b.pdf, …; return the command's result and the joined file."""
    paths = [folder / f"{name}.pdf" for name, _file in zip("abcd", files, strict=False)]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    result = run("merge", *paths, "-o", folder / "all.pdf")
    return result, pypdf.PdfReader(folder / "all.pdf") if result.exit_code == 0 else None


def is_told(result, name: str = "b.pdf") -> bool:
    return f"{name}: " in result.stderr


def width_of(reader: pypdf.PdfReader, number: int | None) -> float:
    return float(reader.pages[number].mediabox.width)


# --- destinations and bookmarks -----------------------------------------------------------------------------------------


def target(reader: pypdf.PdfReader, page: int) -> float:
    """Return how wide the page is that the link on a page leads to."""
    link = reader.pages[page]["/Annots"][0].get_object()
    where = link.get("/Dest") or link["/A"]["/D"]
    if isinstance(where, str):
        return width_of(reader, reader.get_destination_page_number(reader.named_destinations[where]))
    found = where[0]
    return width_of(reader, reader.pages.index(next(each for each in reader.pages if each.indirect_reference == found)))


def test_destinations_of_one_name_lead_into_their_own_files(tmp_path):
    one, other = (written(with_destination(pages(*widths), "тарау", 1)) for widths in ((100, 110), (200, 210)))
    result, reader = joined(tmp_path, one, other)
    assert (result.exit_code, target(reader, 0), target(reader, 2)) == (0, 110, 210)


def test_a_destination_of_a_later_file_alone_is_kept(tmp_path):
    _result, reader = joined(tmp_path, written(pages(100)), written(with_destination(pages(200, 210), "тарау", 1)))
    assert target(reader, 1) == 210


def titles(reader: pypdf.PdfReader) -> list:
    def below(items) -> list:
        return [below(item) if isinstance(item, list) else item.title for item in items]

    return below(reader.outline)


def test_bookmarks_below_bookmarks_are_kept(tmp_path):
    writer = pages(200, 210)
    parent = writer.add_outline_item(title="тарау", page_number=0)
    writer.add_outline_item(title="ішкі", page_number=1, parent=parent)
    _result, reader = joined(tmp_path, written(pages(100)), written(writer))
    assert titles(reader) == ["тарау", ["ішкі"]]


@pytest.mark.parametrize("title", [None, ""])
def test_a_bookmark_without_a_title_and_those_below_it_are_kept_or_told(title, tmp_path):
    """ISO 32000-1, table 153: an outline item has a title; viewers show those that have none, and what is below them."""
    writer = pages(200, 210)
    parent = writer.add_outline_item(title="!", page_number=0)
    writer.add_outline_item(title="ішкі", page_number=1, parent=parent)
    writer.add_outline_item(title="соңғы", page_number=1)
    if title is None:
        del parent.get_object()["/Title"]
    else:
        parent.get_object()[NameObject("/Title")] = TextStringObject(title)
    result, _reader = joined(tmp_path, written(pages(100)), written(writer))
    kept = processes.run(["qpdf", "--json", tmp_path / "all.pdf"], capture_output=True, check=False).stdout.decode()
    assert is_told(result) or all(f'"{name}"' in kept.replace("u:", "") for name in ("ішкі", "соңғы"))


# --- layers, attachments, labels --------------------------------------------------------------------------------------


def layered(width: float, name: str, *, is_hidden: bool) -> bytes:
    writer = pages(width)
    layer = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject(name)})
    )
    off = ArrayObject([layer] if is_hidden else [])
    default = DictionaryObject({NameObject("/OFF"): off, NameObject("/Order"): ArrayObject([layer])})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject(
        {NameObject("/OCGs"): ArrayObject([layer]), NameObject("/D"): default}
    )
    properties = DictionaryObject({NameObject("/L"): layer})
    writer.pages[0][NameObject("/Resources")] = DictionaryObject({NameObject("/Properties"): properties})
    return written(writer)


@pytest.mark.parametrize(("first", "second"), [(True, False), (False, True), (True, True)])
def test_layers_of_each_file_keep_their_state_or_are_told(first, second, tmp_path):
    result, reader = joined(tmp_path, layered(100, "бір", is_hidden=first), layered(200, "екі", is_hidden=second))
    layers = reader.trailer["/Root"].get("/OCProperties", {"/OCGs": [], "/D": {}})
    names = [each.get_object()["/Name"] for each in layers["/OCGs"]]
    hidden = [each.get_object()["/Name"] for each in layers["/D"].get("/OFF", [])]
    right = [name for name, is_off in (("бір", first), ("екі", second)) if is_off]
    assert is_told(result) or (names, hidden) == (["бір", "екі"], right)


def test_attachments_of_each_file_are_kept_or_told(tmp_path):
    writers = [pages(100), pages(200)]
    for number, writer in enumerate(writers):
        writer.add_attachment("кесте.csv", b"%d" % number)
    result, reader = joined(tmp_path, *map(written, writers))
    contents = sorted(content for contents in reader.attachments.values() for content in contents)
    assert is_told(result) or contents == [b"0", b"1"]


@pytest.mark.parametrize("first", [True, False])
def test_labels_of_pages_are_kept_or_told(first, tmp_path):
    one, other = with_labels(pages(100, 110), "I-") if first else pages(100, 110), with_labels(pages(200), "қосымша ")
    result, reader = joined(tmp_path, written(one), written(other))
    own = ["I-1", "I-2"] if first else ["1", "2"]
    assert is_told(result) or reader.page_labels == [*own, "қосымша 1"]


# --- files that are written otherwise --------------------------------------------------------------------------------


WRITTEN = {
    "as usual": raw(TWO_PAGES),
    "NUL as white space": raw(TWO_PAGES, space=b"\0"),
    "form feeds": raw(TWO_PAGES, space=b"\x0c"),
    "a wrong place of the table": raw(TWO_PAGES, start=7),
    "a table that is not there": raw(TWO_PAGES, has_table=False, start=0),
    "noise before it": b"\n\nnoise\n" + raw(TWO_PAGES),
    "an end that is missing": raw(TWO_PAGES).partition(b"startxref")[0],
}


@pytest.mark.parametrize("place", ["first", "later"])
@pytest.mark.parametrize("kind", WRITTEN)
def test_a_file_that_image_shows_is_joined(kind, place, tmp_path):
    (tmp_path / "x.pdf").write_bytes(WRITTEN[kind])
    assert run("image", tmp_path / "x.pdf", "-o", tmp_path / "x.png", "--page", 2).exit_code == 0
    plain = written(pages(100))
    result, reader = joined(tmp_path, *((WRITTEN[kind], plain) if place == "first" else (plain, WRITTEN[kind])))
    assert result.exit_code == 0, result.stderr
    assert [float(page.mediabox.width) for page in reader.pages] == ([300, 310, 100] if place == "first" else [100, 300, 310])
    processes.run(["qpdf", "--check", tmp_path / "all.pdf"], check=True, capture_output=True)


# --- what joining breaks ----------------------------------------------------------------------------------------------


def with_xfa(writer: pypdf.PdfWriter) -> pypdf.PdfWriter:
    stream = DecodedStreamObject()
    stream.set_data(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    form = DictionaryObject({NameObject("/Fields"): ArrayObject(), NameObject("/XFA"): writer._add_object(stream)})
    writer.root_object[NameObject("/AcroForm")] = form
    return writer


@pytest.mark.parametrize("place", ["first", "later"])
def test_a_form_of_xfa_is_told(place, tmp_path):
    files = [written(pages(100)), written(with_xfa(pages(200)))]
    result, _reader = joined(tmp_path, *(files[::-1] if place == "first" else files))
    assert is_told(result, "a.pdf" if place == "first" else "b.pdf")


CLAIM = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
    'pdfaid:part="2" pdfaid:conformance="A"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def claiming(width: float) -> bytes:
    """Return a file that says of itself to be tagged and PDF/A-2a."""
    writer = pages(width)
    stream = DecodedStreamObject()
    stream.set_data(CLAIM.encode())
    stream.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    root = writer.root_object
    root[NameObject("/Metadata")] = writer._add_object(stream)
    root[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): pypdf.generic.BooleanObject(True)})
    root[NameObject("/StructTreeRoot")] = writer._add_object(
        DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    )
    return written(writer)


@pytest.mark.parametrize("place", ["first", "later", "both"])
def test_what_a_file_claims_of_itself_is_dropped_and_reported(place, tmp_path):
    plain = written(pages(100))
    files = {"first": (claiming(200), plain), "later": (plain, claiming(200)), "both": (claiming(200), claiming(210))}[place]
    result, reader = joined(tmp_path, *files)
    root = reader.trailer["/Root"]
    assert ("/MarkInfo" in root, "/StructTreeRoot" in root, b"pdfaid" in (tmp_path / "all.pdf").read_bytes()) == (False,) * 3
    assert is_told(result, "b.pdf" if place == "later" else "a.pdf")


def test_nothing_is_told_of_plain_files_and_the_same_bytes_come_again(tmp_path):
    files = [written(pages(100)), written(pages(200))]
    result, _reader = joined(tmp_path, *files)
    first = (tmp_path / "all.pdf").read_bytes()
    (tmp_path / "all.pdf").unlink()
    joined(tmp_path, *files)
    assert result.stderr.count("\n") <= 1
    assert (tmp_path / "all.pdf").read_bytes() == first
    assert pypdf.PdfReader(io.BytesIO(first)).is_encrypted is False


# --- siblings of the cases --------------------------------------------------------------------------------------------


def test_layers_of_one_name_keep_their_own_state(tmp_path):
    """They are the same but for the file that they come from, and are not stored once."""
    result, reader = joined(tmp_path, layered(100, "бір", is_hidden=True), layered(100, "бір", is_hidden=False))
    layers = reader.trailer["/Root"]["/OCProperties"]
    assert (len({each.idnum for each in layers["/OCGs"]}), len(layers["/D"]["/OFF"])) == (2, 1)
    assert not is_told(result)


@pytest.mark.parametrize("place", ["first", "later"])
def test_layers_that_are_hidden_but_for_some_stay_so(place, tmp_path):
    """ISO 32000-1, table 101: /BaseState /OFF, of one file alone."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(layered(100, "жасырын", is_hidden=False)))
    writer.root_object["/OCProperties"]["/D"][NameObject("/BaseState")] = NameObject("/OFF")
    files = [written(writer), layered(200, "ашық", is_hidden=False)]
    _result, reader = joined(tmp_path, *(files if place == "first" else files[::-1]))
    default = reader.trailer["/Root"]["/OCProperties"]["/D"]
    assert ([each.get_object()["/Name"] for each in default["/OFF"]], "/BaseState" in default) == (["жасырын"], False)


def test_pages_that_are_alike_stay_two(tmp_path):
    """A page object stands in the tree of pages once, and each bookmark leads to its own page."""
    files = []
    for title in ("бір", "екі"):
        writer = pages(100)
        writer.add_outline_item(title=title, page_number=0)
        files.append(written(writer))
    _result, reader = joined(tmp_path, *files)
    assert len({page.indirect_reference.idnum for page in reader.pages}) == 2
    assert [reader.get_destination_page_number(item) for item in reader.outline] == [0, 1]


def test_bookmarks_and_actions_follow_a_destination_that_is_renamed(tmp_path):
    files = []
    for widths in ((100, 110), (200, 210)):
        writer = with_destination(pages(*widths), "тарау", 1)
        link = writer.pages[0]["/Annots"][0].get_object()
        action = DictionaryObject({NameObject("/S"): NameObject("/GoTo"), NameObject("/D"): link.pop("/Dest")})
        link[NameObject("/A")] = action
        item = writer.add_outline_item(title="тарау", page_number=0).get_object()
        item.pop("/A", None)
        item[NameObject("/Dest")] = TextStringObject("тарау")
        files.append(written(writer))
    _result, reader = joined(tmp_path, *files)
    assert [target(reader, page) for page in (0, 2)] == [110, 210]
    assert [width_of(reader, reader.get_destination_page_number(item)) for item in reader.outline] == [110, 210]


def test_three_files_with_all_of_it_make_a_sound_file(tmp_path):
    files = []
    for width in (100, 200, 300):
        writer = with_labels(with_destination(pages(width, width + 10), "тарау", 1), f"{width}-")
        writer.add_attachment("кесте.csv", b"%d" % width)
        writer.add_outline_item(title="ішкі", page_number=1, parent=writer.add_outline_item(title="тарау", page_number=0))
        files.append(written(writer))
    result, reader = joined(tmp_path, *files)
    assert result.stderr.count("\n") == 1
    assert [target(reader, page) for page in (0, 2, 4)] == [110, 210, 310]
    assert reader.page_labels == ["100-1", "100-2", "200-1", "200-2", "300-1", "300-2"]
    assert titles(reader) == ["тарау", ["ішкі"]] * 3
    assert sorted(reader.attachments) == ["кесте (2).csv", "кесте (3).csv", "кесте.csv"]
    processes.run(["qpdf", "--check", tmp_path / "all.pdf"], check=True, capture_output=True)


def test_destinations_of_the_older_kind_lead_into_their_own_files(tmp_path):
    """ISO 32000-1, 12.3.2.3: PDF 1.1 has them in a dictionary, and links name them by names."""
    files = []
    for widths in ((100, 110), (200, 210)):
        writer = pages(*widths)
        name = NameObject("/chapter")
        place = ArrayObject([writer.pages[1].indirect_reference, NameObject("/Fit")])
        writer.root_object[NameObject("/Dests")] = DictionaryObject({name: place})
        link = DictionaryObject({NameObject("/Subtype"): NameObject("/Link"), NameObject("/Dest"): name})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(link)])
        files.append(written(writer))
    _result, reader = joined(tmp_path, *files)
    found = [reader.pages[page]["/Annots"][0]["/Dest"] for page in (0, 2)]
    root = reader.trailer["/Root"]
    keys, values = (root["/Names"]["/Dests"]["/Names"][start::2] for start in (0, 1))
    places = dict(root["/Dests"]) | dict(zip(keys, values, strict=True))
    targets = [places[name].get_object()[0].get_object() for name in found]
    assert [float(page["/MediaBox"][2]) for page in targets] == [110, 210]


@pytest.mark.parametrize("place", ["first", "later"])
@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_file_that_opens_without_a_password_is_joined_and_told(algorithm, place, tmp_path):
    """Its owner's password forbids changes; nothing has to be typed to read it."""
    writer = pages(200)
    writer.encrypt("", "owner", algorithm=algorithm)
    files = [written(pages(100)), written(writer)]
    result, reader = joined(tmp_path, *(files[::-1] if place == "first" else files))
    assert is_told(result, "a.pdf" if place == "first" else "b.pdf")
    assert (sorted(float(page.mediabox.width) for page in reader.pages), reader.is_encrypted) == ([100, 200], False)


@pytest.mark.parametrize("command", ["image", "preflight"])
def test_other_commands_say_that_a_file_has_a_password(command, tmp_path):
    writer = pages(200)
    writer.encrypt("user", "owner", algorithm="AES-256")
    (tmp_path / "x.pdf").write_bytes(written(writer))
    result = run(command, tmp_path / "x.pdf", *(("-o", tmp_path / "x.png") if command == "image" else ()))
    assert (result.exit_code, "password" in result.stderr.replace("x.pdf", "")) == (1, True)


def test_scripts_of_a_later_file_are_told(tmp_path):
    writer = pages(200)
    script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")})
    names = ArrayObject([TextStringObject("a"), writer._add_object(script)])
    tree = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): names})})
    writer.root_object[NameObject("/Names")] = tree
    result, _reader = joined(tmp_path, written(pages(100)), written(writer))
    assert is_told(result)


def test_the_module_reports_what_is_not_kept(tmp_path, caplog):
    (tmp_path / "a.pdf").write_bytes(claiming(100))
    found: list = []
    docgen.merge([tmp_path / "a.pdf"], report=found.append)
    assert {problem.where.file for problem in found} == {str(tmp_path / "a.pdf")}
    docgen.merge([tmp_path / "a.pdf"])
    assert [record.getMessage() for record in caplog.records] == [str(problem) for problem in found]
