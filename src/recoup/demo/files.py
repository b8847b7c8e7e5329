"""The business as the files its accounting program would export, in our own plain tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from recoup.demo.business import Customer, Payment, Row
from recoup.kernel.money import plain

CUSTOMERS = (
    "account_number", "account_name", "contact_name", "email", "phone", "address", "postal_code",
    "city", "country", "language", "legal_kind", "tier", "terms_days",
)  # fmt: skip
INVOICES = (
    "account_number", "kind", "number", "installment", "issue_date", "due_date", "currency",
    "total", "reference",
)  # fmt: skip
PAYMENTS = (
    "id", "account_number", "document_number", "date", "currency", "amount", "reference",
)  # fmt: skip
# A bank's export is never quite clean: these rows are set aside, for a person to correct.
SPOILED = (
    ("BANK-881", "K1004", "", "31.11.", "EUR", "240.00", "Rg. ??"),
    ("BANK-882", "K1030", "", "2026-02-30", "EUR", "1180.50", "Danke"),
)


def customers_file(customers: Iterable[Customer]) -> bytes:
    """Every customer, one row each."""
    return _table(
        CUSTOMERS,
        (
            (
                each.number, each.named.name, each.named.person, each.email, each.named.phone,
                each.named.address, each.named.postal_code, each.named.city,
                each.place.country, each.place.language, each.legal_kind, each.tier,
                str(each.terms_days),
            )
            for each in customers
        ),
    )  # fmt: skip


def invoices_file(rows: Iterable[Row]) -> bytes:
    """Invoices and credit notes, one row per installment."""
    return _table(
        INVOICES,
        (
            (
                row.customer.number, row.kind, row.number, str(row.position),
                row.issue_date.isoformat(), row.due_date.isoformat(), row.customer.place.currency,
                plain(row.amount_minor, row.customer.place.currency), row.reference,
            )
            for row in rows
        ),
    )  # fmt: skip


def payments_file(payments: Iterable[Payment], *, spoiled: bool) -> bytes:
    """Payments, and with them the rows that no program could read, when asked for."""
    good = (
        (
            each.number, each.customer.number, each.document_number, each.day.isoformat(),
            each.customer.place.currency, plain(each.amount_minor, each.customer.place.currency),
            each.reference,
        )
        for each in payments
    )  # fmt: skip
    return _table(PAYMENTS, [*good, *(SPOILED if spoiled else ())])


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()
