"""Payouts that arrive at the bank: what is in them is counted from the provider's own file."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
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
# Mollie lists payments with the reference of their settlement and no fees, so what arrives is
# somewhat less than their sum; it may settle once a month.
_LISTS_PAYMENTS = "payout_mollie"
SETTLED_WITHIN_DAYS = 45
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

    Of a provider that lists payments without fees: at most their sum, and their reference.

    The bank must name the provider or the payout, and only one of each may fit. What a person
    took back is not found again.
    """
    lines = StatementLine.objects.filter(
        creditor=creditor, state="open", ignored_reason=""
    ).exclude(statement__source_file__format_code__startswith="payout_")
    if line_ids is not None:
        lines = lines.filter(pk__in=line_ids)
    taken = _taken(creditor)
    found = [*_by_amount(creditor, lines, taken), *_by_reference(creditor, lines, taken)]
    of_line = Counter(each.line.pk for each in found)
    of_payout = Counter(each.payout.pk for each in found)
    return [each for each in found if of_line[each.line.pk] == 1 and of_payout[each.payout.pk] == 1]


def _taken(creditor: Creditor) -> str:
    """The reasons of all that was found before: a payout arrives once."""
    found = StatementLine.objects.filter(creditor=creditor, ignored_reason__endswith=COUNTED)
    return " ".join(found.values_list("ignored_reason", flat=True))


def _by_amount(creditor: Creditor, lines: QuerySet[StatementLine], taken: str) -> Iterator[Arrival]:
    """Payouts that the provider states with their amount."""
    payouts = [
        (each, PROVIDERS[each.statement.source_file.format_code])
        for each in _told(creditor)
        if _is_payout(each) and f"({_id(each)})" not in taken
    ]
    amounts = {abs(each.amount_minor) for each, _ in payouts}
    for line in lines.filter(amount_minor__in=amounts).order_by("pk") if amounts else ():
        for payout, provider in payouts:
            if _fits(line, payout) and _is_named(line, payout, provider):
                yield Arrival(line, payout, provider)


def _by_reference(
    creditor: Creditor, lines: QuerySet[StatementLine], taken: str
) -> Iterator[Arrival]:
    """Settlements of which only the payments are known: what arrives names them."""
    settled: defaultdict[tuple[str, str], list[StatementLine]] = defaultdict(list)
    told = StatementLine.objects.filter(
        creditor=creditor, statement__source_file__format_code=_LISTS_PAYMENTS
    ).exclude(end_to_end_id="")
    for each in told.order_by("booked_date", "pk"):
        if f"({each.end_to_end_id})" not in taken:
            settled[each.end_to_end_id, each.currency].append(each)
    for (reference, currency), payments in settled.items():
        last, most = payments[-1], sum(each.amount_minor for each in payments)
        until = last.booked_date + timedelta(days=SETTLED_WITHIN_DAYS)
        fitting = lines.filter(
            currency=currency,
            amount_minor__range=(1, most),
            booked_date__range=(last.booked_date - timedelta(days=DAYS_BEFORE_MAX), until),
        )
        for line in fitting.order_by("pk"):
            if _says(line, reference):
                yield Arrival(line, last, "Mollie")


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
    is_of_payments = line.statement.source_file.format_code == _LISTS_PAYMENTS
    if is_of_payments or line.end_to_end_id.startswith(_STRIPE_PAYOUT):
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
    wanted = [provider, _id(payout)]
    if payout.statement.source_file.format_code == _LISTS_PAYOUTS:
        wanted.append(payout.remittance)
    return any(_says(line, each) for each in wanted)


def _says(line: StatementLine, wanted: str) -> bool:
    said = (line.counterparty_name, line.remittance, line.end_to_end_id, line.structured_reference)
    return len(_bare(wanted)) > 4 and _bare(wanted) in _bare(" ".join(said))


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
