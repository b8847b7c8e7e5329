"""The journal of a period, for the general ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from recoup.books import journal as read
from recoup.books.models import Creditor, LedgerAccount
from recoup.kernel.errors import Refusal
from recoup.reports.journal import Chart, Head, Moved, Totals, csv_pieces, json_pieces

NAMES = {int(each): each.name.lower() for each in LedgerAccount}


@dataclass
class Journal:
    """A journal to be written once, in pieces; its totals are complete when it is."""

    head: Head
    period: read.Period
    totals: Totals = field(default_factory=Totals)

    def as_csv(self) -> Iterator[str]:
        """The lines as CSV."""
        return csv_pieces(self.head, self._moved(), self.totals)

    def as_json(self) -> Iterator[str]:
        """The entries as JSON, with the totals."""
        return json_pieces(self.head, self._moved(), self.totals)

    def count(self) -> Totals:
        """Only the totals."""
        for each in self._moved():
            self.totals.add(each)
        return self.totals

    def _moved(self) -> Iterator[Moved]:
        if self.totals.movements:
            raise ValueError("a journal is written once")
        return (Moved(*row) for row in read.movements(self.period))  # type: ignore[arg-type]


def journal(
    creditor: Creditor,
    *,
    first: date,
    last: date,
    recorded_until: datetime | None = None,
    codes: Mapping[str, str] | None = None,
) -> Journal:
    """The journal of the effective days `first` to `last`, as recorded until an instant.

    The same question gives the same bytes, whatever is posted later; without an instant, it is
    that of the latest entry. `codes` are the user's names of our ledger accounts.
    """
    if last < first:
        raise Refusal(
            "period-reversed", f"The period ends on {last}, before it begins. Swap the two days."
        )
    until = recorded_until or read.last_recorded(creditor.pk) or creditor.created_at
    period = read.Period(creditor.pk, first, last, until)
    head = Head(
        creditor=creditor.code,
        name=creditor.name,
        first=first,
        last=last,
        recorded_until=until,
        chart=Chart(NAMES, codes or {}),
        opening=read.opening(period),
        closing=read.closing(period),
    )
    return Journal(head, period)
