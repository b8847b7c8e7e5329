"""Messages the tests of wording speak of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from recoup.wording.context import BankDetails, Creditor, Debtor, Line, MessageContext

AS_OF = date(2026, 6, 15)
CREDITOR = Creditor(
    name="Harbor Tiles",
    country="GB",
    language="en",
    email="accounts@harbortiles.example",
    phone="+44 20 7946 0101",
    address_lines=("4 Quay Row", "Hull HU1 1AA"),
)
DEBTOR = Debtor(name="Brook & Daughters", country="GB", account_number="D-204")
BANK = BankDetails(holder="Harbor Tiles", iban="GB33BUKB20201555555555", bic="BUKBGB22")


def line(number="HT-1", *, due=date(2026, 5, 31), amount=1_234_50, still_open=None):
    rest = amount if still_open is None else still_open
    return Line(number, date(2026, 5, 1), due, amount, rest)


def message(*lines, credit=0, debtor=DEBTOR, creditor=CREDITOR, **changes):
    """A message about the lines, amounts adding up."""
    lines = lines or (line(),)
    total = sum(each.open_minor for each in lines)
    context = MessageContext(
        creditor=creditor,
        debtor=debtor,
        lines=lines,
        currency="EUR",
        total_minor=total,
        credit_minor=credit,
        net_minor=total - credit,
        as_of=AS_OF,
        payments_until=date(2026, 6, 12),
        sender_name="Rosa Field",
        reference="D-204",
        bank=BANK,
    )
    return replace(context, **changes)


def in_country(country, **changes):
    return message(debtor=replace(DEBTOR, country=country), **changes)
