"""One file per set of known answers; each carries a SET and is found by itself."""

from __future__ import annotations
