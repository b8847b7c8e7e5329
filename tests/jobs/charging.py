"""Books that charge: a ledger, a policy with charges, and nights one after the other."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from recoup.books.models import Charge, OpenItem
from recoup.books.publish import publish_policy
from recoup.jobs.charges.night import Charged, charge
from recoup.kernel.dates import instant
from recoup.policy import document
from tests.books.ledgers import BY, Ledger


def policy(*lines: str) -> str:
    """The standard policy with a section of charges."""
    body = "".join(f"  {line}\n" for line in lines)
    return document.standard().text.replace("\nsegments:\n", f"\ncharges:\n{body}segments:\n", 1)


def publish(ledger: Ledger, *lines: str, at: datetime | None = None) -> None:
    """Make a policy with charges the creditor's own."""
    publish_policy(
        creditor=ledger.creditor, name="standard", text=policy(*lines), at=at or ledger.at, by=BY
    )


def night(ledger: Ledger, day: date) -> Charged:
    """The charges of a day."""
    at = instant(day, time(6), "Europe/Berlin")
    return charge(ledger.creditor, as_of=day, at=at, by=BY)


def day_after(day: date, days: int = 1) -> date:
    """So many days later."""
    return day + timedelta(days=days)


def living(kind: str = "interest") -> list[Charge]:
    """The charges that stand, in order."""
    return list(Charge.objects.filter(kind=kind).exclude(state="corrected").order_by("pk"))


def charged(kind: str = "interest") -> int:
    """What was charged and stands."""
    return sum(each.amount_minor for each in living(kind))


def open_item(charge: Charge) -> OpenItem:
    """The open item that stands for a charge."""
    return OpenItem.objects.get(document=charge.document)
