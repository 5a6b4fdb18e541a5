"""Signed codes: what a document says of itself, signed with a key, as a QR code on its page (docs/code.md).

Keys are in `keys` and `key_files`; `claims` is what a code says, `sign1` and `envelope` how it is written, `symbols` how it is
drawn; `verifying` reads it back, `listing` says which documents are void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.exports import lazy_exports

if TYPE_CHECKING:
    from docgen.codes.claims import Claims, CodeExtent, claims_of, completed
    from docgen.codes.coding import DocumentCoder
    from docgen.codes.devices import DeviceKey, DeviceSigner, open_device_signer, public_of_device
    from docgen.codes.envelope import is_ours
    from docgen.codes.key_files import (
        find_key,
        is_on_device,
        keys_folder,
        keys_in,
        make_device_key,
        make_key,
        new_secret,
        open_signer,
        public_of,
        refuse_shared,
        refuse_taken_name,
        store_public,
    )
    from docgen.codes.keys import LINE_PREFIX, PublicKey, keys_as_json, keys_from_json, keys_from_line
    from docgen.codes.listing import PublishedList, all_digests, by_list, content_digest, read_list, signed_list, vouched
    from docgen.codes.needed import refuse_missing_libraries
    from docgen.codes.phrases import VerdictValues, answer_of, list_words, remarks_on, said_of, verdict_words
    from docgen.codes.signing import KeyHolder, Signer
    from docgen.codes.symbols import symbol, symbol_png
    from docgen.codes.verifying import CodeVerdict, Difference, GivenList, VerifiedCode, differences, shown_fields, verify_text
else:
    __getattr__ = lazy_exports(
        __name__,
        {
            "claims": "Claims CodeExtent claims_of completed",
            "coding": "DocumentCoder",
            "devices": "DeviceKey DeviceSigner open_device_signer public_of_device",
            "envelope": "is_ours",
            "key_files": "find_key is_on_device keys_folder keys_in make_device_key make_key new_secret open_signer public_of "
            "refuse_shared refuse_taken_name store_public",
            "keys": "LINE_PREFIX PublicKey keys_as_json keys_from_json keys_from_line",
            "listing": "PublishedList all_digests by_list content_digest read_list signed_list vouched",
            "needed": "refuse_missing_libraries",
            "phrases": "VerdictValues answer_of list_words remarks_on said_of verdict_words",
            "signing": "KeyHolder Signer",
            "symbols": "symbol symbol_png",
            "verifying": "CodeVerdict Difference GivenList VerifiedCode differences shown_fields verify_text",
        },
    )

__all__ = [
    "LINE_PREFIX",
    "Claims",
    "CodeExtent",
    "CodeVerdict",
    "DeviceKey",
    "DeviceSigner",
    "Difference",
    "DocumentCoder",
    "GivenList",
    "KeyHolder",
    "PublicKey",
    "PublishedList",
    "Signer",
    "VerdictValues",
    "VerifiedCode",
    "all_digests",
    "answer_of",
    "by_list",
    "claims_of",
    "completed",
    "content_digest",
    "differences",
    "find_key",
    "is_on_device",
    "is_ours",
    "keys_as_json",
    "keys_folder",
    "keys_from_json",
    "keys_from_line",
    "keys_in",
    "list_words",
    "make_device_key",
    "make_key",
    "new_secret",
    "open_device_signer",
    "open_signer",
    "public_of",
    "public_of_device",
    "read_list",
    "refuse_missing_libraries",
    "refuse_shared",
    "refuse_taken_name",
    "remarks_on",
    "said_of",
    "shown_fields",
    "signed_list",
    "store_public",
    "symbol",
    "symbol_png",
    "verdict_words",
    "verify_text",
    "vouched",
]
