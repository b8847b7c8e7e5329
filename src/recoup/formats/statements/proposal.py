"""A first guess at which column of a bank's table is what; a person confirms it, always."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from recoup.formats import amounts, days
from recoup.formats.cells import Cell, plain_text
from recoup.formats.guess import Guess, Vocabulary, header_of
from recoup.formats.sheets import Sheet, head, is_blank
from recoup.formats.statements.values import is_iban

# The words of banks in English, German, French, Spanish, Italian and Dutch, letters only.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "booked_date": (
        "booking date", "booked", "date", "transaction date", "posting date", "posted",
        "entry date", "buchungstag", "buchungsdatum", "buchung", "datum", "date opération",
        "date de comptabilisation", "fecha", "fecha operación", "data", "data contabile",
        "boekdatum",
    ),
    "value_date": (
        "value date", "valuta", "wertstellung", "valutadatum", "valutatag", "date valeur",
        "date de valeur", "fecha valor", "data valuta", "rentedatum",
    ),
    "amount": (
        "amount", "transaction amount", "value", "betrag", "umsatz", "montant", "importe",
        "importo", "bedrag", "sum",
    ),
    "debit": (
        "debit", "debit amount", "money out", "paid out", "withdrawal", "withdrawals", "out",
        "soll", "lastschrift", "belastung", "ausgang", "débit", "cargo", "dare", "addebiti", "af",
    ),
    "credit": (
        "credit", "credit amount", "money in", "paid in", "deposit", "deposits", "in",
        "haben", "gutschrift", "eingang", "crédit", "abono", "avere", "accrediti", "bij",
    ),
    "mark": (
        "debit credit", "credit debit", "dr cr", "cr dr", "d c", "direction", "soll haben", "s h",
        "sens", "signo", "af bij", "sign",
    ),
    "currency": ("currency", "ccy", "cur", "währung", "devise", "moneda", "divisa", "munt"),
    "balance": (
        "balance", "running balance", "balance after", "saldo", "kontostand", "saldo nach buchung",
        "solde", "saldo después", "saldo contabile",
    ),
    "counterparty_name": (
        "payer", "payee", "counterparty", "counterparty name", "name", "sender", "beneficiary",
        "customer", "merchant", "auftraggeber", "auftraggeber empfänger", "empfänger",
        "zahlungsbeteiligter", "name zahlungsbeteiligter", "zahlungspflichtiger", "gegenpartei",
        "contrepartie", "nom", "tiers", "ordenante", "ordinante", "naam", "tegenpartij",
    ),
    "counterparty_account": (
        "counterparty account", "counterparty iban", "payer account", "payer iban", "iban",
        "iban zahlungsbeteiligter", "gegenkonto", "kontonummer iban", "tegenrekening",
        "iban contrepartie",
    ),
    "remittance": (
        "remittance", "description", "details", "transaction details", "narrative",
        "payment reference", "text", "purpose", "message", "memo", "verwendungszweck",
        "buchungstext", "libellé", "communication", "concepto", "descripción", "causale",
        "descrizione", "omschrijving", "mededeling",
    ),
    "bank_reference": (
        "transaction id", "bank reference", "transaction reference", "entry reference", "reference",
        "id", "buchungsreferenz", "referenz", "référence", "referencia", "riferimento",
    ),
    "account": (
        "account", "account number", "own account", "own iban", "iban auftragskonto",
        "auftragskonto", "konto", "compte", "cuenta", "conto", "rekening",
    ),
}  # fmt: skip
_MONEY = frozenset({"amount", "debit", "credit", "balance"})
_DAYS = frozenset({"booked_date", "value_date"})
_VOCABULARY = Vocabulary(_WORDS, _MONEY, _DAYS)
# What a column of nothing but such values may be when its header says nothing.
_BY_VALUES = 40


@dataclass(frozen=True)
class BankProposal:
    """What the mapping screen of a bank's table starts from."""

    header_line: int
    header: tuple[str, ...]
    guesses: tuple[Guess, ...]
    # The different values of each column of the first rows, a few, as they are written.
    values: Mapping[str, tuple[str, ...]]


def propose_bank_map(sheet: Sheet) -> BankProposal:
    """Columns guessed from the headers and the first rows; Refusal without a header."""
    rows = [row for row in head(sheet) if not is_blank(row[1])]
    at, (line, cells) = header_of(rows)
    header = tuple(plain_text(cell).strip() for cell in cells)
    below = [row_cells for _, row_cells in rows[at + 1 :]]
    guesses = _one_way(_VOCABULARY.guesses(header, below, frozenset(_WORDS)))
    values = {
        name: _values(below, place) for place, name in enumerate(header) if header.count(name) == 1
    }
    return BankProposal(line, header, tuple(_by_values(header, guesses, values)), values)


def _values(below: Sequence[Sequence[Cell]], place: int) -> tuple[str, ...]:
    found = (plain_text(row[place]).strip() for row in below if place < len(row))
    return tuple(dict.fromkeys(each for each in found if each))


def _one_way(guesses: list[Guess]) -> list[Guess]:
    """Money stands in one column or in two, never in three."""
    fields = {each.field for each in guesses}
    spare = {"amount", "mark"} if {"debit", "credit"} <= fields else {"debit", "credit"}
    if "amount" not in fields and spare == {"debit", "credit"}:
        return guesses
    return [each for each in guesses if each.field not in spare]


def _by_values(
    header: tuple[str, ...], guesses: list[Guess], values: Mapping[str, tuple[str, ...]]
) -> list[Guess]:
    """The guesses, with what only the values tell: the day, the one amount, the payer's IBAN."""
    fields, taken = {each.field for each in guesses}, {each.column for each in guesses}
    free = [name for name in header if name and name in values and name not in taken]
    found = list(guesses)
    dated = [name for name in free if _are(values[name], _is_day)]
    if "booked_date" not in fields and dated:
        found.append(Guess("booked_date", dated[0], _BY_VALUES))
    money = [name for name in free if _are(values[name], _is_money)]
    if not fields & {"amount", "debit", "credit"} and len(money) == 1:
        found.append(Guess("amount", money[0], _BY_VALUES))
    ibans = [name for name in free if _are(values[name], _is_iban) and len(values[name]) > 1]
    if "counterparty_account" not in fields and len(ibans) == 1:
        found.append(Guess("counterparty_account", ibans[0], _BY_VALUES))
    return sorted(found, key=lambda each: header.index(each.column))


def _are(values: Sequence[str], holds: Callable[[str], bool]) -> bool:
    return bool(values) and all(map(holds, values))


def _is_day(value: str) -> bool:
    return bool(days.readings(value))


def _is_money(value: str) -> bool:
    return (
        bool(amounts.readings(value)) and any(sign in value for sign in ".,") and not _is_day(value)
    )


def _is_iban(value: str) -> bool:
    return is_iban("".join(value.split()).upper())
