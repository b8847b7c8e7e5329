"""Merging: two accounts of one debtor go on as one, and can be taken apart and split."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books import correct, load, matchable
from recoup.books.merge import merge, take_apart
from recoup.books.models import (
    Account,
    ContactPoint,
    HoldRecord,
    Intent,
    OpenItem,
    TimelineEvent,
)
from recoup.books.move import Piece
from recoup.books.post import post_receipts
from recoup.books.register import PARTIES, change_contact, enroll
from recoup.books.split import Second, split_off
from recoup.books.treat import end_hold
from recoup.engine.bundle import Hold
from recoup.kernel.errors import Refusal
from tests.books.histories import plan, remind, run_of
from tests.books.ledgers import MAYBE, RECEIPTS, balance, party, sound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def old(ledger):
    return ledger.account("K1", name="Maier, Hans")


@pytest.fixture
def new(ledger):
    return ledger.account("K2", name="Hans Maier e.K.")


def joined(ledger, old, new):
    return merge(account=old, survivor=new, **ledger.told)


def apart(ledger, made, pieces=None):
    made.refresh_from_db()
    return take_apart(merge=made, pieces=pieces, **ledger.told)


def bundled(ledger, account, days=1):
    as_of = ledger.today + timedelta(days=days)
    ids = [account.debtor_id]
    return load.bundle_of(ledger.creditor, as_of=as_of, debtor_ids=ids, maybe=MAYBE)


def reasons(account):
    return set(
        HoldRecord.objects.filter(account=account, ended_at=None).values_list("reason", flat=True)
    )


def states(account):
    points = ContactPoint.objects.filter(account=account, until=None)
    return dict(points.values_list("value", "state"))


def test_what_is_open_goes_to_the_survivor_and_comes_back(ledger, old, new):
    ledger.invoice(old, 100_00)
    paid = ledger.invoice(old, 30_00)
    ledger.credit_note(old, 10_00)
    ledger.apply(ledger.receipt(old, 50_00), paid, 30_00)
    ledger.invoice(new, 7_00)
    made = joined(ledger, old, new)
    assert (balance(old), balance(new)) == (0, 77_00)
    assert Account.objects.get(pk=old.pk).merged_into_id == new.pk
    assert sound(ledger)
    assert apart(ledger, made) == []
    assert (balance(old), balance(new)) == (70_00, 7_00)
    assert Account.objects.get(pk=old.pk).merged_into_id is None
    assert sound(ledger)
    with pytest.raises(Refusal, match="taken apart already"):
        apart(ledger, made)


def test_both_timelines_tell_of_a_merge_and_its_end(ledger, old, new):
    apart(ledger, joined(ledger, old, new))
    told = TimelineEvent.objects.exclude(kind="account_opened").order_by("pk")
    assert [(each.account.number, each.kind, each.facts["other"]) for each in told] == [
        ("K1", "merged_away", "K2"),
        ("K2", "merged_here", "K1"),
        ("K1", "taken_apart", "K2"),
        ("K2", "taken_apart", "K1"),
    ]


def test_what_was_paid_in_part_goes_back_with_its_rest(ledger, old, new):
    item = ledger.invoice(old, 100_00)
    made = joined(ledger, old, new)
    there = OpenItem.objects.get(account=new)
    ledger.apply(ledger.receipt(new, 40_00), there, 40_00)
    [rest] = apart(ledger, made)
    assert (balance(old), balance(new)) == (60_00, 0)
    assert rest.to_item.due_date == item.due_date
    assert sound(ledger)


def test_only_what_is_chosen_goes_back(ledger, old, new):
    ledger.invoice(old, 100_00)
    ledger.invoice(old, 30_00)
    made = joined(ledger, old, new)
    since = ledger.invoice(new, 5_00)
    mine = OpenItem.objects.get(account=new, amount_minor=30_00)
    apart(ledger, made, [Piece(mine), Piece(since)])
    assert (balance(old), balance(new)) == (35_00, 100_00)
    assert sound(ledger)


@pytest.mark.parametrize("days", [None, 10])
def test_whoever_was_left_in_peace_is_so_after_a_merge(ledger, old, new, days):
    last = days and ledger.today + timedelta(days=days)
    item = ledger.invoice(old, 100_00)
    ledger.hold(old, reason=Hold.INSOLVENCY, last=last)
    ledger.hold(old, item=item, reason=Hold.DISPUTE)
    made = joined(ledger, old, new)
    assert reasons(new) == {Hold.INSOLVENCY, Hold.DISPUTE}
    ledger.hold(new, reason=Hold.PROMISE)
    apart(ledger, made)
    assert reasons(old) == {Hold.INSOLVENCY, Hold.DISPUTE, Hold.PROMISE}
    assert sound(ledger)


def test_a_hold_that_is_over_holds_nobody(ledger, old, new):
    end_hold(held=ledger.hold(old), today=ledger.today, at=ledger.at, by="t")
    ledger.hold(old, first=ledger.today - timedelta(days=9), last=ledger.today - timedelta(days=1))
    joined(ledger, old, new)
    assert reasons(new) == set()


def test_contact_points_go_along_and_the_stricter_word_prevails(ledger, old, new):
    for number in ("K1", "K2"):
        ledger.account(number, email="both@maier.example")
    [shared] = ContactPoint.objects.filter(account=old, value="both@maier.example")
    change_contact(
        contact_point=shared, state="opted_out", today=ledger.today, at=ledger.at, by="t"
    )
    made = joined(ledger, old, new)
    assert states(new) == {
        "ap@k2.example": "usable",
        "both@maier.example": "opted_out",
        "ap@k1.example": "usable",
    }
    mine = ContactPoint.objects.get(account=new, value="ap@k1.example", until=None)
    change_contact(contact_point=mine, state="bounced", today=ledger.today, at=ledger.at, by="t")
    apart(ledger, made)
    assert "ap@k1.example" not in states(new)
    assert states(old)["ap@k1.example"] == "bounced"


def test_messages_that_wait_for_the_closed_account_are_withdrawn(ledger, old, new):
    item = ledger.invoice(old, 100_00)
    [intent] = plan(ledger, run_of(ledger, [item]), [item])
    joined(ledger, old, new)
    intent.refresh_from_db()
    assert (intent.state, intent.reason) == ("cancelled", "account-merged")
    assert not Intent.objects.filter(account=old, state__in=Intent.UNFINISHED).exists()


def test_what_was_said_under_the_old_name_counts_for_the_person(ledger, old, new):
    item = ledger.invoice(old, 100_00)
    ledger.invoice(new, 50_00)
    remind(ledger, [item])
    row = bundled(ledger, new).accounts.row(0, named=True)
    assert row["contacts_last_7_days"] == 0
    joined(ledger, old, new)
    row = bundled(ledger, new).accounts.row(0, named=True)
    assert row["contacts_last_7_days"] == 1
    assert row["last_contact_date"] == ledger.today
    steps = bundled(ledger, new).items.select("open_minor", "last_step").rows()
    assert sorted(steps) == [(50_00, 0), (100_00, 1)]


def test_the_old_number_leads_to_the_survivor(ledger, old, new):
    joined(ledger, old, new)
    found = enroll(
        creditor=ledger.creditor,
        parties=PARTIES.of([party("K1", email="fresh@maier.example")]),
        source="later.csv",
        today=ledger.today,
        at=ledger.at,
        by="t",
    )
    assert found.select("number", "account_id").rows() == [("K1", new.pk)]
    assert "fresh@maier.example" in states(new)
    assert "maier, hans" in Account.objects.get(pk=new.pk).search_text


def test_a_payer_known_by_the_old_name_pays_the_survivor(ledger, old, new):
    joined(ledger, old, new)
    payers = matchable.given(ledger.creditor.pk).payers
    assert set(payers["value"]) == {"Maier, Hans", "Hans Maier e.K."}
    assert set(payers["account_id"]) == {new.pk}


def test_what_is_imported_again_is_known(ledger, old, new):
    rows = ledger.document_rows(old, 100_00, key="RE-1")
    ledger.post(rows)
    money = [ledger.receipt_row(old, 20_00, ref="Z-1")]
    ledger.post_receipts(money)
    joined(ledger, old, new)
    again = ledger.post([each | {"account_id": new.pk} for each in rows])
    assert (again.new.height, again.duplicate.height, again.conflict.height) == (0, 1, 0)
    again = ledger.post_receipts([each | {"account_id": new.pk} for each in money])
    assert (again.new.height, again.duplicate.height, again.conflict.height) == (0, 1, 0)


def test_nothing_new_is_posted_on_a_closed_account(ledger, old, new):
    joined(ledger, old, new)
    row = ledger.receipt_row(old, 20_00)
    with pytest.raises(Refusal, match="K1 was merged into K2"):
        post_receipts(creditor=ledger.creditor, receipts=RECEIPTS.of([row]), **ledger.told)
    with pytest.raises(Refusal, match="K1 was merged into K2"):
        ledger.invoice(old, 1)


def test_what_opens_again_on_a_closed_account_follows(ledger, old, new):
    item = ledger.invoice(old, 100_00)
    receipt = ledger.receipt(old, 100_00)
    ledger.apply(receipt, item, 100_00)
    made = joined(ledger, old, new)
    correct.bounce(receipt=receipt, **ledger.told)
    assert (balance(old), balance(new)) == (0, 100_00)
    assert sound(ledger)
    apart(ledger, made)
    assert (balance(old), balance(new)) == (100_00, 0)
    assert sound(ledger)


def test_merges_in_a_row_lead_to_the_last_and_come_apart_in_turn(ledger, old, new):
    third = ledger.account("K3")
    ledger.invoice(old, 100_00)
    first = joined(ledger, old, new)
    second = joined(ledger, new, third)
    assert Account.objects.get(pk=old.pk).merged_into_id == third.pk
    assert balance(third) == 100_00
    with pytest.raises(Refusal, match="K2 was merged into K3"):
        apart(ledger, first)
    apart(ledger, second)
    assert Account.objects.get(pk=old.pk).merged_into_id == new.pk
    apart(ledger, first)
    assert (balance(old), balance(new), balance(third)) == (100_00, 0, 0)
    assert sound(ledger)


def test_accounts_that_cannot_be_one(ledger, old, new):
    with pytest.raises(Refusal, match="one and the same"):
        joined(ledger, old, old)
    with pytest.raises(Refusal, match="two creditors"):
        joined(ledger, old, ledger.other("second").account("K9"))
    joined(ledger, old, new)
    with pytest.raises(Refusal, match="was merged into K2 already"):
        joined(ledger, old, new)
    with pytest.raises(Refusal, match="was merged into K2 already"):
        joined(ledger, new, old)


def test_one_debtor_becomes_two_and_one_again(ledger, old):
    mine, theirs = ledger.invoice(old, 100_00), ledger.invoice(old, 30_00)
    ledger.hold(old, reason=Hold.MANUAL)
    ledger.account("K1", email="second@maier.example")
    point = ContactPoint.objects.get(value="second@maier.example")
    second = Second("K1-B", "Maier, Hanna", [Piece(theirs)], [point.pk])
    made = split_off(account=old, second=second, **ledger.told)
    assert (balance(old), balance(made)) == (100_00, 30_00)
    assert reasons(made) == {Hold.MANUAL}
    assert list(states(made)) == ["second@maier.example"]
    assert "second@maier.example" not in states(old)
    assert made.debtor_id != old.debtor_id
    told = TimelineEvent.objects.filter(kind__startswith="split").order_by("pk")
    assert [each.account.number for each in told] == ["K1", "K1-B"]
    assert sound(ledger)
    joined(ledger, made, old)
    assert balance(old) == 130_00
    assert sound(ledger)
    assert mine.account_id == old.pk


@pytest.mark.parametrize(
    ("number", "name", "code"),
    [("K1", "Maier", "account-known"), ("", "Maier", "account-name"), ("K9", " ", "account-name")],
)
def test_a_second_debtor_needs_a_number_and_a_name_of_its_own(ledger, old, number, name, code):
    with pytest.raises(Refusal) as refused:
        split_off(account=old, second=Second(number, name), **ledger.told)
    assert refused.value.code == code
