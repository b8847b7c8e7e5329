"""Charging nights, waivers and invoicing of charges, as rules of a history."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Sum
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from recoup.books import charge as door
from recoup.books import correct
from recoup.books.models import Charge, HoldRecord, Move, OpenItem, Receipt, Transfer
from recoup.books.parts import onward
from recoup.jobs.charges.figures import figures
from recoup.jobs.charges.night import Charged
from recoup.jobs.charges.night import charge as charge_night
from recoup.law.interest import InterestRule
from tests.books.ledgers import BY
from tests.engine import calculator
from tests.jobs.charging import publish
from tests.jobs.corrections import picks, there_is


def standing():
    return Charge.objects.filter(state__in=door.POSTED)


class Charging:
    """Rules for a machine that has `ledger`, `accounts`, `owed`, `act` and `pick`."""

    @rule(mode=st.sampled_from(("accrue", "invoice")), fixed=st.booleans())
    def charge_late_payment(self, mode, fixed):
        """The policy charges from now on: interest, and perhaps the fixed sum."""
        agreed = "basis: contractual, annual_rate_percent: 36.5"
        compensation = [f"compensation: {{mode: {mode}}}"] if fixed else []
        publish(
            self.ledger,
            f"interest: {{mode: {mode}, {agreed}}}",
            *compensation,
            "approval: auto",
            "courtesy_waiver: none",
        )

    @rule()
    def night(self):
        """A night charges; the same night again changes nothing."""
        before = dict(standing().values_list("pk", "amount_minor"))
        given = self.given_up_on(before)
        did = self.charges()
        after = dict(standing().values_list("pk", "amount_minor"))
        new = sum(minor for pk, minor in after.items() if pk not in before)
        gone = sum(minor - given[pk] for pk, minor in before.items() if pk not in after)
        assert did.refused == 0
        self.in_all(new - gone)
        assert self.charges() == Charged(rate_missing=did.rate_missing)
        self.counted_by_hand()

    def charges(self):
        return charge_night(self.ledger.creditor, as_of=self.ledger.today, at=self.act.at, by=BY)

    @there_is(standing)
    @rule(number=picks)
    def waive(self, number):
        """A charge is given up, wherever it went and whatever paid it."""
        each = self.pick(standing(), number)
        left = each.amount_minor - self.given_up_on([each.pk])[each.pk]
        for _ in range(2):
            door.waive(charge=each, **self.ledger.told)
            self.in_all(-left)
            left = 0

    @there_is(lambda: standing().filter(state="accrued"))
    @rule()
    def invoice_what_accrued(self):
        """All that accrued is asked for; nobody owes more or less for that."""
        accrued = standing().filter(state="accrued")
        told = {key: value for key, value in self.ledger.told.items() if key != "why"}
        door.invoice(
            creditor=self.ledger.creditor,
            charge_ids=list(accrued.values_list("pk", flat=True)),
            due_date=self.ledger.today + timedelta(days=14),
            **told,
        )
        self.in_all(0)

    def given_up_on(self, charges):
        """What of each charge was given up, wherever its item moved."""
        found = {}
        for each in Charge.objects.filter(pk__in=charges):
            items = onward(OpenItem.objects.get(document=each.document).pk)
            up = Transfer.objects.filter(
                open_item__in=items, entry__kind__in=correct.GIVEN_UP, entry__reversed_by=None
            )
            found[each.pk] = up.aggregate(sum=Sum("amount_minor"))["sum"] or 0
        return found

    def in_all(self, more):
        """All accounts together owe so much more; which of them, say the books.

        A charge that goes takes its moves back, so who owes less is where it was charged first.
        """
        now = {number: self.balance_of(account) for number, account in self.accounts.items()}
        assert sum(now.values()) == sum(self.owed.values()) + more
        self.owed |= now

    def balance_of(self, account):
        items = OpenItem.objects.filter(account=account).aggregate(sum=Sum("open_minor"))
        money = Receipt.objects.filter(account=account).aggregate(sum=Sum("unapplied_minor"))
        return (items["sum"] or 0) - (money["sum"] or 0)

    def counted_by_hand(self):
        """Interest on what never moved and was never held is what a clerk counts."""
        found = figures(self.ledger.creditor, as_of=self.ledger.today)
        if found is None:
            return
        moved = {*Move.objects.values_list("from_item", flat=True)}
        moved |= {*Move.objects.values_list("to_item", flat=True)}
        for row in found.rows.filter(kind="interest").iter_rows(named=True):
            item = OpenItem.objects.get(pk=row["item_id"])
            if item.pk not in moved and not HoldRecord.objects.filter(open_item=item).exists():
                by_rule = found.rulings.rules[row["rule"]]
                assert row["total_minor"] == self.by_hand(item, by_rule), item

    def by_hand(self, item: OpenItem, by_rule: InterestRule) -> int:
        changes: dict[date, int] = {}
        for each in Transfer.objects.filter(open_item=item):
            sign = (each.debit == 1) - (each.credit == 1)
            day = each.effective_date + timedelta(days=1)
            changes[day] = changes.get(day, 0) + sign * each.amount_minor
        left, balances = 0, []
        for day in sorted(changes):
            left += changes[day]
            balances.append((day, left))
        start = item.due_date + timedelta(days=by_rule.counting.first_day)
        debt = calculator.Debt(item.due_date, start, tuple(balances), (), by_rule)
        return calculator.interest(debt, as_of=self.ledger.today)

    @invariant()
    def no_charge_breeds_a_charge(self):
        if hasattr(self, "owed"):
            on = Charge.objects.exclude(open_item=None).values_list("open_item__document__kind")
            assert {kind for (kind,) in on} <= {"invoice"}
