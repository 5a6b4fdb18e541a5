"""C code on files from outside runs in a child process: within its limits, one for many calls, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfWriter
from support import confined_operations as do
from support import processes
from support.places import ROOT, TESTS

from docgen import language
from docgen.confined import operations, pool, raster
from docgen.errors import DataError, MachineError, UsageError


@pytest.fixture(autouse=True)
def _close():
    pool.close()  # what an earlier test asked may be there still
    ELSE.clear()
    ELSE.update(children())
    yield
    pool.close()


def pdf_of(pages: int = 2) -> bytes:
    import io

    writer, buffer = PdfWriter(), io.BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 100)
    writer.write(buffer)
    return buffer.getvalue()


def children(of: int | None = None) -> set[int]:
    """Return the processes that a process has started and not yet taken leave of, dead ones too."""
    tasks = Path(f"/proc/{of or os.getpid()}/task").glob("*/children")
    return {int(number) for task in tasks for number in task.read_text().split()} - ELSE


#: Processes that other tests have left running.
ELSE: set[int] = set()


def is_there(number: int) -> bool:
    """Whether a process runs; one that has ended and waits for somebody to ask how does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(number: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while is_there(number) and time.monotonic() < end:
        time.sleep(0.02)
    return not is_there(number)


# --- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "values",
    [
        (),
        (None, True, 0, -(10**30), 1.5, float("inf"), "Әсел \ud800 \0", [1, ["а"]], {"қ": None, "": 2}),
        (b"", b"\0\xff" * 5, "а", b"x" * 3_000_000, b"y" * 200_000),
        tuple(bytes([number]) * 300_000 for number in range(20)),
    ],
)
def test_values_go_there_and_back(values):
    assert do.echo(*values, last=b"y") == (*values, b"y")


def test_one_child_answers_many_calls():
    assert len({do.process() for _call in range(5)}) == 1
    assert do.process() != os.getpid()
    assert len(children()) == 1


def test_threads_have_a_child_each_and_no_more_than_cores():
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: (number, *do.echo(number), do.nap(0.02)), range(24)))
    assert all(asked == answered for asked, answered, _process in found)
    assert 1 < len({process for *_values, process in found}) <= max(2, os.cpu_count() or 1)


def test_operations_of_pdfium_give_what_it_gives_here():
    pdf = pdf_of(3)
    assert operations.page_count(pdf) == 3
    assert operations.page_size(pdf, 1) == (200, 100)
    assert operations.page_png(pdf, 2, 72.0) == raster.page_png(pdf, 2, 72.0)
    assert operations.clear_png(pdf, 0, 50)[16:24] == (100).to_bytes(4) + (50).to_bytes(4)


def test_errors_of_pdfium_come_by_the_name_of_the_file():
    for call in (operations.page_count, operations.page_size, operations.clear_png):
        arguments = [b"%PDF-1.7 half a file", 0, 50][: {operations.page_count: 1, operations.page_size: 2}.get(call, 3)]
        with pytest.raises(DataError, match=r"a\.pdf: this is no PDF that can be read"):
            call.within(file="a.pdf")(*arguments)
    with pytest.raises(UsageError, match="no resolution"):
        operations.page_png(pdf_of(), 1, 5.0)
    with pytest.raises(DataError, match=r"b\.pdf: there is no page 9"):
        operations.page_png(pdf_of(), 9, 72.0, file="b.pdf")


def test_an_error_comes_back_whole_and_in_the_language_of_the_caller():
    with pytest.raises(DataError) as refusal, language("kk"):
        do.refuse("a.pdf")
    first, second = refusal.value.problems
    assert (first.code, first.hint, first.value, str(first.where)) == ("x", "h", "v", "a.pdf: B3")
    assert first.message not in ("", "this is no PDF")
    assert (second.message, [note.value for note in refusal.value.notes]) == ("z", ["b"])


def test_a_fault_of_ours_is_told_as_one_and_the_child_goes_on():
    first = do.process()
    with pytest.raises(MachineError, match="fail failed: ZeroDivisionError: a fault of ours"):
        do.fail()
    assert do.process() == first


@pytest.mark.parametrize("module", ["os", "support.confined_operations", "nothing.of.this.name"])
def test_only_what_declares_itself_is_called(module):
    wrong = replace(do.nap, module=module, name={"os": "getpid"}.get(module, "no_operation"))
    with pytest.raises(MachineError, match=r"failed: (LookupError|ModuleNotFoundError)"):
        wrong()


def test_steps_are_reported_and_each_has_the_time_of_the_limit():
    seen: list[tuple[int, int]] = []
    assert do.steps.within(progress=lambda done, total: seen.append((done, total)))(5, 0.4) == 5
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert do.steps(2, 0.01) == 2  # nobody asks for them
    with pytest.raises(DataError, match="takes longer than 1 seconds"):
        do.steps(2, 3)


def test_a_caller_that_stops_at_a_step_ends_the_child():
    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    first = do.process()
    with pytest.raises(KeyboardInterrupt):
        do.steps.within(progress=stop)(3, 0.01)
    assert gone(first)
    assert do.steps(2, 0.01) == 2


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [do.nap, do.work])
def test_what_takes_too_long_is_ended(call):
    first, began = do.process(), time.monotonic()
    with pytest.raises(DataError, match=r"x\.pdf: it takes longer than 0\.3 seconds"):
        call.within(seconds=0.3, file="x.pdf")(30)
    assert time.monotonic() - began < 10
    assert gone(first)
    assert do.process() != first


def test_its_whole_group_is_ended():
    first = do.process()
    with ThreadPoolExecutor(1) as thread:
        future = thread.submit(do.start_another.within(seconds=2))
        end = time.monotonic() + 10
        while not (started := children(first)) and time.monotonic() < end:
            time.sleep(0.02)
        assert started
        with pytest.raises(DataError, match="longer than"):
            future.result()
    assert all(map(gone, started))


@pytest.mark.slow
def test_what_needs_too_much_memory_is_refused():
    assert do.fill(100) == 100 << 20
    with pytest.raises(DataError, match=r"x\.pdf: it needs more than 300 MB of memory"):
        do.fill.within(file="x.pdf")(400)
    assert do.fill.within(megabytes=600)(400) == 400 << 20


def test_a_child_that_has_grown_is_replaced():
    first = do.keep(300)
    assert do.keep(10) != first
    assert gone(first)


@pytest.mark.parametrize("call", [(do.leave, 0), (do.leave, 7), (do.be_killed, 9), (do.be_killed, 15)])
def test_a_program_that_ends_amid_the_work_is_told_and_replaced(call):
    function, number = call
    with pytest.raises(DataError, match=r"x\.pdf: the program that reads it has ended amid the work"):
        function.within(file="x.pdf")(number)
    assert do.echo(1) == (1,)


def test_the_systems_own_alarm_is_told_as_a_limit_of_time():
    """Where the parent sleeps, or was killed, the child ends by itself."""
    for number in (signal.SIGALRM, signal.SIGXCPU):
        with pytest.raises(DataError, match="it takes longer than"):
            do.be_killed(number)


def test_a_child_that_died_while_it_waited_is_replaced_unseen():
    first = do.process()
    os.kill(first, signal.SIGKILL)
    assert gone(first)
    assert do.echo(2) == (2,)
    assert len(children()) == 1


def test_a_process_that_cannot_be_started_is_told(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nothing/of/this/name")
    with pytest.raises(MachineError, match="cannot be started: No such file"):
        do.echo(1)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(MachineError, match="cannot be started: it ended with 1"):
        do.echo(1)
    monkeypatch.undo()
    assert do.echo(1) == (1,)


def test_an_interrupted_call_leaves_no_child_with_another_answer(monkeypatch):
    first = do.process()

    def interrupt(*_given):
        raise KeyboardInterrupt

    monkeypatch.setattr(pool.frames, "receive", interrupt)
    with pytest.raises(KeyboardInterrupt):
        do.echo(1)
    monkeypatch.undo()
    assert (do.echo(2), gone(first)) == ((2,), True)


# --- whatever process calls -------------------------------------------------------------------------------------------


def test_it_has_none_of_our_environment_streams_or_signals(monkeypatch):
    monkeypatch.setenv("DOCGEN_REGISTER", "postgresql://a:secret@b/c")
    pool.close()
    assert "DOCGEN_REGISTER" not in do.environment()
    assert do.speak() is None
    assert do.signals() == [True, True]


def test_a_child_loads_what_it_needs_and_nothing_else():
    modules = do.loaded()
    assert not {"click", "jinja2", "lxml", "numpy", "weasyprint", "sqlalchemy"} & set(modules)


def run(program: str, *arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{TESTS}"}
    command = [sys.executable, "-c", f"from support import confined_operations as do\n{program}", *map(str, arguments)]
    return processes.run(command, env=environment, capture_output=True, text=True, check=False, **settings)


WORKER = """
import multiprocessing, os, sys
from support import confined_operations as do

def work(queue):
    queue.put((do.process(), do.process()))

if __name__ == "__main__":
    print(do.process())
    context = multiprocessing.get_context(sys.argv[1])
    queue = context.Queue()
    worker = context.Process(target=work, args=(queue,))
    worker.start()
    print(*queue.get(timeout=300))
    worker.join(60)
    assert worker.exitcode == 0
    print(do.process())
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_worker_has_children_of_its_own_and_ends_them(method, tmp_path):
    (tmp_path / "program.py").write_text(WORKER, "utf-8")
    found = run("import runpy, sys\nrunpy.run_path(sys.argv.pop(1), run_name='__main__')", tmp_path / "program.py", method)
    ours, first, second, again = found.stdout.split()
    assert (found.stderr, ours == again, first == second, first != ours) == ("", True, True, True)
    assert gone(int(first))
    assert gone(int(ours))


def test_none_is_left_when_python_ends():
    found = run(
        "import threading\nprint(do.process())\nthreading.Thread(target=do.nap, args=(0.2,)).start()\nprint(do.process())"
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert all(gone(int(number)) for number in found.stdout.split())


@pytest.mark.parametrize("is_busy", [True, False])
def test_none_is_left_when_its_parent_is_killed(is_busy):
    """One that is busy ends with its work, or by its alarm."""
    busy = "import threading\nthreading.Thread(target=do.nap, args=(1,), daemon=True).start()\n" if is_busy else ""
    found = run(f"import os, sys\nprint(do.process(), flush=True)\n{busy}os.kill(os.getpid(), 9)")
    assert found.returncode == -9
    assert gone(int(found.stdout), 20)


def test_closed_and_ignored_streams_and_signals_of_the_caller_change_nothing(tmp_path):
    program = (
        "import os, signal, sys\n"
        "for number in (signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGXCPU): signal.signal(number, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGXCPU})\n"
        "for number in (0, 1, 2): os.close(number)\n"
        "answer = [do.echo(1, b'x'), do.signals(), do.speak()]\n"
        "open(sys.argv[1], 'w').write(repr(answer))\n"
    )
    found = run(program, tmp_path / "answer")
    assert found.returncode == 0
    assert (tmp_path / "answer").read_text() == "[(1, b'x'), [True, True], None]"
    assert (found.stdout, found.stderr) == ("", "")


FORKED = """
import os, signal, time
from docgen.confined import forking, pool
from docgen.errors import DocgenError

def refused(operation, *given):
    try:
        operation.within(is_own=True)(*given)
    except DocgenError as error:
        return error.problems[0].code

assert forking.can_fork()
own = do.process.within(is_own=True)
assert len({own(), own(), os.getpid()}) == 3
assert do.echo.within(is_own=True)(1, b"x", a=[2]) == (1, b"x", [2])
assert do.speak.within(is_own=True)() is None
steps = []
assert do.steps.within(is_own=True, progress=lambda *step: steps.append(step))(2, 0) == 2
print(refused(do.nap.within(seconds=0.2), 9), refused(do.leave, 3), refused(do.fill, 900), end=" ")
print(refused(do.refuse, "a.pdf"), len(steps))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none is left")
"""


def test_what_is_our_own_is_read_by_a_fork_within_the_same_limits():
    """Each call has a fork of its own, which ends with it; its streams are not ours."""
    found = run(FORKED)
    assert (found.stdout, found.stderr) == ("confined-slow confined-ended confined-memory x 2\nnone is left\n", "")


def test_ctrl_c_reaches_the_caller_alone():
    """A terminal sends it to the whole group of the foreground, which a child is not in."""
    assert os.getpgid(do.process()) != os.getpgid(0)


def test_a_call_costs_little():
    """Half a millisecond where the machine does nothing else."""
    costs = []
    for _call in range(200):
        began = time.perf_counter()
        do.echo(1)
        costs.append(time.perf_counter() - began)
    assert sorted(costs)[len(costs) // 2] < 0.01
