"""Payouts that arrive at the bank: what is in them is counted from the provider's own file."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet

from recoup.books.models import Creditor, StatementLine

# The layouts of providers, and what a bank calls them.
PROVIDERS = {
    "payout_stripe": "Stripe",
    "payout_gocardless": "GoCardless",
    "payout_paypal": "PayPal",
}
# GoCardless lists the payouts themselves; the others list them as money out of their balance.
_LISTS_PAYOUTS = "payout_gocardless"
# The money arrives within days of the payout; a bank may book it the evening before.
DAYS_BEFORE_MAX, DAYS_AFTER_MAX = 1, 7
_STRIPE_PAYOUT = ("po_", "tr_")
COUNTED = "counted already"


@dataclass(frozen=True)
class Arrival:
    """A payment at the bank that is a payout of a provider."""

    line: StatementLine
    payout: StatementLine
    provider: str

    @property
    def reason(self) -> str:
        """Why it is left out; the name of the payout keeps it from being found twice."""
        return (
            f"{self.provider} payout of {self.payout.booked_date} ({_id(self.payout)}), {COUNTED}"
        )


def arrivals(creditor: Creditor, *, line_ids: list[int] | None = None) -> list[Arrival]:
    """The open payments that are surely a payout: its amount, its days, and the provider's word.

    The bank must name the provider or the payout, and only one of each may fit. What a person
    took back is not found again.
    """
    payouts = _payouts(creditor)
    if not payouts:
        return []
    lines = StatementLine.objects.filter(
        creditor=creditor,
        state="open",
        ignored_reason="",
        amount_minor__in={abs(each.amount_minor) for each, _ in payouts},
    ).exclude(statement__source_file__format_code__startswith="payout_")
    if line_ids is not None:
        lines = lines.filter(pk__in=line_ids)
    found = [
        Arrival(line, payout, provider)
        for line in lines.order_by("pk")
        for payout, provider in payouts
        if _fits(line, payout) and _is_named(line, payout, provider)
    ]
    of_line = Counter(each.line.pk for each in found)
    of_payout = Counter(each.payout.pk for each in found)
    return [each for each in found if of_line[each.line.pk] == 1 and of_payout[each.payout.pk] == 1]


def _payouts(creditor: Creditor) -> list[tuple[StatementLine, str]]:
    """Every payout the providers tell of that no payment at the bank was found for."""
    taken = " ".join(
        StatementLine.objects.filter(
            creditor=creditor, ignored_reason__endswith=COUNTED
        ).values_list("ignored_reason", flat=True)
    )
    return [
        (each, PROVIDERS[each.statement.source_file.format_code])
        for each in _told(creditor)
        if _is_payout(each) and f"({_id(each)})" not in taken
    ]


def _told(creditor: Creditor) -> QuerySet[StatementLine]:
    lists = Q(statement__source_file__format_code=_LISTS_PAYOUTS, amount_minor__gt=0)
    found = StatementLine.objects.filter(
        lists | Q(amount_minor__lt=0),
        creditor=creditor,
        is_return=False,
        statement__source_file__format_code__in=PROVIDERS,
    )
    return found.select_related("statement__source_file").order_by("pk")


def _is_payout(line: StatementLine) -> bool:
    """Money out of a provider's balance is a refund, unless it goes to nobody but us."""
    code = line.statement.source_file.format_code
    if not _id(line):
        return False
    if code == "payout_stripe":
        return line.end_to_end_id.startswith(_STRIPE_PAYOUT)
    return code == _LISTS_PAYOUTS or not line.counterparty_name


def _id(line: StatementLine) -> str:
    if line.end_to_end_id.startswith(_STRIPE_PAYOUT):
        return line.end_to_end_id
    return line.bank_reference


def _fits(line: StatementLine, payout: StatementLine) -> bool:
    first = payout.booked_date - timedelta(days=DAYS_BEFORE_MAX)
    last = payout.booked_date + timedelta(days=DAYS_AFTER_MAX)
    return (
        line.amount_minor == abs(payout.amount_minor)
        and line.currency == payout.currency
        and line.bank_account_id != payout.bank_account_id
        and first <= line.booked_date <= last
    )


def _is_named(line: StatementLine, payout: StatementLine, provider: str) -> bool:
    """Whether the bank's words name the provider, the payout, or the provider's reference."""
    said = (line.counterparty_name, line.remittance, line.end_to_end_id, line.structured_reference)
    words = _bare(" ".join(said))
    wanted = [provider, _id(payout)]
    if payout.statement.source_file.format_code == _LISTS_PAYOUTS:
        wanted.append(payout.remittance)
    return any(len(_bare(each)) > 4 and _bare(each) in words for each in wanted)


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
