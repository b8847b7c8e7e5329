"""The words of a terms sheet and of the page on which a debtor accepts it."""

from __future__ import annotations

from collections.abc import Mapping

from recoup.reports.statement_words import said_in

# One row for each word, in the order of LANGUAGES.
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "title": (
        "Terms of payment", "Zahlungsbedingungen", "Conditions de paiement",
        "Condiciones de pago",
    ),
    "when": (
        "When an invoice is due", "Wann eine Rechnung fällig ist",
        "Quand une facture est exigible", "Cuándo vence una factura",
    ),
    "due": (
        "To be paid: {terms}.", "Zu zahlen: {terms}.", "À payer : {terms}.", "A pagar: {terms}.",
    ),
    "counted": (
        "Days are counted from the date of the invoice.", "Gezählt wird ab dem Rechnungsdatum.",
        "Les délais courent à compter de la date de la facture.",
        "Los plazos se cuentan desde la fecha de la factura.",
    ),
    "stated": (
        "If an invoice names a due date of its own, that date counts.",
        "Nennt eine Rechnung ein eigenes Fälligkeitsdatum, so gilt dieses.",
        "Si une facture indique sa propre échéance, c’est celle-ci qui compte.",
        "Si una factura indica su propio vencimiento, vale ese.",
    ),
    "advance": (
        "Delivery follows once the payment has arrived. Until then nothing is late.",
        "Geliefert wird nach Zahlungseingang. Bis dahin ist nichts überfällig.",
        "La livraison suit la réception du paiement. D’ici là, rien n’est en retard.",
        "La entrega sigue a la llegada del pago. Hasta entonces no hay nada atrasado.",
    ),
    "roll_following": (
        "A due date on a weekend or public holiday moves to the next working day.",
        "Fällt die Fälligkeit auf ein Wochenende oder einen Feiertag, gilt der nächste"
        " Arbeitstag.",
        "Une échéance tombant un week-end ou un jour férié est reportée au jour ouvré suivant.",
        "Si vence en fin de semana o festivo, pasa al siguiente día hábil.",
    ),
    "roll_preceding": (
        "A due date on a weekend or public holiday moves to the working day before.",
        "Fällt die Fälligkeit auf ein Wochenende oder einen Feiertag, gilt der Arbeitstag davor.",
        "Une échéance tombant un week-end ou un jour férié est avancée au jour ouvré précédent.",
        "Si vence en fin de semana o festivo, pasa al día hábil anterior.",
    ),
    "roll_modified": (
        "A due date on a weekend or public holiday moves to the next working day, within the"
        " same month.",
        "Fällt die Fälligkeit auf ein Wochenende oder einen Feiertag, gilt der nächste Arbeitstag"
        " im selben Monat.",
        "Une échéance tombant un week-end ou un jour férié est reportée au jour ouvré suivant,"
        " dans le même mois.",
        "Si vence en fin de semana o festivo, pasa al siguiente día hábil del mismo mes.",
    ),
    "early": ("Paying early", "Früher zahlen", "Payer plus tôt", "Pagar antes"),
    "early_line": ("{discount}.", "{discount}.", "{discount}.", "{discount}."),
    "early_whole": (
        "The discount is for the whole invoice, paid in time.",
        "Das Skonto gilt, wenn die ganze Rechnung rechtzeitig bezahlt ist.",
        "L’escompte vaut pour la facture entière, payée à temps.",
        "El descuento vale para la factura completa, pagada a tiempo.",
    ),
    "early_part": (
        "A part that is paid in time earns its share of the discount.",
        "Auch ein rechtzeitig bezahlter Teil erhält seinen Anteil am Skonto.",
        "Une partie payée à temps donne droit à sa part de l’escompte.",
        "La parte pagada a tiempo recibe su parte del descuento.",
    ),
    "how": ("How to pay", "Wie Sie zahlen", "Comment payer", "Cómo pagar"),
    "transfer": (
        "By bank transfer to this account.", "Per Überweisung auf dieses Konto.",
        "Par virement sur ce compte.", "Por transferencia a esta cuenta.",
    ),
    "as_invoiced": (
        "To the account given on the invoice.", "Auf das auf der Rechnung genannte Konto.",
        "Sur le compte indiqué sur la facture.", "A la cuenta indicada en la factura.",
    ),
    "holder": ("Account holder", "Kontoinhaber", "Titulaire", "Titular"),
    "bank": ("Bank", "Bank", "Banque", "Banco"),
    "number": ("Account number", "Kontonummer", "Numéro de compte", "Número de cuenta"),
    "routing": (
        "Sort or routing code", "Bankleitzahl", "Code banque", "Código bancario",
    ),
    "reference": ("Reference", "Verwendungszweck", "Référence", "Referencia"),
    "late": (
        "If a payment is late", "Wenn eine Zahlung ausbleibt", "En cas de retard",
        "Si un pago se retrasa",
    ),
    "reminders": (
        "We remind you in writing before anything else happens, and every message says what is"
        " open. If the payment crossed with it, nothing needs to be done.",
        "Wir erinnern schriftlich, bevor irgendetwas anderes geschieht, und jede Nachricht sagt,"
        " was offen ist. Hat sich die Zahlung damit überschnitten, ist nichts zu tun.",
        "Nous vous le rappelons par écrit avant toute autre démarche, et chaque message indique"
        " ce qui reste dû. Si le paiement s’est croisé avec lui, il n’y a rien à faire.",
        "Se lo recordamos por escrito antes de cualquier otra cosa, y cada mensaje dice qué está"
        " pendiente. Si el pago se cruzó con él, no hay que hacer nada.",
    ),
    "free": (
        "Our reminders cost nothing. Our rights by law when a payment is late remain.",
        "Unsere Erinnerungen kosten nichts. Unsere gesetzlichen Rechte bei Verzug bleiben.",
        "Nos rappels sont gratuits. Nos droits légaux en cas de retard demeurent.",
        "Nuestros avisos no cuestan nada. Nuestros derechos legales por retraso se mantienen.",
    ),
    "charged": (
        "When a payment is late we may charge:", "Bei Verzug können wir berechnen:",
        "En cas de retard, nous pouvons facturer :", "En caso de retraso podemos cobrar:",
    ),
    "interest_law": (
        # Not "au taux légal" nor "interés legal": those name other, lower rates.
        "interest at the statutory rate", "Verzugszinsen zum gesetzlichen Satz",
        "des intérêts de retard au taux que fixe la loi pour les retards de paiement",
        "intereses de demora al tipo que fija la ley para la morosidad",
    ),
    "interest_rate": (
        "interest at {rate} a year", "Zinsen von {rate} im Jahr",
        "des intérêts de {rate} par an", "intereses del {rate} anual",
    ),
    "compensation": (
        "the fixed compensation that the law sets", "die gesetzliche Pauschale",
        "l’indemnité forfaitaire légale", "la indemnización fija legal",
    ),
    "fees": (
        "a fee for some reminders, named in each of them",
        "eine Gebühr für einzelne Erinnerungen, die jeweils darin steht",
        "des frais pour certains rappels, indiqués dans chacun d’eux",
        "un cargo por algunos avisos, indicado en cada uno",
    ),
    "costs": (
        "collection costs by the legal tariff, from {days} days late",
        "Inkassokosten nach dem gesetzlichen Tarif, ab {days} Tagen Verzug",
        "des frais de recouvrement selon le barème légal, dès {days} jours de retard",
        "gastos de cobro según la tarifa legal, desde {days} días de retraso",
    ),
    "first_waived": (
        "The first time is waived.", "Beim ersten Mal verzichten wir darauf.",
        "La première fois, nous y renonçons.", "La primera vez no lo cobramos.",
    ),
    "within_law": (
        "Never more than the law allows.", "Nie mehr, als das Gesetz erlaubt.",
        "Jamais plus que ce que la loi permet.", "Nunca más de lo que la ley permite.",
    ),
    "wrong": (
        "If something is not right", "Wenn etwas nicht stimmt", "Si quelque chose ne va pas",
        "Si algo no está bien",
    ),
    "tell_us": (
        "Tell us as soon as you can. What is disputed is not chased while we look into it, and if"
        " you cannot pay on time we look for a way with you.",
        "Sagen Sie es uns so bald wie möglich. Was strittig ist, mahnen wir nicht, solange wir es"
        " prüfen; können Sie nicht rechtzeitig zahlen, suchen wir mit Ihnen einen Weg.",
        "Dites-le-nous dès que possible. Ce qui est contesté n’est pas relancé pendant l’examen ;"
        " si vous ne pouvez pas payer à temps, nous cherchons une solution avec vous.",
        "Díganoslo cuanto antes. Lo que se discute no se reclama mientras lo revisamos; si no"
        " puede pagar a tiempo, buscamos una solución con usted.",
    ),
    "person": ("Contact", "Ansprechpartner", "Contact", "Contacto"),
    "email": ("E-mail", "E-Mail", "E-mail", "Correo"),
    "phone": ("Phone", "Telefon", "Téléphone", "Teléfono"),
    "version": (
        "Version {version}", "Fassung {version}", "Version {version}", "Versión {version}",
    ),
    # The page on which a debtor accepts.
    "for": ("For {name}", "Für {name}", "Pour {name}", "Para {name}"),
    "accept_heading": (
        "Do you accept these terms?", "Nehmen Sie diese Bedingungen an?",
        "Acceptez-vous ces conditions ?", "¿Acepta estas condiciones?",
    ),
    "accept_lead": (
        "Write your name and confirm. We keep your name, the day and these words. If you do not"
        " agree, write to us instead; closing this page changes nothing.",
        "Schreiben Sie Ihren Namen und bestätigen Sie. Wir bewahren Namen, Tag und diesen Wortlaut"
        " auf. Sind Sie nicht einverstanden, schreiben Sie uns; das Schließen der Seite ändert"
        " nichts.",
        "Écrivez votre nom et confirmez. Nous conservons votre nom, le jour et ce texte. Si vous"
        " n’êtes pas d’accord, écrivez-nous ; fermer cette page ne change rien.",
        "Escriba su nombre y confirme. Guardamos su nombre, el día y este texto. Si no está de"
        " acuerdo, escríbanos; cerrar esta página no cambia nada.",
    ),
    "name": (
        "Your first and last name", "Ihr Vor- und Nachname", "Vos prénom et nom",
        "Su nombre y apellidos",
    ),
    "accept": (
        "Accept these terms", "Bedingungen annehmen", "Accepter ces conditions",
        "Aceptar estas condiciones",
    ),
    "name_missing": (
        "Please write your name, so that we know who accepted.",
        "Bitte schreiben Sie Ihren Namen, damit wir wissen, wer angenommen hat.",
        "Veuillez écrire votre nom, pour que nous sachions qui a accepté.",
        "Escriba su nombre, para que sepamos quién ha aceptado.",
    ),
    "accepted": (
        "Accepted by {name} on {day}. Thank you; there is nothing more to do.",
        "Angenommen von {name} am {day}. Danke; es ist nichts weiter zu tun.",
        "Accepté par {name} le {day}. Merci ; il n’y a rien d’autre à faire.",
        "Aceptado por {name} el {day}. Gracias; no hay nada más que hacer.",
    ),
    "goes_on": (
        "Account {old} is now kept as account {new}.",
        "Das Konto {old} wird jetzt als Konto {new} geführt.",
        "Le compte {old} est désormais tenu sous le numéro {new}.",
        "La cuenta {old} se lleva ahora con el número {new}.",
    ),
    "open_until": (
        "This page opens until {day}.", "Diese Seite ist bis {day} erreichbar.",
        "Cette page est accessible jusqu’au {day}.", "Esta página se puede abrir hasta el {day}.",
    ),
    "save": ("Save as PDF", "Als PDF speichern", "Enregistrer en PDF", "Guardar en PDF"),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    """All words of a language."""
    return said_in(language, _WORDS)
