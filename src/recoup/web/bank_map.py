"""What a person says about a bank's table, as forms carry it, and what a page shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.http import QueryDict

from recoup.formats.base import Question
from recoup.formats.statements.bankmap import BankMap, Sign
from recoup.formats.statements.base import HELD_VERDICT, Reading
from recoup.formats.statements.explained import MARK, Explained
from recoup.formats.statements.opening import statement_formats
from recoup.formats.statements.proposal import BankProposal
from recoup.kernel.errors import Refusal
from recoup.web.mapping import PREFIX, Choice

PREVIEW_ROWS = 12
FIELDS = (
    ("booked_date", "Day"),
    ("amount", "Amount"),
    ("debit", "Money out"),
    ("credit", "Money in"),
    ("mark", "Says in or out"),
    ("balance", "Balance after it"),
    ("counterparty_name", "Payer or payee"),
    ("counterparty_account", "Their bank account"),
    ("remittance", "Words"),
    ("bank_reference", "Bank's reference"),
    ("currency", "Currency"),
    ("value_date", "Value date"),
    ("account", "Our bank account"),
)
TITLES = dict(FIELDS)
_ANSWERS = {
    Sign.SIGNED.value: "A minus is money out; without one it came in",
    Sign.INVERTED.value: "A minus is money in; without one it went out, as on card statements",
    Sign.COLUMNS.value: "One column for money out, one for money in",
    Sign.MARK.value: "A column says in or out",
    "in": "Money in",
    "out": "Money out",
    "whole": "It is whole: files of this layout end like that",
}


@dataclass(frozen=True)
class Answerable:
    """A question with the words of its possible answers."""

    question: Question
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Told:
    """One line of a table as it was read; money out is told without its sign."""

    place: str
    day: date | None
    in_minor: int | None
    out_minor: int | None
    currency: str
    payer: str
    words: str
    balance_minor: int | None


@dataclass(frozen=True)
class Check:
    """What the balances of one statement in the file prove."""

    account: str
    currency: str
    lines: int
    from_date: date | None
    to_date: date | None
    opening_minor: int | None
    sum_minor: int
    closing_minor: int | None
    is_checked: bool


def explained_of(said: Mapping[str, str]) -> Explained | None:
    """The columns, signs and marks of a form; None when it names no column."""
    columns = {name: said[PREFIX + name] for name, _ in FIELDS if said.get(PREFIX + name)}
    if not columns:
        return None
    marks = {
        name.removeprefix(MARK): said[name]
        for name in said
        if name.startswith(MARK) and said[name] in ("in", "out")
    }
    sign = said.get("sign", "")
    if sign not in ("", Sign.SIGNED.value, Sign.INVERTED.value):
        raise Refusal("answer-unknown", "Choose one of the answers offered.")
    return Explained(columns, Sign(sign) if sign else None, marks, said.get("ends") == "whole")


def choices(
    said: Mapping[str, str], proposal: BankProposal | None, saved: BankMap | None
) -> list[Choice]:
    """Every field with the column chosen, else the one saved, else the one guessed."""
    first: dict[str, str] = {}
    if saved is not None:
        first = {field: str(column) for field, column in saved.columns.items()}
    elif proposal is not None:
        first = {guess.field: guess.column for guess in proposal.guesses}
    if any(name.startswith(PREFIX) for name in said):
        first = {}
    return [
        Choice(name, title, said.get(PREFIX + name, first.get(name, ""))) for name, title in FIELDS
    ]


def kept(said: QueryDict, questions: Iterable[Question]) -> list[tuple[str, str]]:
    """The answers given so far as hidden fields of the next form; those asked anew are left out."""
    asked = {each.about for each in questions} | {"csrfmiddlewaretoken"}
    return [(name, str(value)) for name, value in said.items() if value and name not in asked]


def without_columns(kept: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The answers that stay when other columns are chosen."""
    again = ("map", "sign", "layout_name")
    return [
        each for each in kept if each[0] not in again and not each[0].startswith((PREFIX, MARK))
    ]


def answerable(questions: Iterable[Question]) -> list[Answerable]:
    """The questions with their answers in words."""
    return [Answerable(each, _answers(each)) for each in questions]


def _answers(question: Question) -> tuple[tuple[str, str], ...]:
    formats = statement_formats()
    titles = _ANSWERS | {code: each.title for code, each in formats.items()}
    return tuple((code, titles.get(code, code)) for code in question.candidates)


def preview(reading: Reading) -> list[Told]:
    """The first lines as they would be posted."""
    rows = reading.lines.head(PREVIEW_ROWS)
    return [_told(row) for row in rows.iter_rows(named=True)]


def _told(row: dict[str, object]) -> Told:
    minor = int(str(row["amount_minor"]))
    day, balance = row["booked_date"], row["running_minor"]
    return Told(
        place=str(row["place"]),
        day=day if isinstance(day, date) else None,
        in_minor=minor if minor >= 0 else None,
        out_minor=-minor if minor < 0 else None,
        currency=str(row["currency"]),
        payer=str(row["counterparty_name"] or ""),
        words=str(row["remittance"] or row["structured_reference"] or ""),
        balance_minor=balance if isinstance(balance, int) else None,
    )


def checks(reading: Reading) -> list[Check]:
    """What the balances prove, statement by statement."""
    named = reading.statements.with_columns(
        account=pl.coalesce("account_iban", "account_other").fill_null("")
    )
    names = list(Check.__dataclass_fields__)
    return [Check(**row) for row in named.select(names).iter_rows(named=True)]


def held(reading: Reading) -> list[dict[str, object]]:
    """Why the file would be held: line, field, reason and remedy."""
    if reading.verdict != HELD_VERDICT:
        return []
    rows = reading.held.head(20).iter_rows(named=True)
    return [row | {"field": TITLES.get(row["field"], row["field"])} for row in rows]


def in_words(bank_map: BankMap) -> list[tuple[str, str]]:
    """How a saved layout reads a table, for people."""
    words = [("Which way", _ANSWERS[bank_map.sign.value])]
    words += [(f"“{mark}” is", _ANSWERS[way]) for mark, way in bank_map.marks.items()]
    words += [
        ("Days", bank_map.dates.value if bank_map.dates else "as the file shows, else asked"),
        (
            "Amounts",
            bank_map.numbers.value if bank_map.numbers else "as the file shows, else asked",
        ),
        ("Currency", bank_map.currency or ("" if "currency" in bank_map.columns else "asked")),
        ("Bank account", bank_map.account or ("" if "account" in bank_map.columns else "asked")),
    ]
    return [(title, said) for title, said in words if said]
