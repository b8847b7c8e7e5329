"""Reporting: the books of any day, past ones too, as tables."""

from __future__ import annotations

from datetime import date

from recoup.books import lookup
from recoup.books.models import Creditor
from recoup.jobs.decide import decide
from recoup.reports.aging import aging as aging_table
from recoup.reports.base import Table


def aging(creditor: Creditor, *, as_of: date) -> Table:
    """Aged receivables of a creditor as of a day, by the same sums that the night decides on."""
    owed = decide(creditor, as_of=as_of).decisions.aging
    return aging_table(owed, lookup.account_names(creditor.pk), as_of=as_of)
