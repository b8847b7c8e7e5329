"""What accounting programs export: each layout recognized by itself, its rows and totals right."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from conformance import house, plain
from conformance.base import Answer, KnownSet, deviates, same
from recoup.books.models import Creditor, OpenItem, Receipt
from recoup.kernel.errors import Refusal

FOLDER = "data/exports/layouts"
FIRST = date(2023, 1, 2)
Rows = list[list[str]]


@dataclass(frozen=True)
class Found:
    """What a file brings: open items by document number, payments, accounts."""

    items: Counter[tuple[str, int]]
    payments: Counter[int]
    accounts: int


def xero(rows: Rows) -> Found:
    """One row per line of a document: its amounts stand on each; credit notes are negative."""
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    documents = {(row["InvoiceNumber"], row["Type"]): row for row in named}
    signs = {"Sales invoice": 1, "Sales credit note": -1, "Sales overpayment": -1}
    items = Counter(
        (number, signs[kind] * plain.minor(row["InvoiceAmountDue"]))
        for (number, kind), row in documents.items()
    )
    paid = [plain.minor(row["InvoiceAmountPaid"]) for row in documents.values()]
    return Found(items, Counter(filter(None, paid)), len({row["ContactName"] for row in named}))


def freshbooks(rows: Rows) -> Found:
    """Drafts are nobody's debt; what is paid is paid in full."""
    named = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    issued = [row for row in named if row["Invoice Status"] != "draft"]
    items = Counter(
        (row["Invoice #"], 0 if row["Date Paid"] else plain.minor(row["Line Total"]))
        for row in issued
    )
    paid = Counter(plain.minor(row["Line Total"]) for row in issued if row["Date Paid"])
    return Found(items, paid, len({row["Client Name"] for row in issued}))


def desktop_open_invoices(rows: Rows) -> Found:
    """Grouped by customer; payments stand with a minus."""
    items = Counter((row[3], plain.minor(row[8])) for row in rows if row[1] == "Invoice")
    payments = Counter(-plain.minor(row[8]) for row in rows if row[1] == "Payment")
    groups = [row for row in rows if row[0] and not row[0].startswith("Total")]
    return Found(items, payments, len(groups))


def aging_detail(rows: Rows) -> Found:
    """Amount less open balance was paid or used before."""
    named = [row for row in rows if row[2:3] in (["Invoice"], ["Credit Memo"])]
    items = Counter((row[3], plain.minor(row[7])) for row in named)
    paid = [plain.minor(row[6]) - plain.minor(row[7]) for row in named]
    return Found(items, Counter(filter(None, paid)), len({row[4] for row in named}))


def open_invoices(rows: Rows) -> Found:
    """Grouped by customer, a total below each group."""
    items = Counter((row[3], plain.minor(row[6])) for row in rows if row[2] == "Invoice")
    groups = [row for row in rows if row[0] and not row[0].lower().startswith("total")]
    return Found(items, Counter(), len(groups))


def received_payments(rows: Rows) -> Found:
    """Which payment is for which invoice is not said, so none is applied; nothing is owed for 0."""
    below = rows[next(number for number, row in enumerate(rows) if row[1] == "Date") + 1 :]
    told = [row for row in below if row[2] in ("Invoice", "Payment", "Deposit")]
    items = Counter((row[4], plain.minor(row[5])) for row in told if row[2] == "Invoice")
    money = [abs(plain.minor(row[5])) for row in told if row[2] != "Invoice" and row[5]]
    groups = [row for row in below if row[0].strip() and "GMT" not in row[0]]
    owed = Counter({item: count for item, count in items.items() if item[1]})
    return Found(owed, Counter(money), len(groups))


def contact_list(rows: Rows) -> Found:
    """Customers only: below the header, above the footer with its date."""
    start = next(number for number, row in enumerate(rows) if row[0] == "Customer full name")
    named = [row for row in rows[start + 1 :] if row[0].strip() and "GMT" not in row[0]]
    return Found(Counter(), Counter(), len(named))


def header_only(_: Rows) -> Found:
    """A header and no rows: recognized, and empty."""
    return Found(Counter(), Counter(), 0)


READ: dict[str, tuple[str, Callable[[Rows], Found]]] = {
    "xero_sales_invoices_export.csv": ("xero_invoices", xero),
    "freshbooks_invoice_details.csv": ("freshbooks_invoices", freshbooks),
    "quickbooks_desktop_open_invoices.csv": ("qbd_open_invoices", desktop_open_invoices),
    "quickbooks_online_ar_aging_detail.csv": ("qbo_aging", aging_detail),
    "quickbooks_online_open_invoices.csv": ("qbo_open_invoices", open_invoices),
    "quickbooks_online_invoices_and_received_payments.csv": ("qbo_received", received_payments),
    "quickbooks_online_customer_contact_list.csv": ("qbo_customers", contact_list),
    "quickbooks_online_invoice_import_header.csv": ("qbo_import", header_only),
    "sage50_uk_audit_trail_import_header.csv": ("sage50_audit", header_only),
    "stripe_payments_export_header.csv": ("stripe_payments", header_only),
}
# Known, and refused with a way out, because nobody can say from them what is owed.
REFUSED = {
    "quickbooks_online_sales_by_product_detail.csv": "lists what was sold, without tax, due dates "
    "or payments: what is owed cannot be told from it",
    "xero_sales_invoice_import_template_header.csv": "is for bringing invoices into Xero, and "
    "says neither tax nor what is paid",
    "sage50_uk_customer_record_columns.csv": "describes columns; it is no export. Its columns are "
    "asked for separately below",
}


def check(corpus: Path) -> Iterator[Answer]:
    """Every file of the folder, also one that nobody has written a reader for."""
    for path in sorted((corpus / FOLDER).glob("*.csv")):
        if path.name in READ:
            yield from _read(path, *READ[path.name])
        elif path.name in REFUSED:
            yield deviates(path.name, _refused(path), "refused", because=REFUSED[path.name])
        else:
            yield same(path.name, "no reader is known", "a reader")
    yield from _sage_customers(corpus)


def _read(path: Path, code: str, expect: Callable[[Rows], Found]) -> Iterator[Answer]:
    creditor = house.firm(f"layout-{code}".replace("_", "-"))
    brought = house.bring(creditor, path, today=FIRST)
    expected = expect(_rows(path))
    yield same(f"{path.name}: layout", brought.source_file.format_code, code)
    yield same(f"{path.name}: contents", _ours(creditor), expected)
    stated = brought.control.totals if brought.control else ()
    yield same(f"{path.name}: totals stated in it", all(each.agrees for each in stated), True)


def _rows(path: Path) -> Rows:
    """The rows of a file, all as long as the longest."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _ours(creditor: Creditor) -> Found:
    items = OpenItem.objects.filter(creditor=creditor).values_list("document__number", "open_minor")
    money = Receipt.objects.filter(creditor=creditor).values_list("amount_minor", flat=True)
    # What has no number is listed so that people can read it.
    named = Counter(("" if number == "no number" else number, minor) for number, minor in items)
    return Found(named, Counter(money), house.counted(creditor)[1])


def _refused(path: Path) -> str:
    try:
        house.bring(house.firm("layout-refused"), path, today=FIRST)
    except Refusal:
        return "refused"
    return "taken"


def _sage_customers(corpus: Path) -> Iterator[Answer]:
    """A customer list with the columns that the description names, written here."""
    described = corpus / FOLDER / "sage50_uk_customer_record_columns.csv"
    if not described.exists():
        return
    header = [row["field"] for row in plain.rows(described)]
    made = house.data_folder() / "sage50-customers.csv"
    row = ["C1" if name == "A/C" else "Fern & Co" if name == "Name" else "" for name in header]
    with made.open("w", newline="") as file:
        csv.writer(file).writerows([header, row])
    creditor = house.firm("layout-sage50-customers", country="GB", currency="GBP")
    brought = house.bring(creditor, made, today=FIRST)
    yield same("Sage 50 customers: layout", brought.source_file.format_code, "sage50_customers")
    yield same("Sage 50 customers: accounts", house.counted(creditor)[1], 1)


SET = KnownSet("export-layouts", "Exports of accounting programs", FOLDER, check)
