"""A first guess at a column map for the mapping screen; a person confirms it, always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from recoup.formats.cells import plain_text
from recoup.formats.columnmap import ACCOUNT, AMOUNTS, NEEDED, Brings, ColumnMap
from recoup.formats.guess import Guess, Vocabulary, header_of
from recoup.formats.record import AMOUNTS as MONEY
from recoup.formats.record import DAYS
from recoup.formats.sheets import Sheet, head, is_blank

# The words of accounting programs in English, German, French and Spanish, letters only.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "account_number": (
        "account number", "account no", "account reference", "account ref", "account",
        "customer number", "customer no", "customer id", "client id", "debtor number",
        "kundennummer", "kunden nr", "debitor", "numéro client", "code client", "nº cliente",
    ),
    "account_name": (
        "customer", "customer name", "client", "client name", "contact name", "company",
        "company name", "account name", "debtor", "name", "kunde", "kundenname", "firma",
        "nom du client", "raison sociale", "cliente", "nombre",
    ),
    "email": ("email", "e mail", "email address", "courriel", "correo", "customer email"),
    "phone": ("phone", "telephone", "phone number", "telefon", "téléphone", "teléfono"),
    "number": (
        "invoice number", "invoice no", "invoice", "document number", "document no", "doc no",
        "invoice id", "num", "number", "rechnungsnummer", "rechnung nr", "belegnummer", "rechnung",
        "numéro de facture", "n facture", "facture", "número de factura", "factura",
    ),
    "type": ("type", "kind", "document type", "transaction type", "belegart", "art", "tipo"),
    "issue_date": (
        "invoice date", "issue date", "date issued", "document date", "date", "created",
        "rechnungsdatum", "belegdatum", "datum", "date de facture", "fecha", "fecha de factura",
    ),
    "due_date": (
        "due date", "due", "payment due", "fällig am", "fälligkeit", "fälligkeitsdatum",
        "échéance", "date d échéance", "vencimiento", "fecha de vencimiento",
    ),
    "terms": ("terms", "payment terms", "term", "zahlungsbedingungen", "zahlungsziel"),
    "currency": ("currency", "currency code", "cur", "ccy", "währung", "devise", "moneda"),
    "total": (
        "total", "invoice amount", "amount", "gross amount", "gross", "invoice total", "betrag",
        "bruttobetrag", "rechnungsbetrag", "montant", "montant ttc", "total ttc", "importe",
    ),
    "paid": ("paid", "amount paid", "settled", "bezahlt", "payé", "montant payé", "pagado"),
    "open": (
        "open", "open balance", "open amount", "balance", "balance due", "amount due",
        "outstanding", "offen", "offener betrag", "restbetrag", "solde", "reste dû", "saldo",
        "pendiente",
    ),
    "paid_date": ("paid date", "date paid", "settled date", "payment date", "bezahlt am"),
    "disputed": ("disputed", "dispute", "in dispute", "strittig"),
    "reference": ("reference", "ref", "po number", "order number", "your reference", "referenz"),
    "note": ("note", "notes", "memo", "description", "comment", "bemerkung", "remarque", "nota"),
    "address": ("address", "billing address", "street", "adresse", "straße", "dirección"),
    "city": ("city", "town", "ort", "stadt", "ville", "ciudad"),
    "postal_code": ("postal code", "postcode", "zip", "zip code", "plz", "code postal"),
    "country": ("country", "country code", "land", "pays", "país"),
    "credit_limit": ("credit limit", "kreditlimit", "limite de crédit"),
    "date": ("date", "payment date", "received", "date received", "datum", "zahlungsdatum"),
    "amount": ("amount", "payment amount", "amount received", "betrag", "montant", "importe"),
    "document_number": ("invoice number", "invoice no", "invoice", "document number", "applied to"),
}  # fmt: skip
_OF = {
    Brings.INVOICES: frozenset(_WORDS) - {"date", "amount", "document_number", "credit_limit"}
    - {"address", "city", "postal_code", "country"},
    Brings.CUSTOMERS: frozenset(
        {"account_number", "account_name", "email", "phone", "terms", "currency", "address"}
        | {"city", "postal_code", "country", "credit_limit"}
    ),
    Brings.PAYMENTS: frozenset(
        {"account_number", "account_name", "date", "amount", "document_number", "currency"}
        | {"reference", "note", "type", "number"}
    ) - {"number"},
}  # fmt: skip
_VOCABULARY = Vocabulary(_WORDS, frozenset(MONEY), frozenset(DAYS))


@dataclass(frozen=True)
class Proposal:
    """What the mapping screen starts from; `column_map` is None while something is lacking."""

    brings: Brings
    header_line: int
    header: tuple[str, ...]
    guesses: tuple[Guess, ...]
    lacking: tuple[str, ...]
    column_map: ColumnMap | None


def propose(sheet: Sheet, *, brings: Brings = Brings.INVOICES) -> Proposal:
    """A column map guessed from the labels and the first rows; Refusal without a header."""
    rows = [row for row in head(sheet) if not is_blank(row[1])]
    at, (line, cells) = header_of(rows)
    header = tuple(plain_text(cell) for cell in cells)
    below = [row_cells for _, row_cells in rows[at + 1 :]]
    guesses = _VOCABULARY.guesses(header, below, _OF[brings])
    columns = {guess.field: guess.column for guess in guesses}
    lacking = _lacking(brings, columns)
    return Proposal(
        brings=brings,
        header_line=line,
        header=header,
        guesses=tuple(guesses),
        lacking=lacking,
        column_map=None if lacking else ColumnMap(brings=brings, columns=columns),
    )


def _lacking(brings: Brings, columns: Mapping[str, str]) -> tuple[str, ...]:
    lacking = [name for name in NEEDED[brings] if name not in columns]
    if not any(name in columns for name in ACCOUNT):
        lacking.append("account_name")
    if brings is Brings.INVOICES and not any(name in columns for name in AMOUNTS):
        lacking.append("total")
    return tuple(lacking)
