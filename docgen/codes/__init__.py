"""Signed codes: what a document says of itself, signed with a key, as a QR code on its page (docs/code.md).

Keys are in `keys` and `key_files`; `claims` is what a code says, `sign1` and `envelope` how it is written, `symbols` how it is
drawn; `verifying` reads it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.codes.claims import Claims, CodeExtent, completed
    from docgen.codes.coding import DocumentCoder
    from docgen.codes.envelope import is_ours
    from docgen.codes.key_files import (
        find_key,
        keys_folder,
        keys_in,
        make_key,
        new_secret,
        open_signer,
        public_of,
        refuse_shared,
        refuse_taken_name,
        store_public,
    )
    from docgen.codes.keys import LINE_PREFIX, PublicKey, keys_as_json, keys_from_json, keys_from_line
    from docgen.codes.needed import refuse_missing_libraries
    from docgen.codes.signing import KeyHolder, Signer
    from docgen.codes.symbols import symbol, symbol_png
    from docgen.codes.verifying import CodeVerdict, Difference, VerifiedCode, differences, shown_fields, verify_text
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "claims": "Claims CodeExtent completed",
            "coding": "DocumentCoder",
            "envelope": "is_ours",
            "key_files": "find_key keys_folder keys_in make_key new_secret open_signer public_of "
            "refuse_shared refuse_taken_name store_public",
            "keys": "LINE_PREFIX PublicKey keys_as_json keys_from_json keys_from_line",
            "needed": "refuse_missing_libraries",
            "signing": "KeyHolder Signer",
            "symbols": "symbol symbol_png",
            "verifying": "CodeVerdict Difference VerifiedCode differences shown_fields verify_text",
        },
    )

__all__ = [
    "LINE_PREFIX",
    "Claims",
    "CodeExtent",
    "CodeVerdict",
    "Difference",
    "DocumentCoder",
    "KeyHolder",
    "PublicKey",
    "Signer",
    "VerifiedCode",
    "completed",
    "differences",
    "find_key",
    "is_ours",
    "keys_as_json",
    "keys_folder",
    "keys_from_json",
    "keys_from_line",
    "keys_in",
    "make_key",
    "new_secret",
    "open_signer",
    "public_of",
    "refuse_missing_libraries",
    "refuse_shared",
    "refuse_taken_name",
    "shown_fields",
    "store_public",
    "symbol",
    "symbol_png",
    "verify_text",
]
