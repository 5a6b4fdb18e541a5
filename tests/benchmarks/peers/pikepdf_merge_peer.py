"""Joining with pikepdf: python pikepdf_merge_peer.py OUTPUT FILE…; pages alone, as its own manual does it."""

from __future__ import annotations

import sys

import pikepdf


def main(output: str, *paths: str) -> None:
    joined = pikepdf.new()
    for path in paths:
        with pikepdf.open(path) as source:
            joined.pages.extend(source.pages)
    joined.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)


if __name__ == "__main__":
    main(*sys.argv[1:])
