"""Harm done on purpose to what moved between accounts, and to accounts that were merged."""

from __future__ import annotations

from datetime import timedelta

from recoup.books.merge import merge
from recoup.books.models import (
    Account,
    CashApplication,
    Document,
    HoldRecord,
    Intent,
    Move,
    OpenItem,
    Receipt,
    Transfer,
)
from recoup.books.move import Piece, move
from recoup.books.query import execute
from tests.books.harms_bank import bounced


def moved(books, thing=None):
    """The item, or another thing, moved to K2."""
    to = Account.objects.get(creditor=books.ledger.creditor, number="K2")
    item = OpenItem.objects.get(pk=books.item.pk)
    [done] = move(pieces=[Piece(thing or item)], to=to, **books.ledger.told)
    return done


def merged(books):
    """K2 merged into K1, held before and empty now."""
    other = Account.objects.get(creditor=books.ledger.creditor, number="K2")
    books.ledger.hold(other)
    return merge(account=other, survivor=books.account, **books.ledger.told)


def half_a_move(books):
    done = moved(books)
    execute("DELETE FROM books_transfer WHERE open_item_id = %s", [done.to_item_id])


def moved_within_an_account(books):
    done = moved(books)
    there = Transfer.objects.get(entry=done.entry, open_item=done.to_item)
    Transfer.objects.filter(pk=there.pk).update(account=books.account)


def made_older_by_moving(books):
    done = moved(books)
    due = done.to_item.due_date - timedelta(days=60)
    OpenItem.objects.filter(pk=done.to_item_id).update(due_date=due)


def renamed_by_moving(books):
    done = moved(books)
    Document.objects.filter(pk=done.to_item.document_id).update(number="another")


def more_arrived_than_left(books):
    done = moved(books)
    Move.objects.filter(pk=done.pk).update(amount_minor=done.amount_minor + 1)


def moved_without_a_word(books):
    Move.objects.filter(pk=moved(books).pk).delete()


def bounced_and_spent_elsewhere(books):
    moved(books, Receipt.objects.get(pk=books.receipt.pk))
    applications = CashApplication.objects.filter(receipt=books.receipt)
    applications.update(reversed_entry_id=bounced(books).pk)


def debt_left_behind(books):
    done = merged(books)
    item = OpenItem.objects.filter(account=done.account)[0]
    OpenItem.objects.filter(pk=item.pk).update(open_minor=item.amount_minor)


def money_left_behind(books):
    done = merged(books)
    Receipt.objects.filter(pk=books.receipt.pk).update(account=done.account)


def message_left_behind(books):
    done = merged(books)
    Intent.objects.filter(account=done.account).update(state="held")


def pointer_gone(books):
    Account.objects.filter(pk=merged(books).account_id).update(merged_into=None)


def closed_without_a_merge(books):
    execute("DELETE FROM books_merge WHERE id = %s", [merged(books).pk])


def hold_left_behind(books):
    done = merged(books)
    HoldRecord.objects.filter(account=done.survivor, open_item=None).delete()


MOVE_HARMS = [
    ("M16", "Reversed money is nowhere else", bounced_and_spent_elsewhere),
    ("M17", "What leaves an account arrives", half_a_move),
    ("M17", "What leaves an account arrives", moved_within_an_account),
    ("M17", "What moved is the same thing", made_older_by_moving),
    ("M17", "What moved is the same thing", renamed_by_moving),
    ("M17", "What moved is the same thing", more_arrived_than_left),
    ("M17", "What moved is the same thing", moved_without_a_word),
    ("M18", "A merged account is empty", debt_left_behind),
    ("M18", "A merged account is empty", money_left_behind),
    ("M18", "A merged account is empty", message_left_behind),
    ("M18", "A merged account leads on", pointer_gone),
    ("M18", "A merged account leads on", closed_without_a_merge),
    ("M18", "Holds outlast a merge", hold_left_behind),
]
