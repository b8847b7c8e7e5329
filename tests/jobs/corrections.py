"""Corrections between accounts, as rules of a history: move, set off, merge, split, and back."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from recoup.books import contra, correct
from recoup.books.merge import came_along
from recoup.books.models import Account, CashApplication, Entry, Merge, Move, OpenItem, Receipt
from recoup.books.move import Piece, is_all_there, left_minor
from recoup.books.split import Second
from recoup.books.use_credit import take_back_use, use_credit
from recoup.jobs import accounts as correcting
from recoup.kernel.errors import Refusal

ACCOUNTS_MAX = 5
picks = st.integers(0, 10**6)
percents = st.sampled_from((1, 50, 100))


def there_is(found):
    """Only while there is something that a deed could be done to."""
    return precondition(lambda self: found().exists())


def open_things():
    return OpenItem.objects.exclude(open_minor=0)


def credits_open():
    return OpenItem.objects.filter(open_minor__lt=0)


def money():
    return Receipt.objects.exclude(amount_minor=0)


def moves():
    return Move.objects.filter(merge=None, entry__reversed_by=None)


def merges():
    return Merge.objects.filter(undone_at=None)


def contras():
    return Entry.objects.filter(kind="contra", reversed_by=None)


def uses():
    return CashApplication.objects.filter(entry__key__startswith="credit/", reversed_entry=None)


def worth(thing, amount):
    """What an amount of it does to the balance: money and credit notes lower it."""
    return -amount if isinstance(thing, Receipt) or thing.amount_minor < 0 else amount


class Corrections:
    """Rules for a machine that has `ledger`, `accounts`, `owed`, `act` and `pick`."""

    def lead(self, number):
        """The account that answers for this one now."""
        found = Account.objects.select_related("merged_into").get(number=number)
        return (found.merged_into or found).number

    def open_account(self, number):
        found = Account.objects.filter(merged_into=None).order_by("pk")
        return found[number % found.count()]

    def goes(self, worth_minor, before, after):
        self.owed[before] -= worth_minor
        self.owed[after] += worth_minor

    def away(self, receipt):
        """Every move that some of this money made, and that stands."""
        for each in Move.objects.filter(from_receipt=receipt, entry__reversed_by=None):
            yield each
            yield from self.away(each.to_receipt)

    @there_is(open_things)
    @rule(number=picks, to=picks, percent=percents)
    def move_item(self, number, to, percent):
        item, target = self.pick(open_things(), number), self.open_account(to)
        amount = max(1, left_minor(item) * percent // 100)
        if target.pk == item.account_id:
            with pytest.raises(Refusal), transaction.atomic():
                correcting.move([Piece(item, amount)], to=target, act=self.act)
            return
        correcting.move([Piece(item, amount)], to=target, act=self.act)
        self.goes(worth(item, amount), item.account.number, target.number)

    @there_is(money)
    @rule(number=picks, to=picks, percent=percents)
    def move_money(self, number, to, percent):
        """Also what is applied moves, as far as it did not go back to where it came from."""
        receipt, target = self.pick(money(), number), self.open_account(to)
        applied = CashApplication.objects.filter(receipt=receipt, reversed_entry=None)
        there = receipt.unapplied_minor + (applied.aggregate(s=Sum("amount_minor"))["s"] or 0)
        amount = max(1, there * percent // 100)
        if target.pk == receipt.account_id or amount > there:
            with pytest.raises(Refusal), transaction.atomic():
                correcting.move([Piece(receipt, amount)], to=target, act=self.act)
            return
        loosened = {each.open_item_id for each in correct.applications_to_loosen(receipt, amount)}
        given = self.given_up_of(receipt, loosened)
        correcting.move([Piece(receipt, amount)], to=target, act=self.act)
        mine = self.lead(receipt.account.number)
        self.owed[mine] += given
        self.goes(-amount, mine, target.number)

    @there_is(moves)
    @rule(number=picks)
    def take_back_move(self, number):
        made = self.pick(moves(), number)
        before = made.from_item or made.from_receipt
        after = made.to_item or made.to_receipt
        if not is_all_there(made) or before.account.merged_into_id is not None:
            with pytest.raises(Refusal), transaction.atomic():
                correcting.take_back_move(made, act=self.act)
            return
        correcting.take_back_move(made, act=self.act)
        worth_minor = worth(after, made.amount_minor)
        self.goes(worth_minor, after.account.number, before.account.number)

    @precondition(lambda self: open_things().filter(open_minor__gt=0).exists())
    @rule(number=picks, percent=percents)
    def contra(self, number, percent):
        """What we owe is set off against all that an account owes."""
        owing = open_things().filter(open_minor__gt=0)
        account = self.pick(owing, number).account
        items = list(owing.filter(account=account))
        amounts = {each.pk: max(1, each.open_minor * percent // 100) for each in items}
        contra.set_off(account=account, amounts=amounts, reference="ER-1", **self.ledger.told)
        self.owed[account.number] -= sum(amounts.values())

    @there_is(contras)
    @rule(number=picks)
    def take_back_contra(self, number):
        entry = self.pick(contras(), number)
        moved = list(entry.transfers.select_related("account"))
        correct.take_back_given_up(entry=entry, **self.ledger.told)
        for each in moved:
            self.owed[self.lead(each.account.number)] += each.amount_minor

    @there_is(credits_open)
    @rule(number=picks)
    def use_credit(self, number):
        """A credit note is spread over what its account owes, the oldest first."""
        credit = self.pick(credits_open(), number)
        left, amounts = -credit.open_minor, {}
        owing = open_things().filter(account=credit.account, open_minor__gt=0)
        for each in owing.order_by("due_date", "pk"):
            amounts[each.pk] = min(left, each.open_minor)
            left -= amounts[each.pk]
        if any(amounts.values()):
            use_credit(credit=credit, amounts=amounts, **self.ledger.told)

    @there_is(uses)
    @rule(number=picks)
    def take_back_use(self, number):
        one = self.pick(uses(), number)
        name = one.entry.key.rpartition("/")[0] + "/"
        take_back_use(credit=one.credit_item, name=name, **self.ledger.told)

    @rule(number=picks, into=picks)
    def merge(self, number, into):
        old, survivor = self.open_account(number), self.open_account(into)
        if old.pk == survivor.pk:
            return
        correcting.merge(old, survivor, act=self.act)
        self.goes(self.owed[old.number], old.number, survivor.number)

    @there_is(merges)
    @rule(number=picks)
    def take_apart(self, number):
        made = self.pick(merges().select_related("account", "survivor"), number)
        pieces = [each.thing for each in came_along(made)]
        if made.survivor.merged_into_id is not None:
            with pytest.raises(Refusal), transaction.atomic():
                correcting.take_apart(made, None, act=self.act)
            return
        correcting.take_apart(made, None, act=self.act)
        for each in pieces:
            worth_minor = worth(each, left_minor(each))
            self.goes(worth_minor, made.survivor.number, made.account.number)

    @there_is(open_things)
    @rule(number=picks)
    def split_off(self, number):
        if len(self.owed) >= ACCOUNTS_MAX:
            return
        item = self.pick(open_things(), number)
        name = f"S{len(self.owed)}"
        second = Second(name, f"Second {name}", [Piece(item)])
        self.accounts[name] = correcting.split_off(item.account, second, act=self.act)
        self.owed[name] = 0
        self.goes(item.open_minor, item.account.number, name)
