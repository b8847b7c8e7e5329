"""What is given up or paid back and taken back again, as rules of a history."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from recoup.books import adjust, correct
from recoup.kernel.errors import Refusal
from tests.jobs.corrections import picks, there_is
from tests.jobs.money_left import credits_left, owing, refunds, written_down

amounts = st.one_of(st.integers(1, 500), st.sampled_from((100_00, 250_00)))


class GivingUp:
    """Rules for a machine that has `ledger`, `owed`, `lead` and `pick`."""

    @there_is(credits_left)
    @rule(number=picks, amount=amounts)
    def refund(self, number, amount):
        receipt = self.pick(credits_left(), number)
        paid = min(amount, receipt.unapplied_minor)
        deed = partial(correct.refund, receipt=receipt, amount_minor=paid, **self.ledger.told)
        if self.is_alone_enough(deed):
            self.owed[receipt.account.number] += paid

    def is_alone_enough(self, deed):
        """Done by one person, or refused because it takes a second one."""
        try:
            with transaction.atomic():
                deed()
        except Refusal as refusal:
            assert refusal.code == "second-person-needed"  # noqa: PT017
            return False
        return True

    @there_is(refunds)
    @rule(number=picks)
    def take_back_refund(self, number):
        entry = self.pick(refunds(), number)
        correct.take_back_refund(entry=entry, **self.ledger.told)
        moved = entry.transfers.get()
        self.owed[self.lead(moved.account.number)] -= moved.amount_minor

    @there_is(owing)
    @rule(number=picks, amount=amounts, kind=st.sampled_from(sorted(adjust.KINDS)))
    def give_up(self, number, amount, kind):
        item = self.pick(owing(), number)
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
        rows = adjust.ADJUSTMENTS.of([row, row])
        if self.is_alone_enough(partial(adjust.adjust, adjustments=rows, **told)):
            self.owed[item.account.number] -= row["amount_minor"]

    @there_is(written_down)
    @rule(number=picks)
    def take_back_given_up(self, number):
        entry = self.pick(written_down(), number)
        correct.take_back_given_up(entry=entry, **self.ledger.told)
        moved = entry.transfers.get()
        self.owed[self.lead(moved.account.number)] += moved.amount_minor
