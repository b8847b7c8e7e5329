"""Receipts that look like the same money come in twice: by the bank and in another way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from recoup.books.models import Creditor, Receipt, SameMoney, StatementLine, Transfer

# Card payments and transfers through providers reach the bank within a week.
DAYS_APART_MAX = 7
PAIRS_SHOWN = 100
# The bank's own; what a ledger states in sum; what was moved from another account.
NO_PAYMENTS = ("bank", "stated", "moved")


@dataclass(frozen=True)
class Pair:
    """A receipt the bank proves, and one from elsewhere that may be the same money."""

    receipt: Receipt
    other: Receipt

    @property
    def both(self) -> tuple[Receipt, Receipt]:
        """The bank's first."""
        return self.receipt, self.other


def standing(creditor_id: int) -> QuerySet[Receipt]:
    """The receipts that were not reversed as a whole."""
    back = Transfer.objects.filter(receipt=OuterRef("pk"), entry__kind="receipt_reversed")
    return Receipt.objects.filter(~Exists(back), creditor_id=creditor_id)


def pairs(creditor: Creditor, *, limit: int = PAIRS_SHOWN) -> list[Pair]:
    """The undecided pairs, the newest first: same account, amount and currency, a week apart.

    Receipts "as stated" are what a ledger says is paid in sum; they are no payments of their own.
    """
    standing_ones = standing(creditor.pk)
    twin = standing_ones.filter(
        account=OuterRef("account"),
        currency=OuterRef("currency"),
        amount_minor=OuterRef("amount_minor"),
        received_date__gte=OuterRef("received_date") - timedelta(days=DAYS_APART_MAX),
        received_date__lte=OuterRef("received_date") + timedelta(days=DAYS_APART_MAX),
    )
    others = standing_ones.exclude(source__in=NO_PAYMENTS)
    found = others.filter(Exists(twin.filter(source="bank"))).order_by("-received_date", "-pk")
    decided = set(SameMoney.objects.filter(creditor=creditor).values_list("receipt_id", "other_id"))
    linked = set(
        SameMoney.objects.filter(creditor=creditor, state="same").values_list(
            "receipt_id", flat=True
        )
    )
    made: list[Pair] = []
    for other in found.select_related("account")[: 2 * limit]:
        made += [
            Pair(each, other)
            for each in _twins(standing_ones, other)
            if (each.pk, other.pk) not in decided and each.pk not in linked
        ]
    return made[:limit]


def _twins(standing_ones: QuerySet[Receipt], other: Receipt) -> list[Receipt]:
    week = timedelta(days=DAYS_APART_MAX)
    found = standing_ones.filter(
        source="bank",
        account=other.account_id,
        currency=other.currency,
        amount_minor=other.amount_minor,
        received_date__range=(other.received_date - week, other.received_date + week),
    )
    return list(found.select_related("account").order_by("pk"))


def of_line(line: StatementLine) -> list[Receipt]:
    """The receipts from elsewhere that may be the money of a payment that is not applied.

    Of an account suggested for it, or one whose name the payer bears.
    """
    if line.state != "open":
        return []
    week = timedelta(days=DAYS_APART_MAX)
    mine = Q(account__in=line.proposals.values("account"))
    if line.counterparty_name:
        mine |= Q(account__name__iexact=line.counterparty_name)
    found = standing(line.creditor_id).filter(
        mine,
        ~Q(source__in=NO_PAYMENTS),
        currency=line.currency,
        amount_minor=line.amount_minor,
        received_date__range=(line.booked_date - week, line.booked_date + week),
    )
    undecided = found.exclude(counted_in__state="same", counted_in__other=F("pk"))
    return list(undecided.select_related("account").order_by("-received_date", "pk")[:5])
