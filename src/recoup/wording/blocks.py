"""The parts of a message that code lays out, once as facts, so text and HTML cannot differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recoup.wording.clean import one_line
from recoup.wording.context import BankDetails, MessageContext
from recoup.wording.locales import money, number, short_day

Words = Mapping[str, str]
# The right side of a table: amounts and days.
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True)
class Column:
    """One column of the invoice table; `is_spare` ones are left out on a narrow screen."""

    label: str
    align: str
    cells: tuple[str, ...]
    is_spare: bool = False


@dataclass(frozen=True)
class Table:
    """The open items, with the currency named once."""

    caption: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Pairs:
    """Labels and values below each other, after an optional heading and a sentence."""

    pairs: tuple[tuple[str, str], ...]
    align: str
    colon: str
    heading: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Lines:
    """Lines kept below each other, such as a signature."""

    lines: tuple[str, ...]


Block = Table | Pairs | Lines


def invoices(context: MessageContext, words: Words, locale: str) -> Table:
    """One row per open item; the open amount only stands apart where something was paid."""
    lines = context.lines
    columns = [
        Column(words["number"], LEFT, tuple(one_line(line.number) for line in lines)),
        Column(
            words["issue_date"],
            LEFT,
            tuple(short_day(line.issue_date, locale) if line.issue_date else "" for line in lines),
            is_spare=True,
        ),
        Column(words["due_date"], LEFT, tuple(short_day(line.due_date, locale) for line in lines)),
    ]
    amounts = tuple(number(line.amount_minor, context.currency, locale) for line in lines)
    opens = tuple(number(line.open_minor, context.currency, locale) for line in lines)
    if amounts == opens:
        columns.append(Column(words["amount"], RIGHT, amounts))
    else:
        columns.append(Column(words["amount"], RIGHT, amounts, is_spare=True))
        columns.append(Column(words["open"], RIGHT, opens))
    late = tuple(_days(context.days_late(line), words) for line in lines)
    if any(late):
        columns.append(Column(words["late"], RIGHT, late))
    return Table(words["amounts_in"].format(currency=context.currency), tuple(columns))


def _days(count: int, words: Words) -> str:
    """`1 day`, `12 days`; nothing for an item that is not past due."""
    if not count:
        return ""
    return words["day_one" if count == 1 else "day_many"].format(count=count)


def totals(context: MessageContext, words: Words, locale: str) -> Pairs:
    """The total, and what is left of it after credit when there is any."""
    net = (words["net"], money(context.net_minor, context.currency, locale))
    if not context.credit_minor:
        return Pairs((net,), RIGHT, words["colon"])
    total = (words["total"], money(context.total_minor, context.currency, locale))
    credit = (words["credit"], money(-context.credit_minor, context.currency, locale))
    return Pairs((total, credit, net), RIGHT, words["colon"])


def payment(context: MessageContext, words: Words, locale: str) -> Pairs:
    """How much to pay, where to and under which reference."""
    pairs = [(words["pay_amount"], money(context.net_minor, context.currency, locale))]
    if context.bank:
        pairs += _account(context.bank, words)
    if context.reference:
        pairs.append((words["reference"], one_line(context.reference)))
    sentence = "" if context.bank else words["no_bank"]
    return Pairs(tuple(pairs), LEFT, words["colon"], heading=words["how_to_pay"], sentence=sentence)


def _account(bank: BankDetails, words: Words) -> list[tuple[str, str]]:
    """What is known of the bank account; the IBAN in groups of four, as people read it out."""
    iban = bank.iban.replace(" ", "")
    known = (
        ("holder", bank.holder),
        ("iban", " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))),
        ("bic", bank.bic),
        ("routing", bank.routing_code),
        ("bank_account", bank.account_number),
        ("bank", bank.bank_name),
    )
    return [(words[label], one_line(value)) for label, value in known if value]


def signature(context: MessageContext, words: Words) -> Lines:
    """A person, the firm, and how to reach both."""
    creditor = context.creditor
    known = (context.sender_name, creditor.name, creditor.phone, creditor.email)
    return Lines((words["closing"], "", *(one_line(line) for line in known if line)))
