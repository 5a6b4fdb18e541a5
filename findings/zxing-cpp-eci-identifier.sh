#!/usr/bin/env bash
# zxing-cpp names a QR code that declares its encoding (an ECI) as one that does not, and with TextMode.ECI the other way round.
#
# Expected: `symbology_identifier` is ]Q2 for a code in which an ECI is in force and ]Q1 for another one (ISO/IEC 15424), and
#   TextMode.ECI puts \000026 (UTF-8) before the text of the first alone.
# Seen: ]Q1 for both, and TextMode.ECI writes ]Q2\000026 before the text of both. TextMode.HexECI alone tells them apart.
# A way out: ask TextMode.HexECI whether a code was written with an ECI, without which some readers take UTF-8 for Japanese.
# Versions: zxing-cpp 3.1.1, segno 1.6.6, which writes the codes.
# Source: https://pypi.org/project/zxing-cpp/3.1.1/
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check zxing-cpp==3.1.1 segno==1.6.6 pillow==12.0.0
python/bin/python - <<'PYTHON'
import io

import segno
import zxingcpp
from PIL import Image


def read(with_eci: bool, mode: zxingcpp.TextMode) -> tuple[str, str]:
    buffer = io.BytesIO()
    segno.make_qr("Қазақ тілі", encoding="utf-8", eci=with_eci).save(buffer, kind="png", scale=8)
    with Image.open(buffer) as image:
        [found] = zxingcpp.read_barcodes(image, text_mode=mode)
    return found.symbology_identifier, found.text


def identified(with_eci: bool) -> str:
    return bytes.fromhex(read(with_eci, zxingcpp.TextMode.HexECI)[1])[:3].decode()


seen = {
    "identifier": [read(each, zxingcpp.TextMode.Plain)[0] for each in (True, False)],
    "TextMode.ECI": [read(each, zxingcpp.TextMode.ECI)[1][:10] for each in (True, False)],
    "TextMode.HexECI": [identified(each) for each in (True, False)],
}
print("with an ECI, without:", seen)
assert seen == {
    "identifier": ["]Q1", "]Q1"],
    "TextMode.ECI": ["]Q2\\000026", "]Q2\\000026"],
    "TextMode.HexECI": ["]Q2", "]Q1"],
}, "this has changed"
PYTHON
