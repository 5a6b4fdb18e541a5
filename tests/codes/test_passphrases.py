"""Where a passphrase comes from: whoever sits at the terminal, or the keyring of the system."""

from __future__ import annotations

import pytest
from support.calling import run
from support.terminal import AtTerminal

NEW = ("keys", "new", "school", "--organization", "Қарағанды академиясы", "--from", "2026-01-01")
PASSPHRASE = "several words to remember"


@pytest.mark.slow
def test_a_passphrase_is_asked_for_twice_and_never_shown(tmp_path, sample):
    clerk = AtTerminal(tmp_path, *NEW, "--keys", tmp_path / "keys")
    for question, typed in (
        ("Passphrase: ", PASSPHRASE),
        ("The same once more: ", "several words"),
        ("Passphrase: ", PASSPHRASE),
        ("The same once more: ", PASSPHRASE),
    ):
        clerk.sees(question)
        clerk.process.send(typed + "\r")
    clerk.sees("school: key ")
    assert PASSPHRASE not in clerk.process.before
    clerk.leaves()
    call = ("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", "--key", "school")
    clerk = AtTerminal(tmp_path, *call, "--keys", tmp_path / "keys").sees("Passphrase of school: ")
    clerk.process.send(PASSPHRASE + "\r")
    assert "out.pdf" in clerk.leaves()


@pytest.fixture
def keyring_backend(monkeypatch):
    """Return a keyring that lasts as long as the test, in place of the system's."""
    import keyring
    from keyring.backend import KeyringBackend

    class InMemory(KeyringBackend):
        priority = 1
        stored: dict[tuple[str, str], str] = {}  # noqa: RUF012 - one test has one

        def get_password(self, service: str, username: str) -> str | None:
            return self.stored.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.stored[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del self.stored[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    yield InMemory.stored
    keyring.set_keyring(before)


def test_the_keyring_keeps_a_random_passphrase(tmp_path, sample, keyring_backend):
    assert run(*NEW, "--keyring", "--keys", tmp_path / "keys").exit_code == 0
    [((service, _key), passphrase)] = keyring_backend.items()
    assert service == "docgen"
    assert len(passphrase) >= 40
    call = ("render", "retraining-certificate", sample, "-o", tmp_path / "out.pdf", "--back", "--key", "school")
    assert run(*call, "--keys", tmp_path / "keys").exit_code == 0
    keyring_backend.clear()
    result = run(*call, "--keys", tmp_path / "keys")
    assert result.exit_code == 2
    assert "there is nobody to ask for the passphrase" in result.output


def test_a_system_without_a_keyring_says_so(tmp_path):
    import keyring
    from keyring.backends.fail import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    try:
        result = run(*NEW, "--keyring", "--keys", tmp_path / "keys")
    finally:
        keyring.set_keyring(before)
    assert result.exit_code == 2
    assert "the system has no keyring that can be used\n    Leave --keyring out, and choose a passphrase." in result.output
    assert not (tmp_path / "keys").exists()
