"""Random histories of a ledger: the books agree with plain arithmetic, on every day of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from recoup.books import load, standing
from recoup.books.apply_cash import reverse, unapply
from recoup.books.invariants import INVARIANTS, Scope, offenders
from recoup.books.models import (
    AccountStanding,
    CashApplication,
    HoldRecord,
    Move,
    OpenItem,
    Receipt,
)
from recoup.books.move import Piece, move, take_back_move
from recoup.books.register import NewCreditor, enroll_creditor
from recoup.books.treat import end_hold
from recoup.kernel.errors import Refusal
from recoup.kernel.money import currency_code
from tests.books.ledgers import BY, MAYBE, Ledger, entry_of
from tests.books.oracle import Held, Oracle, Thing

FIRST_DAY = date(2026, 1, 15)
ACCOUNTS = ("K1", "K2")
accounts = st.sampled_from(ACCOUNTS)
currencies = st.sampled_from(("EUR", "EUR", "EUR", "USD"))
amounts = st.one_of(st.integers(1, 500), st.just(100), st.just(10**12))
picks = st.integers(0, 10**6)


class History(RuleBasedStateMachine):
    """Invoices, money, applications, reversals and holds, day after day, in any order."""

    @initialize()
    def open_books(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        at = datetime(2026, 1, 15, 9, tzinfo=UTC)
        wanted = NewCreditor(code="history", name="History", country="DE", currency="EUR")
        self.ledger = Ledger(enroll_creditor(wanted, at=at), FIRST_DAY, at)
        self.accounts = {number: self.ledger.account(number) for number in ACCOUNTS}
        self.oracle = Oracle()
        self.books: dict[str, OpenItem | Receipt] = {}
        self.applied: dict[int, tuple[str, str]] = {}
        self.held: dict[int, Held] = {}
        self.moved: dict[int, tuple[str, str]] = {}
        self.issue("K1", "EUR", [300, 200], -20, is_credit=False)
        self.receive("K1", "EUR", 250, 3)

    def teardown(self):
        if not hasattr(self, "atomic"):
            return
        try:
            self.the_end()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @property
    def today(self):
        return self.ledger.today

    def pick(self, names, number):
        return sorted(names)[number % len(names)]

    def names(self, kind):
        return [name for name, thing in self.books.items() if isinstance(thing, kind)]

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        self.ledger.today += timedelta(days=days)

    @rule(
        account=accounts,
        currency=currencies,
        parts=st.lists(amounts, min_size=1, max_size=3),
        due=st.integers(-100, 40),
        is_credit=st.sampled_from((False, False, True)),
    )
    def issue(self, account, currency, parts, due, is_credit):
        if sum(parts) > 10**12:
            return
        kind, sign = ("credit_note", -1) if is_credit else ("invoice", 1)
        items = self.ledger.items(
            self.accounts[account],
            *parts,
            kind=kind,
            due=self.today + timedelta(days=due),
            currency=currency,
        )
        for item, part in zip(items, parts, strict=True):
            name = f"item-{item.pk}"
            self.books[name] = item
            self.oracle.add(
                Thing(name, account, currency, sign * part, item.issue_date, item.due_date)
            )

    @rule(account=accounts, currency=currencies, amount=amounts, days_ago=st.integers(0, 60))
    def receive(self, account, currency, amount, days_ago):
        on = self.today - timedelta(days=days_ago)
        receipt = self.ledger.receipt(self.accounts[account], amount, on=on, currency=currency)
        name = f"receipt-{receipt.pk}"
        self.books[name] = receipt
        self.oracle.add(Thing(name, account, currency, amount, on))

    def sources_for(self, item):
        """Money and credits of the item's account and currency of which something is left."""
        whose = self.oracle.things[item].account, self.oracle.things[item].currency
        return [
            name
            for name, thing in self.oracle.things.items()
            if (thing.account, thing.currency) == whose and self.available(name) > 0
        ]

    def available(self, source):
        return self.oracle.left(source) * (1 if self.oracle.is_receipt(source) else -1)

    @precondition(lambda self: any(map(self.sources_for, self.oracle.open_items(date.max))))
    @rule(source=picks, item=picks, percent=st.sampled_from((1, 50, 100)))
    def apply(self, source, item, percent):
        payable = [each for each in self.oracle.open_items(date.max) if self.sources_for(each)]
        item = self.pick(payable, item)
        source = self.pick(self.sources_for(item), source)
        most = min(self.available(source), self.oracle.left(item))
        made = self.ledger.apply(
            self.books[source], self.books[item], max(1, most * percent // 100)
        )
        day = self.oracle.apply(source, item, made.amount_minor, self.today)
        assert made.applied_date == day
        self.applied[made.pk] = (source, item)

    @precondition(lambda self: self.names(OpenItem))
    @rule(source=picks, item=picks, more=amounts)
    def apply_wrongly(self, source, item, more):
        source, item = self.pick(self.books, source), self.pick(self.names(OpenItem), item)
        amount = max(0, min(self.available(source), self.oracle.left(item))) + more
        with pytest.raises(Refusal):
            self.ledger.apply(self.books[source], self.books[item], amount)

    @precondition(lambda self: self.applied)
    @rule(number=picks)
    def take_back(self, number):
        key = self.pick(self.applied, number)
        source, item = self.applied.pop(key)
        made = CashApplication.objects.get(pk=key)
        undone = unapply(application=made, **self.ledger.told)
        self.oracle.apply(source, item, -made.amount_minor, undone.effective_date)

    def movable(self):
        return [name for name in self.books if self.oracle.left(name)]

    @precondition(lambda self: self.movable())
    @rule(number=picks, percent=st.sampled_from((1, 50, 100)))
    def move(self, number, percent):
        """Something stands on the other account from today; holds on it go with it."""
        name = self.pick(self.movable(), number)
        was, left = self.oracle.things[name], self.oracle.left(name)
        amount = max(1, abs(left) * percent // 100)
        to = ACCOUNTS[was.account == ACCOUNTS[0]]
        thing = type(self.books[name]).objects.get(pk=self.books[name].pk)
        [made] = move(pieces=[Piece(thing, amount)], to=self.accounts[to], **self.ledger.told)
        there = made.to_item or made.to_receipt
        fresh = f"{name.partition('-')[0]}-{there.pk}"
        signed = amount if left > 0 else -amount
        self.books[fresh], self.moved[made.pk] = there, (name, fresh)
        self.oracle.things[fresh] = replace(was, name=fresh, account=to, amount=signed)
        self.shift(name, fresh, signed)

    def shift(self, before, after, signed):
        self.oracle.movements += [(self.today, before, -signed), (self.today, after, signed)]
        for each in HoldRecord.objects.exclude(pk__in=list(self.held)):
            item = f"item-{each.open_item_id}"
            self.held[each.pk] = Held(item, each.held_minor, each.first_date, each.last_date)

    @precondition(lambda self: self.moved)
    @rule(number=picks)
    def take_back_move(self, number):
        key = self.pick(self.moved, number)
        before, after = self.moved[key]
        made, signed = Move.objects.get(pk=key), self.oracle.things[after].amount
        if self.oracle.left(after) != signed:
            with pytest.raises(Refusal):
                take_back_move(move=made, **self.ledger.told)
            return
        take_back_move(move=made, **self.ledger.told)
        del self.moved[key]
        self.shift(after, before, signed)

    def posted(self):
        """What was posted, rather than moved, to its account."""
        moved = {
            f"{kind}-{key}"
            for each in Move.objects.all()
            for kind, key in (("item", each.to_item_id), ("receipt", each.to_receipt_id))
        }
        return [name for name in self.books if name not in moved]

    @precondition(lambda self: self.posted())
    @rule(number=picks)
    def undo(self, number):
        name = self.pick(self.posted(), number)
        entry = entry_of(self.books[name])
        moved = {
            f"item-{each.open_item_id}" if each.open_item_id else f"receipt-{each.receipt_id}"
            for each in entry.transfers.all()
        }
        untouched = all(self.oracle.left(each) == self.oracle.things[each].amount for each in moved)
        if not untouched:
            with pytest.raises(Refusal):
                reverse(entry=entry, **self.ledger.told)
            return
        undone = reverse(entry=entry, **self.ledger.told)
        for each in moved:
            amount = self.oracle.things[each].amount
            self.oracle.movements.append((undone.effective_date, each, -amount))

    @precondition(lambda self: self.oracle.open_items(date.max))
    @rule(
        number=picks,
        percent=st.none() | st.sampled_from((1, 50, 100)),
        days=st.none() | st.integers(0, 30),
    )
    def set_hold(self, number, percent, days):
        item = self.books[self.pick(self.oracle.open_items(date.max), number)]
        part = None if percent is None else max(1, item.amount_minor * percent // 100)
        last = None if days is None else self.today + timedelta(days=days)
        held = self.ledger.hold(item.account, item=item, part=part, last=last)
        self.held[held.pk] = Held(f"item-{item.pk}", part, held.first_date, held.last_date)

    @precondition(lambda self: self.held)
    @rule(number=picks)
    def end_hold(self, number):
        key = self.pick(self.held, number)
        record = HoldRecord.objects.get(pk=key)
        was = self.held[key]
        end_hold(held=record, today=self.today, at=self.ledger.at, by=BY)
        over = was.last is not None and was.last < self.today
        if not over:
            self.held[key] = replace(was, last=self.today - timedelta(days=1))

    @invariant()
    def every_thing_has_left_what_was_not_applied(self):
        if not hasattr(self, "books"):
            return
        items = dict(OpenItem.objects.values_list("pk", "open_minor"))
        receipts = dict(Receipt.objects.values_list("pk", "unapplied_minor"))
        for name, thing in self.books.items():
            held = receipts if isinstance(thing, Receipt) else items
            assert held[thing.pk] == self.oracle.left(name), name

    def the_end(self):
        self.oracle.holds = list(self.held.values())
        scope = Scope(self.ledger.creditor.pk, self.today, self.ledger.at)
        for each in INVARIANTS:
            assert offenders(each, scope) == [], each.title
        self.check_standings()
        days = {day for day, _, _ in self.oracle.movements}
        for day in sorted(days)[::2]:
            self.check_balances(day)
            self.check_balances(day - timedelta(days=1))

    def check_standings(self):
        standing.refresh(
            creditor_id=self.ledger.creditor.pk,
            account_ids=[each.pk for each in self.accounts.values()],
            today=self.today,
        )
        expected = self.oracle.standings(self.today)
        shown = {
            (each.account.number, each.currency): {
                name: getattr(each, name) for name in standing.COLUMNS if name in _FIGURES
            }
            for each in AccountStanding.objects.select_related("account")
        }
        assert shown == expected

    def check_balances(self, as_of):
        bundle = load.bundle_of(
            self.ledger.creditor,
            as_of=as_of,
            debtor_ids=[each.debtor_id for each in self.accounts.values()],
            maybe=MAYBE,
        )
        items = {f"item-{key}": left for key, left in bundle.items["item_id", "open_minor"].rows()}
        assert items == self.oracle.open_items(as_of)
        numbers = {each.pk: number for number, each in self.accounts.items()}
        credits = {
            (numbers[account], currency_code(currency)): left
            for account, currency, left in bundle.credits[
                "account_id", "currency", "credit_minor"
            ].rows()
        }
        assert credits == self.oracle.credits(as_of)


_FIGURES = set(standing.COLUMNS) - {"account_id", "currency"}


@pytest.mark.django_db
def test_books_agree_with_plain_arithmetic_after_any_history():
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
