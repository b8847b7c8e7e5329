"""Texts as search sees them: lower case, without accents."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """The text folded, so that what is typed is found however it was written."""
    plain = text.casefold()
    if plain.isascii():
        return plain
    apart = unicodedata.normalize("NFKD", plain)
    return "".join(each for each in apart if not unicodedata.combining(each))
