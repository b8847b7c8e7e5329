"""Two years of a business: customers, invoices, payments, made from a seed and one day.

The same seed and day give the same business, byte for byte. Days are relative to the anchor,
so that it is as alive in ten years as today.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from recoup.demo.characters import BY_CODE, Habit, habit, working_day
from recoup.demo.names import PLACES, Named, Place, named
from recoup.kernel.money import share

CODE, NAME, ZONE = "larkspur", "Larkspur & Vane", "Europe/Berlin"
# There is nothing to protect: everything is made up, and it listens on this machine only.
OWNER, PASSWORD = "owner@larkspur.example", "demo"
SEED = 20
DAYS = 730
# Customers with a part to play whatever the dice say.
INSOLVENT, BOUNCING, OPTED_OUT = 7, 11, 19
PART_PAID, CREDITED, OVERPAID, IN_INSTALLMENTS = 0.05, 0.018, 0.004, 0.5
# Of invoices of the last months, one in so many is simply forgotten.
FORGOTTEN, FORGOTTEN_FROM_AGE = 0.005, 0.55


@dataclass(frozen=True)
class Customer:
    """Who buys, how much, and how they pay."""

    number: str
    place: Place
    named: Named
    email: str
    legal_kind: str
    tier: str
    terms_days: int
    habit: Habit
    invoices_per_year: float
    typical_minor: int
    since: date


@dataclass(frozen=True)
class Row:
    """An installment of an invoice, or a credit note."""

    customer: Customer
    kind: str
    number: str
    position: int
    issue_date: date
    due_date: date
    amount_minor: int
    # The invoice that a credit note corrects.
    corrects: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Payment:
    """Money that came, for an invoice or for nothing in particular."""

    customer: Customer
    number: str
    document_number: str
    day: date
    amount_minor: int
    reference: str


@dataclass
class Business:
    """Everything that happened up to the anchor."""

    anchor: date
    customers: list[Customer]
    rows: list[Row] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    def unpaid(self, *, days_late: int) -> list[Row]:
        """Invoices nobody paid anything of, late by at least so many days, oldest first."""
        paid = {each.document_number for each in self.payments}
        latest = self.anchor - timedelta(days=days_late)
        return sorted(
            (
                row
                for row in self.rows
                if row.kind == "invoice" and row.number not in paid and row.due_date <= latest
            ),
            key=lambda row: (row.due_date, row.number),
        )


@dataclass(frozen=True)
class _Sale:
    """An invoice before it has a number."""

    customer: Customer
    issue_date: date
    amount_minor: int
    is_in_installments: bool


def build(*, anchor: date, seed: int = SEED) -> Business:
    """The business as of the anchor."""
    customers = _customers(anchor, seed)
    business = Business(anchor, customers)
    sales = sorted(
        (sale for customer in customers for sale in _sales(customer, anchor, seed)),
        key=lambda sale: (sale.issue_date, sale.customer.number),
    )
    for count, sale in enumerate(sales):
        chance = random.Random(f"{seed}/sale/{count}")
        _sell(business, sale, f"LV-{10_001 + count}", chance)
    _in_advance(business, seed)
    business.payments.sort(key=lambda payment: (payment.day, payment.number))
    return business


def _customers(anchor: date, seed: int) -> list[Customer]:
    made: list[Customer] = []
    for place in PLACES:
        for order in range(place.count):
            made.append(_customer(place, order, len(made), anchor, seed))
    return made


def _customer(place: Place, order: int, count: int, anchor: date, seed: int) -> Customer:
    chance = random.Random(f"{seed}/customer/{count}")
    who = named(place, order, chance)
    pays = BY_CODE["stopped"] if count == INSOLVENT else habit(chance)
    is_large = pays.code == "month-end" or chance.random() < 0.05
    is_reached = count in (INSOLVENT, BOUNCING, OPTED_OUT) or chance.random() > 0.05
    start = anchor - timedelta(days=DAYS if chance.random() < 0.8 else chance.randint(120, DAYS))
    return Customer(
        number=f"K{1001 + count}",
        place=place,
        named=who,
        email=who.email if is_reached else "",
        legal_kind=chance.choices(
            ("company", "sole_trader", "public_body", ""), weights=(82, 10, 3, 5)
        )[0],
        tier="A" if is_large else chance.choice(("B", "B", "C")),
        terms_days=60 if is_large else chance.choice((14, 14, 30, 30, 30, 45)),
        habit=pays,
        invoices_per_year=chance.uniform(20, 34) if is_large else chance.triangular(3, 20, 9),
        typical_minor=chance.randint(180_000, 900_000)
        if is_large
        else chance.randint(9_000, 140_000),
        since=start,
    )


def _sales(customer: Customer, anchor: date, seed: int) -> list[_Sale]:
    chance = random.Random(f"{seed}/sales/{customer.number}")
    in_installments = customer.typical_minor > 110_000 and chance.random() < 0.12
    made = []
    day = customer.since + timedelta(days=chance.randint(0, 40))
    while (day := working_day(day)) < anchor:
        amount = int(customer.typical_minor * chance.lognormvariate(0, 0.5))
        split = in_installments and chance.random() < IN_INSTALLMENTS
        made.append(_Sale(customer, day, max(amount, 1_500), split))
        day += timedelta(days=1 + int(chance.expovariate(customer.invoices_per_year / 365)))
    return made


def _sell(business: Business, sale: _Sale, number: str, chance: random.Random) -> None:
    """One invoice, what corrects it, and what is paid for it."""
    customer = sale.customer
    parts = share(sale.amount_minor, [1, 1, 1]) if sale.is_in_installments else [sale.amount_minor]
    reference = f"Order {chance.randint(40_000, 79_999)}"
    for position, amount in enumerate(parts, start=1):
        due = sale.issue_date + timedelta(days=customer.terms_days + 30 * (position - 1))
        row = Row(
            customer, "invoice", number, position, sale.issue_date, due, amount, "", reference
        )
        business.rows.append(row)
        credit = 0
        if len(parts) == 1 and chance.random() < CREDITED:
            credit = _correct(business, row, chance)
        _pay(business, row, amount - credit, chance)


def _correct(business: Business, row: Row, chance: random.Random) -> int:
    """A credit note of some days later; how much of the invoice it takes away."""
    issued = working_day(row.issue_date + timedelta(days=chance.randint(4, 18)))
    if issued >= business.anchor:
        return 0
    amount = (
        row.amount_minor if chance.random() < 0.15 else row.amount_minor // chance.randint(3, 9)
    )
    number = row.number.replace("LV", "CN")
    reference = chance.choice(("Damaged in transit", "Returned goods", "Price as agreed"))
    business.rows.append(
        Row(row.customer, "credit_note", number, 1, issued, issued, amount, row.number, reference)
    )
    return amount


def _pay(business: Business, row: Row, owed_minor: int, chance: random.Random) -> None:
    """What the customer pays for an installment, at once, in parts, or not at all."""
    age = 1 - (business.anchor - row.issue_date).days / DAYS
    day = row.customer.habit.pays(row.due_date, age, chance)
    is_forgotten = age > FORGOTTEN_FROM_AGE and chance.random() < FORGOTTEN
    if day is None or is_forgotten or owed_minor <= 0:
        return
    day = working_day(max(day, row.issue_date + timedelta(days=1)))
    parts = [(day, owed_minor)]
    if chance.random() < PART_PAID:
        first = owed_minor * chance.randint(40, 80) // 100
        rest = working_day(day + timedelta(days=chance.randint(15, 45)))
        parts = [(day, first), (rest, owed_minor - first)]
    elif chance.random() < OVERPAID:
        parts = [(day, owed_minor + chance.randint(100, 4_000))]
    for count, (paid, amount) in enumerate(parts, start=1):
        if paid < business.anchor and amount > 0:
            number = f"{row.number}-{row.position}-{count}"
            business.payments.append(
                Payment(row.customer, number, row.number, paid, amount, f"Invoice {row.number}")
            )


def _in_advance(business: Business, seed: int) -> None:
    """A few recent payments that name no invoice: credit, until somebody applies them."""
    chance = random.Random(f"{seed}/advance")
    late = {row.customer.number: row for row in business.unpaid(days_late=5)}
    for count, row in enumerate(list(late.values())[3:60:7]):
        day = working_day(business.anchor - timedelta(days=chance.randint(4, 12)))
        amount = row.amount_minor * chance.choice((60, 100, 100, 120)) // 100
        number = f"ADV-{count + 1}"
        business.payments.append(Payment(row.customer, number, "", day, amount, "payment, thanks"))
