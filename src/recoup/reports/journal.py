"""The journal for the general ledger: every movement twice, as debit and credit, and its totals.

Lines are written as they come, so that a year of a million movements needs no more memory than
a day. The same books give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from recoup.kernel.errors import Fault, Refusal
from recoup.kernel.money import plain

FORMAT = "recoup-journal/1"
# A spreadsheet takes a text that begins so for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
COLUMNS = (
    "entry", "date", "recorded_at", "kind", "ledger", "code", "debit", "credit", "currency",
    "account", "name", "document", "receipt", "reverses", "by", "why",
)  # fmt: skip


class Moved(NamedTuple):
    """An amount that went from one ledger account (credit) to another (debit)."""

    transfer: int
    entry: int
    day: date
    recorded_at: datetime
    kind: str
    key: str
    by: str
    why: str
    reverses: int
    debit: int
    credit: int
    currency: str
    amount_minor: int
    account: str
    name: str
    document: str
    receipt: str


@dataclass(frozen=True)
class Chart:
    """The ledger accounts by number: our name, and the code of the user's general ledger."""

    names: Mapping[int, str]
    codes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse codes for ledger accounts that there are not."""
        unknown = sorted(set(self.codes) - set(self.names.values()))
        if unknown:
            raise Refusal(
                "ledger-account-unknown",
                f"There is no ledger account {unknown[0]!r}. "
                f"There are: {', '.join(self.names.values())}.",
            )

    def code(self, number: int) -> str:
        """The user's code of a ledger account; our name where none is given."""
        name = self.names[number]
        return self.codes.get(name, name)


def read_codes(text: str) -> dict[str, str]:
    """The user's codes from a small CSV: our name of a ledger account, their code."""
    found: dict[str, str] = {}
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or cells[0].startswith("#") or cells[:2] == ["ledger", "code"]:
            continue
        if len(cells) != 2 or not all(cells):
            raise Refusal(
                "ledger-codes-unreadable",
                f"Line {number} of the codes is not a ledger account and a code. "
                "Write `receivable,1400`.",
            )
        if cells[0] in found:
            raise Refusal("ledger-codes-twice", f"{cells[0]} has two codes. Keep one.")
        found[cells[0]] = cells[1]
    return found


@dataclass(frozen=True)
class Head:
    """What a journal is of."""

    creditor: str
    name: str
    first: date
    last: date
    recorded_until: datetime
    chart: Chart
    # Balances before and after, by ledger account and currency; debit is above zero.
    opening: Mapping[tuple[int, str], int]
    closing: Mapping[tuple[int, str], int]


@dataclass
class Totals:
    """Control totals, kept while the lines go by."""

    debit: dict[tuple[int, str], int] = field(default_factory=dict)
    credit: dict[tuple[int, str], int] = field(default_factory=dict)
    movements: int = 0

    def add(self, moved: Moved) -> None:
        """Count a movement on both of its sides."""
        debit, credit = (moved.debit, moved.currency), (moved.credit, moved.currency)
        self.debit[debit] = self.debit.get(debit, 0) + moved.amount_minor
        self.credit[credit] = self.credit.get(credit, 0) + moved.amount_minor
        self.movements += 1

    def rows(self, head: Head) -> list[dict[str, object]]:
        """One row per ledger account and currency that holds or moves anything.

        Raises Fault when opening and movements do not make the closing balance of the books.
        """
        keys = {*self.debit, *self.credit, *head.opening, *head.closing}
        found: list[dict[str, object]] = []
        for number, currency in sorted(keys, key=lambda key: (key[1], key[0])):
            key = (number, currency)
            opening, closing = head.opening.get(key, 0), head.closing.get(key, 0)
            debit, credit = self.debit.get(key, 0), self.credit.get(key, 0)
            if opening + debit - credit != closing:
                raise Fault(f"the journal of {head.chart.names[number]} {currency} does not close")
            if not (opening or debit or credit):
                continue
            found.append(
                {
                    "ledger": head.chart.names[number],
                    "code": head.chart.code(number),
                    "currency": currency,
                    "opening_minor": opening,
                    "debit_minor": debit,
                    "credit_minor": credit,
                    "closing_minor": closing,
                }
            )
        return found

    def sums(self) -> list[dict[str, object]]:
        """One row per currency: all debits beside all credits, which are the same."""
        sums: dict[str, list[int]] = {}
        for place, side in enumerate((self.debit, self.credit)):
            for (_, currency), minor in side.items():
                sums.setdefault(currency, [0, 0])[place] += minor
        return [
            {"currency": currency, "debit_minor": debit, "credit_minor": credit}
            for currency, (debit, credit) in sorted(sums.items())
        ]


def owed(
    balances: Mapping[tuple[int, str], int], names: Mapping[int, str]
) -> list[dict[str, object]]:
    """What customers owe by currency: items less credit notes, less money not yet applied.

    The balance is the total of the aging of that day.
    """
    by_name = {(names[number], currency): minor for (number, currency), minor in balances.items()}
    currencies = sorted({currency for name, currency in by_name if name in _OF_CUSTOMERS})
    return [
        {
            "currency": currency,
            "receivable_minor": by_name.get(("receivable", currency), 0),
            "unapplied_minor": by_name.get(("unapplied", currency), 0),
            "balance_minor": sum(by_name.get((name, currency), 0) for name in _OF_CUSTOMERS),
        }
        for currency in currencies
    ]


_OF_CUSTOMERS = ("receivable", "unapplied", "set_off")


def csv_pieces(head: Head, moved: Iterable[Moved], totals: Totals) -> Iterator[str]:
    """The journal as CSV, a piece at a time: two lines for each movement, decimals as plain."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in moved:
        totals.add(each)
        amount = plain(each.amount_minor, each.currency)
        for ledger, debit, credit in ((each.debit, amount, ""), (each.credit, "", amount)):
            writer.writerow(_line(head.chart, each, ledger, debit, credit))
        if buffer.tell() > 1 << 16:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _line(chart: Chart, moved: Moved, ledger: int, debit: str, credit: str) -> list[object]:
    return [
        moved.entry, moved.day.isoformat(), _instant(moved.recorded_at), moved.kind,
        chart.names[ledger], _safe(chart.code(ledger)), debit, credit, moved.currency,
        _safe(moved.account), _safe(moved.name), _safe(moved.document), _safe(moved.receipt),
        moved.reverses or "", _safe(moved.by), _safe(moved.why),
    ]  # fmt: skip


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def json_pieces(head: Head, moved: Iterable[Moved], totals: Totals) -> Iterator[str]:
    """The journal as JSON, a piece at a time: what it is of, the entries, and the totals last."""
    chart = head.chart
    about = {
        "format": FORMAT,
        "creditor": head.creditor,
        "name": head.name,
        "from": head.first.isoformat(),
        "to": head.last.isoformat(),
        "recorded_until": _instant(head.recorded_until),
        "ledger_accounts": [
            {"ledger": name, "code": chart.code(number)} for number, name in chart.names.items()
        ],
        "opening": owed(head.opening, chart.names),
    }
    yield _json(about)[:-1] + ',"entries":['
    between = "\n"
    for _, group in groupby(moved, key=lambda each: each.entry):
        movements = list(group)
        for each in movements:
            totals.add(each)
        yield between + _json(_entry(chart, movements))
        between = ",\n"
    rest = {
        "totals": totals.rows(head),
        "sums": totals.sums(),
        "closing": owed(head.closing, chart.names),
    }
    yield "\n]," + _json(rest)[1:] + "\n"


def _entry(chart: Chart, movements: list[Moved]) -> dict[str, object]:
    first = movements[0]
    return {
        "entry": first.entry,
        "date": first.day.isoformat(),
        "recorded_at": _instant(first.recorded_at),
        "kind": first.kind,
        "key": first.key,
        "by": first.by,
        "why": first.why,
        "reverses": first.reverses or None,
        "lines": [
            {
                "ledger": chart.names[ledger],
                "code": chart.code(ledger),
                "debit_minor": each.amount_minor if is_debit else 0,
                "credit_minor": 0 if is_debit else each.amount_minor,
                "currency": each.currency,
                "account": each.account,
                "name": each.name,
                "document": each.document,
                "receipt": each.receipt,
            }
            for each in movements
            for ledger, is_debit in ((each.debit, True), (each.credit, False))
        ],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
