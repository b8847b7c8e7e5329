"""Recoup as the sets use it: a firm with empty books, a file brought in, a day run and sent."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.conf import settings

from recoup.books import outbox, register
from recoup.books.models import Account, Creditor, Document, Intent, OpenItem, Receipt
from recoup.engine.evaluate import Decisions
from recoup.jobs import intake
from recoup.jobs.decide import decide
from recoup.jobs.liveness import worker
from recoup.jobs.nightly import Night, nightly
from recoup.jobs.send import Desk, send_due, way_out

BY = "conformance"
AT = datetime(2026, 11, 20, 6, tzinfo=UTC)
BUCKETS = ("not_due_minor", "days_1_30_minor", "days_31_60_minor", "days_61_90_minor")
# Account number and bucket, in minor units.
Aged = dict[str, dict[str, int]]


def firm(code: str, *, country: str = "US", currency: str = "USD") -> Creditor:
    """A creditor of its own for every set or scenario."""
    return register.enroll_creditor(
        register.NewCreditor(code, "Northwind Joinery", country, currency), at=AT
    )


def bring(creditor: Creditor, path: Path, *, today: date) -> intake.Imported:
    """Take a file in as the import page does; its currency is the firm's unless it says so."""
    with path.open("rb") as stream:
        received = intake.receive(creditor, name=path.name, stream=stream, at=AT, by=BY)
    return intake.import_file(
        received,
        declared=intake.declared_from({"currency": creditor.currency}),
        today=today,
        latest=AT.date(),
        at=AT,
        by=BY,
    )


def data_folder() -> Path:
    """Where this run may write; it is thrown away."""
    return Path(settings.DATA)


def counted(creditor: Creditor) -> tuple[int, int, int, int]:
    """Documents, accounts, open items and receipts of a firm."""
    return tuple(  # type: ignore[return-value]
        model.objects.filter(creditor=creditor).count()
        for model in (Document, Account, OpenItem, Receipt)
    )


def aged(decisions: Decisions, creditor: Creditor) -> Aged:
    """What is owed by account and age."""
    numbers = dict(Account.objects.filter(creditor=creditor).values_list("pk", "number"))
    found: Aged = defaultdict(dict)
    for row in decisions.aging.iter_rows(named=True):
        found[numbers[row["account_id"]]] = {
            name: row[name]
            for name in decisions.aging.columns
            if name in BUCKETS or name == "days_91_up_minor"
        }
    return dict(found)


def aging(creditor: Creditor, as_of: date) -> Aged:
    """The aging of a firm on a day, as every page and report has it."""
    return aged(decide(creditor, as_of=as_of).decisions, creditor)


def run_day(creditor: Creditor, day: date) -> Night:
    """Decide, schedule, compose, approve and send one day, at ten in the morning."""
    morning = datetime.combine(day, time(10), tzinfo=UTC)
    night = nightly(creditor, as_of=day, at=morning, by=BY)
    outbox.approve_run(run=night.run, at=morning, by=BY)
    creditor.refresh_from_db()
    channel, session = way_out()
    with worker() as name:
        desk = Desk(name, session, channel, lambda: morning, lambda: morning, day)
        send_due([creditor], desk)
    return night


def accepted(creditor: Creditor, day: date) -> list[Intent]:
    """The messages of a day that were handed over."""
    sent = Intent.objects.filter(creditor=creditor, cycle_date=day, state="accepted")
    return list(sent.select_related("account").order_by("account__number", "currency"))
