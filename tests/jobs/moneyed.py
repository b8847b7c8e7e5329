"""Bank statements of a history, as their bank writes them; for tests of money that comes in."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

from recoup.books import files
from recoup.formats.statements.base import Declared
from recoup.jobs.bank import StatementsIn, import_statements
from tests.books.ledgers import BY, Ledger

IBAN = "DE02120300000000202051"
PAYER = "DE75512108001245126199"


@dataclass(frozen=True)
class Paid:
    """A line of a statement: above zero is money in."""

    amount_minor: int
    words: str = ""
    name: str = "Somebody"


@dataclass(frozen=True)
class OnPaper:
    """One statement of one day, as the bank numbers it."""

    number: int
    day: date
    opening_minor: int
    lines: tuple[Paid, ...]

    @property
    def closing_minor(self) -> int:
        """What the account holds in the evening."""
        return self.opening_minor + sum(line.amount_minor for line in self.lines)

    def text(self, *, closing_minor: int | None = None) -> str:
        """The statement as MT940; with another closing balance it does not add up."""
        closing = self.closing_minor if closing_minor is None else closing_minor
        rows = [self._row(line) for line in self.lines]
        head = [f":20:ST{self.number}", f":25:{IBAN}", f":28C:{self.number}/1"]
        begin = _balance("60F", self.day, self.opening_minor)
        end = _balance("62F", self.day, closing)
        return "\n".join([*head, begin, *rows, end, "-", ""])

    def _row(self, line: Paid) -> str:
        side = "C" if line.amount_minor > 0 else "D"
        first = f":61:{self.day:%y%m%d%m%d}{side}{_amount(line.amount_minor)}NTRFNONREF"
        words = "".join(
            f"?{20 + number}{line.words[27 * number : 27 * number + 27]}"
            for number in range(max(1, -(-len(line.words) // 27)))
        )
        return f"{first}\n:86:166?00UMSATZ{words}?31{PAYER}?32{line.name[:27]}"


def _balance(tag: str, day: date, minor: int) -> str:
    return f":{tag}:{'C' if minor >= 0 else 'D'}{day:%y%m%d}EUR{_amount(minor)}"


def _amount(minor: int) -> str:
    return f"{abs(minor) // 100},{abs(minor) % 100:02d}"


def receive(ledger: Ledger, text: str) -> StatementsIn:
    """Take the text of a statement in as a file."""
    stream = io.BytesIO(text.encode())
    file = files.receive(
        creditor=ledger.creditor, name="bank.sta", stream=stream, at=ledger.at, by=BY
    )
    return import_statements(file, declared=Declared())
