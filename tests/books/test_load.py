"""Loading: the books of any day as the engine sees them, for all debtors or for one."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from recoup.books import load, query
from recoup.books.models import Intent, IntentItem, Run
from recoup.engine.bundle import Address, Hold
from recoup.kernel.money import currency_number
from tests.books.ledgers import MAYBE

DAY = timedelta(days=1)


def of(ledger, as_of=None, debtor_ids=None):
    as_of = as_of or ledger.today
    if debtor_ids is None:
        return load.bundle(ledger.creditor, as_of=as_of, maybe=MAYBE)
    return load.bundle_of(ledger.creditor, as_of=as_of, debtor_ids=debtor_ids, maybe=MAYBE)


def test_empty_books_give_empty_frames(ledger):
    bundle = of(ledger)
    assert (bundle.items.height, bundle.accounts.height, bundle.credits.height) == (0, 0, 0)


def test_what_is_open_comes_with_its_currency_as_a_number(ledger):
    ledger.invoice(ledger.account(), 100_00)
    row = of(ledger).items.row(0, named=True)
    assert row["open_minor"] == 100_00
    assert row["currency"] == currency_number("EUR")
    assert row["last_step"] == 0
    assert row["last_step_date"] is None


def test_the_balance_of_a_past_day_is_the_sum_of_the_transfers_until_then(ledger):
    account = ledger.account()
    item = ledger.invoice(account, 100_00, issued=ledger.today - 20 * DAY)
    receipt = ledger.receipt(account, 60_00, on=ledger.today - 5 * DAY)
    ledger.apply(receipt, item, 60_00, applied_date=ledger.today - 5 * DAY)
    opened = {
        days: of(ledger, ledger.today - days * DAY).items["open_minor"].to_list()
        for days in (21, 20, 6, 5, 0)
    }
    assert opened == {21: [], 20: [100_00], 6: [100_00], 5: [40_00], 0: [40_00]}


def test_money_not_yet_applied_and_credit_notes_are_credit(ledger):
    account = ledger.account()
    ledger.receipt(account, 30_00)
    ledger.credit_note(account, 12_00)
    assert of(ledger).credits["credit_minor"].to_list() == [42_00]


def test_money_received_later_is_no_credit_yet(ledger):
    account = ledger.account()
    ledger.receipt(account, 30_00, on=ledger.today)
    assert of(ledger, ledger.today - DAY).credits.is_empty()


def test_holds_count_on_their_first_and_last_day_and_not_outside(ledger):
    account = ledger.account()
    item = ledger.invoice(account, 100_00, issued=ledger.today - 30 * DAY)
    ledger.hold(
        account, item=item, part=25_00, first=ledger.today - 2 * DAY, last=ledger.today - DAY
    )
    held = [of(ledger, ledger.today - n * DAY).items["held_minor"][0] for n in (3, 2, 1, 0)]
    assert held == [0, 25_00, 25_00, 0]


def test_two_holds_on_one_item_show_both_reasons_and_the_larger_part(ledger):
    account = ledger.account()
    item = ledger.invoice(account, 100_00)
    ledger.hold(account, item=item, part=25_00, reason=Hold.DISPUTE)
    ledger.hold(account, item=item, part=40_00, reason=Hold.PROMISE)
    row = of(ledger).items.row(0, named=True)
    assert row["held_minor"] == 40_00
    assert row["hold_bits"] == 1 << Hold.DISPUTE | 1 << Hold.PROMISE


def test_an_account_hold_is_on_the_account(ledger):
    account = ledger.account()
    ledger.invoice(account, 100_00)
    ledger.hold(account, reason=Hold.INSOLVENCY)
    assert of(ledger).accounts["hold_bits"].to_list() == [1 << Hold.INSOLVENCY]


@pytest.mark.parametrize(
    ("state", "address"),
    [
        ("usable", Address.USABLE),
        ("bounced", Address.BOUNCED),
        ("opted_out", Address.OPTED_OUT),
    ],
)
def test_the_state_of_the_address_decides_whether_an_account_can_be_written_to(
    ledger, state, address
):
    account = ledger.account()
    ledger.invoice(account, 100_00)
    account.contactpoint_set.update(state=state)
    assert of(ledger).accounts["address"].to_list() == [address]


def test_an_account_without_an_address_has_none(ledger):
    ledger.invoice(ledger.account(email=""), 100_00)
    assert of(ledger).accounts["address"].to_list() == [Address.MISSING]


def spoken(ledger, item, *, days_ago, step, state="accepted", role=1):
    """A message about an item, so many days ago."""
    run, _ = Run.objects.get_or_create(
        creditor=ledger.creditor,
        as_of=ledger.today - days_ago * DAY,
        defaults={"state": "released", "started_at": ledger.at},
    )
    account = item.account
    intent = Intent.objects.create(
        creditor=ledger.creditor,
        account=account,
        debtor=account.debtor,
        run=run,
        contact_point=account.contactpoint_set.first(),
        currency=item.currency,
        channel="email",
        cycle_date=run.as_of,
        procedure="standard",
        step_no=step,
        step_code="a-step",
        template="reminder_1",
        net_minor=item.open_minor,
        item_count=1,
        oldest_days_past_due=1,
        state=state,
        not_before=ledger.at,
        created_at=ledger.at,
    )
    IntentItem.objects.create(
        creditor=ledger.creditor,
        intent=intent,
        open_item=item,
        role=role,
        step_no=step,
        open_minor=item.open_minor,
    )


def test_the_ladder_is_the_last_step_that_was_handed_over(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    spoken(ledger, item, days_ago=9, step=3)
    spoken(ledger, item, days_ago=2, step=4, state="in_doubt")
    row = of(ledger).items.row(0, named=True)
    assert (row["last_step"], row["last_step_date"]) == (4, ledger.today - 2 * DAY)


@pytest.mark.parametrize("state", ["cancelled", "refused", "waiting", "pending", "held"])
def test_what_was_not_handed_over_is_no_step(ledger, state):
    item = ledger.invoice(ledger.account(), 100_00)
    spoken(ledger, item, days_ago=2, step=4, state=state)
    assert of(ledger).items["last_step"].to_list() == [0]


def test_being_named_for_information_is_no_step(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    spoken(ledger, item, days_ago=2, step=4, role=2)
    assert of(ledger).items["last_step"].to_list() == [0]


def test_what_happens_on_the_day_itself_is_not_looked_at(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    before = of(ledger).fingerprint()
    spoken(ledger, item, days_ago=0, step=3)
    assert of(ledger).fingerprint() == before


def test_contacts_of_every_creditor_count_for_the_debtor(ledger):
    item = ledger.invoice(ledger.account(), 100_00)
    spoken(ledger, item, days_ago=3, step=3)
    spoken(ledger, item, days_ago=20, step=1)
    row = of(ledger).accounts.row(0, named=True)
    assert (row["contacts_last_7_days"], row["contacts_last_30_days"]) == (1, 2)
    assert row["last_contact_date"] == ledger.today - 3 * DAY


def test_another_creditors_books_are_not_read(ledger):
    ledger.invoice(ledger.account(), 100_00)
    other = ledger.other("elsewhere")
    other.invoice(other.account("X1"), 55_00)
    assert of(ledger).items["open_minor"].to_list() == [100_00]


def test_the_bundle_of_one_debtor_equals_its_part_of_the_whole(ledger):
    accounts = [ledger.account(f"K{n}") for n in range(3)]
    for n, account in enumerate(accounts):
        ledger.items(account, 100_00 + n, 50_00)
        ledger.receipt(account, 10_00)
    whole = of(ledger)
    for account in accounts:
        alone = of(ledger, debtor_ids=[account.debtor_id])
        assert alone.fingerprint() == whole.of_debtor(account.debtor_id).fingerprint()


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        'say "no"',
        "a,b",
        "line\nbreak",
        "back\\slash",
        "ünïcödé 漢",
        "'; DROP",
        "~",
        "\t",
    ],
)
def test_bulk_text_comes_back_as_it_is(db, text):
    for read in (query.frame, query.bulk_frame):
        found = read(
            "SELECT CAST(%s AS TEXT), CAST(NULL AS TEXT), 7",
            [text],
            {"a": pl.String, "b": pl.String, "c": pl.Int64},
        )
        assert found.rows() == [(text, None, 7)]
