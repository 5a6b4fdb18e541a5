"""A batch that machines disturb: stopped and resumed, shared by processes, with records that break a painter; and its files."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from support import processes
from support.calling import convert, run
from support.records import record_of
from support.writing import table

import docgen
from docgen.batching import verify
from docgen.batching.record_files import Names, OwnFiles, fill_name
from docgen.batching.workspace import WORKSPACE
from docgen.compose import layout, stack, texts
from docgen.files import locked
from docgen.paint import press

FORM = "retraining-certificate"


def people(count: int, **changes: object) -> list[dict]:
    return [record_of(FORM, number=f"{n:05d}", surname=f"Сейітқали-{n}", **changes) for n in range(1, count + 1)]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A table of 60 people, and what one process makes of it in volumes of 5."""
    folder = tmp_path_factory.mktemp("line")
    source = table(folder / "people.json", people(60))
    result = run("batch", FORM, source, "-o", folder / "out", "--split", 5, "--each", "{number}", "--workers", 1)
    assert result.exit_code == 0, result.output
    return source, files(folder / "out")


#: The command line, in a process that gets a signal when so many records are done.
STOPPED = """
import os, sys
from docgen.cli import main, options

at, signal, *sys.argv[1:] = sys.argv[1:]
tell = options.Progress.__call__

def told(progress, step, count):
    tell(progress, step, count)
    if progress.done[step] >= int(at):
        os.kill(os.getpid(), int(signal))

options.Progress.__call__ = told
main()
"""


def stop_midway(source: Path, out: Path, how: signal.Signals, workers: int = 1, *more: object) -> tuple[int, str]:
    """Stop a batch when 12 of its 60 records are done; return its exit code and what it said."""
    arguments = ["batch", FORM, source, "-o", out, "--split", 5, "--each", "{number}", "--workers", workers, *more]
    command = [sys.executable, "-c", STOPPED, 12, int(how), *arguments]
    done = processes.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert not (out / "manifest.json").exists()
    return done.returncode, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_batch_is_resumed_with_the_same_bytes(undisturbed, tmp_path, workers):
    source, expected = undisturbed
    code, _said = stop_midway(source, tmp_path / "out", signal.SIGKILL, workers)
    assert code == -signal.SIGKILL
    assert (tmp_path / "out" / WORKSPACE / "002.jsonl").exists()
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(undisturbed, tmp_path):
    source, expected = undisturbed
    code, said = stop_midway(source, tmp_path / "out", signal.SIGINT)
    assert code == 130
    assert "--resume" in said
    assert "Traceback" not in said
    again = run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}")
    assert (again.exit_code, "Add --resume" in again.output) == (2, True)
    other = run("batch", FORM, source, "-o", tmp_path / "out", "--split", 7, "--resume")
    assert (other.exit_code, "split, each differ" in other.output) == (2, True)
    run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume")
    assert files(tmp_path / "out") == expected


#: The command line, in a process that gets Ctrl-C when the first of its workers has started.
STOPPED_AT_THE_START = """
import multiprocessing.context, os, signal, sys
from docgen.cli import main

start = multiprocessing.context.ForkProcess.start

def started(process):
    start(process)
    os.kill(os.getpid(), signal.SIGINT)

multiprocessing.context.ForkProcess.start = started
main()
"""


@pytest.mark.slow
def test_ctrl_c_while_the_workers_start_leaves_none_of_them(undisturbed, tmp_path):
    arguments = ["batch", FORM, undisturbed[0], "-o", tmp_path / "out", "--split", 5, "--workers", 2]
    command = [sys.executable, "-c", STOPPED_AT_THE_START, *map(str, arguments)]
    done = processes.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "--resume" in done.stderr) == (130, True)


def test_a_damaged_manifest_is_not_printed_over(undisturbed, tmp_path):
    """Nobody knows whether the files beside it are of this batch."""
    (tmp_path / "manifest.json").write_text("[")
    result = run("batch", FORM, undisturbed[0], "-o", tmp_path)
    assert (result.exit_code, "this is no manifest" in result.stderr) == (1, True)
    assert "Choose another folder with -o, or delete this file." in result.stderr


#: A service: a thread of it draws a page, and is within PDFium, when a batch asks for two processes that need PDFium too.
BESIDE_A_THREAD = """
import json, sys, threading
from pathlib import Path
import docgen
from docgen.confined.raster import PDFIUM

def draw():
    with PDFIUM:
        drawing.set()
        over.wait()

if __name__ == "__main__":
    drawing, over = threading.Event(), threading.Event()
    threading.Thread(target=draw, daemon=True).start()
    drawing.wait()
    table, out, artwork = map(Path, sys.argv[1:])
    docgen.batch("retraining-certificate", json.loads(table.read_bytes()), out, workers=2, split=5, artwork=artwork)
    over.set()
"""


@pytest.mark.slow
def test_processes_are_started_beside_a_thread_that_draws(undisturbed, tmp_path):
    """A process that is forked meanwhile would wait for ever for a thread that it does not have."""
    (tmp_path / "art").mkdir()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(tmp_path / "art/state-emblem.pdf")
    service = tmp_path / "service.py"
    service.write_text(BESIDE_A_THREAD, "utf-8")
    command = [sys.executable, service, undisturbed[0], tmp_path / "out", tmp_path / "art"]
    done = processes.run(command, capture_output=True, text=True, check=False, env=os.environ | {"DOCGEN_CACHE": ""})
    assert done.returncode == 0, done.stderr
    assert len(manifest(tmp_path / "out")["volumes"]) == 12


def counted(monkeypatch, kind: type, name: str) -> list[tuple]:
    """Return the calls of a method, as they are noted from now on."""
    calls, method = [], getattr(kind, name)
    monkeypatch.setattr(kind, name, lambda *given, **named: calls.append(given) or method(*given, **named))
    return calls


@pytest.mark.slow
def test_what_was_done_is_not_done_again(undisturbed, tmp_path, monkeypatch):
    source, expected = undisturbed
    stop_midway(source, tmp_path / "out", signal.SIGKILL)
    made = len(list((tmp_path / "out" / WORKSPACE).glob("*.jsonl")))
    added = counted(monkeypatch, press.Volume, "_add")
    painted = counted(monkeypatch, OwnFiles, "paint")
    run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume", "--workers", 1)
    assert made == 2
    left, volumes = 60 - 5 * made, 12 - made
    assert len(painted) == left
    assert len(added) == left + volumes  # each in its volume; of the own files of a volume, the first
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_volume_damaged_while_the_batch_was_stopped_is_made_anew(undisturbed, tmp_path):
    source, expected = undisturbed
    stop_midway(source, tmp_path / "out", signal.SIGKILL)
    volume = tmp_path / "out" / WORKSPACE / f"{FORM}-001.pdf"
    volume.write_bytes(volume.read_bytes()[:1000])
    run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume")
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
def test_a_table_changed_meanwhile_is_another_batch(tmp_path):
    changed = table(tmp_path / "people.json", people(60))
    stop_midway(changed, tmp_path / "out", signal.SIGKILL)
    table(changed, people(61))
    result = run("batch", FORM, changed, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume")
    assert (result.exit_code, "source differ" in result.output) == (2, True)


@pytest.mark.slow
def test_two_batches_do_not_print_into_one_folder_at_once(undisturbed, tmp_path):
    source = undisturbed[0]
    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out"):
        result = run("batch", FORM, source, "-o", tmp_path / "out")
    assert (result.exit_code, "another batch prints here" in result.output) == (2, True)
    assert files(tmp_path / "out") == {}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_record_that_breaks_the_painter_is_named_and_the_others_print(tmp_path, monkeypatch, workers):
    add = press.Volume._add

    def breaks(volume, page, parts, label, *options, **others):
        return 1 / 0 if label and label.startswith("00007") else add(volume, page, parts, label, *options, **others)

    monkeypatch.setattr(press.Volume, "_add", breaks)
    source = table(tmp_path / "t.json", people(12))
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--split", 4, "--workers", workers)
    assert result.exit_code == 1
    assert "row 7: this record cannot be painted: ZeroDivisionError" in result.output
    assert [record["row"] for record in manifest(tmp_path / "out")["records"]] == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert len(PdfReader(tmp_path / "out" / f"{FORM}-002.pdf").pages) == 3


@pytest.mark.slow
def test_records_that_end_the_process_are_found_and_the_others_print(tmp_path, monkeypatch):
    add = press.Volume._add

    def dies(volume, page, parts, label, *options, **others):
        if label and label[:5] in {"00002", "00011"}:
            os.kill(os.getpid(), signal.SIGKILL)
        return add(volume, page, parts, label, *options, **others)

    monkeypatch.setattr(press.Volume, "_add", dies)
    result = run("batch", FORM, table(tmp_path / "t.json", people(12)), "-o", tmp_path / "out", "--split", 4, "--workers", 2)
    assert result.exit_code == 1
    assert result.output.count("this record cannot be painted: the process ended") == 2
    assert [record["row"] for record in manifest(tmp_path / "out")["records"]] == [1, 3, 4, 5, 6, 7, 8, 9, 10, 12]


@pytest.mark.slow
def test_a_full_disk_stops_the_batch_with_a_message_and_it_can_go_on(undisturbed, tmp_path):
    """A limit on the size of files stands for the disk."""
    source, expected = undisturbed
    limited = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)); from docgen.cli import main; main()"
    command = ["batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--workers", 1]
    command = list(map(str, command))
    done = processes.run([sys.executable, "-c", limited, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "writing failed" in done.stderr
    assert not list((tmp_path / "out").glob("*.pdf"))
    assert run(*command, "--resume").exit_code == 0
    assert files(tmp_path / "out") == expected


@pytest.mark.parametrize("job", ["{", "[1]", "7", "null", "\udcff", None], ids=repr)
def test_a_room_that_no_batch_has_left_is_refused(tmp_path, job):
    """Damaged by the disk, or laid there by somebody else; None: a link to a folder elsewhere."""
    workspace, elsewhere = tmp_path / "out" / WORKSPACE, tmp_path / "elsewhere"
    elsewhere.mkdir()
    if job is None:
        workspace.parent.mkdir()
        workspace.symlink_to(elsewhere)
    else:
        workspace.mkdir(parents=True)
        (workspace / "job.json").write_bytes(job.encode(errors="surrogateescape"))
    source = table(tmp_path / "t.json", people(1))
    for options in [(), ("--resume",)]:
        result = run("batch", FORM, source, "-o", tmp_path / "out", *options)
        assert (result.exit_code, "is damaged" in result.output, f"Delete {workspace}" in result.output) == (2, True, True)
    assert not list(elsewhere.iterdir())


@pytest.mark.slow
def test_what_was_made_of_another_column_is_made_anew(undisturbed, tmp_path):
    """The table is the same, and the volumes that stand are of its other column of ranks."""
    source, expected = undisturbed
    rows = [{**row, "position": "полковник"} for row in json.loads(source.read_text("utf-8"))]
    other = table(tmp_path / "people.json", rows)
    stop_midway(other, tmp_path / "out", signal.SIGKILL, 1, "--map", "position=rank", "--ignore", "rank")
    options = ("--split", 5, "--each", "{number}", "--ignore", "position", "--resume")
    result = run("batch", FORM, other, "-o", tmp_path / "out", *options)
    assert result.exit_code == 0, result.output
    volumes = files(tmp_path / "out")
    assert volumes.keys() == expected.keys()
    assert [name for name in volumes if volumes[name] != expected[name]] == ["manifest.json"]  # it tells the table's hash


@pytest.mark.slow
@pytest.mark.parametrize("lines", ["", "{}", "{", "[]\n7", '{"volume": {"file": "../t.json"}}'])
def test_a_damaged_sidecar_costs_its_volume_anew(undisturbed, tmp_path, lines):
    source, expected = undisturbed
    stop_midway(source, tmp_path / "out", signal.SIGKILL)
    (tmp_path / "out" / WORKSPACE / "001.jsonl").write_text(lines)
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "out") == expected


@pytest.mark.slow
@pytest.mark.parametrize("key", ["volume", "record"])
def test_a_sidecar_names_no_file_outside_the_folder(undisturbed, tmp_path, key):
    source, expected = undisturbed
    stop_midway(source, tmp_path / "out", signal.SIGKILL)
    (tmp_path / "precious.pdf").write_bytes(b"mine")
    sidecar = tmp_path / "out" / WORKSPACE / "001.jsonl"
    first, *lines = map(json.loads, sidecar.read_text("utf-8").splitlines())
    if key == "volume":
        first["volume"] |= {"file": "../precious.pdf", "sha256": hashlib.sha256(b"mine").hexdigest()}
    else:
        lines[0]["file"] = "../../precious"
    sidecar.write_text("\n".join(map(json.dumps, [first, *lines])), "utf-8")
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--resume")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "out") == expected
    assert (tmp_path / "precious.pdf").read_bytes() == b"mine"


def test_nothing_is_written_through_a_link_in_the_room(tmp_path):
    (tmp_path / "precious").write_bytes(b"mine")
    workspace = tmp_path / "out" / WORKSPACE
    workspace.mkdir(parents=True)
    (workspace / f"{FORM}-001.pdf").symlink_to(tmp_path / "precious")
    result = run("batch", FORM, table(tmp_path / "t.json", people(1)), "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "precious").read_bytes() == b"mine"
    assert not (tmp_path / "out" / f"{FORM}-001.pdf").is_symlink()


def test_a_table_s_name_need_not_be_utf_8(tmp_path):
    """As an old archive from another system brings it."""
    source = table(tmp_path / os.fsdecode(b"t\xff.json"), people(2))
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--register", tmp_path / "book.db")
    assert result.exit_code == 0, result.output
    assert manifest(tmp_path / "out")["source"]["file"] == r"t\udcff.json"
    assert r"job “t\udcff.json”" in result.output
    assert run("batch", "--check-output", tmp_path / "out").exit_code == 0


def test_chosen_rows_and_numbers_are_printed_as_the_first_time(undisturbed, tmp_path):
    source, expected = undisturbed
    first = {record["row"]: record["sha256"] for record in json.loads(expected["manifest.json"])["records"]}
    run("batch", FORM, source, "-o", tmp_path / "rows", "--only", "7-9, 12")
    run("batch", FORM, source, "-o", tmp_path / "numbers", "--numbers", "00007-00009,00012")
    run("batch", FORM, source, "-o", tmp_path / "twice", "--only", "7-9", "--only", "12")
    for folder in ("rows", "numbers", "twice"):
        again = {record["row"]: record["sha256"] for record in manifest(tmp_path / folder)["records"]}
        assert again == {row: first[row] for row in (7, 8, 9, 12)}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--only", "9-7"], 2, "“9-7” is no row or number"),
        (["--only", "A3"], 2, "“A3” is no row or number"),
        (["--only", "1-" + "9" * 5000], 2, "is no row or number"),
        (["--only", "58-70,99"], 1, "the table has no such record: 99"),
        (["--numbers", "99"], 1, "Numbers are those of the records."),
        (["--only", "5", "--numbers", "00005"], 2, "Give --only or --numbers, not both"),
        (["--each", "certificate"], 2, "“certificate” makes no names"),
        (["--each", "{number}\udcff"], 2, "makes no names"),
        (["--each", "{nmber}"], 2, "Did you mean “number”?"),
        (["--each", "{number.__class__}"], 2, "makes no names"),
        (["--to", "odt"], 2, "“odt” is not offered"),
        (["--check-output", "x"], 2, "--check-output takes a folder, and --register; nothing else"),
    ],
)
def test_a_wrong_call_is_told_and_makes_nothing(undisturbed, tmp_path, arguments, code, message):
    source, _expected = undisturbed
    result = run("batch", FORM, source, "-o", tmp_path / "out", *arguments)
    assert (result.exit_code, message in result.output) == (code, True), result.output
    assert not (tmp_path / "out").exists()


def test_some_records_are_not_printed_over_a_whole_batch(undisturbed, tmp_path):
    source, _expected = undisturbed
    run("batch", FORM, source, "-o", tmp_path / "out")
    before = files(tmp_path / "out")
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--only", "3")
    assert (result.exit_code, "a batch of other records" in result.output) == (2, True)
    assert files(tmp_path / "out") == before


def test_a_folder_is_verified_against_its_manifest(undisturbed, tmp_path):
    source, expected = undisturbed
    out = tmp_path / "out"
    run("batch", FORM, source, "-o", out, "--split", 5, "--each", "{number}")
    assert run("batch", "--check-output", out).exit_code == 0
    (out / f"{FORM}-003.pdf").write_bytes(expected[f"{FORM}-003.pdf"] + b" ")
    (out / f"{FORM}-004.pdf").unlink()
    (out / f"{FORM}-013.pdf").write_bytes(b"%PDF-1.7")
    (out / "each" / "00017.pdf").write_bytes(b"")
    result = run("batch", "--check-output", out)
    assert result.exit_code == 1
    told = {Path(problem.where.file).name: problem.code for problem in verify(out).problems}
    assert told == {
        f"{FORM}-003.pdf": "file-changed",
        f"{FORM}-004.pdf": "file-missing",
        f"{FORM}-013.pdf": "file-strange",
        "00017.pdf": "file-changed",
    }


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"volumes": [], "records": 5}', '{"volumes": [{"file": "../../x"}], "records": []}']
)
def test_a_damaged_manifest_is_told(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    result = run("batch", "--check-output", tmp_path)
    assert (result.exit_code, "manifest" in result.output, "Traceback" in result.output) == (1, True, False)


@pytest.mark.parametrize("form", ["/etc/x", "../x", "**", "a/b", 7, None, ["x"]])
def test_a_manifest_does_not_lead_out_of_its_folder(tmp_path, form):
    (tmp_path / "manifest.json").write_text(json.dumps({"form": {"id": form}, "volumes": [], "records": []}))
    (tmp_path / "a").mkdir()
    result = run("batch", "--check-output", tmp_path)
    assert (result.exit_code, "lacks something" in result.output) == ((0, False) if form == "**" else (1, True))


def test_the_files_of_records_do_not_go_through_a_link(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "each").symlink_to(tmp_path / "elsewhere")
    source = table(tmp_path / "t.json", people(1))
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--each", "{number}")
    assert (result.exit_code, "link to another folder" in result.output) == (2, True)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_folder_without_a_manifest_is_told(tmp_path):
    assert "there is no such file" in run("batch", "--check-output", tmp_path).output


def test_names_of_files_stay_in_their_folder_and_never_clash(tmp_path):
    records = people(4)
    records[0]["surname"], records[1]["surname"] = "Ә" * 60, "ә" * 60
    result = docgen.batch(FORM, records, tmp_path, each="../{given_name}/{patronymic}")
    names = [record["file"] for record in manifest(tmp_path)["records"]]
    assert result.records == len(set(names)) == 4
    assert all((tmp_path / name).parent == tmp_path / "each" for name in names)
    assert verify(tmp_path).problems == ()


@given(st.lists(st.text(), max_size=8))
def test_any_value_makes_a_safe_name(values):
    names = Names()
    taken = [names.take(fill_name("{a}", {"a": value}), row, "pdf") for row, value in enumerate(values)]
    assert len({name.casefold() for name in taken}) == len(values)
    for name in taken:
        assert len(name.encode()) < 256
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert not name.startswith(".")


def test_the_same_bytes_come_from_one_process_or_many(undisturbed, tmp_path):
    source, expected = undisturbed
    run("batch", FORM, source, "-o", tmp_path / "out", "--split", 5, "--each", "{number}", "--workers", 3)
    assert files(tmp_path / "out") == expected


@pytest.mark.office
def test_volumes_are_word_documents_too(tmp_path):
    """A section a page, a bookmark a record, and the words of each page in their order."""
    source = table(tmp_path / "t.json", people(5))
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--to", "docx", "--split", 3)
    assert result.exit_code == 0, result.output
    assert [volume["pages"] for volume in manifest(tmp_path / "out")["volumes"]] == [3, 2]
    document = Document(tmp_path / "out" / f"{FORM}-001.docx")
    assert len(document.sections) == 3
    names = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]
    assert names == [f"r{n}_{n:05d}_Сейітқали_{n}_Бауыржан_Маратұлы" for n in (1, 2, 3)]
    office = tmp_path / "office"
    office.mkdir()
    document.save(office / "volume.docx")
    for number, record in enumerate(people(3)):
        (office / f"{number}.docx").write_bytes(docgen.render(FORM, record, to="docx"))
    convert(sorted(office.glob("*.docx")), office)
    pages = [page.extract_text() for page in PdfReader(office / "volume.pdf").pages]
    assert pages == [PdfReader(office / f"{number}.pdf").pages[0].extract_text() for number in range(3)]


def with_template(folder: Path) -> list:
    """Return the options that print with a Word template of the form's own."""
    run("forms", "copy", FORM, folder / "forms")
    run("forms", "template", FORM, "-o", folder / "forms" / FORM / "template.docx", "--forms", folder / "forms")
    return ["--to", "docx", "--forms", folder / "forms"]


@pytest.mark.slow
def test_a_form_with_its_own_word_template_makes_a_document_a_record_and_no_volumes(tmp_path):
    options, source, out = with_template(tmp_path), table(tmp_path / "t.json", people(7)), tmp_path / "out"
    refused = run("batch", FORM, source, "-o", out, *options)
    assert (refused.exit_code, "one document at a time" in refused.output, "--each" in refused.output) == (2, True, True)
    result = run("batch", FORM, source, "-o", out, "--each", "{number}-{surname}", "--split", 3, "--workers", 2, *options)
    assert result.exit_code == 0, result.output
    assert f"{out / 'each'}: 7 records" in result.stdout
    assert sorted(path.name for path in out.iterdir()) == ["each", "manifest.json"]
    told = manifest(out)
    assert (told["volumes"], [line["number"] for line in told["records"]]) == ([], [f"{n:05d}" for n in range(1, 8)])
    assert not {"volume", "page"} & set(told["records"][0])
    for person, line in zip(people(7), told["records"], strict=True):
        alone = docgen.render(FORM, person, to="docx", forms=tmp_path / "forms")
        assert (out / line["file"]).read_bytes() == alone
        assert hashlib.sha256(alone).hexdigest() == line["file_sha256"]
    assert run("batch", "--check-output", out).exit_code == 0
    (out / told["records"][3]["file"]).write_bytes(b"")
    assert run("batch", "--check-output", out).exit_code == 1


def test_documents_of_a_word_template_are_resumed_and_leave_out_bad_records(tmp_path):
    options = ["--each", "{number}", "--split", 2, "--workers", 1, *with_template(tmp_path)]
    persons = [*people(5), {**people(1)[0], "number": "00009", "hours": "көп"}, *people(8)[6:]]
    source, calm, out = table(tmp_path / "t.json", persons), tmp_path / "calm", tmp_path / "out"
    assert run("batch", FORM, source, "-o", calm, "--skip-bad", *options).exit_code == 0
    form, done = docgen.load_form(FORM, tmp_path / "forms"), []

    def stop(_step: str, count: int) -> None:
        done.append(count)
        if len(done) == 5:
            raise KeyboardInterrupt

    settings = {"to": "docx", "each": "{number}", "split": 2, "skip_bad": True, "pictures": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        docgen.batch(form, source, out, progress=stop, **settings)
    assert not (out / "each").exists()
    assert run("batch", FORM, source, "-o", out, "--skip-bad", "--resume", *options).exit_code == 0
    files = [{path.relative_to(each): path.read_bytes() for path in each.rglob("*") if path.is_file()} for each in (calm, out)]
    assert len(files[0]) == 8
    assert files[0] == files[1]


def test_stock_is_not_printed_with_a_word_template(tmp_path):
    options, source = with_template(tmp_path), table(tmp_path / "t.json", people(1))
    result = run("batch", FORM, source, "-o", tmp_path / "out", "--each", "{number}", "--print", "blank", *options)
    assert (result.exit_code, "is printed full only as docx" in result.output) == (2, True)


@pytest.mark.parametrize("again", [[], ["--each", "{number}"], ["--each", "{number}", "--only", "1-2"]], ids=" ".join)
def test_files_of_an_earlier_batch_do_not_stay_beside_those_of_this_one(tmp_path, again):
    """Those of the same name are replaced, as volumes are."""
    source, out = table(tmp_path / "t.json", people(3)), tmp_path / "out"
    run("batch", FORM, source, "-o", out, "--each", "{number}-{surname}")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    result = run("batch", FORM, source, "-o", out, *again)
    assert result.exit_code == 2
    assert "the folder holds" in result.stderr
    assert "--only" in again or "each/00001-" in result.stderr
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert run("batch", FORM, source, "-o", out, "--each", "{number}-{surname}").exit_code == 0
    assert run("batch", "--check-output", out).exit_code == 0


def test_a_row_like_the_sample_is_printed_where_a_program_wrote_the_table(tmp_path):
    source = table(tmp_path / "t.json", [record_of(FORM), *people(2)])
    result = run("batch", FORM, source, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert len(manifest(tmp_path / "out")["records"]) == 3


def test_the_module_takes_an_executor(undisturbed, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as executor:
        result = docgen.batch(FORM, people(12), tmp_path, split=3, executor=executor)
    assert [volume.records for volume in result.volumes] == [3, 3, 3, 3]


@pytest.mark.parametrize("to", ["pdf", "docx"])
def test_a_batch_makes_no_cycles_of_objects_that_grow_with_its_records(tmp_path, to, monkeypatch):
    """So the command line has Python look for them rarely, and memory does not grow by it."""
    for module in (layout, stack, texts):  # what is remembered of ten records is forgotten in this test
        monkeypatch.setattr(module, "MEMORY", 10)

    def cycles_of(count: int) -> int:
        gc.collect()
        gc.disable()
        try:
            docgen.batch(FORM, people(count), tmp_path / str(count), to=to)
            return gc.collect()
        finally:
            gc.enable()

    cycles_of(2)  # what is loaded and remembered once
    assert cycles_of(100) <= cycles_of(10)
