"""A statement of account as PDF: tagged, in its language, the same bytes for the same facts."""

from __future__ import annotations

import json
from pathlib import Path

from recoup.reports.pdf import compiled
from recoup.reports.statement import AccountStatement, Line, Section, bucket_headings
from recoup.reports.statement_words import words

TEMPLATE = Path(__file__).with_name("typst") / "statement.typ"


def write_pdf(statement: AccountStatement) -> bytes:
    """The statement as PDF/UA-1 where its letters allow it."""
    data = json.dumps(_data(statement), ensure_ascii=False)
    return compiled(TEMPLATE, data, day=statement.last)


def _data(statement: AccountStatement) -> dict[str, object]:
    ways, said = statement.ways, words(statement.ways.language)
    first, last = ways.day(statement.first), ways.day(statement.last)
    return {
        "title": f"{said['title']} {statement.number}, {last}",
        "language": ways.language,
        "paper": statement.paper,
        "words": said,
        "creditor": {
            "name": statement.creditor.name,
            "address": statement.creditor.address,
            "line": " · ".join((statement.creditor.name, *statement.creditor.address)),
        },
        "debtor": {
            "name": statement.debtor.name,
            "address": statement.debtor.address,
            "number": statement.number,
        },
        "facts": [
            (said["customer"], statement.number),
            (said["period"], said["to"].format(first=first, last=last)),
        ],
        "sections": [_section(statement, each) for each in statement.sections],
        "pay": statement.pay_to if _owes(statement) else (),
    }


def _owes(statement: AccountStatement) -> bool:
    return any(each.closing_minor > 0 for each in statement.sections)


def _moves(line: Line) -> bool:
    return line.charge_minor is not None or line.credit_minor is not None


def _section(statement: AccountStatement, section: Section) -> dict[str, object]:
    ways, said = statement.ways, words(statement.ways.language)
    last = ways.day(statement.last)
    currency = section.currency

    def amount(minor: int | None) -> str:
        return "" if minor is None else ways.number(minor, currency)

    closing = section.closing_minor
    overdue = sum(section.buckets_minor[1:]) + section.credits_minor
    verdict = said["you_owe"] if closing > 0 else said["we_owe"] if closing else said["nothing"]
    ages = (*section.buckets_minor, section.credits_minor)
    return {
        "heading": f"{said['movements']}, {currency}",
        "first": ways.day(statement.first),
        "opening": amount(section.opening_minor),
        "lines": [
            {
                "quiet": not _moves(line),
                "cells": [
                    ways.day(line.day),
                    line.what,
                    "" if line.due_date is None else ways.day(line.due_date),
                    amount(line.charge_minor),
                    amount(line.credit_minor),
                    amount(line.balance_minor) if _moves(line) else "",
                ],
            }
            for line in section.lines
        ],
        "closing-label": said["closing"].format(day=last),
        "charged": amount(section.charged_minor),
        "credited": amount(section.credited_minor),
        "closing": amount(closing),
        "verdict": verdict.format(amount=ways.money(abs(closing), currency)),
        # Credits may cover what is late; then nothing is said of it.
        "overdue": said["overdue"].format(amount=ways.money(overdue, currency))
        if 0 < overdue <= closing
        else "",
        "open-heading": said["open_items"].format(day=last),
        "open": [
            {
                "discount": line.discount,
                "cells": [
                    line.what,
                    ways.day(line.issue_date),
                    ways.day(line.due_date) if line.open_minor > 0 else "",
                    str(line.days_late) if line.days_late else "",
                    amount(line.amount_minor),
                    amount(line.open_minor),
                ],
            }
            for line in section.open_lines
        ],
        "ages": [
            (heading, amount(minor))
            for heading, minor in zip(bucket_headings(ways.language), ages, strict=True)
        ],
    }
