"""The words of an interest sheet, in the debtor's language."""

from __future__ import annotations

from collections.abc import Mapping

from recoup.reports.statement_words import said_in

# One row for each word, in the order of LANGUAGES.
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "title": ("Interest sheet", "Zinsberechnung", "Décompte d’intérêts", "Cálculo de intereses"),
    "until": ("up to and including {day}", "bis einschließlich {day}", "jusqu’au {day} inclus",
              "hasta el {day} inclusive"),
    "customer": ("Customer number", "Kundennummer", "Numéro de client", "Número de cliente"),
    "document": ("Invoice", "Rechnung", "Facture", "Factura"),
    "issued": ("Issued", "Ausgestellt", "Émise le", "Emitida"),
    "due": ("Due", "Fällig", "Échéance", "Vencimiento"),
    "principal": ("Amount of the invoice", "Rechnungsbetrag", "Montant de la facture",
                  "Importe de la factura"),
    "open": ("Still open", "Noch offen", "Reste dû", "Pendiente"),
    "basis": ("Basis", "Grundlage", "Fondement", "Fundamento"),
    "statutory": ("Statutory interest, {law}", "Gesetzliche Verzugszinsen, {law}",
                  "Intérêts de retard prévus par la loi, {law}", "Interés legal de demora, {law}"),
    "contractual": ("Agreed interest, {law}", "Vereinbarte Zinsen, {law}",
                    "Intérêts convenus, {law}", "Interés pactado, {law}"),
    "counting": ("How it is counted", "Rechenweise", "Mode de calcul", "Forma de cálculo"),
    "days_rule": (
        "Days count from the first day late up to and including the day of payment; a payment"
        " lowers the balance from the day after it.",
        "Gezählt wird vom ersten Tag des Verzugs bis einschließlich des Zahlungstags; eine Zahlung"
        " senkt den Betrag ab dem Tag danach.",
        "Les jours comptent du premier jour de retard au jour du paiement inclus ; un paiement"
        " réduit le solde à partir du lendemain.",
        "Los días cuentan desde el primer día de retraso hasta el día del pago inclusive; un pago"
        " reduce el saldo desde el día siguiente.",
    ),
    "formula": (
        "Balance × yearly rate × days ÷ 365.", "Betrag × Jahreszins × Tage ÷ 365.",
        "Solde × taux annuel × jours ÷ 365.", "Saldo × tipo anual × días ÷ 365.",
    ),
    "formula_years": (
        "Balance × yearly rate for each whole year, ÷ 365 for the days beyond.",
        "Betrag × Jahreszins für jedes volle Jahr, für die Tage darüber ÷ 365.",
        "Solde × taux annuel par année entière, ÷ 365 pour les jours au-delà.",
        "Saldo × tipo anual por cada año completo, ÷ 365 por los días restantes.",
    ),
    "fixed": (
        "The rate of the first day late stays for the whole time.",
        "Der Satz des ersten Tages gilt für die ganze Zeit.",
        "Le taux du premier jour vaut pour toute la durée.",
        "El tipo del primer día vale para todo el periodo.",
    ),
    "floating": (
        "The rate moves with the reference rate.", "Der Satz folgt dem Referenzzins.",
        "Le taux suit le taux de référence.", "El tipo sigue al tipo de referencia.",
    ),
    "round_total": (
        "Nothing is rounded but the total.", "Gerundet wird nur die Summe.",
        "Seul le total est arrondi.", "Solo se redondea el total.",
    ),
    "round_segment": (
        "Each line is rounded.", "Jede Zeile wird gerundet.", "Chaque ligne est arrondie.",
        "Se redondea cada línea.",
    ),
    "round_daily": (
        "The amount of a day is rounded first, then multiplied by the days.",
        "Zuerst wird der Betrag eines Tages gerundet, dann mit den Tagen multipliziert.",
        "Le montant d’un jour est arrondi, puis multiplié par les jours.",
        "Se redondea el importe de un día y se multiplica por los días.",
    ),
    "in_duplum": (
        "Interest stops where it has come to the principal still open; what was paid of it counts"
        " as if it had not been.",
        "Die Zinsen enden, wo sie die noch offene Hauptforderung erreichen; bezahlte Zinsen zählen"
        " dabei wie unbezahlte.",
        "Les intérêts s’arrêtent lorsqu’ils atteignent le principal restant dû ; ceux qui ont été"
        " payés comptent comme s’ils ne l’étaient pas.",
        "Los intereses se detienen al alcanzar el principal pendiente; los pagados cuentan como si"
        " no lo estuvieran.",
    ),
    "waived": ("Waived", "Erlassen", "Abandonné", "Condonado"),
    "limited": (
        "Interest was limited: it had come to the principal still open.",
        "Die Zinsen sind begrenzt: Sie hatten die noch offene Hauptforderung erreicht.",
        "Les intérêts sont limités : ils avaient atteint le principal restant dû.",
        "Los intereses están limitados: habían alcanzado el principal pendiente.",
    ),
    "yearly": (
        "After each full year its interest joins the balance.",
        "Nach jedem vollen Jahr werden die Zinsen zum Betrag gerechnet.",
        "Après chaque année entière, les intérêts s’ajoutent au solde.",
        "Tras cada año completo, los intereses se suman al saldo.",
    ),
    "monthly": (
        "After each full month its interest joins the balance.",
        "Nach jedem vollen Monat werden die Zinsen zum Betrag gerechnet.",
        "Après chaque mois entier, les intérêts s’ajoutent au solde.",
        "Tras cada mes completo, los intereses se suman al saldo.",
    ),
    "from": ("From", "Von", "Du", "Desde"),
    "to": ("To", "Bis", "Au", "Hasta"),
    "days": ("Days", "Tage", "Jours", "Días"),
    "balance": ("Balance", "Betrag", "Solde", "Saldo"),
    "rate": ("Rate a year", "Zins p. a.", "Taux annuel", "Tipo anual"),
    "interest": ("Interest", "Zinsen", "Intérêts", "Intereses"),
    "daily": ("A day", "Pro Tag", "Par jour", "Por día"),
    "sum": ("Interest in all", "Zinsen insgesamt", "Total des intérêts", "Total de intereses"),
    "rates": ("The rates and where they come from", "Die Sätze und ihre Herkunft",
              "Les taux et leur source", "Los tipos y su origen"),
    "since": ("Since", "Seit", "Depuis", "Desde"),
    "source": ("Made of", "Zusammensetzung", "Composition", "Composición"),
    "payments": ("Payments counted", "Berücksichtigte Zahlungen", "Paiements pris en compte",
                 "Pagos tenidos en cuenta"),
    "moved": (
        "On {day}, {amount} of it moved between two accounts; interest runs on without a break.",
        "Am {day} wurden {amount} davon zwischen zwei Konten umgebucht; die Zinsen laufen ohne"
        " Unterbrechung weiter.",
        "Le {day}, {amount} ont été transférés d’un compte à un autre ; les intérêts courent sans"
        " interruption.",
        "El {day}, {amount} pasaron de una cuenta a otra; los intereses corren sin interrupción.",
    ),
    "open_elsewhere": (
        "Of this on another account", "Davon auf einem anderen Konto",
        "Dont sur un autre compte", "De ello, en otra cuenta",
    ),
    "interest_elsewhere": (
        "Of the interest on another account", "Von den Zinsen auf einem anderen Konto",
        "Dont intérêts sur un autre compte", "De los intereses, en otra cuenta",
    ),
    "per_day": (
        "From {day} on, {amount} comes on top for each further day.",
        "Ab dem {day} kommen für jeden weiteren Tag {amount} hinzu.",
        "À partir du {day}, {amount} s’ajoutent par jour supplémentaire.",
        "Desde el {day} se añaden {amount} por cada día más.",
    ),
    "no_more": (
        "No further interest arises.", "Es entstehen keine weiteren Zinsen.",
        "Aucun intérêt ne court plus.", "No se devengan más intereses.",
    ),
    "missing": (
        "The rate from {day} on is not published in our records; nothing is counted from then.",
        "Der Satz ab dem {day} liegt uns nicht vor; ab dann ist nichts gerechnet.",
        "Le taux à partir du {day} ne nous est pas connu ; rien n’est compté depuis.",
        "No consta el tipo desde el {day}; desde entonces no se cuenta nada.",
    ),
    "none": (
        "No interest has arisen.", "Es sind keine Zinsen entstanden.",
        "Aucun intérêt n’a couru.", "No se han devengado intereses.",
    ),
    "compensation": ("Fixed sum for the cost of recovery", "Pauschale für Beitreibungskosten",
                     "Indemnité forfaitaire pour frais de recouvrement",
                     "Indemnización fija por costes de cobro"),
    "costs": ("Collection costs by tariff", "Inkassokosten nach Tarif",
              "Frais de recouvrement selon barème", "Costes de cobro según tarifa"),
    "total": ("Principal, interest and costs", "Hauptforderung, Zinsen und Kosten",
              "Principal, intérêts et frais", "Principal, intereses y costes"),
    "law": ("Paragraphs", "Vorschriften", "Textes", "Preceptos"),
    "signed": (
        "The legal values used here were signed by {name}.",
        "Die verwendeten gesetzlichen Werte hat {name} bestätigt.",
        "Les valeurs légales utilisées ont été validées par {name}.",
        "Los valores legales usados fueron validados por {name}.",
    ),
    "unsigned": (
        "The legal values used here come from public sources and have not been signed by a lawyer."
        " This sheet is a calculation, not legal advice.",
        "Die verwendeten gesetzlichen Werte stammen aus öffentlichen Quellen und sind nicht"
        " anwaltlich bestätigt. Dieses Blatt ist eine Berechnung, keine Rechtsberatung.",
        "Les valeurs légales proviennent de sources publiques et n’ont pas été validées par un"
        " avocat. Ce décompte est un calcul, non un conseil juridique.",
        "Los valores legales proceden de fuentes públicas y no han sido validados por un abogado."
        " Esta hoja es un cálculo, no asesoramiento jurídico.",
    ),
    "date": ("Date", "Datum", "Date", "Fecha"),
    "amount": ("Amount", "Betrag", "Montant", "Importe"),
    "page": ("Page {page} of {pages}", "Seite {page} von {pages}", "Page {page} sur {pages}",
             "Página {page} de {pages}"),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    """All words of a language."""
    return said_in(language, _WORDS)
