#!/usr/bin/env bash
# Playwright's page.wait_for_function works on a page whose policy forbids eval if what it waits for is so at once, else it fails.
#
# Expected: the expression goes through the debugger, which no Content Security Policy concerns, as that of page.evaluate does; or it
#   never works there.
# Seen: what is true at the first look is returned; what becomes true later raises EvalError, "'unsafe-eval' is not an allowed source
#   of script", for the second look evaluates within the page. A test fails on the slower machine alone.
# A way out: wait for an element, page.wait_for_selector("#state:has-text('…')"), which needs no eval.
# Versions: playwright 1.65.2, with Chromium of Debian.
# Source: https://playwright.dev/python/docs/api/class-page#page-wait-for-function (says nothing of policies).
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check playwright==1.65.2
cat > page.html <<'HTML'
<!DOCTYPE html><meta http-equiv="Content-Security-Policy" content="default-src 'none'"><title>ready</title>
HTML
python/bin/python - <<'PYTHON'
import shutil
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

AT_ONCE, LATER = "document.title === 'ready'", "(window.looks = (window.looks ?? 0) + 1) > 3"
program = shutil.which("chromium") or shutil.which("google-chrome")
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(Path("page.html").absolute().as_uri())
    page.wait_for_function(AT_ONCE, timeout=10_000)
    try:
        page.wait_for_function(LATER, timeout=10_000)
        waited = "it returns"
    except Error as error:
        waited = str(error).splitlines()[0]
    browser.close()
print(f"what is so at once: it returns; what is so later: {waited[:150]}")
assert "unsafe-eval" in waited, "this has changed"
PYTHON
