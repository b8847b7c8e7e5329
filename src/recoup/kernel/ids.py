"""Fingerprints and natural keys: the same thing gets the same name every time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def fingerprint(data: bytes) -> str:
    """SHA-256 of the bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def natural_key(parts: Iterable[object]) -> str:
    """The parts as one readable key; a slash or backslash inside a part is escaped."""
    return "/".join(str(part).replace("\\", "\\\\").replace("/", "\\/") for part in parts)


def content_key(parts: Iterable[object]) -> str:
    """A short digest of a row that carries no number of its own (32 hex digits)."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
