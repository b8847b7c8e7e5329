"""Erste Bank (Hungary): transactions with a running balance and a word for the direction."""

from __future__ import annotations

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement


def _day(written: str) -> str:
    return written.rstrip(".").replace(".", "/")


STATEMENT = as_statement(
    "bank_erste_hu",
    "Erste Bank (HU)",
    BankLayout(
        signature=("Tranzakció dátuma", "Partner neve", "Partner számlaszáma", "Számlaszám",
                   "Tranzakció típusa", "Tranzakció összege", "Egyenleg"),
        columns={
            "booked_date": "Tranzakció dátuma",
            "counterparty_name": "Partner neve",
            "counterparty_account": "Partner számlaszáma",
            "account_name": "Számla neve",
            "account": "Számlaszám",
            "code": "Tranzakció típusa",
            "amount": "Tranzakció összege",
            "currency": "Devizanem",
            "value_date": "Értéknap",
            "remittance": ("Közlemény", "Részletek"),
            "end_to_end_id": "Megbízás azonosító",
            "balance": "Egyenleg",
        },
        dates=DateFormat.YEAR_SLASHES,
        clean={"booked_date": _day, "value_date": _day},
        numbers=NumberFormat.POINT,
        encoding="cp1250",
    ),
)  # fmt: skip
