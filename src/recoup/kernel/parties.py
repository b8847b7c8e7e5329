"""What a debtor is in law: company, sole trader, consumer, public body, or not known."""

from __future__ import annotations

from enum import IntEnum


class LegalKind(IntEnum):
    """What the debtor is; unknown is treated as the most protected. Never reuse a number."""

    UNKNOWN = 0
    COMPANY = 1
    SOLE_TRADER = 2
    CONSUMER = 3
    PUBLIC_BODY = 4

    @property
    def word(self) -> str:
        """The kind as documents write it: `sole_trader`."""
        return self.name.lower()


KIND_OF_WORD = {kind.word: kind for kind in LegalKind}
