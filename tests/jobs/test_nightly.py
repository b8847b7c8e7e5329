"""The night: decided once, scheduled once, however often it runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from recoup.books import correct, outbox
from recoup.books.models import AccountStanding, Creditor, Intent, IntentItem, Message, Run
from recoup.books.register import freeze
from recoup.engine.bundle import Hold
from recoup.jobs import compose, explain, report
from recoup.jobs.nightly import may_send, nightly
from recoup.jobs.schedule import artefact_folder
from recoup.kernel.errors import Refusal
from tests.books.ledgers import Ledger

DAY = timedelta(days=1)


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    """Books whose first run a person has approved already."""
    Creditor.objects.filter(pk=creditor.pk).update(
        first_run_approved_at=at, sender_email="books@lindenhof.example"
    )
    creditor.refresh_from_db()
    return Ledger(creditor, today, at)


def overdue(books: Ledger, days: int = 4, amount: int = 100_00, number: str = "K1"):
    """An invoice so many days late, known to us before it was due."""
    account = books.account(number)
    item = books.invoice(account, amount, due=books.today - days * DAY)
    type(item).objects.filter(pk=item.pk).update(imported_date=item.issue_date)
    return item


def night(books: Ledger, as_of: date | None = None):
    creditor = Creditor.objects.get(pk=books.creditor.pk)
    return nightly(creditor, as_of=as_of or books.today, at=books.at, by="tests")


def test_an_overdue_invoice_becomes_one_message_with_its_bytes(books):
    overdue(books)
    done = night(books)
    assert (done.planned.new, done.composed) == (1, 1)
    intent = Intent.objects.get()
    assert (intent.step_code, intent.net_minor, intent.state) == (
        "first-reminder",
        100_00,
        "pending",
    )
    content = outbox.message_bytes(Message.objects.get())
    assert b"To: " in content


def test_the_second_run_of_the_day_adds_nothing(books):
    overdue(books)
    night(books)
    counts = [model.objects.count() for model in (Run, Intent, IntentItem, Message)]
    again = night(books)
    assert (again.planned.new, again.planned.known, again.composed) == (0, 1, 0)
    assert counts == [model.objects.count() for model in (Run, Intent, IntentItem, Message)]


def test_twelve_invoices_are_one_message_whose_amounts_add_up(books):
    for n in range(12):
        overdue(books, days=4 + n % 3, amount=1_00 * (n + 1))
    night(books)
    intent = Intent.objects.get()
    assert intent.net_minor == sum(1_00 * (n + 1) for n in range(12))
    assert intent.items.count() == 12


def test_two_currencies_are_two_messages(books):
    account = books.account()
    overdue(books)
    dollars = books.invoice(account, 70_00, due=books.today - 4 * DAY, currency="USD")
    type(dollars).objects.update(imported_date=dollars.issue_date)
    night(books)
    assert set(Intent.objects.values_list("currency", "net_minor")) == {
        ("EUR", 100_00),
        ("USD", 70_00),
    }


def test_nobody_is_written_to_about_what_is_paid_disputed_or_promised(books):
    paid, disputed, promised = (overdue(books, number=f"K{n}") for n in range(3))
    books.apply(books.receipt(paid.account, 100_00), paid, 100_00)
    books.hold(disputed.account, item=disputed, reason=Hold.DISPUTE)
    books.hold(promised.account, reason=Hold.PROMISE)
    night(books)
    assert not Intent.objects.exists()


def test_credit_that_covers_the_debt_keeps_us_silent(books):
    item = overdue(books)
    books.receipt(item.account, 100_00)
    night(books)
    assert not Intent.objects.exists()


def test_credit_that_covers_a_part_is_taken_off(books):
    item = overdue(books)
    books.receipt(item.account, 30_00)
    night(books)
    assert Intent.objects.values_list("net_minor", "credit_minor").get() == (70_00, 30_00)


def test_the_first_run_of_a_creditor_waits_for_a_person(books):
    Creditor.objects.update(first_run_approved_at=None)
    overdue(books)
    done = night(books)
    assert done.run.state == "awaiting_approval"
    assert Intent.objects.get().state == "waiting"
    outbox.approve_run(run=done.run, at=books.at, by="vera")
    assert Intent.objects.get().state == "pending"
    assert Creditor.objects.get(pk=books.creditor.pk).first_run_approved_at is not None


def test_an_unusually_large_run_waits_for_a_person(books):
    for n in range(51):
        overdue(books, number=f"K{n}")
    done = night(books)
    assert done.run.state == "awaiting_approval"
    assert "51 messages" in done.run.brake


def test_what_waited_since_yesterday_is_replaced_by_todays_figures(books):
    item = overdue(books, days=5)
    night(books, books.today - DAY)
    books.apply(books.receipt(item.account, 40_00), item, 40_00)
    done = night(books)
    assert done.planned.superseded == 1
    assert Intent.objects.exclude(state="cancelled").get().net_minor == 60_00


def test_a_payment_during_the_day_withdraws_the_message_at_the_next_look(books):
    item = overdue(books)
    night(books)
    books.apply(books.receipt(item.account, 100_00), item, 100_00)
    night(books)
    assert Intent.objects.get().state == "cancelled"


def test_a_part_payment_during_the_day_makes_a_new_revision(books):
    item = overdue(books)
    night(books)
    books.apply(books.receipt(item.account, 40_00), item, 40_00)
    night(books)
    alive = Intent.objects.exclude(state="cancelled").get()
    assert (alive.net_minor, alive.revision) == (60_00, 2)


def test_a_message_a_person_dropped_stays_dropped_for_the_day(books):
    overdue(books)
    night(books)
    outbox.dismiss_intent(intent=Intent.objects.get(), reason="I called", at=books.at, by="vera")
    night(books)
    assert Intent.objects.get().state == "cancelled"


def test_a_message_a_person_held_blocks_the_next_one(books):
    overdue(books, days=5)
    night(books, books.today - DAY)
    outbox.hold_intent(intent=Intent.objects.get(), reason="wait", at=books.at, by="vera")
    night(books)
    assert Intent.objects.get().state == "held"


def test_a_day_before_the_last_run_is_refused(books):
    overdue(books)
    night(books)
    with pytest.raises(Refusal, match="has been run already"):
        night(books, books.today - DAY)


def test_a_frozen_creditor_sends_nothing(books):
    overdue(books)
    freeze(creditor=books.creditor, reason="restore", at=books.at)
    night(books)
    assert not Intent.objects.exists()


def test_every_decision_is_kept_also_of_those_left_alone(books):
    overdue(books)
    overdue(books, days=1, number="K2")
    done = night(books)
    aging = pl.read_parquet(artefact_folder(done.run) / "aging.parquet")
    assert aging.height == 2


def test_the_lists_show_what_was_decided(books):
    item = overdue(books, days=40)
    overdue(books, days=-10, number="K2")
    night(books)
    row = AccountStanding.objects.get(account=item.account)
    assert (row.balance_minor, row.overdue_minor, row.days_31_60_minor) == (100_00, 100_00, 100_00)
    assert row.oldest_due_date == item.due_date


def test_an_address_lost_since_is_reported_and_not_written_to(books):
    item = overdue(books)
    item.account.contactpoint_set.update(state="bounced")
    night(books)
    assert not Intent.objects.exists()


@pytest.mark.parametrize(
    ("environment", "offset", "may"),
    [("production", 0, True), ("production", 1, False), ("rehearsal", 1, True), ("demo", 9, True)],
)
def test_in_production_only_todays_messages_leave(books, settings, environment, offset, may):
    settings.ENVIRONMENT = environment
    at = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert may_send(books.creditor, as_of=date(2026, 3, 3) - offset * DAY, at=at) is may


def test_the_explanation_says_why_and_what_became_of_it(books):
    item = overdue(books)
    night(books)
    found = explain.explain(item.account, as_of=books.today)
    first, *rest = found.sentences["EUR"]
    assert "First reminder" in first
    assert rest
    assert "first-reminder" in found.outbox[0]


def test_aged_receivables_of_a_day_add_up_per_currency(books):
    overdue(books, days=40)
    overdue(books, days=-10, amount=60_00, number="K2")
    table = report.aging(books.creditor, as_of=books.today)
    (total,) = table.totals
    assert total["balance_minor"] == 160_00
    assert total["days_31_60_minor"] == 100_00
    assert total["not_due_minor"] == 60_00


def test_one_message_that_cannot_be_written_stops_no_other(books, monkeypatch):
    bad, good = overdue(books), overdue(books, number="K2")

    def write(order):
        if order.recipient.startswith("ap@k1"):
            raise Refusal("variable-missing", "The template names something we do not know.")
        return real(order)

    real = compose.write
    monkeypatch.setattr(compose, "write", write)
    done = night(books)
    assert done.composed == 1
    withheld = Intent.objects.get(account=bad.account)
    assert withheld.state == "cancelled"
    assert "cannot-be-written" in withheld.reason
    assert Intent.objects.get(account=good.account).state == "pending"


@pytest.mark.parametrize(
    ("country", "language"),
    [("DE", "de"), ("CH", "de"), ("BE", "fr"), ("GB", "en"), ("MX", "es"), ("JP", ""), ("", "")],
)
def test_a_debtor_is_written_to_in_a_language_of_the_country(country, language):
    assert compose.language_of(country) == language


def test_a_run_whose_figures_came_back_is_planned_again(books):
    item = overdue(books)
    night(books)
    applied = books.apply(books.receipt(item.account, 100_00), item, 100_00)
    night(books)
    assert Intent.objects.get().state == "cancelled"
    receipt = applied.receipt
    correct.bounce(receipt=receipt, today=books.today, at=books.at, by="vera", why="returned")
    night(books)
    assert Intent.objects.exclude(state="cancelled").get().net_minor == 100_00


def test_a_night_that_was_cut_short_is_finished_by_the_next(books, monkeypatch):
    overdue(books)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "plan", _breaks)
        with pytest.raises(RuntimeError):
            night(books)
    assert not Intent.objects.exists()
    assert night(books).planned.new == 1


def _breaks(**_):
    raise RuntimeError("the machine stopped")
