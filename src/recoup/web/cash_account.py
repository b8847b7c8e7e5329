"""Money of one account as its customer would understand it: each payment and what it paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F

from recoup.books import advised
from recoup.books.models import Account, CashApplication, OpenItem, Receipt
from recoup.kernel.money import exponent
from recoup.web.cash_amounts import GIVEN_UP_MAX
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


def money_of(account: Account) -> dict[str, object]:
    """The newest receipts with what each paid; items with a small rest open."""
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


def _rests(account: Account) -> list[OpenItem]:
    """Items partly paid, of which no more is open than a controller may give up."""
    items = OpenItem.objects.filter(
        account=account, open_minor__gt=0, open_minor__lt=F("amount_minor")
    )
    found = items.select_related("document").order_by("due_date", "pk")
    small = (
        each for each in found if each.open_minor <= GIVEN_UP_MAX * 10 ** exponent(each.currency)
    )
    return [each for each, _ in zip(small, range(RESTS_SHOWN), strict=False)]
