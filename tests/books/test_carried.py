"""What hangs on an account or a debt goes along when accounts are merged, split and taken apart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from recoup.books import correct, note, same, second
from recoup.books.accept import (
    Accepted,
    Shown,
    accept_by_link,
    accepted_by,
    make_link,
    open_links,
    record_acceptance,
)
from recoup.books.agree import agree_terms
from recoup.books.alike import pairs
from recoup.books.debts import debts_of, events_of
from recoup.books.merge import merge, take_apart
from recoup.books.models import (
    Account,
    Debtor,
    Document,
    MoneyRequest,
    OpenItem,
    Receipt,
    SameMoney,
    TimelineEvent,
)
from recoup.books.move import Piece, move, take_back_move
from recoup.books.split import Second, split_off
from recoup.books.terms import agreed_on
from recoup.kernel.errors import Refusal
from recoup.law.debt import Happened
from tests.books.ledgers import sound

pytestmark = pytest.mark.django_db

# How each table that names an account, a debtor, an item, a document or a receipt takes part in a
# merge, and why. A table that is not told of here makes the test below red.
HOW = {
    "Account": "itself: the closed one points to the survivor; number, name and file terms stay",
    "AccountEvent": "history: what an account owed after each event; both get new ones",
    "AccountStanding": "a cache: worked out anew for both",
    "Advice": "follows the pointer: read as of the account that goes on (test_advice)",
    "AgreedTerms": "carried: the survivor's prevail, else a copy holds from the day of the merge",
    "Alias": "follows the pointer: a payer learned on either pays the survivor (test_merge)",
    "Attempt": "history: what was handed over, to whom",
    "CashApplication": "history: what paid what; undone, it follows (test_merge)",
    "Charge": "follows by lineage: read with the debt's parts (test_charges_moved)",
    "ContactPoint": "carried, and the stricter word of two prevails (test_merge)",
    "DebtEvent": "follows by lineage: told of a debt wherever it stood",
    "Document": "a copy of the same number and dates stands where the item moved (test_move)",
    "DocumentTerms": "carried: the copy of the document bears the same (test_statement_of_account)",
    "HoldRecord": "carried: whoever was left in peace is so afterwards (test_merge)",
    "Intent": "history; one that waits is withdrawn and decided anew (test_merge)",
    "IntentItem": "follows by lineage: steps and reminders count for the moved item (test_move)",
    "Merge": "itself",
    "MoneyRequest": "carried while it waits; decided ones are history",
    "Move": "itself: the lineage that others follow",
    "OpenItem": "moved: what is open stands on the survivor (test_merge)",
    "Proposal": "carried, and thought over anew",
    "Receipt": "moved: what is not applied stands on the survivor (test_merge)",
    "SameMoney": "follows by lineage: the two receipts stay, their money is met where it is",
    "StatementLine": "history of the bank; it names the first receipt",
    "TermsAcceptance": "follows the pointer: the evidence stays as it was given",
    "TermsLink": "follows the pointer: it opens as before and says where the account went",
    "TimelineEvent": "history: both timelines tell of the merge",
    "Transfer": "history: the ledger is never edited",
}
OF = {Account, Debtor, Document, OpenItem, Receipt}


def test_every_table_of_an_account_or_a_debt_says_how_it_goes_along():
    found = {
        model.__name__
        for model in apps.get_app_config("books").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in OF
    }
    assert found == set(HOW)


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def old(ledger):
    return ledger.account("K1", name="Maier, Hans")


@pytest.fixture
def new(ledger):
    return ledger.account("K2", name="Hans Maier e.K.")


@pytest.fixture
def joined(ledger, old, new):
    return lambda: merge(account=old, survivor=new, **ledger.told)


def apart(ledger, made):
    made.refresh_from_db()
    return take_apart(merge=made, pieces=None, **ledger.told)


def when(ledger):
    return {"today": ledger.today, "at": ledger.at, "by": "tests"}


def agree(ledger, account, text, days=0):
    first = ledger.today + timedelta(days=days)
    return agree_terms(account=account, text=text, first_date=first, **ledger.told)


def agreed(ledger, account, days=0):
    found = agreed_on(account, ledger.today + timedelta(days=days))
    return found.text if found else ""


@pytest.mark.parametrize(
    ("of_old", "of_new", "then"),
    [
        ("Net 60", "", "Net 60"),
        ("", "Net 14", "Net 14"),
        ("Net 60", "Net 14", "Net 14"),
        ("", "", ""),
    ],
)
def test_agreed_terms_go_along_where_the_survivor_has_none(
    ledger, old, new, joined, of_old, of_new, then
):
    for account, text in ((old, of_old), (new, of_new)):
        if text:
            agree(ledger, account, text, days=-30)
    made = joined()
    assert agreed(ledger, new) == then
    # Before the day of the merge nothing is rewritten.
    assert agreed(ledger, new, days=-1) == of_new
    apart(ledger, made)
    assert (agreed(ledger, old), agreed(ledger, new)) == (of_old, of_new)
    assert sound(ledger)


def test_what_is_agreed_for_later_goes_along_too_and_ends_with_the_merge(ledger, old, new, joined):
    agree(ledger, old, "Net 60", days=-30)
    agree(ledger, old, "Net 45", days=20)
    agree(ledger, old, "", days=40)
    made = joined()
    assert [agreed(ledger, new, days=day) for day in (0, 20, 40)] == ["Net 60", "Net 45", ""]
    apart(ledger, made)
    assert [agreed(ledger, new, days=day) for day in (0, 20, 40)] == ["", "", ""]
    assert [agreed(ledger, old, days=day) for day in (0, 20, 40)] == ["Net 60", "Net 45", ""]


def test_what_was_agreed_with_the_survivor_since_stays_with_it(ledger, old, new, joined):
    agree(ledger, old, "Net 60", days=-30)
    made = joined()
    agree(ledger, new, "Net 10")
    apart(ledger, made)
    assert (agreed(ledger, old), agreed(ledger, new)) == ("Net 60", "Net 10")


def test_nothing_is_agreed_with_a_closed_account(ledger, old, new, joined):
    joined()
    with pytest.raises(Refusal, match="K1 was merged into K2"):
        agree(ledger, old, "Net 10")


def test_a_second_debtor_begins_with_the_terms_of_the_first(ledger, old):
    agree(ledger, old, "Net 60", days=-30)
    made = split_off(account=old, second=Second("K1-B", "Maier, Hanna"), **ledger.told)
    assert (agreed(ledger, old), agreed(ledger, made)) == ("Net 60", "Net 60")


SHOWN = Shown("de", "Zahlbar in 30 Tagen.")


def test_an_acceptance_counts_for_the_survivor_and_is_given_back(ledger, old, new, joined):
    said = Accepted("Hans Maier", ledger.today, "paper")
    done = record_acceptance(account=old, shown=SHOWN, said=said, **when(ledger))
    assert list(accepted_by(new)) == []
    made = joined()
    assert list(accepted_by(new)) == [done]
    apart(ledger, made)
    assert (list(accepted_by(new)), list(accepted_by(old))) == ([], [done])


def test_a_link_of_the_closed_account_still_opens_and_is_told_on_the_survivor(
    ledger, old, new, joined
):
    last = ledger.today + timedelta(days=9)
    link = make_link(account=old, shown=SHOWN, last_date=last, **when(ledger))
    joined()
    assert list(open_links(new, today=ledger.today)) == [link]
    done = accept_by_link(link=link, person="Hans Maier", today=ledger.today, at=ledger.at)
    assert done.text == SHOWN.text
    assert list(accepted_by(new)) == [done]
    assert TimelineEvent.objects.get(kind="terms_accepted").account == new
    with pytest.raises(Refusal, match="K1 was merged into K2"):
        make_link(account=old, shown=SHOWN, last_date=last, **when(ledger))


def asked(ledger, item, amount):
    return second.ask_to_give_up(item=item, kind="write_off", amount_minor=amount, **ledger.told)


def approved(ledger, request):
    return second.approve(request=request, **(ledger.told | {"by": "otto"}))


def test_a_request_that_waits_is_approved_where_the_item_stands(ledger, old, new, joined):
    request = asked(ledger, ledger.invoice(old, 100_00), 60_00)
    joined()
    there = OpenItem.objects.get(account=new)
    approved(ledger, request)
    request.refresh_from_db()
    assert (request.account, request.open_item) == (new, there)
    there.refresh_from_db()
    assert there.open_minor == 40_00
    assert TimelineEvent.objects.filter(account=new, kind="money_asked_here").count() == 1
    assert sound(ledger)


def test_a_request_goes_back_when_they_are_taken_apart(ledger, old, new, joined):
    item = ledger.invoice(old, 100_00)
    request = asked(ledger, item, 60_00)
    apart(ledger, joined())
    request.refresh_from_db()
    assert (request.account, request.open_item, request.state) == (old, item, "waiting")
    approved(ledger, request)
    item.refresh_from_db()
    assert item.open_minor == 40_00
    assert sound(ledger)


def test_a_refund_that_waits_is_paid_from_where_the_money_is(ledger, old, new, joined):
    receipt = ledger.receipt(old, 50_00)
    request = second.ask_to_refund(receipt=receipt, amount_minor=50_00, **ledger.told)
    joined()
    approved(ledger, request)
    assert Receipt.objects.get(account=new).unapplied_minor == 0
    assert sound(ledger)


@pytest.mark.parametrize(
    ("asked_minor", "moved_minor", "goes"),
    [(60_00, 30_00, False), (60_00, 70_00, True), (60_00, 50_00, False), (20_00, 50_00, False)],
)
def test_a_request_goes_with_the_part_it_can_still_be_taken_from(
    ledger, old, new, asked_minor, moved_minor, goes
):
    item = ledger.invoice(old, 100_00)
    request = asked(ledger, item, asked_minor)
    move(pieces=[Piece(item, moved_minor)], to=new, **ledger.told)
    request.refresh_from_db()
    assert request.account == (new if goes else old)


def test_two_requests_never_wait_for_one_item(ledger, old, new):
    item = ledger.invoice(old, 100_00)
    [done] = move(pieces=[Piece(item, 50_00)], to=new, **ledger.told)
    item.refresh_from_db()
    asked(ledger, item, 40_00)
    asked(ledger, done.to_item, 30_00)
    with pytest.raises(Refusal, match="Decide one of them first"):
        take_back_move(move=done, **ledger.told)
    assert MoneyRequest.objects.filter(state="waiting").count() == 2


def event(ledger, account, kind, item=None, days=0):
    day = ledger.today - timedelta(days=days)
    new = note.NewEvent(kind, day, open_item=item)
    return note.note_event(account=account, new=new, **when(ledger))


def test_what_happened_to_a_debt_is_told_wherever_it_stands(ledger, old, new, joined):
    item = ledger.invoice(old, 100_00)
    mine = event(ledger, old, Happened.ACKNOWLEDGMENT, item)
    whole = event(ledger, old, Happened.LETTER_OF_CLAIM, days=1)
    made = joined()
    there = OpenItem.objects.get(account=new)
    since = event(ledger, new, Happened.LETTER_OF_CLAIM, there)
    assert set(events_of(new)) == {mine, whole, since}
    kinds = {each.kind for each in debts_of(new)[0].debt.events}
    assert kinds == {Happened.ACKNOWLEDGMENT, Happened.LETTER_OF_CLAIM}
    apart(ledger, made)
    assert set(events_of(old)) == {mine, whole, since}
    assert set(events_of(new)) == {since}
    assert len(debts_of(old)[0].debt.events) == 3


def test_what_happened_before_a_mere_move_is_shown_on_the_new_account(ledger, old, new):
    item = ledger.invoice(old, 100_00)
    told = event(ledger, old, Happened.ACKNOWLEDGMENT, item)
    ledger.invoice(old, 10_00)
    move(pieces=[Piece(item)], to=new, **ledger.told)
    assert events_of(new) == [told]


def linked(ledger, account, item):
    card = ledger.receipt(account, 100_00, source="import")
    ledger.apply(card, item, 100_00)
    bank = ledger.receipt(account, 100_00)
    return bank, card


def left(account):
    return sum(OpenItem.objects.filter(account=account).values_list("open_minor", flat=True))


def spare(account):
    return sum(Receipt.objects.filter(account=account).values_list("unapplied_minor", flat=True))


def test_the_same_money_is_counted_once_after_a_merge_and_told_apart_again(
    ledger, old, new, joined
):
    bank, card = linked(ledger, old, ledger.invoice(old, 100_00))
    made = joined()
    assert (left(new), spare(new)) == (0, 100_00)
    same.link(receipt=bank, other=card, **ledger.told)
    assert (left(new), spare(new)) == (0, 0)
    assert sound(ledger)
    same.unlink(same=SameMoney.objects.get(), **ledger.told)
    assert (left(new), spare(new)) == (0, 100_00)
    assert (left(old), spare(old)) == (0, 0)
    assert sound(ledger)
    apart(ledger, made)
    assert sound(ledger)


def test_money_linked_before_a_merge_is_taken_apart_after_it(ledger, old, new, joined):
    bank, card = linked(ledger, old, ledger.invoice(old, 100_00))
    decided = same.link(receipt=bank, other=card, **ledger.told)
    joined()
    again = same.unlink(same=decided, **ledger.told)
    assert again.account == new
    assert (left(new), spare(new)) == (0, 100_00)
    assert (left(old), spare(old)) == (0, 0)
    assert sound(ledger)


def test_two_payments_said_to_be_two_are_not_asked_about_after_a_merge(ledger, old, new, joined):
    bank, card = linked(ledger, old, ledger.invoice(old, 100_00))
    assert len(pairs(ledger.creditor)) == 1
    same.keep_apart(receipt=bank, other=card, at=ledger.at, by="tests")
    joined()
    assert pairs(ledger.creditor) == []


def test_a_bounced_payment_still_reopens_what_a_request_waits_for(ledger, old, new, joined):
    item = ledger.invoice(old, 100_00)
    receipt = ledger.receipt(old, 100_00)
    request = asked(ledger, item, 60_00)
    ledger.apply(receipt, item, 100_00)
    joined()
    correct.bounce(receipt=receipt, **ledger.told)
    approved(ledger, request)
    assert left(new) == 40_00
    assert sound(ledger)
