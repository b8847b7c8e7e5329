"""What a history of money can go on with: lines, items, credits and postings that still stand."""

from __future__ import annotations

from recoup.books import adjust
from recoup.books.models import CashApplication, Entry, OpenItem, Receipt, StatementLine


def open_lines():
    return StatementLine.objects.filter(state="open")


def applied_lines():
    return StatementLine.objects.filter(state="applied")


def left_out_lines():
    return StatementLine.objects.filter(state="ignored")


def owing():
    return OpenItem.objects.filter(open_minor__gt=0)


def credits_left():
    return Receipt.objects.filter(unapplied_minor__gt=0)


def refunds():
    return Entry.objects.filter(kind="refund", reversed_by=None)


def written_down():
    return Entry.objects.filter(kind__in=adjust.KINDS, reversed_by=None)


def applications():
    return CashApplication.objects.filter(reversed_entry=None)
