#!/usr/bin/env bash
# zxing-cpp passes over an option of create_barcode that it does not know: a misspelt one changes nothing, without a word.
#
# Expected: `create_barcode(…, mask=2)` raises TypeError, as a Python function does for an argument that it does not have.
# Seen: it draws the same symbol as without. The mask of a QR code is `data_mask`, which `help(create_barcode)` does not name, and
#   which makes it seven times as quick, since none of the eight masks is tried and weighed.
# A way out: read a property back from the symbol, such as its mask from the format information, in a test.
# Versions: zxing-cpp 3.1.1.
# Source: https://pypi.org/project/zxing-cpp/3.1.1/
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check zxing-cpp==3.1.1
python/bin/python - <<'PYTHON'
import zxingcpp


def drawn(**options):
    barcode = zxingcpp.create_barcode("HELLO WORLD 0123456789", zxingcpp.BarcodeFormat.QRCode, **options)
    image = memoryview(barcode.to_image(scale=1, add_quiet_zones=False))
    dark = [[not level for level in row] for row in image.tolist()]
    return sum(dark[8][2 + bit] << 2 - bit for bit in range(3)) ^ 0b101  # the mask (ISO/IEC 18004, 7.9)


seen = {name: {drawn(**{name: mask}) for mask in range(8)} for name in ("mask", "data_mask")}
print("masks of symbols drawn with each of 0 to 7:", seen)
assert len(seen["mask"]) == 1, "this has changed"
assert seen["data_mask"] == set(range(8)), "this has changed"
PYTHON
