"""Charges in the books: once, exact, taken back when history changes, never bred by a charge."""

from __future__ import annotations

import email
import email.policy
import zlib
from datetime import date, time, timedelta

import pytest

from recoup.books import charge as door
from recoup.books.models import Charge, Document, LedgerAccount, Message, OpenItem, Transfer
from recoup.engine.bundle import Hold
from recoup.jobs.charges.figures import figures
from recoup.jobs.charges.night import charge, period_end
from recoup.jobs.decide import decide
from recoup.jobs.nightly import nightly
from recoup.jobs.verify import verify
from recoup.kernel.dates import instant
from recoup.kernel.errors import Refusal
from recoup.kernel.money import plain
from tests.books.ledgers import BY, Ledger
from tests.jobs.charging import charged, day_after, living, night, open_item, publish

pytestmark = pytest.mark.django_db

INVOICED = "interest: {mode: invoice}"
AUTO = "approval: auto"
ALL = "courtesy_waiver: none"
DUE = date(2026, 1, 15)


@pytest.fixture
def ledger(creditor, at) -> Ledger:
    return Ledger(creditor, date(2026, 1, 2), at.replace(month=1, day=2))


@pytest.fixture
def item(ledger) -> OpenItem:
    return ledger.invoice(ledger.account("K1"), 10000_00, due=DUE, issued=date(2026, 1, 1))


def on(ledger, day):
    """The same books on another day."""
    return Ledger(ledger.creditor, day, ledger.at, ledger.numbers)


def sound(ledger, day):
    return [
        each.sentence for each in verify(None, as_of=day, at=ledger.at, by=BY) if not each.holds
    ]


def test_interest_is_posted_for_whole_months_and_once(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    assert night(ledger, date(2026, 1, 31)).new == 0
    assert night(ledger, date(2026, 2, 1)).new == 1
    # 16 days at 1.27 + 9 %: 10,000 × 10.27 % × 16 / 365.
    assert charged() == 45_02
    (first,) = living()
    assert (first.first_date, first.last_date) == (date(2026, 1, 16), date(2026, 1, 31))
    assert first.basis["cites"]
    assert night(ledger, date(2026, 2, 1)).new == 0
    assert night(ledger, date(2026, 2, 20)).new == 0
    assert night(ledger, date(2026, 3, 1)).new == 1
    assert charged() == 123_80
    assert sound(ledger, date(2026, 3, 1)) == []


def test_a_charge_is_an_item_of_its_own_and_breeds_nothing(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL, "days_to_pay: 0")
    night(ledger, date(2026, 2, 1))
    (first,) = living()
    own = open_item(first)
    assert (own.open_minor, own.due_date) == (45_02, date(2026, 2, 1))
    assert Transfer.objects.get(open_item=own).credit == LedgerAccount.CHARGES
    assert own.document.kind == "charge"
    night(ledger, date(2026, 12, 1))
    assert {each.open_item for each in living()} == {item}


def test_what_is_left_when_the_invoice_is_paid_is_charged_at_once_and_survives(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    paid = date(2026, 1, 25)
    then = on(ledger, paid)
    then.apply(then.receipt(item.account, 10000_00), item, 10000_00)
    assert night(ledger, date(2026, 1, 26)).new == 1
    assert charged() == 28_14
    assert night(ledger, date(2026, 6, 26)).new == 0
    assert open_item(living()[0]).open_minor == 28_14


def test_a_payment_dated_back_takes_back_what_was_too_much_and_charges_what_is_right(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    night(ledger, date(2026, 2, 1))
    night(ledger, date(2026, 3, 1))
    late = on(ledger, date(2026, 3, 2))
    receipt = late.receipt(item.account, 10000_00, on=date(2026, 1, 25))
    late.apply(receipt, item, 10000_00, applied_date=date(2026, 1, 25))
    did = night(ledger, date(2026, 3, 3))
    assert (did.taken_back, did.new) == (2, 1)
    assert charged() == 28_14
    assert {each.closed_by for each in Charge.objects.filter(state="corrected")} == {BY}
    assert night(ledger, date(2026, 3, 3)) == night(ledger, date(2026, 3, 4))
    assert sound(ledger, date(2026, 3, 4)) == []


def test_a_charge_that_was_paid_leaves_its_money_as_a_credit_when_taken_back(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    night(ledger, date(2026, 2, 1))
    (first,) = living()
    then = on(ledger, date(2026, 2, 3))
    receipt = then.receipt(item.account, 45_02)
    then.apply(receipt, open_item(first), 45_02)
    door.waive(charge=first, why="goodwill", today=then.today, at=then.at, by=BY)
    receipt.refresh_from_db()
    assert receipt.unapplied_minor == 45_02
    assert open_item(first).open_minor == 0
    door.waive(charge=first, why="again", today=then.today, at=then.at, by=BY)
    assert night(ledger, date(2026, 2, 4)).new == 0
    assert sound(ledger, date(2026, 2, 4)) == []


def test_a_waiver_needs_a_reason(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    night(ledger, date(2026, 2, 1))
    with pytest.raises(Refusal, match="Say why"):
        door.waive(charge=living()[0], why=" ", today=ledger.today, at=ledger.at, by=BY)


@pytest.mark.parametrize("reason", [Hold.BREATHING_SPACE, Hold.INSOLVENCY])
def test_no_interest_in_a_breathing_space_or_insolvency(ledger, item, reason):
    publish(ledger, INVOICED, AUTO, ALL)
    ledger.hold(item.account, first=date(2026, 1, 20), last=date(2026, 1, 29), reason=reason)
    night(ledger, date(2026, 2, 1))
    assert charged() == 16_88


def test_a_dispute_freezes_only_where_the_policy_says_so(ledger, item):
    ledger.hold(item.account, item=item, first=date(2026, 1, 20), last=date(2026, 1, 29))
    publish(ledger, INVOICED, AUTO, ALL)
    found = figures(ledger.creditor, as_of=date(2026, 1, 31))
    assert found.rows["total_minor"].to_list() == [45_02]
    publish(ledger, INVOICED, AUTO, ALL, "frozen_by: [dispute]")
    found = figures(ledger.creditor, as_of=date(2026, 1, 31))
    assert found.rows["total_minor"].to_list() == [16_88]


@pytest.mark.parametrize("kind", [0, 3])
def test_nobody_unknown_and_no_consumer_is_charged_by_default(ledger, kind):
    publish(ledger, INVOICED, AUTO, ALL, "compensation: {mode: invoice}")
    account = ledger.account("K9", legal_kind=kind)
    ledger.invoice(account, 10000_00, due=DUE, issued=date(2026, 1, 1))
    assert night(ledger, date(2026, 3, 1)).new == 0


def test_the_fixed_sum_is_charged_once_for_each_invoice(ledger, item):
    publish(ledger, "compensation: {mode: invoice, grace_days: 10}", AUTO, ALL)
    assert night(ledger, date(2026, 1, 25)).new == 0
    assert night(ledger, date(2026, 1, 26)).new == 1
    assert night(ledger, date(2026, 1, 26)).new == 0
    assert night(ledger, date(2026, 5, 1)).new == 0
    assert charged("compensation") == 40_00


def test_who_is_late_for_the_first_time_is_told_and_not_charged(ledger, item):
    publish(ledger, INVOICED, AUTO, "compensation: {mode: invoice}")
    second = ledger.invoice(item.account, 1000_00, due=date(2026, 1, 20), issued=date(2026, 1, 2))
    night(ledger, date(2026, 2, 1))
    states = {(each.open_item_id, each.kind, each.state) for each in Charge.objects.all()}
    assert states == {
        (item.pk, "interest", "waived"),
        (item.pk, "compensation", "waived"),
        (second.pk, "interest", "invoiced"),
        (second.pk, "compensation", "invoiced"),
    }
    assert Document.objects.filter(kind="charge").count() == 2


def test_what_waits_for_a_person_is_not_owed(ledger, item):
    publish(ledger, INVOICED, ALL)
    night(ledger, date(2026, 2, 1))
    (first,) = living()
    assert (first.state, first.document) == ("proposed", None)
    told = {"today": date(2026, 2, 2), "at": ledger.at, "by": "anna", "why": "agreed"}
    assert door.post_proposed(creditor=ledger.creditor, charge_ids=[first.pk], **told) == 1
    assert door.post_proposed(creditor=ledger.creditor, charge_ids=[first.pk], **told) == 0
    first.refresh_from_db()
    assert (first.state, open_item(first).open_minor) == ("invoiced", 45_02)
    assert sound(ledger, date(2026, 2, 2)) == []


def test_what_is_accrued_is_owed_and_not_asked_for_until_it_is_invoiced(ledger, item):
    publish(ledger, "interest: {mode: accrue}", AUTO, ALL, "days_to_pay: 0")
    night(ledger, date(2026, 2, 1))
    (first,) = living()
    late = date(2026, 2, 20)
    items = decide(ledger.creditor, as_of=late).bundle.items
    held = items.filter(items["item_id"] == open_item(first).pk).row(0, named=True)
    assert (held["open_minor"], held["held_minor"]) == (45_02, 45_02)
    told = {"today": late, "at": ledger.at, "by": BY}
    due = date(2026, 3, 6)
    assert door.invoice(creditor=ledger.creditor, charge_ids=[first.pk], due_date=due, **told) == 1
    items = decide(ledger.creditor, as_of=day_after(due)).bundle.items
    held = items.filter(items["item_id"] == open_item(first).pk).row(0, named=True)
    assert (held["held_minor"], held["due_date"]) == (0, due)
    assert sound(ledger, late) == []


def test_what_is_only_announced_stands_nowhere_in_the_books(ledger, item):
    publish(ledger, "interest: {mode: announce}", AUTO, ALL)
    assert night(ledger, date(2026, 3, 1)).new == 0
    found = figures(ledger.creditor, as_of=date(2026, 2, 28), account_ids=[item.account_id])
    row = found.rows.row(0, named=True)
    assert (row["announced_minor"], row["per_day_minor"], row["posted_minor"]) == (123_80, 2_81, 0)
    assert not Charge.objects.exists()


def test_small_amounts_add_up_until_they_are_worth_charging(ledger):
    publish(ledger, "interest: {mode: invoice, minimum_amounts: {EUR: 1}}", AUTO, ALL)
    ledger.invoice(ledger.account("K1"), 100_00, due=DUE, issued=date(2026, 1, 1))
    assert night(ledger, date(2026, 2, 1)).new == 0
    assert night(ledger, date(2026, 3, 1)).new == 1
    assert charged() == 1_24


def test_an_invoice_paid_before_charges_were_published_is_left_in_peace(ledger, item):
    then = on(ledger, date(2026, 1, 25))
    then.apply(then.receipt(item.account, 10000_00), item, 10000_00)
    publish(ledger, INVOICED, AUTO, ALL, at=ledger.at.replace(day=28))
    assert night(ledger, date(2026, 2, 1)).new == 0


def test_a_rehearsal_of_an_earlier_day_takes_nothing_back(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    night(ledger, date(2026, 3, 1))
    before = charged()
    assert night(ledger, date(2026, 2, 1)).taken_back == 0
    assert charged() == before


WRITES = [
    "recoup.books.charge._insert",
    "recoup.books.charge.post_documents",
    "recoup.books.charge._keep_back",
    "recoup.books.charge._tell",
]


@pytest.mark.parametrize("write", WRITES)
def test_a_crash_at_any_write_leaves_nothing_by_halves_and_the_next_run_the_same(
    ledger, item, write, monkeypatch
):
    publish(ledger, "interest: {mode: accrue}", AUTO, ALL)

    def die(*_args, **_words):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(write, die)
        with pytest.raises(RuntimeError):
            night(ledger, date(2026, 2, 1))
    assert not Charge.objects.exists()
    assert not Document.objects.filter(kind="charge").exists()
    assert night(ledger, date(2026, 2, 1)).new == 1
    assert charged() == 45_02


def test_any_rhythm_of_runs_charges_the_same(ledger, item):
    publish(ledger, INVOICED, AUTO, ALL)
    then = on(ledger, date(2026, 2, 10))
    then.apply(then.receipt(item.account, 4000_00), item, 4000_00)
    for days in (17, 17, 31, 60, 90, 91):
        night(ledger, date(2026, 1, 2) + timedelta(days=days))
    whole = figures(ledger.creditor, as_of=date(2026, 3, 31)).rows["total_minor"].item()
    assert charged() == whole


@pytest.mark.parametrize(
    ("day", "every", "end"),
    [
        (date(2026, 3, 1), "month", date(2026, 2, 28)),
        (date(2026, 3, 31), "month", date(2026, 2, 28)),
        (date(2026, 3, 31), "quarter", date(2025, 12, 31)),
        (date(2026, 4, 1), "quarter", date(2026, 3, 31)),
    ],
)
def test_periods_end_with_their_month_or_quarter(day, every, end):
    assert period_end(day, every=every) == end


def test_without_charges_in_the_policy_nothing_happens(ledger, item):
    assert charge(ledger.creditor, as_of=date(2026, 3, 1), at=ledger.at, by=BY).new == 0


def test_a_message_tells_the_same_figure_and_does_not_ask_for_it(ledger):
    ledger = on(ledger, date(2026, 2, 10))
    publish(ledger, "interest: {mode: announce}", "compensation: {mode: announce}", ALL)
    account = ledger.account("K1")
    ledger.invoice(account, 10000_00, due=date(2026, 2, 6), issued=date(2026, 2, 1))
    at = instant(ledger.today, time(8), "Europe/Berlin")
    nightly(ledger.creditor, as_of=ledger.today, at=at, by=BY)
    message = Message.objects.get(intent__account=account)
    body = zlib.decompress(bytes(message.content))
    text = email.message_from_bytes(body, policy=email.policy.default)
    words = " ".join(text.get_body(("plain",)).get_content().split())
    row = figures(ledger.creditor, as_of=ledger.today).rows.filter(kind="interest")
    interest = row["announced_minor"].item()
    assert interest == 11_25
    assert f"{plain(interest, 'EUR').replace('.', ',')}" in words
    assert "Verzugspauschale: 40,00" in words
    assert "10.000,00" in words
