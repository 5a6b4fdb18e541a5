"""Files appear whole or not at all, and whatever the system says is told in words of ours."""

from __future__ import annotations

import os
import resource
import stat
import sys
from pathlib import Path

import pytest
from support import processes

from docgen import files
from docgen.errors import DataError, MachineError
from docgen.files import read_bytes, read_toml, whole_file, write_whole


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_in_one_step(tmp_path):
    path = tmp_path / "new" / "folder" / "a.pdf"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert names_in(path.parent) == ["a.pdf"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_when_writing_breaks_off_the_old_file_stays_and_nothing_else(tmp_path, error):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")

    def write():
        with whole_file(path) as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises((error, DataError)):
        write()
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.pdf"]


def test_a_full_disk_leaves_what_was_there(tmp_path):
    """A limit on the size of files stands in for a full disk: the kernel refuses the same write in the same way."""
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    program = (
        "from pathlib import Path; from docgen.files import write_whole; from docgen.errors import MachineError\n"
        f"try: write_whole(Path({str(path)!r}), b'x' * 100_000)\n"
        "except MachineError as error: print(error.exit_code, error)"
    )
    run = processes.run(
        [sys.executable, "-c", program],
        capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )  # fmt: skip
    assert run.stdout.startswith(f"4 {path}: writing failed")
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.pdf"]


def refused(path: Path, error: type[Exception] = DataError) -> str:
    with pytest.raises(error) as refusal:
        write_whole(path, b"x")
    (problem,) = refusal.value.problems
    assert problem.hint
    return problem.code


def test_a_folder_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "a.pdf").mkdir()
    assert refused(tmp_path / "a.pdf") == "output-not-writable"
    assert names_in(tmp_path) == ["a.pdf"]


def test_a_file_in_the_place_of_a_folder_is_left_alone(tmp_path):
    (tmp_path / "a").write_text("x")
    assert refused(tmp_path / "a" / "b.pdf") == "output-not-writable"
    assert (tmp_path / "a").read_text() == "x"


@pytest.mark.parametrize("name", ["a" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    assert refused(tmp_path / name) == "output-not-writable"
    assert names_in(tmp_path) == []


def test_a_device_is_never_replaced_by_a_file(tmp_path):
    """Renaming over /dev/null, as root, would take it away from the whole machine."""
    os.mkfifo(tmp_path / "device")
    assert refused(tmp_path / "device") == "output-not-a-file"
    (tmp_path / "link").symlink_to("/dev/null")
    assert refused(tmp_path / "link") == "output-not-a-file"
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert names_in(tmp_path) == ["device", "link"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    assert refused(tmp_path / "a.pdf") == "output-not-writable"


def test_proc_cannot_be_written_even_by_root():
    assert refused(Path("/proc/docgen/a.pdf")) == "output-not-writable"


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code"),
    [("nope", "file-missing"), (".", "file-is-folder"), ("a" * 300, "file-unreadable"), ("a\0b", "file-unreadable")],
)
def test_what_cannot_be_read_is_named(tmp_path, name, code):
    with pytest.raises(DataError) as error:
        read_bytes(tmp_path / name)
    assert error.value.problems[0].code == code


def test_a_file_over_the_limit_is_refused(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * 11)
    assert read_bytes(path, 11) == b"x" * 11
    with pytest.raises(DataError, match="larger"):
        read_bytes(path, 10)


def test_a_device_without_end_is_refused_too(tmp_path):
    (tmp_path / "a.json").symlink_to("/dev/zero")
    with pytest.raises(DataError, match="larger"):
        read_bytes(tmp_path / "a.json", 1 << 20)


def test_a_pipe_is_read_to_its_end(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"abc")
    os.close(writing)
    assert read_bytes(Path(f"/dev/fd/{reading}")) == b"abc"
    os.close(reading)


# --- TOML -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a = '" + "а.б. " * 100 + "'", "a = '" + "." * 500 + "'", "a.b.c = 1", "a = 1.5"])
def test_dots_in_values_are_no_nesting(text):
    assert read_toml(text)


def test_a_toml_of_dots_is_refused_at_once():
    with pytest.raises(ValueError, match="nested"):
        read_toml("a" + ".a" * 1_000_000 + " = 1")


@pytest.mark.parametrize("folder", ["forms", "fonts"])
def test_what_is_shipped_is_found(folder):
    assert files.shipped(folder).is_dir()


def test_a_full_disk_is_the_machine_s_failure_and_not_the_clerk_s():
    assert (MachineError.exit_code, DataError.exit_code) == (4, 1)
