"""The books of a soak: debtors with overdue invoices, planned twice at once and approved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.core.management import call_command
from django.db import IntegrityError, OperationalError

from recoup.books import outbox, post, register
from recoup.books.models import Creditor, Intent, Run
from recoup.jobs import nightly

AS_OF = date(2026, 11, 20)  # an ordinary Friday in Britain
OPENS = datetime(2026, 11, 20, 8, 5, tzinfo=UTC)
CODE = "soak"
# Every seventh debtor owes in two currencies: two messages in one day.
SECOND_CURRENCY = 7


def now() -> datetime:
    return datetime.now(UTC)


def creditors() -> list[Creditor]:
    return list(Creditor.objects.filter(code=CODE))


def seed(debtors: int) -> None:
    """Make the books of a soak."""
    call_command("migrate", verbosity=0)
    new = register.NewCreditor(CODE, "Soak Ltd", "GB", "GBP", time_zone="Europe/London")
    creditor = register.enroll_creditor(new, at=now())
    accounts = register.enroll(
        creditor=creditor,
        parties=register.PARTIES.of([party(number) for number in range(debtors)]),
        source="soak",
        today=AS_OF - timedelta(days=60),
        at=now(),
        by="soak",
    )
    rows = [
        row
        for place, account_id in enumerate(accounts["account_id"].sort().to_list())
        for row in _invoices(place, account_id)
    ]
    post.post_documents(
        creditor=creditor,
        documents=post.DOCUMENTS.of(rows),
        today=AS_OF - timedelta(days=60),
        at=now(),
        by="soak",
        why="soak",
    )


def approve() -> None:
    """Let everything go out, after one more night that must add nothing."""
    before = Intent.objects.count()
    night()
    assert Intent.objects.count() == before, "a further night of the same day added messages"
    for run in Run.objects.filter(state="awaiting_approval"):
        outbox.approve_run(run=run, at=now(), by="soak")


def night() -> None:
    """The day of every creditor; the slower of two that race may give way."""
    for creditor in creditors():
        try:
            nightly.nightly(creditor, as_of=AS_OF, at=now(), by="soak")
        except (IntegrityError, OperationalError) as error:
            print(f"the slower of two nights gave way: {error.__class__.__name__}", flush=True)


def party(number: int) -> dict[str, object]:
    """A debtor that can be written to."""
    return {
        "number": f"S{number:05d}",
        "name": f"Debtor {number}",
        "email": f"ap{number}@example.com",
        "phone": "",
        "person": "",
        "postal_address": "",
        "country": "GB",
        "language": "en",
        "legal_kind": 1,
        "tier": "",
        "terms": "",
    }


def _invoices(place: int, account_id: int) -> list[dict[str, object]]:
    currencies = ["GBP", "GBP"] + ["EUR"] * (place % SECOND_CURRENCY == 0)
    return [
        {
            "line": 1,
            "account_id": account_id,
            "kind": "invoice",
            "key": f"{account_id}/{number}",
            "number": f"INV-{place:05d}-{number}",
            "reference": "",
            "issue_date": AS_OF - timedelta(days=50),
            "currency": currency,
            "total_minor": 10_000 + place + number,
            "position": 1,
            "due_date": AS_OF - timedelta(days=5 + number),
            "amount_minor": 10_000 + place + number,
        }
        for number, currency in enumerate(currencies)
    ]


def unfinished() -> int:
    """Messages that are still to be sent or in somebody's hands."""
    return Intent.objects.filter(state__in=["waiting", "pending", "leased"]).count()
