"""What is wrong with a code that was read: one class, without words; `verifying` says them."""

from __future__ import annotations


class DamagedCode(ValueError):
    """A text, a message or a payload that no docgen wrote, or one that was changed."""
