"""The cassandra22 ledger: part payments leave exactly what its file says is outstanding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from conformance import house, plain
from conformance.base import Answer, KnownSet, same
from recoup.books.models import Creditor, OpenItem

FILE = "data/ledgers/cassandra22/trainData.csv"
FIRST = date(2011, 1, 3)


def check(corpus: Path) -> Iterator[Answer]:
    """Every answer of the ledger."""
    path = corpus / FILE
    rows = list(plain.rows(path))
    creditor = house.firm("cassandra22")
    house.bring(creditor, path, today=FIRST)
    before = house.counted(creditor)
    yield same("invoices", before[0], len(rows))
    yield same("outstanding by row", _ours_by_row(creditor), _known_by_row(rows))
    yield same("outstanding by vendor", _ours_by_vendor(creditor), _known_by_vendor(rows))
    house.bring(creditor, path, today=FIRST)
    yield same("the same again adds nothing", house.counted(creditor), before)


def _ours_by_row(creditor: Creditor) -> Counter[tuple[object, ...]]:
    items = OpenItem.objects.filter(creditor=creditor).values_list(
        "account__name", "issue_date", "due_date", "amount_minor", "open_minor"
    )
    return Counter(items)


def _known_by_row(rows: list[dict[str, str]]) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            row["Vendor_Name"].strip(),
            _day(row["Invoice_Date"]),
            _day(row["Due_Date"]),
            plain.minor(row["Amount"]),
            plain.minor(row["Outstanding"]),
        )
        for row in rows
    )


def _ours_by_vendor(creditor: Creditor) -> Counter[str]:
    found: Counter[str] = Counter()
    items = OpenItem.objects.filter(creditor=creditor, open_minor__gt=0)
    for name, minor in items.values_list("account__name", "open_minor"):
        found[name] += minor
    return found


def _known_by_vendor(rows: list[dict[str, str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row["Vendor_Name"].strip()] += plain.minor(row["Outstanding"])
    return +found


def _day(text: str) -> date:
    return datetime.strptime(text, "%d-%b-%y").date()


SET = KnownSet("ledger-cassandra22", "A ledger with part payments", FILE, check)
