#!/usr/bin/env bash
# SoftHSM does not always see its tokens where several processes begin with it at once.
#
# Expected: PKCS#11 lets any number of processes use a token; each calls C_Initialize, finds the token by its label and logs in.
# Seen: of processes that do so at the same time, a few find no token, or C_Initialize or C_Login says CKR_GENERAL_ERROR. Each
#   writes the token's file (its generation, and the flags of a login), and who reads it meanwhile passes the token over.
# A way out: begin again (C_Finalize, C_Initialize) after an instant.
# Versions: SoftHSM 2.6.1 (Debian 12's softhsm2, which has to be installed), python-pkcs11 0.10.1.
# Source: https://github.com/softhsm/SoftHSMv2
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
module=/usr/lib/softhsm/libsofthsm2.so
[ -e "$module" ] || { echo "install softhsm2 first"; exit 1; }
mkdir tokens
printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$folder" >softhsm2.conf
export SOFTHSM2_CONF=$folder/softhsm2.conf
softhsm2-util --init-token --free --label one --so-pin 12345678 --pin 1234 >/dev/null
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check python-pkcs11==0.10.1
python/bin/python - "$module" 2>/dev/null <<'PYTHON'
import os
import sys

import pkcs11

PROCESSES, TIMES = 4, 100


def misses():
    """Return how often this process does not get at the token."""
    count, library = 0, pkcs11.lib(sys.argv[1])
    for _each in range(TIMES):
        try:
            library.reinitialize()
            library.get_token(token_label="one").open(user_pin="1234")
        except (pkcs11.NoSuchToken, pkcs11.GeneralError):
            count += 1
    return count


def together(processes):
    """Return how often one of the processes does not get at the token."""
    started = []
    for _each in range(processes):
        if not (process := os.fork()):
            os._exit(min(misses(), 255))
        started.append(process)
    return sum(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in started)


alone, many = together(1), together(PROCESSES)
print(f"one process: {alone} of {TIMES} failed; {PROCESSES} together: expected 0, seen {many} of {PROCESSES * TIMES}")
assert alone == 0, "this has changed"
assert many > 0, "this has changed"
PYTHON
