"""Payment terms: what people write, the days and amounts it means, and saying it back.

They stand on the lowest floor because the policy checks them when it is saved.
"""

from __future__ import annotations

from recoup.kernel.terms.model import (
    Discount,
    Installment,
    Kind,
    Part,
    Roll,
    StillOff,
    Terms,
    discount_minor,
    discount_on,
    due_date,
    installments,
    longest_days,
    still_off,
)
from recoup.kernel.terms.read import read_terms
from recoup.kernel.terms.words import words

__all__ = [
    "Discount",
    "Installment",
    "Kind",
    "Part",
    "Roll",
    "StillOff",
    "Terms",
    "discount_minor",
    "discount_on",
    "due_date",
    "installments",
    "longest_days",
    "read_terms",
    "still_off",
    "words",
]
