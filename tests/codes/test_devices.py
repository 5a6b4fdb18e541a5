"""A key that a device keeps signs as one in a file does: by SoftHSM, over PKCS#11."""

from __future__ import annotations

import json
import re
import shlex
import stat
import sys
from datetime import date

import pytest
from support import documents, processes, softhsm
from support.calling import run
from support.places import ROOT
from support.signing import key_of, signer, stored

from docgen.codes import keys_as_json

pytestmark = pytest.mark.hsm

NAME = ("keys", "new", "device", "--organization", "Қарағанды академиясы", "--from", "2026-01-01", "--until", "2026-12-31")
DEVICE = ("--pkcs11", softhsm.MODULE, "--token", softhsm.TOKEN, "--label", softhsm.LABEL)


@pytest.fixture(scope="module", autouse=True)
def token(tmp_path_factory):
    """A token for the tests of this module: the library of SoftHSM reads its configuration once a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        softhsm.token(folder)
        yield folder


@pytest.fixture
def pin(tmp_path):
    return _secret(tmp_path / "pin", softhsm.PIN)


@pytest.fixture
def known(tmp_path, pin):
    """Return the options that sign with the key of the token, which is known as `device`."""
    assert run(*NAME, *DEVICE, *pin, "--keys", tmp_path / "keys").exit_code == 0
    return ("--key", "device", "--keys", tmp_path / "keys", *pin)


def _secret(path, text):
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return "--passphrase-file", path


def test_a_device_signs_the_same_bytes_as_a_file(tmp_path, sample, known):
    """The token has the secret key of RFC 8032's second test, and so has the file; Ed25519 has one signature for a content."""
    call = ("render", "retraining-certificate", sample, "--back", "-o")
    assert run(*call, tmp_path / "device.pdf", *known).exit_code == 0
    assert run(*call, tmp_path / "file.pdf", *stored(tmp_path)).exit_code == 0
    assert (tmp_path / "device.pdf").read_bytes() == (tmp_path / "file.pdf").read_bytes()
    assert "genuine" in run("verify", tmp_path / "device.pdf", "--key", tmp_path / "school.json").output


def test_what_is_stored_says_where_the_key_lies_and_no_secret(tmp_path, known):
    place = tmp_path / "keys" / "device.device"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert json.loads(place.read_text("utf-8")) == {"module": softhsm.MODULE, "token": softhsm.TOKEN, "label": softhsm.LABEL}
    assert run("keys", "public", "device", "--keys", tmp_path / "keys").output.strip() == key_of().as_line()


def test_a_module_that_is_named_from_the_folder_one_is_in_is_found_from_others(tmp_path, pin):
    """In a process of its own: this one has the library under its other name."""
    (tmp_path / "module.so").symlink_to(softhsm.MODULE)
    call = [*NAME, "--pkcs11", "./module.so", *DEVICE[2:], *pin, "--keys", "keys"]
    done = documents.shell(shlex.join(map(str, ["docgen", *call])), tmp_path, "en")
    assert done.returncode == 0, done.stdout
    assert json.loads((tmp_path / "keys" / "device.device").read_text("utf-8"))["module"] == str(tmp_path / "module.so")


@pytest.mark.slow
def test_workers_sign_with_a_session_each(tmp_path, known):
    """In a process of its own, whose workers are forks that have the library as their parent began it."""
    batch = ("batch", "retraining-certificate", ROOT / "samples" / "people.xlsx", "--ignore", "*", "--only", "3-8", "--back")
    for folder, key in (("device", known), ("file", stored(tmp_path))):
        call = [
            sys.executable,
            "-m",
            "docgen",
            *batch,
            "--split",
            "2",
            "--workers",
            "2",
            "--quiet",
            "-o",
            tmp_path / folder,
            *key,
        ]
        done = processes.run([*call, "-o", tmp_path / folder, *key], capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
    volumes = sorted((tmp_path / "file").glob("*.pdf"))
    assert len(volumes) == 3
    assert [(tmp_path / "device" / each.name).read_bytes() for each in volumes] == [each.read_bytes() for each in volumes]


#: What is otherwise → exit code, and what is said; {keys} is the folder of keys.
WRONG_WHEN_NAMED = {
    "a wrong PIN": (
        {"pin": "40818"}, 1,
        "the PIN of the token “academy” is wrong, or expired\n    Look it up before you try again: a token is locked after",
    ),
    "a token that is not there": (
        {"--token": "other"}, 4, "there is no token “other”\n    Plug the device in; pkcs11-tool --list-slots lists the tokens.",
    ),
    "a key that is not there": (
        {"--label": "other"}, 1,
        "the token “academy” has no key “other”\n    pkcs11-tool --list-objects lists the keys.",
    ),
    "a key of another kind": (
        {"--label": softhsm.OTHER_KIND}, 1, "“elliptic” is no Ed25519 key\n    Make one of that kind on the device.",
    ),
    "a module that is not there": (
        {"--pkcs11": "/nowhere/module.so"}, 4,
        "the module /nowhere/module.so cannot be used\n    Name the library for PKCS#11 that comes with the device",
    ),
    "a module that is none": ({"--pkcs11": __file__}, 4, "test_devices.py cannot be used\n    Name the library for PKCS#11"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "said"), WRONG_WHEN_NAMED.values(), ids=WRONG_WHEN_NAMED)
def test_a_key_that_does_not_sign_gets_no_name(tmp_path, changes, code, said):
    device = dict(zip(DEVICE[::2], DEVICE[1::2], strict=True)) | changes
    pin = _secret(tmp_path / "pin", device.pop("pin", softhsm.PIN))
    result = run(*NAME, *(word for pair in device.items() for word in pair), *pin, "--keys", tmp_path / "keys")
    assert result.exit_code == code
    assert f"✗ {device['--pkcs11']}: " in result.output
    assert said in result.output
    assert not (tmp_path / "keys").exists()


#: What became of a key after it got its name → exit code, and what is said.
WRONG_LATER = {
    "a wrong PIN": ({}, "1234", 1, "the PIN of the token “academy” is wrong, or expired"),
    "no PIN": ({}, "", 2, "the file holds no passphrase"),
    "another token": ({"token": "other"}, softhsm.PIN, 4, "there is no token “other”"),
    "another label": ({"label": "other"}, softhsm.PIN, 1, "the token “academy” has no key “other”"),
    "the module is away": ({"module": "/nowhere/module.so"}, softhsm.PIN, 4, "the module /nowhere/module.so cannot be used"),
    "a file that says no token": ({"token": 3}, softhsm.PIN, 1, "the file does not say where a key lies"),
}


@pytest.mark.parametrize(("changes", "given", "code", "said"), WRONG_LATER.values(), ids=WRONG_LATER)
def test_a_key_that_signs_no_more_is_reported(tmp_path, sample, known, changes, given, code, said):
    place = tmp_path / "keys" / "device.device"
    place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | changes), "utf-8")
    _secret(tmp_path / "pin", given)
    result = run("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", *known)
    assert result.exit_code == code
    assert f"✗ {tmp_path / 'pin' if not given else place}: {said}" in result.output
    assert not (tmp_path / "out.pdf").exists()


def test_a_file_that_others_may_change_is_refused(tmp_path, sample, known):
    """It names a library, which is run."""
    place = tmp_path / "keys" / "device.device"
    place.chmod(0o666)
    result = run("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", *known)
    assert result.exit_code == 1
    assert f"{place}: others than its owner may use this key" in result.output


def test_a_key_of_the_device_that_is_not_the_published_one_is_refused(tmp_path, sample, known):
    """Documents that it would sign are genuine to nobody."""
    public = tmp_path / "keys" / "device.json"
    public.write_bytes(keys_as_json([type(key_of())(bytes(31) + b"\1", "A", date(2026, 1, 1))]))
    result = run("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", *known)
    assert result.exit_code == 1
    assert "device.device: the secret part is not that of the public one" in result.output


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (("--pkcs11", "module.so"), "A key of a device takes --pkcs11 and --token."),
        (("--token", "academy"), "A key of a device takes --pkcs11 and --token."),
        (("--label", "school"), "A key of a device takes --pkcs11 and --token."),
        ((*DEVICE, "--keyring"), "Give --keyring or --pkcs11, not both."),
        (DEVICE, "there is nobody to ask for the passphrase\n    Give --passphrase-file FILE."),
    ],
)
def test_a_call_that_says_half_of_it_is_refused(tmp_path, call, said):
    result = run(*NAME, *call, "--keys", tmp_path / "keys")
    assert result.exit_code == 2
    assert said in result.output


def test_where_the_library_is_missing_the_way_out_is_named(monkeypatch, tmp_path, pin):
    monkeypatch.setitem(sys.modules, "pkcs11", None)  # as Python has it where a module is not installed
    result = run(*NAME, *DEVICE, *pin, "--keys", tmp_path / "keys")
    assert result.exit_code == 2
    assert 'what keys of devices need is not installed\n    Install it: pip install "docgen[hsm]"' in result.output


def test_two_signers_of_a_token_work_side_by_side(known, tmp_path):
    """A token asks for its PIN once a process; a second signer finds it open."""
    from docgen.codes import open_signer

    first, second = (open_signer(tmp_path / "keys", "device", softhsm.PIN) for _each in range(2))
    assert first.sign(b"content") == second.sign(b"content") == signer().sign(b"content")


def test_the_example_of_the_page_runs(tmp_path, monkeypatch):
    """On a token of its own: what docs/code.md types, from a token that is made to a document that is signed."""
    page = (ROOT / "docs" / "code.md").read_text("utf-8")
    [example] = [each for each in re.findall(r"^```text\n(.*?)^```$", page, re.M | re.S) if "softhsm2-util" in each]
    (tmp_path / "person.toml").write_text(run("forms", "sample", "retraining-certificate").output, "utf-8")
    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path}/tokens\nlog.level = ERROR\n", "utf-8")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    example = example.replace("/usr/lib/softhsm/libsofthsm2.so", softhsm.MODULE)
    done = documents.shell(example, tmp_path, "en")
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "device.pdf").read_bytes().startswith(b"%PDF")
