"""What an invariant is: a question to the books whose answer must be empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

# A row that breaks an invariant: column by column; the first two are creditor_id and id.
Row = dict[str, object]


@dataclass(frozen=True)
class Scope:
    """What is looked at: one creditor or all, on a day, at an instant."""

    creditor_id: int | None
    as_of: date
    at: datetime


@dataclass(frozen=True)
class Invariant:
    """Something that is always true of the books, and what harm it prevents.

    Either a SELECT that finds the offending rows, beginning with `creditor_id` and `id`, or a
    function that does. `freezes` says whether a breach stops all sending of the creditor.
    """

    code: str
    title: str
    prevents: str
    sql: str = ""
    find: Callable[[Scope], list[Row]] | None = None
    freezes: bool = True
