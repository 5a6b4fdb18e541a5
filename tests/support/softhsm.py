"""SoftHSM, a device for keys in software: a token in a folder of the test, with keys whose secret part tests know."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from support import needs, processes
from support.signing import SECRET

#: Where Debian has the library, and others.
PLACES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so")
MODULE = next((path for path in PLACES if os.path.exists(path)), None)
TOKEN, LABEL, OTHER_KIND, PIN = "academy", "school", "elliptic", "40817"


def token(folder: Path) -> None:
    """Make a token with the key of `support.signing`, and one of another kind; `SOFTHSM2_CONF` names its configuration."""
    needs.use("hsm")
    (folder / "tokens").mkdir()
    configuration = f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    Path(os.environ["SOFTHSM2_CONF"]).write_text(configuration, "utf-8")
    _call("--init-token", "--free", "--label", TOKEN, "--so-pin", "12345678", "--pin", PIN)
    secret = Ed25519PrivateKey.from_private_bytes(SECRET)
    for label, number, key in ((LABEL, "A1", secret), (OTHER_KIND, "A2", ec.generate_private_key(ec.SECP256R1()))):
        file = folder / f"{label}.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        _call("--import", file, "--token", TOKEN, "--label", label, "--id", number, "--pin", PIN)
        file.unlink()


def _call(*arguments: object) -> None:
    processes.run(["softhsm2-util", *map(str, arguments)], check=True, capture_output=True, timeout=60)
