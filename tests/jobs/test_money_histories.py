"""Random histories of money: whatever comes in and is taken back, not a cent is lost."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections, transaction
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

from recoup.books import adjust, bank, correct, files
from recoup.books.apply_cash import unapply
from recoup.books.models import (
    BankAccount,
    CashApplication,
    Entry,
    OpenItem,
    Proposal,
    Receipt,
    SourceFile,
    StatementLine,
    Transfer,
)
from recoup.books.register import NewCreditor, enroll_creditor
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.statements.base import Declared
from recoup.jobs import cash
from recoup.jobs.bank import import_statements
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal
from tests.books.ledgers import BY, Ledger
from tests.jobs.moneyed import OnPaper, Paid

FIRST_DAY = date(2026, 1, 15)
AT = datetime(2026, 1, 15, 9, tzinfo=UTC)
NAMES = {"K1": "Ahorn Handels GmbH", "K2": "Birke Bau AG"}
RACES = 100
accounts = st.sampled_from(sorted(NAMES))
amounts = st.one_of(st.integers(1, 500), st.sampled_from((100_00, 250_00)))
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


def receive(ledger: Ledger, text: str):
    """Take the text of a statement in as a file."""
    stream = io.BytesIO(text.encode())
    file = files.receive(
        creditor=ledger.creditor, name="bank.sta", stream=stream, at=ledger.at, by=BY
    )
    return import_statements(file, declared=Declared())


class MoneyHistory(RuleBasedStateMachine):
    """Invoices, statements, matching, people's decisions and corrections, in any order."""

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
        # What each account owes by plain arithmetic: invoices less credits, money and given up.
        self.owed = dict.fromkeys(NAMES, 0)
        self.invoice("K1", 100_00)
        self.statement([("clean", 0, 0), ("silent", 0, 30_00)], late=False)

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
        return found[number % len(found)] if found else None

    def came(self, receipt, sign=-1):
        self.owed[receipt.account.number] += sign * receipt.amount_minor

    @rule(days=st.integers(1, 20))
    def days_pass(self, days):
        self.ledger.today += timedelta(days=days)

    @rule(account=accounts, amount=amounts)
    def invoice(self, account, amount):
        number = f"RE-2026-{next(self.ledger.numbers):04d}"
        self.ledger.invoice(self.accounts[account], amount, key=number)
        self.owed[account] += amount

    @rule(account=accounts, amount=amounts)
    def credit_note(self, account, amount):
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
        item = self.pick(OpenItem.objects.filter(open_minor__gt=0), number)
        if kind == "out":
            return Paid(-amount, "rent")
        if kind == "silent" or item is None:
            return Paid(amount, "thank you")
        due = item.open_minor
        paid = {"part": max(1, due // 2), "over": due + amount, "charges": max(1, due - 5)}
        name = NAMES[item.account.number]
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
        found = Transfer.objects.filter(
            entry__key__startswith=f"receipt/{receipt.pk}/",
            entry__kind__in=adjust.KINDS,
            entry__reversed_by=None,
        )
        return found.aggregate(sum=Sum("amount_minor"))["sum"] or 0

    @rule(number=picks)
    def accept(self, number):
        proposal = self.pick(Proposal.objects.all(), number)
        if proposal is None:
            return
        try:
            with transaction.atomic():
                receipt = cash.accept(proposal, act=self.act)
        except Refusal:
            # What it would pay was paid meanwhile by other money.
            assert any(
                OpenItem.objects.get(pk=item).open_minor < applied + discount
                for item, applied, discount in proposal.items
            )
            return
        self.came(receipt)
        self.owed[receipt.account.number] -= self.given_up(receipt)

    @rule(number=picks, account=accounts, on_account=st.booleans(), net=st.booleans())
    def settle(self, number, account, on_account, net):
        """A person says whose payment it is, and nets a credit note when there is one."""
        line = self.pick(StatementLine.objects.filter(state="open"), number)
        if line is None:
            return
        mine = self.accounts[account]
        parts = () if on_account else cash.parts_oldest_first(mine, line)
        credit = self.pick(OpenItem.objects.filter(account=mine, open_minor__lt=0), number)
        if net and parts and credit is not None:
            parts = (cash.Part(credit.pk, credit.open_minor), *parts)
        self.came(cash.settle_line(cash.Settlement(line.pk, mine.pk, parts), act=self.act))

    @rule(number=picks)
    def undo(self, number):
        line = self.pick(StatementLine.objects.filter(state="applied"), number)
        if line is not None:
            self.back(line.receipt, lambda _: cash.undo(line, act=self.act))

    @rule(number=picks)
    def bounce(self, number):
        receipt = self.pick(Receipt.objects.all(), number)
        if receipt is not None:
            self.back(receipt, lambda each: correct.bounce(receipt=each, **self.ledger.told))

    def back(self, receipt, deed):
        """What goes back is owed again, unless it went back before or was paid out."""
        given = self.given_up(receipt)
        came = Entry.objects.get(transfers__receipt=receipt, kind="receipt")
        refunds = Entry.objects.filter(kind="refund", transfers__receipt=receipt, reversed_by=None)
        if Entry.objects.filter(reverses=came).exists() or refunds.exists():
            with pytest.raises(Refusal), transaction.atomic():
                deed(receipt)
            return
        deed(receipt)
        netted = CashApplication.objects.filter(entry__key__startswith=f"cash/{receipt.pk}/")
        assert not netted.filter(reversed_entry=None).exists()
        self.came(receipt, sign=1)
        self.owed[receipt.account.number] += given

    @rule(number=picks, amount=amounts)
    def refund(self, number, amount):
        receipt = self.pick(Receipt.objects.filter(unapplied_minor__gt=0), number)
        if receipt is None:
            return
        paid = min(amount, receipt.unapplied_minor)
        correct.refund(receipt=receipt, amount_minor=paid, **self.ledger.told)
        self.owed[receipt.account.number] += paid

    @rule(number=picks)
    def take_back_refund(self, number):
        entry = self.pick(Entry.objects.filter(kind="refund", reversed_by=None), number)
        if entry is None:
            return
        correct.take_back_refund(entry=entry, **self.ledger.told)
        moved = entry.transfers.get()
        self.owed[moved.account.number] -= moved.amount_minor

    @rule(number=picks, amount=amounts, kind=st.sampled_from(sorted(adjust.KINDS)))
    def give_up(self, number, amount, kind):
        item = self.pick(OpenItem.objects.filter(open_minor__gt=0), number)
        if item is None:
            return
        row = {
            "account_id": item.account_id,
            "open_item_id": item.pk,
            "currency": "EUR",
            "amount_minor": min(amount, item.open_minor),
            "kind": kind,
            "effective_date": item.issue_date - timedelta(days=5),
            "key": f"by-hand-{next(self.ledger.numbers)}",
        }
        told = {"creditor": self.ledger.creditor, **self.ledger.told}
        adjust.adjust(adjustments=adjust.ADJUSTMENTS.of([row, row]), **told)
        self.owed[item.account.number] -= row["amount_minor"]

    @rule(number=picks)
    def take_back_given_up(self, number):
        by_hand = Entry.objects.filter(kind__in=adjust.KINDS, reversed_by=None)
        entry = self.pick(by_hand, number)
        if entry is None:
            return
        correct.take_back_given_up(entry=entry, **self.ledger.told)
        moved = entry.transfers.get()
        self.owed[moved.account.number] += moved.amount_minor

    @rule(number=picks)
    def unapply(self, number):
        application = self.pick(CashApplication.objects.filter(reversed_entry=None), number)
        if application is not None:
            unapply(application=application, **self.ledger.told)

    @rule(number=picks)
    def leave_out(self, number):
        line = self.pick(StatementLine.objects.filter(state="open"), number)
        if line is not None:
            assert bank.ignore_line(line=line, reason="a loan")

    @rule(number=picks)
    def take_up_again(self, number):
        line = self.pick(StatementLine.objects.filter(state="ignored"), number)
        if line is not None:
            assert bank.reopen_line(line=line)

    @precondition(lambda self: hasattr(self, "drawn"))
    @invariant()
    def accounts_owe_what_plain_arithmetic_says(self):
        for number, account in self.accounts.items():
            items = OpenItem.objects.filter(account=account).aggregate(sum=Sum("open_minor"))
            money = Receipt.objects.filter(account=account).aggregate(sum=Sum("unapplied_minor"))
            balance = (items["sum"] or 0) - (money["sum"] or 0)
            assert balance == self.owed[number], number

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


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_equal_payments_of_two_statements_of_a_day_are_both_kept(
    creditor, today, at, order, settings_of_files
):
    ledger = Ledger(creditor, today, at)
    twice = (Paid(50_00, "rent"), Paid(50_00, "rent"))
    first = OnPaper(1, today, 0, twice)
    second = OnPaper(2, today, first.closing_minor, (Paid(50_00, "rent"),))
    both = first.text() + second.text()
    texts = (first.text(), second.text(), both)
    for number in order:
        receive(ledger, texts[number])
    assert StatementLine.objects.aggregate(sum=Sum("amount_minor"))["sum"] == 150_00
    assert StatementLine.objects.values("key").distinct().count() == 3
    assert BankAccount.objects.get().gap == ""


@pytest.fixture
def race():
    """Run two deeds at the same moment, each on a connection of its own."""
    with ThreadPoolExecutor(2) as pool:
        barrier = Barrier(2)

        def run(deed):
            barrier.wait()
            try:
                deed()
            except Refusal as refused:
                return refused.code
            return "done"

        yield lambda *deeds: sorted(pool.map(run, deeds))
        list(pool.map(lambda _: (barrier.wait(), connections.close_all()), range(2)))


def test_a_line_that_two_settle_at_once_is_one_receipt(
    committed, creditor, today, at, race, settings_of_files
):
    ledger = Ledger(creditor, today, at)
    first, second = ledger.account("K1"), ledger.account("K2")
    item = ledger.invoice(first, RACES * 10)
    paper = OnPaper(1, today, 0, tuple(Paid(10, f"race {number}") for number in range(RACES)))
    receive(ledger, paper.text())
    act = cash.Act(today=today, at=at, by=BY)
    told = []
    for number, line in enumerate(StatementLine.objects.order_by("position")):
        other = cash.Settlement(line.pk, (first, second)[number % 2].pk)
        mine = cash.Settlement(line.pk, first.pk, (cash.Part(item.pk, 10),))
        told.append(
            race(
                lambda mine=mine: cash.settle_line(mine, act=act),
                lambda other=other: cash.settle_line(other, act=act),
            )
        )
    assert told == [["done", "line-moved-on"]] * RACES
    assert Receipt.objects.count() == RACES
    found = verify(creditor, as_of=today, at=at, by=BY)
    assert [each.sentence for each in found if not each.holds] == []
    assert SourceFile.objects.get().state == "done"
