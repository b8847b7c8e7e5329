"""The demo's books: two years imported, four weeks lived day by day, today left to a person."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.db import transaction

from recoup.books import outbox, publish, register, staff
from recoup.books.models import Creditor, Intent, Run
from recoup.demo import bank, events, files
from recoup.demo.business import CODE, NAME, OWNER, PASSWORD, ZONE, Business, Row, build
from recoup.jobs import intake, send
from recoup.jobs.liveness import worker
from recoup.jobs.nightly import nightly
from recoup.kernel.dates import instant, is_closed
from recoup.policy import document

# Working days that were lived before today, the first import on the first of them.
LIVED_DAYS = 20
POLICY_PATH = Path(__file__).with_name("policy.yaml")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Day:
    """One working day: what its files hold, and when things happen on it."""

    today: date
    before: date | None  # the working day before it; None on the first

    def at(self, hour: int, minute: int = 0) -> datetime:
        """An instant of the day, by the creditor's clock."""
        return instant(self.today, time(hour, minute), ZONE)

    def brings(self, day: date) -> bool:
        """Whether what is dated so is in this day's files: everything since the last ones."""
        return day < self.today and (self.before is None or day >= self.before)


def anchor_of(today: date) -> date:
    """The day the demo lives on: the latest working day up to today."""
    while is_closed(today, country="DE"):
        today -= timedelta(days=1)
    return today


def days_until(anchor: date) -> list[Day]:
    """The working days that were lived, and the anchor."""
    found = [anchor]
    while len(found) <= LIVED_DAYS:
        found.append(anchor_of(found[-1] - timedelta(days=1)))
    found.reverse()
    return [Day(today, before) for today, before in zip(found, [None, *found], strict=False)]


def seed(*, anchor: date, progress: Progress = lambda *_: None) -> Creditor:
    """Fill empty books with the demo; the run of the anchor waits for approval."""
    business = build(anchor=anchor)
    days = days_until(anchor)
    creditor = _open_books(days[0])
    happenings = events.events(business, [day.today for day in days])
    for count, day in enumerate(days):
        progress("days lived", count, len(days))
        # One commit until the mail leaves: nobody else reads along yet.
        with transaction.atomic():
            _live(creditor, business, day, happenings[day.today])
        if day.today != anchor:
            _send(creditor, day)
    progress("days lived", len(days), len(days))
    return creditor


def _live(
    creditor: Creditor, business: Business, day: Day, happenings: Sequence[events.Happening]
) -> None:
    """The morning of a day: files, what happened, the night's work, and who looks at it."""
    if day.before is None:
        _try_out(creditor, day)
    _import(creditor, business, day)
    if day.before is None:
        events.set_off(creditor, business, day.today, at=day.at(6, 40), by=OWNER)
    for happening in happenings:
        happening(creditor, day.today, day.at(6, 45), OWNER)
    if day.today == business.anchor:
        bank.take_in(creditor, day.today, at=day.at(6, 50), by=OWNER)
    creditor.refresh_from_db()
    night = nightly(creditor, as_of=day.today, at=day.at(7), by="recoup nightly")
    if day.today != business.anchor:
        _approve(night.run, day)


def _open_books(first: Day) -> Creditor:
    at = first.at(6)
    new = register.NewCreditor(CODE, NAME, "DE", "EUR", "en", ZONE)
    creditor = register.enroll_creditor(new, at=at)
    staff.change_details(
        creditor=creditor,
        details={
            "sender_name": f"{NAME}, Accounts",
            "sender_email": "accounts@larkspur.example",
            "reply_to": "accounts@larkspur.example",
            "phone": "+49 40 555 0170",
            "postal_address": "Larkspur & Vane GmbH\nKaffeespeicher 3\n20457 Hamburg",
            "bank_holder": "Larkspur & Vane GmbH",
            "bank_iban": "DE75512108001245126199",
            "bank_bic": "SOGEDEFFXXX",
        },
    )
    read = document.load(POLICY_PATH.read_text(encoding="utf-8"))
    publish.publish_policy(
        creditor=creditor, name=read.policy.name, text=read.text, at=at, by=OWNER
    )
    person = get_user_model().objects.create_user(OWNER, OWNER, PASSWORD, first_name="Robin")
    staff.set_role(creditor=creditor, login_id=person.pk, role="owner")
    return creditor


def _import(creditor: Creditor, business: Business, day: Day) -> None:
    """The files of the day: customers on the first, invoices and payments on all."""
    payments = [each for each in business.payments if day.brings(each.day)]
    rows: Sequence[Row] = [row for row in business.rows if day.brings(row.issue_date)]
    if day.before is None:
        _take(creditor, day, "customers.csv", files.customers_file(business.customers))
    if rows:
        _take(creditor, day, f"invoices-{day.today}.csv", files.invoices_file(rows))
    if payments:
        content = files.payments_file(payments, spoiled=day.today == business.anchor)
        _take(creditor, day, f"payments-{day.today}.csv", content)


def _take(creditor: Creditor, day: Day, name: str, content: bytes) -> None:
    at = day.at(6, 30)
    kept = intake.receive(creditor, name=name, stream=io.BytesIO(content), at=at, by=OWNER)
    intake.import_file(
        kept,
        declared=intake.declared_from({"as_of": day.today.isoformat()}),
        today=day.today,
        latest=day.today,
        at=at,
        by=OWNER,
    )


def _try_out(creditor: Creditor, first: Day) -> None:
    """A night over empty books, released: so the first real run is no new creditor's any more."""
    night = nightly(creditor, as_of=first.today, at=first.at(6, 10), by="recoup nightly")
    outbox.approve_run(run=night.run, at=first.at(6, 15), by=OWNER)


def _approve(run: Run, day: Day) -> None:
    """Message by message: no large run was ever let go in one, so the brake holds for today."""
    for intent in Intent.objects.filter(run=run, state="waiting"):
        outbox.approve_intent(intent=intent, at=day.at(8, 40), by=OWNER)


def _send(creditor: Creditor, day: Day) -> None:
    """Into the mailbox, at ten in the morning."""
    at = day.at(10)
    creditor.refresh_from_db()
    with worker() as name:
        channel, session = send.way_out()
        desk = send.Desk(
            worker=name,
            session=session,
            channel=channel,
            clock=lambda: at,
            business_clock=lambda: at,
            as_of=day.today,
        )
        send.send_due([creditor], desk)
