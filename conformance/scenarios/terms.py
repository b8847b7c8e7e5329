"""Payment terms: due dates, installments, discounts."""

from __future__ import annotations

from datetime import date

from conformance.base import Answer, Verdict
from conformance.scenarios.base import Scenario, plays
from recoup.kernel.terms import Discount, Part, Terms, discount_minor, due_date, installments


def _day(text: str) -> date:
    return date.fromisoformat(text)


@plays("ODOO-01-net30")
def net_30(s: Scenario) -> Answer:
    part = Part(days=int(s.given["rule"].split()[0]))
    return s.agrees([str(due_date(part, issue_date=_day(day))) for day in s.when])


@plays("ODOO-02-30-70")
def two_parts(s: Scenario) -> Answer:
    terms = Terms(tuple(Part(weight, days=days) for weight, days in s.given["rule"]))
    found = [
        [str(part.due_date) for part in installments(terms, issue_date=_day(day), amount_minor=999)]
        for day in s.when
    ]
    return s.agrees(found)


@plays("ODOO-03-eom-on-day")
def day_of_next_month(s: Scenario) -> Answer:
    parts = [
        Part(days=int(row["days"]), day_of_next_month=row["day"] or None, to_month_end=True)
        for row in s.given
    ]
    pairs = zip(parts, s.given, strict=True)
    return s.agrees([str(due_date(part, issue_date=_day(row["date"]))) for part, row in pairs])


@plays("ODOO-04-discount")
def discount_and_tax(s: Scenario) -> Answer:
    net, tax = s.given["net"] * 100, s.given["tax"] * 100
    discount = Discount(s.given["discount_pct"] * 10_000, days=2)
    with_tax = net + tax - discount_minor(discount, amount_minor=net + tax)
    without = net + tax - discount_minor(discount, amount_minor=net)
    found = [{"pay": with_tax / 100}, {"pay": without / 100}]
    return s.agrees(found, note="which amount is discounted, the caller says: the books hold none")


@plays("ERP-31-early-discount")
def early_payment(s: Scenario) -> Answer:
    gross = round(s.given["net"] * (1 + s.given["tax_rate"]) * 100)
    taken = discount_minor(Discount(100_000, days=10), amount_minor=gross)
    answer = s.agrees((gross - taken) / 100, known=s.then["received"])
    if answer.verdict is Verdict.FAIL:
        return answer
    return s.not_covered(
        "the amount agrees and the discount is posted in one sum; the books hold no tax, so the "
        "general ledger splits it"
    )


@plays("TRY-12-terms-ratio")
def ratio_and_divisor(s: Scenario) -> Answer:
    return s.not_covered(
        "installments are whole weights here, so a ratio cannot contradict its divisor"
    )
