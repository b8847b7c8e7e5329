"""Money of one account as its customer would understand it: each payment and what it paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F

from recoup.books import advised
from recoup.books.limits import cash_of, limit_minor
from recoup.books.models import Account, CashApplication, OpenItem, Receipt
from recoup.web.receipt import GIVEN_UP_AS

RECEIPTS_SHOWN = 20
RESTS_SHOWN = 10
ADVICE_SHOWN = 5


@dataclass(frozen=True)
class Paid:
    """A receipt and the applications of it that stand."""

    receipt: Receipt
    applications: list[CashApplication]

    @property
    def is_back(self) -> bool:
        """Nothing of it is left, neither applied nor as a credit: it went back."""
        return not self.applications and self.receipt.unapplied_minor == 0


@dataclass(frozen=True)
class Rest:
    """An item partly paid, and whether giving its rest up needs a second person."""

    item: OpenItem
    needs_second: bool


def money_of(account: Account) -> dict[str, object]:
    """The newest receipts with what each paid; items partly paid."""
    receipts = list(
        Receipt.objects.filter(account=account).order_by("-received_date", "-pk")[:RECEIPTS_SHOWN]
    )
    paid: dict[int, list[CashApplication]] = defaultdict(list)
    standing = CashApplication.objects.filter(receipt__in=receipts, reversed_entry=None)
    for each in standing.select_related("open_item__document").order_by("pk"):
        paid[each.receipt_id or 0].append(each)
    return {
        "receipts": [Paid(each, paid[each.pk]) for each in receipts],
        "rests": _rests(account),
        "kinds": GIVEN_UP_AS,
        "told": list(advised.for_account(account).select_related("source_file")[:ADVICE_SHOWN]),
    }


def _rests(account: Account) -> list[Rest]:
    """Items partly paid, the smallest rest first."""
    items = OpenItem.objects.filter(
        account=account, open_minor__gt=0, open_minor__lt=F("amount_minor")
    )
    found = items.select_related("document").order_by("open_minor", "pk")[:RESTS_SHOWN]
    cash = cash_of(account.creditor_id)
    return [
        Rest(each, needs_second=each.open_minor > limit_minor(cash, "write_off", each.currency))
        for each in found
    ]
