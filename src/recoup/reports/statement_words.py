"""The words of a statement of account, in the debtor's language."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "de", "fr", "es")

# One row for each word, in the order of LANGUAGES.
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "title": ("Statement of account", "Kontoauszug", "Relevé de compte", "Extracto de cuenta"),
    "customer": ("Customer number", "Kundennummer", "Numéro de client", "Número de cliente"),
    "period": ("Period", "Zeitraum", "Période", "Periodo"),
    "to": ("{first} to {last}", "{first} bis {last}", "du {first} au {last}", "{first} a {last}"),
    "currency": ("Currency", "Währung", "Devise", "Moneda"),
    "opening": (
        "Balance brought forward", "Saldovortrag", "Solde reporté", "Saldo anterior",
    ),
    "closing": ("Balance on {day}", "Saldo am {day}", "Solde au {day}", "Saldo a {day}"),
    "you_owe": (
        "You owe {amount}.", "Offen sind {amount}.", "Vous devez {amount}.", "Adeuda {amount}.",
    ),
    "we_owe": (
        "You have a credit of {amount}.", "Sie haben ein Guthaben von {amount}.",
        "Vous avez un crédit de {amount}.", "Tiene un saldo a favor de {amount}.",
    ),
    "overdue": (
        "Of this, {amount} is overdue.", "Davon sind {amount} überfällig.",
        "Dont {amount} échus.", "De ello, {amount} está vencido.",
    ),
    "nothing": (
        "Nothing is open.", "Es ist nichts offen.", "Rien n’est dû.", "No hay nada pendiente.",
    ),
    "movements": ("Movements", "Buchungen", "Mouvements", "Movimientos"),
    "quiet": (
        "Nothing was posted in this period.", "In diesem Zeitraum wurde nichts gebucht.",
        "Aucune écriture sur cette période.", "No hubo movimientos en este periodo.",
    ),
    "date": ("Date", "Datum", "Date", "Fecha"),
    "what": ("Description", "Beschreibung", "Libellé", "Concepto"),
    "due": ("Due", "Fällig", "Échéance", "Vence"),
    "charge": ("Charged", "Soll", "Débit", "Cargo"),
    "credit": ("Credited", "Haben", "Crédit", "Abono"),
    "balance": ("Balance", "Saldo", "Solde", "Saldo"),
    "sums": ("Total", "Summe", "Total", "Total"),
    "open_items": (
        "Open on {day}", "Offene Posten am {day}", "Postes ouverts au {day}",
        "Partidas pendientes a {day}",
    ),
    "issued": ("Issued", "Ausgestellt", "Émis", "Emitida"),
    "amount": ("Amount", "Betrag", "Montant", "Importe"),
    "open": ("Open", "Offen", "Reste dû", "Pendiente"),
    "late": ("Days late", "Tage überfällig", "Jours de retard", "Días de retraso"),
    "aging": ("By age", "Nach Alter", "Par ancienneté", "Por antigüedad"),
    "not_due": ("Not due", "Nicht fällig", "Non échu", "No vencido"),
    "days": ("{low}–{high} days", "{low}–{high} Tage", "{low}–{high} jours", "{low}–{high} días"),
    "over": ("Over {low} days", "Über {low} Tage", "Plus de {low} jours", "Más de {low} días"),
    "credits": ("Credits", "Guthaben", "Crédits", "Abonos"),
    "invoice": ("Invoice {number}", "Rechnung {number}", "Facture {number}", "Factura {number}"),
    "credit_note": (
        "Credit note {number}", "Gutschrift {number}", "Avoir {number}", "Abono {number}",
    ),
    "charge_document": ("Charge {number}", "Gebühr {number}", "Frais {number}", "Gasto {number}"),
    "receipt": (
        "Payment received", "Zahlungseingang", "Paiement reçu", "Pago recibido",
    ),
    "receipt_open": (
        "Payment not yet applied", "Zahlung, noch nicht zugeordnet",
        "Paiement non encore affecté", "Pago aún sin aplicar",
    ),
    "receipt_reversed": (
        "Payment taken back", "Zahlung zurückgenommen", "Paiement annulé", "Pago anulado",
    ),
    "refund": ("Refund", "Erstattung", "Remboursement", "Reembolso"),
    "discount": (
        "Discount on {number}", "Skonto auf {number}", "Escompte sur {number}",
        "Descuento en {number}",
    ),
    "discount_open": (
        "Less {less} if {rest} arrives by {day}",
        "Abzüglich {less} Skonto, wenn {rest} bis {day} eingeht",
        "Moins {less} d’escompte si {rest} arrive au plus tard le {day}",
        "Menos {less} de descuento si {rest} llega hasta el {day}",
    ),
    "discount_column": ("Discount", "Skonto", "Escompte", "Descuento"),
    "until": ("Until", "Bis", "Jusqu’au", "Hasta"),
    "bank_charges": (
        "Bank charges on {number}", "Bankgebühren zu {number}", "Frais bancaires sur {number}",
        "Gastos bancarios de {number}",
    ),
    "write_off": (
        "Small difference on {number}", "Ausgebuchte Differenz zu {number}",
        "Différence passée en perte sur {number}", "Diferencia condonada en {number}",
    ),
    "contra": (
        "{number} set off against what we owe you", "{number} verrechnet mit unserer Schuld",
        "{number} compensé avec notre dette envers vous",
        "{number} compensado con lo que le debemos",
    ),
    "move_away": (
        "{what} booked here by mistake, moved to another account",
        "{what} irrtümlich hier gebucht, auf ein anderes Konto umgebucht",
        "{what} saisi ici par erreur, transféré sur un autre compte",
        "{what} registrado aquí por error, trasladado a otra cuenta",
    ),
    "move_here": (
        "{what} moved here from another account", "{what} von einem anderen Konto umgebucht",
        "{what} transféré d’un autre compte", "{what} trasladado desde otra cuenta",
    ),
    "cash_application": (
        "Payment of {day} applied to {number}: {amount}",
        "Zahlung vom {day} verrechnet mit {number}: {amount}",
        "Paiement du {day} affecté à {number} : {amount}",
        "Pago del {day} aplicado a {number}: {amount}",
    ),
    "set_off": (
        "{credit} set off against {number}: {amount}", "{credit} verrechnet mit {number}: {amount}",
        "{credit} compensé avec {number} : {amount}", "{credit} compensado con {number}: {amount}",
    ),
    "reversed": (
        "Taken back: {what}", "Storno: {what}", "Annulation : {what}", "Anulación: {what}",
    ),
    "other": ("Correction", "Korrektur", "Correction", "Corrección"),
    "pay_to": ("Please pay to", "Bitte zahlen Sie an", "À régler à", "Pagar a"),
    "reference": ("Reference", "Verwendungszweck", "Référence", "Referencia"),
    "page": (
        "Page {page} of {pages}", "Seite {page} von {pages}", "Page {page} sur {pages}",
        "Página {page} de {pages}",
    ),
}  # fmt: skip


def language_of(wanted: str) -> str:
    """A language that statements are written in; English for all others."""
    short = wanted.lower().replace("_", "-").partition("-")[0]
    return short if short in LANGUAGES else LANGUAGES[0]


def words(language: str) -> Mapping[str, str]:
    """All words of a language."""
    return said_in(language, _WORDS)


def said_in(language: str, table: Mapping[str, tuple[str, str, str, str]]) -> Mapping[str, str]:
    """The words of one language out of a table whose rows are in the order of LANGUAGES."""
    place = LANGUAGES.index(language)
    return {name: said[place] for name, said in table.items()}
