"""Keys on the command line: made, listed, published, retired, and never usable by others."""

from __future__ import annotations

import json
import stat

import pytest
from PIL import Image
from support.calling import run
from support.signing import PASSPHRASE, key_of, stored

from docgen.codes import keys_as_json, keys_from_json, keys_from_line
from docgen.errors import DataError

NEW = ("keys", "new", "school", "--organization", "Қарағанды академиясы", "--from", "2026-01-01", "--until", "2026-12-31")


@pytest.fixture
def passphrase(tmp_path):
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n", "utf-8")
    (tmp_path / "passphrase").chmod(0o600)
    return "--passphrase-file", tmp_path / "passphrase"


def test_a_key_is_made_listed_published_and_retired(tmp_path, passphrase):
    keys = ("--keys", tmp_path / "keys")
    assert run(*NEW, *passphrase, *keys).exit_code == 0
    secret, public = tmp_path / "keys" / "school.key", tmp_path / "school.json"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert run("keys", "public", "school", "-o", public, *keys).exit_code == 0
    [key] = keys_from_json(public.read_bytes())
    listed = run("keys", "list", *keys).output
    assert f"{key.id.hex()}  2026-01-01 – 2026-12-31  Қарағанды академиясы" in listed
    line = run("keys", "public", "school", *keys).output
    assert keys_from_line(line) == key
    assert run("keys", "retire", "school", "--last", "2026-06-30", "--compromised", "2026-07-01", *keys).exit_code == 0
    [listed] = json.loads(run("keys", "list", "--json", *keys).output)["keys"]
    assert (listed["last"], listed["compromised"], listed["kid"]) == ("2026-06-30", "2026-07-01", key.id.hex())


def test_the_symbol_of_a_public_key_reads_as_its_line(tmp_path):
    """By zxing-cpp: the organization in Kazakh is read as UTF-8, for the symbol says so (ECI 26)."""
    import zxingcpp

    stored(tmp_path)
    assert run("keys", "public", "school", "-o", tmp_path / "key.png", "--keys", tmp_path / "keys").exit_code == 0
    with Image.open(tmp_path / "key.png") as image:
        [found] = zxingcpp.read_barcodes(image)
        [read] = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.HexECI)
    assert found.text == key_of().as_line()
    assert bytes.fromhex(read.text).startswith(rb"]Q2\000026")  # AIM: a QR code with ECI; 26 is UTF-8


def test_the_identifier_is_the_thumbprint_of_rfc_7638():
    """By the example of RFC 8037, A.3: its key has the thumbprint kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k."""
    from base64 import urlsafe_b64decode

    public = urlsafe_b64decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo=")
    key = key_of()
    example = type(key)(public, key.organization, key.first)
    assert example.id == urlsafe_b64decode("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k=")[:8]


REFUSED = {
    "a name that is no name": (["keys", "new", "School 1"], "“School 1” is no name for a key"),
    "a passphrase that is too short": (["--short"], "a passphrase has 8 letters or more"),
    "nobody to ask": (["--unasked"], "there is nobody to ask for the passphrase\n    Give --passphrase-file FILE."),
    "an end before the beginning": (["--until", "2025-12-31"], "--until lies before --from."),
}


@pytest.mark.parametrize(("call", "said"), REFUSED.values(), ids=REFUSED)
def test_a_key_that_cannot_be_made_is_refused(tmp_path, passphrase, call, said):
    arguments = [*NEW, "--keys", tmp_path / "keys"]
    if call[0] == "keys":
        arguments[2] = call[2]
    elif call == ["--short"]:
        passphrase[1].write_text("қысқа", "utf-8")
    elif call[0] == "--until":
        arguments += call
    result = run(*arguments, *(() if call == ["--unasked"] else passphrase))
    assert result.exit_code == 2
    assert said in result.output
    assert not (tmp_path / "keys").exists()


def test_a_key_is_never_written_over(tmp_path, passphrase):
    stored(tmp_path)
    before = (tmp_path / "keys" / "school.key").read_bytes()
    result = run(*NEW, *passphrase, "--keys", tmp_path / "keys")
    assert (result.exit_code, (tmp_path / "keys" / "school.key").read_bytes()) == (2, before)
    assert "there is a key “school” already" in result.output


def test_a_taken_name_is_refused_before_anybody_is_asked(tmp_path):
    """No passphrase is given, and nobody is there to be asked: the name comes first."""
    stored(tmp_path)
    result = run(*NEW, "--keys", tmp_path / "keys")
    assert result.exit_code == 2
    assert "there is a key “school” already" in result.output


def test_a_set_of_keys_among_the_own_ones_is_a_problem(tmp_path):
    stored(tmp_path)
    (tmp_path / "keys" / "others.json").write_bytes(keys_as_json([key_of(), key_of(organization="B")]))
    result = run("keys", "list", "--keys", tmp_path / "keys")
    assert result.exit_code == 1
    assert "others.json: a file of this folder holds one key, not 2\n    Move it elsewhere" in result.output


@pytest.mark.parametrize("name", ["keys/school.key", "passphrase"])
def test_a_secret_that_others_may_read_is_refused(tmp_path, sample, name):
    key = stored(tmp_path)
    (tmp_path / name).chmod(0o640)
    result = run("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", *key)
    assert result.exit_code == 1
    assert f"{tmp_path / name}: others than its owner may use this key" in result.output
    assert not (tmp_path / "out.pdf").exists()


@pytest.mark.slow
def test_a_wrong_passphrase_is_reported(tmp_path, sample):
    key = stored(tmp_path)
    (tmp_path / "passphrase").write_text("another passphrase", "utf-8")
    result = run("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", *key)
    assert result.exit_code == 1
    assert "school.key: the passphrase is wrong, or the key is damaged" in result.output


def test_a_file_is_no_folder_of_keys(tmp_path):
    (tmp_path / "keys.json").write_text("{}", "utf-8")
    result = run("verify", "DG1:AB", "--keys", tmp_path / "keys.json")
    assert result.exit_code == 2
    assert f"Directory '{tmp_path / 'keys.json'}' is a file." in result.output


def test_a_key_that_is_not_there_is_named_with_the_nearest(tmp_path, sample):
    key = ("--key", "shcool", *stored(tmp_path)[2:])
    result = run("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", *key)
    assert result.exit_code == 2
    assert "there is no key “shcool”\n    Did you mean “school”?" in result.output


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b'{"keys": []}', b'{"kty":"RSA"}', b'{"kty":"OKP","crv":"Ed25519","x":"AA","organization":"A"}',
        b'{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","organization":"A"}', b"\xff\xfe",
    ],
)  # fmt: skip
def test_what_is_no_public_key_is_refused(content):
    with pytest.raises(DataError) as caught:
        keys_from_json(content, "key.json")
    assert caught.value.problems[0].code == "key-damaged"


@pytest.mark.parametrize("line", ["", "docgen-key", "docgen-key|AA|2026-01-01||A", "other|x|2026-01-01||A", "docgen-key|é|x||A"])
def test_a_line_that_is_no_key_is_refused(line):
    with pytest.raises(DataError) as caught:
        keys_from_line(line)
    assert caught.value.problems[0].code == "key-damaged"


@pytest.mark.parametrize("call", [["verify", "DG1:A"], [*NEW]])
def test_where_the_libraries_are_missing_the_way_out_is_named(monkeypatch, tmp_path, call):
    monkeypatch.setattr("docgen.codes.needed.NEEDED", ("a_library_that_nobody_has",))
    result = run(*call, "--keys", tmp_path / "keys")
    assert result.exit_code == 2
    assert 'what signed codes need is not installed\n    Install it: pip install "docgen[genuine]"' in result.output
