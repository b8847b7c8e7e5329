"""Rows of one advice gathered: amounts put together, mistakes set aside with their remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from recoup.formats.advice.base import ROWS, ROWS_MAX, AdviceReading, Heading
from recoup.formats.amounts import NumberFormat, amount
from recoup.formats.base import SET_ASIDE
from recoup.formats.cells import BadCell, Cell, mask_cards, plain_text
from recoup.kernel.errors import Refusal

DOCUMENT_CHARACTERS_MAX = 60
VALUE_CHARACTERS_MAX = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass
class Gathered:
    """What was read of an advice so far."""

    currency: str
    numbers: NumberFormat
    lines: int = 0
    ignored: int = 0
    _rows: list[dict[str, object]] = field(default_factory=list)
    _aside: list[dict[str, object]] = field(default_factory=list)

    def minor(self, cell: Cell) -> int | None:
        """The amount of a cell; BadCell when it cannot be read exactly."""
        return amount(cell, currency=self.currency, numbers=self.numbers)

    def take(
        self,
        line: int,
        document: str,
        money: Mapping[str, int | None],
        *,
        others: str = "",
        reason: str = "",
    ) -> None:
        """One row: what is paid, taken off as discount and held back; BadCell if they differ."""
        if len(self._rows) >= ROWS_MAX:
            raise Refusal(
                "advice-too-long",
                f"The advice lists more than {ROWS_MAX:,} documents. Bring it in parts, or bring "
                "the payments as a list.",
            )
        paid, discount, deduction = _settled(money)
        self._rows.append(
            {
                "line": line,
                "document": printable(document)[:DOCUMENT_CHARACTERS_MAX],
                "others": printable(others)[:300],
                "amount_minor": paid,
                "discount_minor": discount,
                "deduction_minor": deduction,
                "reason": mask_cards(printable(reason))[:300],
            }
        )

    def put_aside(self, line: int, mistake: BadCell, value: Cell, cells: Sequence[Cell]) -> None:
        """A row that could not be read, with what stood there."""
        raw = [
            mask_cards(printable(plain_text(each)))[:VALUE_CHARACTERS_MAX] for each in cells[:60]
        ]
        self._aside.append(
            {
                "line": line,
                "field": mistake.field,
                "value": mask_cards(printable(plain_text(value)))[:VALUE_CHARACTERS_MAX],
                "code": mistake.code,
                "reason": mistake.reason,
                "remedy": mistake.remedy,
                "group": None,
                "raw": json.dumps(raw, ensure_ascii=False),
            }
        )

    def reading(self, origin: str, heading: Heading) -> AdviceReading:
        """The advice as it was read; Refusal when it lists nothing at all."""
        if not self._rows and not self._aside:
            raise nothing_listed()
        rows = pl.DataFrame(self._rows, schema=dict(ROWS.columns), orient="row")
        aside = pl.DataFrame(self._aside, schema=dict(SET_ASIDE.columns), orient="row")
        return AdviceReading(
            origin=origin,
            heading=_printable(Heading(currency=self.currency).completed(heading)),
            rows=ROWS.check(rows),
            set_aside=SET_ASIDE.check(aside),
            lines=self.lines,
            ignored=self.ignored,
        )


def printable(text: str) -> str:
    """The text without control characters, which no database keeps alike."""
    return _CONTROL.sub(" ", text)


def _printable(heading: Heading) -> Heading:
    return replace(
        heading,
        payer_name=printable(heading.payer_name),
        payer_number=printable(heading.payer_number),
        payer_email=printable(heading.payer_email),
        reference=printable(heading.reference),
    )


def nothing_listed() -> Refusal:
    """What is said of a file that lists nothing at all."""
    return Refusal(
        "advice-without-rows",
        "No line names a document with an amount. Bring the list that the payer sent, or "
        "ask for it as CSV with a column for the invoice and one for the amount.",
    )


def _settled(money: Mapping[str, int | None]) -> tuple[int, int, int]:
    """What is paid, the discount and the deduction; what of the three is not stated follows."""
    gross, paid = money.get("gross"), money.get("amount")
    discount = abs(money.get("discount") or 0)
    deduction = abs(money.get("deduction") or 0)
    if paid is None and gross is None:
        raise BadCell(
            "amount-missing", "The row states no amount.", "Write what was paid.", field="amount"
        )
    if paid is None:
        return (gross or 0) - discount - deduction, discount, deduction
    if gross is None or gross < 0 or paid < 0:
        return paid, discount, deduction
    rest = gross - discount - deduction - paid
    if rest > 0 and money.get("deduction") is None:
        return paid, discount, deduction + rest
    if rest:
        raise BadCell(
            "amounts-differ",
            "Gross less discount and deduction is not what is paid.",
            "Correct the amounts, or ask the payer.",
            field="amount",
        )
    return paid, discount, deduction
