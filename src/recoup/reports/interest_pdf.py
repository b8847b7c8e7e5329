"""An interest sheet as PDF: tagged, in its language, the same bytes for the same facts."""

from __future__ import annotations

import json
from pathlib import Path

from recoup.reports.interest_sheet import (
    InterestSheet,
    basis_words,
    closing_words,
    counting_words,
    exact_words,
    localized,
    move_words,
    other_rows,
    rate_words,
    signature_words,
)
from recoup.reports.pdf import compiled

TEMPLATE = Path(__file__).with_name("typst") / "interest.typ"


def write_pdf(sheet: InterestSheet) -> bytes:
    """The sheet as PDF/UA-1 where its letters allow it."""
    return compiled(TEMPLATE, json.dumps(_data(sheet), ensure_ascii=False), day=sheet.as_of)


def _data(sheet: InterestSheet) -> dict[str, object]:
    ways, said, currency = sheet.ways, sheet.said, sheet.debt.currency
    until = said["until"].format(day=ways.day(sheet.as_of))
    return {
        "title": f"{said['title']} {sheet.debt.document}, {until}",
        "language": ways.language,
        "paper": sheet.paper,
        "words": dict(said),
        "creditor": {
            "name": sheet.creditor.name,
            "address": sheet.creditor.address,
            "line": " · ".join((sheet.creditor.name, *sheet.creditor.address)),
        },
        "debtor": {
            "name": sheet.debtor.name,
            "address": sheet.debtor.address,
            "number": sheet.number,
        },
        "until": until,
        "facts": _facts(sheet),
        "verdict": f"{said['interest']}: {ways.money(sheet.total_minor, currency)}",
        "closing": closing_words(sheet),
        "counting": counting_words(sheet),
        "moves": move_words(sheet),
        "daily": sheet.is_daily,
        "lines": [
            [
                ways.day(each.first),
                ways.day(each.last),
                str(each.days),
                ways.number(each.balance_minor, currency),
                rate_words(sheet, each.annual_rate_ppm),
                *([ways.number(each.daily_minor, currency)] if sheet.is_daily else []),
                exact_words(sheet, each),
            ]
            for each in sheet.stretches
        ],
        "total": ways.number(sheet.total_minor, currency),
        "rates": [
            [
                ways.day(each.since),
                rate_words(sheet, each.annual_rate_ppm),
                localized(sheet, each.of),
            ]
            for each in sheet.basis.rates
        ],
        "payments": [
            [ways.day(day), ways.number(minor, currency)] for day, minor in sheet.debt.payments
        ],
        "sums": _sums(sheet),
        "claim": ways.money(sheet.claim_minor, currency),
        "cites": sheet.basis.cites,
        "signature": signature_words(sheet),
    }


def _facts(sheet: InterestSheet) -> list[tuple[str, str]]:
    ways, said, debt = sheet.ways, sheet.said, sheet.debt
    facts = [(said["customer"], sheet.number)] if sheet.number else []
    facts += [(said["document"], debt.document)] if debt.document else []
    facts += [(said["issued"], ways.day(debt.issue_date))] if debt.issue_date else []
    return [
        *facts,
        (said["due"], ways.day(debt.due_date)),
        (said["principal"], ways.money(debt.amount_minor, debt.currency)),
        (said["open"], ways.money(debt.open_minor, debt.currency)),
        (said["basis"], basis_words(sheet)),
    ]


def _sums(sheet: InterestSheet) -> list[list[str]]:
    ways, said, currency = sheet.ways, sheet.said, sheet.debt.currency
    rows = [
        [said["open"], "", ways.number(sheet.debt.open_minor, currency)],
        [said["interest"], "", ways.number(sheet.total_minor, currency)],
    ]
    rows += [
        [said[each.word], each.cite, ways.number(each.amount_minor, currency)]
        for each in sheet.extras
    ]
    rows += [[name, "", ways.number(minor, currency)] for name, minor in other_rows(sheet)]
    return rows
