"""Aging: buckets, credits, totals."""

from __future__ import annotations

from datetime import timedelta

from conformance.base import Answer
from conformance.scenarios.base import Scenario, plays
from conformance.scenarios.small import TODAY, books, decided, euros, outstanding
from recoup.engine.aging import STANDARD, Buckets
from tests.engine import making


@plays("ERP-10-ageing-boundaries")
def boundaries(s: Scenario) -> Answer:
    bounds = s.given["ranges"]
    labels = ["none (not due)", f"0-{bounds[0]}", "31-60", "61-90", "91-120", "121+"]
    buckets = Buckets(tuple(bounds))
    ours = [labels[buckets.number(day)] for day in s.given["days_past_due"]]
    held = [labels[0] if day == 0 else known
            for day, known in zip(s.given["days_past_due"], s.then, strict=True)]  # fmt: skip
    because = "what is due today is not late: it stands in `not due`, and the buckets add up"
    return s.deviates(ours, held, because=because)


@plays("ERP-12-over-credit")
def credit_note_stands_alone(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    items = ledger.items(account, *(part * 100 for part in s.given["terms"]))
    money = ledger.receipt(account, s.given["paid"] * 100)
    ledger.apply(money, items[0], items[0].amount_minor)
    ledger.apply(money, items[1], s.given["paid"] * 100 - items[0].amount_minor)
    note = ledger.credit_note(account, s.given["credit_note"] * 100)
    return s.agrees(euros(note.open_minor), known=s.then["credit_note_row"]["outstanding"])


@plays("ERP-14-full-cn")
def fully_credited(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    items = ledger.items(account, *(part * 100 for part in s.given["terms"]))
    note = ledger.credit_note(account, s.given["credit_note"] * 100)
    for item in items:
        ledger.apply(note, item, item.amount_minor)
    return s.agrees({"rows": decided(ledger).aging.height})


@plays("ERP-24-je-credit-note")
def unlinked_credit(s: Scenario) -> Answer:
    ledger = books(s)
    ledger.receipt(ledger.account(), s.given["journal_credit"] * 100)
    found = decided(ledger).aging
    return s.agrees({"outstanding": euros(found["balance_minor"].sum())})


@plays("ERP-25-group")
def totals(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    days = {"today - 1": TODAY - timedelta(days=1), "today": TODAY}
    for row in s.given["invoices"]:
        ledger.invoice(account, row["amount"] * 100, due=days[row["date"]])
    found = decided(ledger)
    return s.agrees(
        {
            "rows": outstanding(ledger),
            "customer_total": euros(found.aging["balance_minor"][0]),
            "grand_total": euros(found.tallies["balance_minor"].sum()),
        }
    )


@plays("FIN-02-chargeback")
def chargeback(s: Scenario) -> Answer:
    ledger = books(s)
    account = ledger.account()
    ledger.invoice(account, 50_00, due=TODAY + timedelta(days=20))
    since = TODAY - timedelta(days=int(s.given["chargeback"].split()[0]))
    ledger.items(account, 30_00, kind="charge", due=since)
    late = int(decided(ledger).aging["days_past_due"][0])
    note = "posted as a charge with a due date of its own"
    return s.agrees(late, known=s.then["delinquent_days"], note=note)


@plays("FIN-07-aggregate")
def sums_by_age(s: Scenario) -> Answer:
    def aged(*rows: tuple[int, int]) -> list[float]:
        items = [
            making.item(item_id=number, open_minor=amount * 100, due_date=TODAY - timedelta(late))
            for number, (amount, late) in enumerate(rows)
        ]
        row = making.decide(items, as_of=TODAY).aging.row(0, named=True)
        return [euros(row[name]) for name in STANDARD.columns if row[name]]

    same_range, ranges = s.given[0]["same_range"], s.given[1]["ranges"]
    ours = [
        {"total": sum(aged(*((amount, 20) for amount in same_range)))},
        aged(*zip(ranges.values(), (5, 40, 70), strict=True)),
    ]
    return s.agrees(ours, known=[s.then[0], s.then[1]["amounts_kept"]])


@plays("TRAP-01-bigcapital-buckets")
def every_day_once(s: Scenario) -> Answer:
    configurations = [STANDARD, Buckets((1,)), Buckets((7, 14, 21)), Buckets((30, 60, 90, 120))]
    days = s.given["days_past_due"]
    items = [
        making.item(debtor_id=day, account_id=day, item_id=day, due_date=TODAY - timedelta(day))
        for day in days
    ]
    aging = making.decide(items, as_of=TODAY).aging
    whole = [
        sorted(row[name] for name in STANDARD.columns)[-1] == row["balance_minor"]
        for row in aging.iter_rows(named=True)
    ]
    placed = [_is_placed_once(each, day) for each in configurations for day in days]
    ours = {"each_day_in_exactly_one_bucket": all(whole) and all(placed)}
    return s.agrees(ours)


def _is_placed_once(buckets: Buckets, day: int) -> bool:
    """The day is within the bounds of its bucket, as the bucket's name has them."""
    name = buckets.columns[buckets.number(day)].removesuffix("_minor").split("_")
    if name[0] == "not":
        return day <= 0
    return int(name[1]) <= day and (name[2] == "up" or day <= int(name[2]))


@plays("LAGO-05-mark-overdue")
def turns_overdue(s: Scenario) -> Answer:
    return s.not_covered(
        "a choice of that program: drafts are never imported, and a lost dispute stays a claim here"
    )
