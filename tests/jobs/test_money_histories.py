"""Random histories of money: whatever comes in and is taken back, not a cent is lost."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.db.models import Sum
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

from recoup.books import adjust, bank, correct
from recoup.books.invariants import INVARIANTS, Scope, offenders
from recoup.books.models import (
    BankAccount,
    CashApplication,
    Entry,
    OpenItem,
    Proposal,
    Receipt,
    StatementLine,
    Transfer,
)
from recoup.books.register import NewCreditor, enroll_creditor
from recoup.engine.matching.frames import MatchPolicy
from recoup.jobs import cash, cash_many
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal
from tests.books.ledgers import BY, Ledger
from tests.jobs.charged_histories import Charging
from tests.jobs.corrections import Corrections, there_is
from tests.jobs.giving_up import GivingUp, amounts
from tests.jobs.money_left import (
    applications,
    applied_lines,
    left_out_lines,
    open_lines,
    owing,
    refunds,
)
from tests.jobs.moneyed import OnPaper, Paid, receive

FIRST_DAY = date(2026, 1, 15)
AT = datetime(2026, 1, 15, 9, tzinfo=UTC)
NAMES = {"K1": "Ahorn Handels GmbH", "K2": "Birke Bau AG"}
accounts = st.sampled_from(sorted(NAMES))
picks = st.integers(0, 10**6)
lines = st.lists(
    st.tuples(
        st.sampled_from(("clean", "clean", "part", "over", "charges", "silent", "out")),
        picks,
        amounts,
    ),
    min_size=1,
    max_size=4,
)


class MoneyHistory(Charging, GivingUp, Corrections, RuleBasedStateMachine):
    """Invoices, statements, matching, people's decisions, charges and corrections, in any order.

    What is said of an account that was merged is said of the one that goes on.
    """

    @initialize()
    def open_books(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        wanted = NewCreditor(code="history", name="History", country="DE", currency="EUR")
        self.ledger = Ledger(enroll_creditor(wanted, at=AT), FIRST_DAY, AT)
        self.accounts = {
            number: self.ledger.account(number, name=name) for number, name in NAMES.items()
        }
        self.drawn: list[OnPaper] = []
        self.kept: set[int] = set()
        # What each account owes by plain arithmetic: invoices and charges less credits, money
        # and given up.
        self.owed = dict.fromkeys(NAMES, 0)
        for account, amount in (("K1", 100_00), ("K1", 40_00), ("K2", 70_00), ("K2", 55_00)):
            self.invoice(account, amount)
        self.credit_note("K1", 10_00)
        self.credit_note("K2", 20_00)
        drafts = [("clean", 0, 0), ("charges", 1, 0), ("silent", 0, 30_00), ("silent", 0, 60_00)]
        self.statement(drafts, late=False)

    def teardown(self):
        if not hasattr(self, "atomic"):
            return
        try:
            if hasattr(self, "drawn"):
                self.the_end()
        finally:
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @property
    def act(self):
        return cash.Act(today=self.ledger.today, at=AT, by=BY, why="a test")

    def pick(self, things, number):
        found = list(things.order_by("pk"))
        return found[number % len(found)]

    def came(self, receipt, sign=-1):
        self.owed[self.lead(receipt.account.number)] += sign * receipt.amount_minor

    @rule(days=st.integers(1, 20))
    def days_pass(self, days):
        self.ledger.today += timedelta(days=days)

    @rule(account=accounts, amount=amounts)
    def invoice(self, account, amount):
        number = f"RE-2026-{next(self.ledger.numbers):04d}"
        account = self.lead(account)
        self.ledger.invoice(self.accounts[account], amount, key=number)
        self.owed[account] += amount

    @rule(account=accounts, amount=amounts)
    def credit_note(self, account, amount):
        account = self.lead(account)
        self.ledger.credit_note(self.accounts[account], amount)
        self.owed[account] -= amount

    @rule(drafts=lines, late=st.booleans())
    def statement(self, drafts, late):
        """A day's statement is written; it comes in now, or lies in the drawer."""
        said = tuple(self.line(*draft) for draft in drafts)
        if sum(line.amount_minor for line in said) == 0:
            return
        before = self.drawn[-1] if self.drawn else None
        day = max(self.ledger.today, before.day + timedelta(days=1) if before else FIRST_DAY)
        self.ledger.today = day
        opening = before.closing_minor if before else 1_000_00
        self.drawn.append(OnPaper(len(self.drawn) + 1, day, opening, said))
        if not late:
            self.take_in(len(self.drawn) - 1)

    def line(self, kind, number, amount):
        if kind == "out":
            return Paid(-amount, "rent")
        if kind == "silent" or not owing().exists():
            return Paid(amount, "thank you")
        item = self.pick(owing(), number)
        due = item.open_minor
        paid = {"part": max(1, due // 2), "over": due + amount, "charges": max(1, due - 5)}
        name = item.account.name
        return Paid(paid.get(kind, due), item.document.number, name)

    @rule(number=picks)
    def take_in(self, number):
        """A statement comes in, or comes in again."""
        paper = self.drawn[number % len(self.drawn)]
        done = receive(self.ledger, paper.text())
        is_new = paper.number not in self.kept
        assert done.lines_new == (len(paper.lines) if is_new else 0)
        self.kept.add(paper.number)

    @rule(number=picks, off=st.integers(1, 1000))
    def take_in_what_does_not_add_up(self, number, off):
        paper = self.drawn[number % len(self.drawn)]
        had = StatementLine.objects.count()
        done = receive(self.ledger, paper.text(closing_minor=paper.closing_minor + off))
        assert done.source_file.state == "held"
        assert StatementLine.objects.count() == had

    @rule()
    def match(self):
        known = set(Receipt.objects.values_list("pk", flat=True))
        done = cash.match(self.ledger.creditor, act=self.act, policy=MatchPolicy())
        new = Receipt.objects.exclude(pk__in=known)
        assert new.count() == done.posted
        for receipt in new:
            self.came(receipt)
            self.owed[receipt.account.number] -= self.given_up(receipt)

    def given_up(self, receipt):
        """What was given up with a payment and still is."""
        return self.given_up_of(receipt, OpenItem.objects.all())

    def given_up_of(self, receipt, items):
        found = Transfer.objects.filter(
            entry__key__startswith=f"receipt/{receipt.pk}/",
            entry__kind__in=adjust.KINDS,
            entry__reversed_by=None,
            open_item__in=items,
        )
        return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0

    @there_is(Proposal.objects.all)
    @rule(number=picks)
    def accept(self, number):
        proposal = self.pick(Proposal.objects.all(), number)
        deed = self.accept_with_others if number % 2 else cash.accept
        try:
            with transaction.atomic():
                receipt = deed(proposal, act=self.act)
        except Refusal:
            # The line was left out, or what it would pay was paid meanwhile by other money.
            assert proposal.line.state != "open" or any(
                OpenItem.objects.get(pk=item).open_minor < applied + discount
                for item, applied, discount in proposal.items
            )
            return
        self.came(receipt)
        self.owed[receipt.account.number] -= self.given_up(receipt)

    def accept_with_others(self, proposal, act):
        """The same by the way that many are accepted together."""
        answer = cash_many.accept_many(self.ledger.creditor, [proposal], act=act)
        if answer.refused:
            raise answer.refused[0][1]
        return StatementLine.objects.get(pk=answer.done[0]).receipt

    @there_is(open_lines)
    @rule(number=picks, account=accounts, on_account=st.booleans(), net=st.booleans())
    def settle(self, number, account, on_account, net):
        """A person says whose payment it is, and nets a credit note when there is one."""
        line = self.pick(open_lines(), number)
        account = self.lead(account)
        mine = self.accounts[account]
        parts = () if on_account else cash.parts_by_rule(mine, line, today=self.act.today)
        short = self.short(parts)
        notes = OpenItem.objects.filter(account=mine, open_minor__lt=0)
        if net and parts and notes.exists():
            note = self.pick(notes, number)
            parts = (cash.Part(note.pk, note.open_minor), *parts)
        settlement = cash.Settlement(
            line.pk, mine.pk, parts, given_up_minor=short, given_up_as="bank_charges"
        )
        self.came(cash.settle_line(settlement, act=self.act))
        self.owed[account] -= short

    def short(self, parts):
        """A few cents that the last item lacks, and that nobody asks for."""
        if not parts:
            return 0
        rest = OpenItem.objects.get(pk=parts[-1].item_id).open_minor - parts[-1].applied_minor
        return rest if rest <= 20_00 else 0

    @there_is(applied_lines)
    @rule(number=picks)
    def undo(self, number):
        line = self.pick(applied_lines(), number)
        together = partial(cash_many.undo_many, self.ledger.creditor, [line], act=self.act)
        alone = partial(cash.undo, line, act=self.act)
        self.back(line.receipt, lambda _: together() if number % 2 else alone())

    @there_is(Receipt.objects.all)
    @rule(number=picks)
    def bounce(self, number):
        receipt = self.pick(Receipt.objects.all(), number)
        self.back(receipt, lambda each: correct.bounce(receipt=each, **self.ledger.told))

    def back(self, receipt, deed):
        """What goes back is owed again, unless it went back before or was paid out."""
        given = self.given_up(receipt)
        came = Entry.objects.filter(transfers__receipt=receipt, kind="receipt").first()
        tree = list(self.away(receipt))
        everywhere = [receipt, *(each.to_receipt for each in tree)]
        is_refunded = refunds().filter(transfers__receipt__in=everywhere).exists()
        if came is None or is_refunded or Entry.objects.filter(reverses=came).exists():
            with pytest.raises(Refusal), transaction.atomic():
                deed(receipt)
            return
        deed(receipt)
        netted = CashApplication.objects.filter(entry__key__startswith=f"cash/{receipt.pk}/")
        assert not netted.filter(reversed_entry=None).exists()
        for each in tree:
            ends = each.to_receipt.account.number, each.from_receipt.account.number
            self.goes(-each.amount_minor, *map(self.lead, ends))
        self.came(receipt, sign=1)
        self.owed[self.lead(receipt.account.number)] += given

    @there_is(applications)
    @rule(number=picks)
    def unapply(self, number):
        application = self.pick(applications(), number)
        correct.take_back_application(application=application, **self.ledger.told)

    @there_is(open_lines)
    @rule(number=picks)
    def leave_out(self, number):
        assert bank.ignore_line(line=self.pick(open_lines(), number), reason="a loan")

    @there_is(left_out_lines)
    @rule(number=picks)
    def take_up_again(self, number):
        assert bank.reopen_line(line=self.pick(left_out_lines(), number))

    @precondition(lambda self: hasattr(self, "drawn"))
    @invariant()
    def accounts_owe_what_plain_arithmetic_says(self):
        for number, account in self.accounts.items():
            items = OpenItem.objects.filter(account=account).aggregate(sum=Sum("open_minor"))
            money = Receipt.objects.filter(account=account).aggregate(sum=Sum("unapplied_minor"))
            balance = (items["sum"] or 0) - (money["sum"] or 0)
            assert balance == self.owed[number], number

    @precondition(lambda self: hasattr(self, "drawn"))
    @invariant()
    def every_promise_about_money_holds(self):
        scope = Scope(self.ledger.creditor.pk, self.ledger.today, AT)
        for each in INVARIANTS:
            if each.code.startswith("M"):
                assert offenders(each, scope) == [], each.title

    def the_end(self):
        for again in sorted(self.kept):
            assert receive(self.ledger, self.drawn[again - 1].text()).lines_new == 0
        kept = sorted(self.kept)
        is_gap = kept[-1] - kept[0] + 1 != len(kept)
        assert bool(BankAccount.objects.get().gap) == is_gap
        came = sum(line.amount_minor for n in kept for line in self.drawn[n - 1].lines)
        held = StatementLine.objects.aggregate(sum=Sum("amount_minor"))
        assert held["sum"] == came
        found = verify(self.ledger.creditor, as_of=self.ledger.today, at=AT, by=BY)
        assert [each.sentence for each in found if not each.holds] == []


@pytest.mark.django_db
def test_random_histories_lose_no_cent(settings_of_files):
    run_state_machine_as_test(
        MoneyHistory,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_files(settings, tmp_path):
    """Originals of the files go where the test may write."""
    settings.DATA = tmp_path
