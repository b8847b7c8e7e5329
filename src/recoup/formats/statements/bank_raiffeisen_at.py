"""Raiffeisen (Austria): the table of ELBA without header, and the bars of kta_ei.dat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from recoup.formats.amounts import NumberFormat
from recoup.formats.days import DateFormat
from recoup.formats.statements.layout import BankLayout
from recoup.formats.statements.table import as_statement

_DAY = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}")
_AMOUNT = re.compile(r"-?[0-9.]+,[0-9]{2}")
_CODE = re.compile(r"[A-Z]{3}")


def _is_elba(cells: Sequence[str]) -> bool:
    """A day, a text, a value day, an amount and a currency."""
    return (
        len(cells) >= 5
        and all(_DAY.fullmatch(cells[place]) for place in (0, 2))
        and _AMOUNT.fullmatch(cells[3]) is not None
        and _CODE.fullmatch(cells[4]) is not None
    )


def _is_bars(cells: Sequence[str]) -> bool:
    """The first row names bank code, account and currency."""
    return len(cells) == 4 and cells[0] == "K" and _CODE.fullmatch(cells[3]) is not None


def _preamble(rows: Sequence[Sequence[str]]) -> Mapping[str, str]:
    _, bank, account, currency = rows[0]
    return {"account": f"{bank}/{account}", "currency": currency}


ELBA = BankLayout(
    begins=_is_elba,
    columns={"booked_date": 1, "remittance": 2, "value_date": 3, "amount": 4, "currency": 5},
    dates=DateFormat.DAY_MONTH_DOTS,
    numbers=NumberFormat.COMMA,
    delimiter=";",
    ends_with_newline=False,
)
BARS = BankLayout(
    begins=_is_bars,
    rows_before=1,
    columns={"remittance": (2, 6), "booked_date": 3, "counterparty_name": 4, "amount": 5},
    dates=DateFormat.COMPACT,
    numbers=NumberFormat.POINT,
    preamble=_preamble,
)
STATEMENT = as_statement("bank_raiffeisen_at", "Raiffeisen (AT)", ELBA, BARS)
