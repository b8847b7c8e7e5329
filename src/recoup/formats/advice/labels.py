"""The words of remittance advice in English, German, French, Spanish and Dutch."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from recoup.formats import days
from recoup.formats.advice.base import Heading
from recoup.formats.guess import Vocabulary, bare

MONEY = frozenset({"amount", "gross", "discount", "deduction"})
VOCABULARY = Vocabulary(
    words={
        "document": (
            "invoice number", "invoice no", "invoice", "document number", "document no", "document",
            "doc no", "your reference", "your invoice", "bill number", "bill no", "invoice ref",
            "invoice id", "rechnungsnummer", "rechnung nr", "rechnungsnr", "ihre rechnung",
            "belegnummer", "beleg", "rechnung", "numéro de facture", "n facture", "facture",
            "número de factura", "factura", "factuurnummer", "factuur", "number", "nummer",
        ),
        "amount": (
            "amount paid", "paid amount", "net amount", "payment amount", "paid", "net", "payment",
            "net paid", "amount", "zahlbetrag", "gezahlt", "bezahlt", "zahlung", "netto",
            "überwiesen", "betrag", "montant payé", "montant", "importe pagado", "pagado",
            "importe", "betaald", "bedrag",
        ),
        "gross": (
            "gross amount", "gross", "invoice amount", "original amount", "amount due", "total",
            "rechnungsbetrag", "bruttobetrag", "brutto", "montant brut", "montant facture",
            "importe bruto", "importe factura", "factuurbedrag",
        ),
        "discount": (
            "discount", "discount taken", "cash discount", "skonto", "skontobetrag", "escompte",
            "descuento", "korting",
        ),
        "deduction": (
            "deduction", "deductions", "deducted", "adjustment", "adjustments", "withheld",
            "abzug", "abzüge", "kürzung", "minderung", "déduction", "retenue", "deducción",
            "retención", "inhouding", "aftrek",
        ),
        "reason": (
            "reason", "deduction reason", "reason code", "remark", "remarks", "comment", "note",
            "grund", "abzugsgrund", "bemerkung", "motif", "motivo", "reden", "description",
        ),
        "currency": ("currency", "currency code", "ccy", "cur", "währung", "devise", "moneda",
                     "munteenheid"),
    },
    money=MONEY,
    days=frozenset(),
)  # fmt: skip
# A line that begins so and ends with an amount says what was paid in all.
TOTALS = frozenset(
    {"total", "grand total", "sum", "payment amount", "amount paid", "total paid", "total amount"}
    | {"total payment", "net payment", "payment total", "cheque amount", "check amount", "summe"}
    | {"gesamt", "gesamtbetrag", "gesamtsumme", "zahlbetrag", "zahlungsbetrag", "montant total"}
    | {"total payé", "montant payé", "importe total", "total pagado", "totaal", "totaalbedrag"}
    | {"amount", "betrag"}
)
_FACTS = {
    "reference": (
        "payment reference", "payment ref", "payment no", "payment number", "remittance no",
        "remittance number", "our reference", "payment id", "zahlungsreferenz", "zahlungsnummer",
        "zahlungsbeleg", "référence de paiement", "referencia de pago", "betalingskenmerk",
    ),
    "paid_date": (
        "payment date", "date of payment", "value date", "paid on", "zahlungsdatum", "zahldatum",
        "valuta", "date de paiement", "fecha de pago", "betaaldatum",
    ),
    "payer_number": (
        "customer number", "customer no", "customer id", "our customer number", "account number",
        "account no", "kundennummer", "kunden nr", "code client", "número de cliente",
        "klantnummer",
    ),
    "payer_name": (
        "payer", "paid by", "from", "company", "customer", "customer name", "zahler", "firma",
        "kunde", "auftraggeber", "client", "payeur", "pagador", "betaler",
    ),
    "currency": ("currency", "währung", "devise", "moneda", "munteenheid"),
}  # fmt: skip
_HEADINGS: Mapping[str, Callable[[str], Heading]] = {
    "reference": lambda value: Heading(reference=value),
    "payer_number": lambda value: Heading(payer_number=value),
    "payer_name": lambda value: Heading(payer_name=value),
}
_LABELLED = re.compile(r"\s*([^:]{2,40}?)\s*:\s*(\S.{0,199}?)\s*$")
_CODE = re.compile(r"\b[A-Z]{3}\b")
_CURRENCY = re.compile(r"[A-Z]{3}")


def fact(line: str) -> Heading:
    """What one line says of the whole payment, as `label: value`; an empty heading if nothing."""
    found = _LABELLED.match(line[:300])
    if found is None:
        return Heading()
    label, value = bare(found[1]), found[2]
    name = next((name for name, labels in _FACTS.items() if label in labels), "")
    if name == "paid_date":
        return Heading(paid_date=_day(value))
    if name == "currency":
        return Heading(currency=value) if _CURRENCY.fullmatch(value) else Heading()
    return _HEADINGS[name](value[:100]) if name else Heading()


def _day(value: str) -> date | None:
    """The day, where every way of reading it says the same."""
    meant = set(days.readings(value).values())
    return meant.pop() if len(meant) == 1 else None


def is_total(label: str) -> bool:
    """Whether a line beginning so states the total; a currency beside the word does not matter."""
    return bool({bare(label), bare(_CODE.sub(" ", label))} & TOTALS)
