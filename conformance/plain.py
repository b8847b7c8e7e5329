"""The same answers by plain Python: rows of a CSV file and the standard ladder, nothing of ours."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

BOUNDS = (
    ("not_due_minor", -(10**6), 0),
    ("days_1_30_minor", 1, 30),
    ("days_31_60_minor", 31, 60),
    ("days_61_90_minor", 61, 90),
    ("days_91_up_minor", 91, 10**6),
)
# The standard policy's reminders: step and days after the due date.
REMINDERS = ((3, 3), (4, 10), (5, 20))
MINIMUM_MINOR = 5_00
DAYS_BETWEEN = 5


@dataclass(frozen=True)
class Invoice:
    """An invoice that was paid in one sum."""

    account: str
    number: str
    issued: date
    due: date
    paid: date
    minor: int
    is_disputed: bool

    def is_open(self, day: date) -> bool:
        """Issued by then, and not paid by then."""
        return self.issued <= day < self.paid


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file by its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def minor(text: str) -> int:
    """Minor units of an amount with at most two decimals."""
    whole, _, cents = text.strip().replace(",", "").partition(".")
    sign = -1 if whole.startswith("-") else 1
    return sign * (abs(int(whole or "0")) * 100 + int((cents + "00")[:2]))


def american(text: str) -> date:
    """A day written month first."""
    return datetime.strptime(text, "%m/%d/%Y").date()


def ibm(path: Path) -> list[Invoice]:
    """The invoices of the IBM ledger."""
    return [
        Invoice(
            account=row["customerID"],
            number=row["invoiceNumber"],
            issued=american(row["InvoiceDate"]),
            due=american(row["DueDate"]),
            paid=american(row["SettledDate"]),
            minor=minor(row["InvoiceAmount"]),
            is_disputed=row["Disputed"] == "Yes",
        )
        for row in rows(path)
    ]


def aging(invoices: Iterable[Invoice], day: date) -> dict[str, dict[str, int]]:
    """What is owed by account and age on a day."""
    found: dict[str, dict[str, int]] = {}
    for invoice in invoices:
        if invoice.is_open(day):
            buckets = found.setdefault(invoice.account, dict.fromkeys(dict(_names()), 0))
            late = (day - invoice.due).days
            name = next(name for name, low, high in BOUNDS if low <= late <= high)
            buckets[name] += invoice.minor
    return found


def _names() -> Iterator[tuple[str, int]]:
    return ((name, 0) for name, _, _ in BOUNDS)


@dataclass(frozen=True)
class Said:
    """One message: its account, and the step that each of its invoices took."""

    account: str
    steps: tuple[tuple[str, int], ...]


def due_step(invoice: Invoice, day: date, last: int) -> int:
    """The step of the standard policy that an invoice is due for; 0 when none."""
    late = (day - invoice.due).days
    if -3 <= late < 0 and last < 1:
        return 1
    if 0 <= late < 3 and last < 2:
        return 2
    following = [step for step, after in REMINDERS if step > last and late >= after]
    return following[0] if following and following[0] == max(last, 2) + 1 else 0


def days(
    invoices: list[Invoice], wanted: list[date], is_reachable: Callable[[str], bool]
) -> dict[date, set[Said]]:
    """Who is told what on consecutive days when nothing was said before them."""
    last: dict[str, int] = defaultdict(int)
    written: dict[str, date] = {}
    told: dict[date, set[Said]] = {}
    for day in wanted:
        told[day] = set()
        for account in sorted({invoice.account for invoice in invoices}):
            asked = [
                invoice
                for invoice in invoices
                if invoice.account == account and invoice.is_open(day) and not invoice.is_disputed
            ]
            steps = [(each.number, due_step(each, day, last[each.number])) for each in asked]
            taken = tuple(sorted((number, step) for number, step in steps if step))
            late = [each for each, (_, step) in zip(asked, steps, strict=True)
                    if step or each.due < day]  # fmt: skip
            rested = day - written.get(account, date.min) >= timedelta(days=DAYS_BETWEEN)
            is_enough = sum(each.minor for each in late) >= MINIMUM_MINOR
            if taken and rested and is_enough and is_reachable(account):
                told[day].add(Said(account, taken))
                written[account] = day
                last.update(taken)
    return told
