"""Names and numbers of debtors as they may enter a message: one line, nothing invisible."""

from __future__ import annotations

import re

# Controls, line and paragraph separators, direction overrides, surrogates, non-characters.
_UNWELCOME = re.compile(
    "[\x00-\x20\x7f-\x9f\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+"
)
LENGTH_MAX = 120


def one_line(value: str) -> str:
    """The text on one line of at most 120 characters, without controls or hidden directions."""
    if value.isascii() and value.isprintable() and len(value) <= LENGTH_MAX:
        return value.strip()
    text = _UNWELCOME.sub(" ", value).strip()
    return text if len(text) <= LENGTH_MAX else text[: LENGTH_MAX - 1].rstrip() + "…"
