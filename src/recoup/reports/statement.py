"""A statement of account: what a debtor owed, what happened, what they owe, to the cent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from recoup.engine.aging import STANDARD
from recoup.kernel.errors import Fault
from recoup.reports.base import Column, Kind, Row, Table
from recoup.reports.statement_words import words

# What the payer wrote is shown up to here.
_REFERENCE_MAX = 60


class Moved(NamedTuple):
    """One movement of an account, and what it did to the balance."""

    entry: int
    day: date
    kind: str
    currency: str
    amount_minor: int
    effect_minor: int
    document_kind: str
    number: str
    due_date: date | None
    reference: str
    received: date | None


class Open(NamedTuple):
    """What is open of a document, or not applied of a payment; credits are below zero."""

    currency: str
    kind: str
    number: str
    issue_date: date
    due_date: date
    amount_minor: int
    open_minor: int
    # What may be deducted when the rest is paid by then.
    discount_minor: int = 0
    discount_until: date | None = None


@dataclass(frozen=True)
class Ways:
    """How the debtor reads days and amounts."""

    language: str
    day: Callable[[date], str]
    # The amount with its currency, and the bare number.
    money: Callable[[int, str], str]
    number: Callable[[int, str], str]


@dataclass(frozen=True)
class Line:
    """A line of a statement; one that moves no balance only tells."""

    day: date
    what: str
    due_date: date | None
    charge_minor: int | None
    credit_minor: int | None
    balance_minor: int


@dataclass(frozen=True)
class OpenLine:
    """An open item as the debtor reads it."""

    what: str
    issue_date: date
    due_date: date
    amount_minor: int
    open_minor: int
    days_late: int
    discount_minor: int = 0
    discount_until: date | None = None
    # The same in words; empty where there is none.
    discount: str = ""


@dataclass(frozen=True)
class Section:
    """The statement in one currency."""

    currency: str
    opening_minor: int
    closing_minor: int
    lines: tuple[Line, ...]
    open_lines: tuple[OpenLine, ...]
    # What is open by age, and the credits, below zero: together the closing balance.
    buckets_minor: tuple[int, ...]
    credits_minor: int

    @property
    def charged_minor(self) -> int:
        """All that was charged in the period."""
        return sum(line.charge_minor or 0 for line in self.lines)

    @property
    def credited_minor(self) -> int:
        """All that was credited in the period."""
        return sum(line.credit_minor or 0 for line in self.lines)


@dataclass(frozen=True)
class Party:
    """A name and an address, line by line."""

    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountStatement:
    """Everything a statement says."""

    creditor: Party
    debtor: Party
    number: str
    first: date
    last: date
    ways: Ways
    sections: tuple[Section, ...]
    # Where to pay, part by part: holder, bank, numbers.
    pay_to: tuple[str, ...] = ()
    paper: str = "a4"


def section(
    currency: str,
    *,
    balances: tuple[int, int],
    moved: Sequence[Moved],
    opened: Sequence[Open],
    last: date,
    ways: Ways,
) -> Section:
    """The section of a currency from its balances before and after, movements and open items.

    Raises Fault when the movements or the open items do not make the closing balance.
    """
    opening, closing = balances
    lines, balance = [], opening
    for _, group in groupby(moved, key=lambda each: each.entry):
        entry = list(group)
        effect = sum(each.effect_minor for each in entry)
        balance += effect
        lines.append(_line(entry, effect, balance, ways))
    open_lines = tuple(_open_line(each, last, ways) for each in opened)
    buckets = [0] * len(STANDARD.columns)
    for each in open_lines:
        if each.open_minor > 0:
            buckets[STANDARD.number(each.days_late)] += each.open_minor
    credits = sum(min(each.open_minor, 0) for each in open_lines)
    if not balance == closing == sum(buckets) + credits:
        raise Fault(f"a statement in {currency} ends on {balance}, {closing} and its open items")
    return Section(currency, opening, closing, tuple(lines), open_lines, tuple(buckets), credits)


def _line(entry: Sequence[Moved], effect: int, balance: int, ways: Ways) -> Line:
    first = entry[0]
    dues = [each.due_date for each in entry if each.due_date is not None]
    is_document = first.kind in ("invoice", "credit_note", "charge")
    return Line(
        day=first.day,
        what=_what(entry, ways),
        due_date=min(dues) if is_document and dues and effect > 0 else None,
        charge_minor=effect if effect > 0 else None,
        credit_minor=-effect if effect < 0 else None,
        balance_minor=balance,
    )


def _what(entry: Sequence[Moved], ways: Ways) -> str:
    first, said = entry[0], words(ways.language)
    kind = first.kind.removesuffix("_reversed")
    if first.kind == "receipt_reversed":
        return said["receipt_reversed"]
    if kind == "receipt":
        reference = " ".join(first.reference.split())[:_REFERENCE_MAX]
        return f"{said['receipt']}: {reference}" if reference else said["receipt"]
    if kind == "cash_application":
        text = _applied(entry, said, ways)
    elif kind == "move":
        text = _moved(first, said)
    elif kind == "charge":
        text = said["charge_document"].format(number=first.number)
    else:
        numbers = ", ".join(dict.fromkeys(each.number for each in entry))
        text = said.get(kind, said["other"]).format(number=numbers)
    return text if kind == first.kind else said["reversed"].format(what=text)


def _moved(first: Moved, said: Mapping[str, str]) -> str:
    """What was moved, and whether it left or came: debts and credits do so by opposite signs."""
    name = {"charge": "charge_document", "": "receipt"}.get(
        first.document_kind, first.document_kind
    )
    is_credit = first.document_kind in ("credit_note", "")
    is_undone = first.kind != "move"
    leaves = (first.effect_minor > 0) == is_credit
    way = "move_away" if leaves != is_undone else "move_here"
    return said[way].format(what=said[name].format(number=first.number))


def _applied(entry: Sequence[Moved], said: Mapping[str, str], ways: Ways) -> str:
    """What paid what: money, or a credit note."""
    amount = ways.money(entry[0].amount_minor, entry[0].currency)
    paid = next((each for each in entry if each.document_kind != "credit_note"), entry[0])
    credit = next((each for each in entry if each.document_kind == "credit_note"), None)
    if credit is not None:
        name = said["credit_note"].format(number=credit.number)
        return said["set_off"].format(credit=name, number=paid.number, amount=amount)
    day = ways.day(paid.received or paid.day)
    return said["cash_application"].format(day=day, number=paid.number, amount=amount)


def _open_line(each: Open, last: date, ways: Ways) -> OpenLine:
    said = words(ways.language)
    name = {"charge": "charge_document", "receipt": "receipt_open"}.get(each.kind, each.kind)
    late = (last - each.due_date).days if each.open_minor > 0 else 0
    return OpenLine(
        said[name].format(number=each.number),
        each.issue_date,
        each.due_date,
        each.amount_minor,
        each.open_minor,
        max(late, 0),
        each.discount_minor,
        each.discount_until,
        _discount(each, ways),
    )


def _discount(each: Open, ways: Ways) -> str:
    if each.discount_until is None:
        return ""
    return words(ways.language)["discount_open"].format(
        less=ways.money(each.discount_minor, each.currency),
        rest=ways.money(each.open_minor - each.discount_minor, each.currency),
        day=ways.day(each.discount_until),
    )


def bucket_headings(language: str) -> tuple[str, ...]:
    """The ages of open items in words, and the credits."""
    said, last = words(language), (0, *STANDARD.last_days)
    closed = [said["days"].format(low=low + 1, high=high) for low, high in pairwise(last)]
    return (said["not_due"], *closed, said["over"].format(low=last[-1]), said["credits"])


def tables(statement: AccountStatement) -> list[tuple[Table, Table]]:
    """For the screen and for workbooks: movements and open items of each currency."""
    said = words(statement.ways.language)
    return [(_movements(statement, each, said), _opened(statement, each, said)) for each in
            statement.sections]  # fmt: skip


def _movements(statement: AccountStatement, section: Section, said: Mapping[str, str]) -> Table:
    currency, day = section.currency, statement.ways.day
    rows: list[Row] = [
        {
            "day": line.day,
            "what": line.what,
            "due_date": line.due_date,
            "charge_minor": line.charge_minor,
            "credit_minor": line.credit_minor,
            "balance_minor": line.balance_minor,
            "currency": currency,
        }
        for line in section.lines
    ]
    brought: Row = {
        "day": statement.first,
        "what": said["opening"],
        "balance_minor": section.opening_minor,
        "currency": currency,
    }
    closing: Row = {
        "what": said["closing"].format(day=day(statement.last)),
        "charge_minor": section.charged_minor,
        "credit_minor": section.credited_minor,
        "balance_minor": section.closing_minor,
        "currency": currency,
    }
    columns = (
        Column("day", said["date"], Kind.DATE),
        Column("what", said["what"]),
        Column("due_date", said["due"], Kind.DATE),
        Column("charge_minor", said["charge"], Kind.AMOUNT),
        Column("credit_minor", said["credit"], Kind.AMOUNT),
        Column("balance_minor", said["balance"], Kind.AMOUNT),
        Column("currency", said["currency"]),
    )
    return Table(said["movements"], statement.last, columns, [brought, *rows], [closing])


def _opened(statement: AccountStatement, section: Section, said: Mapping[str, str]) -> Table:
    rows: list[Row] = [
        {
            "what": line.what,
            "issue_date": line.issue_date,
            "due_date": line.due_date,
            "days_late": line.days_late or None,
            "amount_minor": line.amount_minor,
            "open_minor": line.open_minor,
            "discount_minor": line.discount_minor or None,
            "discount_until": line.discount_until,
            "discount": line.discount,
            "currency": section.currency,
        }
        for line in section.open_lines
    ]
    has_discount = any(line.discount for line in section.open_lines)
    discount = (
        Column("discount_minor", said["discount_column"], Kind.AMOUNT),
        Column("discount_until", said["until"], Kind.DATE),
    )
    total: Row = {
        "what": said["sums"],
        "open_minor": section.closing_minor,
        "currency": section.currency,
    }
    columns = (
        Column("what", said["what"]),
        Column("issue_date", said["issued"], Kind.DATE),
        Column("due_date", said["due"], Kind.DATE),
        Column("days_late", said["late"], Kind.COUNT),
        Column("amount_minor", said["amount"], Kind.AMOUNT),
        Column("open_minor", said["open"], Kind.AMOUNT),
        *(discount if has_discount else ()),
        Column("currency", said["currency"]),
    )
    title = said["open_items"].format(day=statement.ways.day(statement.last))
    return Table(title, statement.last, columns, rows, [total])
