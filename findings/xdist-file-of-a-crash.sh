#!/usr/bin/env bash
# pytest-xdist with --dist loadfile runs a test that ends its process again and again, and the rest of its file never.
#
# Expected: a test at which the worker dies (a crash in C, faulthandler_exit_on_timeout) fails once, and the other tests of its
#   file are run by the worker that takes the place, as --dist load does: 1 failed, 2 passed.
# Seen: with loadfile (and loadscope) each new worker begins with the test that crashed, dies of it, and is replaced, until
#   --max-worker-restart (4 × the workers) ends the run: 9 failed, 1 passed, and the test after it in the file is neither run nor
#   told as not run. A test that hangs for ten minutes before its process is ended so costs an hour and a half.
# A way out: --max-worker-restart=1, so that the run ends with the crash.
# Versions: pytest 9.0.2, pytest-xdist 3.8.0.
# Source: https://pytest-xdist.readthedocs.io/en/stable/crash.html ("workers that crash are automatically restarted").
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check pytest==9.0.2 pytest-xdist==3.8.0
cat >test_process.py <<'PYTHON'
import os
from pathlib import Path


def test_before():
    pass


def test_that_ends_its_process():
    with Path(__file__).with_name("runs").open("a") as runs:
        runs.write("x")
    os._exit(1)


def test_after():
    with Path(__file__).with_name("after").open("a") as runs:
        runs.write("x")
PYTHON

runs() { # how often the test that dies, and the one after it, were run
    rm -f runs after
    python/bin/pytest -q -p no:cacheprovider -n 2 --dist "$1" >log 2>&1 || true
    touch runs after
    echo "$(wc -c <runs) $(wc -c <after)"
}

echo "expected: the test that dies once, the one after it once"
load=$(runs load) file=$(runs loadfile)
echo "seen with --dist load:     $load"
echo "seen with --dist loadfile: $file"
[ "$load" = "1 1" ] && [ "$file" = "9 0" ] || { echo "this has changed"; exit 1; }
