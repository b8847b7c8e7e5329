"""How terms are said in each language, written once: what is printed by it is read by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

LANGUAGES = ("en", "de", "fr", "es")

# One row for each phrase, in the order of LANGUAGES; {n} is a number, {day} a weekday.
PHRASES: dict[str, tuple[str, str, str, str]] = {
    "receipt": ("on receipt", "sofort nach Erhalt", "à réception", "al recibo"),
    "day": ("within 1 day", "innerhalb von 1 Tag", "sous 1 jour", "en 1 día"),
    "days": ("within {n} days", "innerhalb von {n} Tagen", "sous {n} jours", "en {n} días"),
    "business_day": (
        "within 1 working day", "innerhalb von 1 Arbeitstag", "sous 1 jour ouvré",
        "en 1 día hábil",
    ),
    "business_days": (
        "within {n} working days", "innerhalb von {n} Arbeitstagen", "sous {n} jours ouvrés",
        "en {n} días hábiles",
    ),
    "month": ("after 1 month", "nach 1 Monat", "après 1 mois", "al cabo de 1 mes"),
    "months": (
        "after {n} months", "nach {n} Monaten", "après {n} mois", "al cabo de {n} meses",
    ),
    "month_end": ("at the end of the month", "zum Monatsende", "en fin de mois", "a fin de mes"),
    "month_day": (
        "on day {n} of the following month", "am {n}. des Folgemonats",
        "le {n} du mois suivant", "el día {n} del mes siguiente",
    ),
    "more_day": ("1 day later", "1 Tag danach", "1 jour plus tard", "1 día después"),
    "more": ("{n} days later", "{n} Tage danach", "{n} jours plus tard", "{n} días después"),
    "weekday": (
        "on the first {day} from that day", "am ersten {day} ab diesem Tag",
        "le premier {day} à partir de ce jour", "el primer {day} desde ese día",
    ),
    "then": (" then ", " dann ", " puis ", " luego "),
    "rest_monthly": (
        "the rest in {n} monthly parts", "der Rest in {n} Monatsraten",
        "le reste en {n} mensualités", "el resto en {n} mensualidades",
    ),
    "monthly": (
        "in {n} monthly parts", "in {n} Monatsraten", "en {n} mensualités",
        "en {n} mensualidades",
    ),
    "discount": (
        "{share} discount {within}", "{share} Skonto {within}", "{share} d’escompte {within}",
        "{share} de descuento {within}",
    ),
    "following": (
        "a closed day moves to the next working day",
        "ein geschlossener Tag rückt auf den nächsten Arbeitstag",
        "un jour fermé est reporté au jour ouvré suivant",
        "un día inhábil pasa al siguiente día hábil",
    ),
    "preceding": (
        "a closed day moves to the working day before",
        "ein geschlossener Tag rückt auf den Arbeitstag davor",
        "un jour fermé est avancé au jour ouvré précédent",
        "un día inhábil pasa al día hábil anterior",
    ),
    "modified": (
        "a closed day moves to the next working day of the same month",
        "ein geschlossener Tag rückt auf den nächsten Arbeitstag im selben Monat",
        "un jour fermé est reporté au jour ouvré suivant du même mois",
        "un día inhábil pasa al siguiente día hábil del mismo mes",
    ),
    "advance": (
        "in advance, before delivery", "im Voraus, vor der Lieferung",
        "à l’avance, avant la livraison", "por adelantado, antes de la entrega",
    ),
    "on_delivery": ("on delivery", "bei Lieferung", "à la livraison", "a la entrega"),
}  # fmt: skip

WEEKDAYS: tuple[tuple[str, ...], ...] = (
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
)
_NUMBER, _DAY = r"(?P<n>\d{1,4})", r"(?P<day>[^\W\d]+)"


@dataclass(frozen=True)
class Heard:
    """A phrase that was recognized, with its number or weekday."""

    name: str
    number: int = 0
    weekday: int | None = None


SINGULAR = {"days": "day", "business_days": "business_day", "months": "month", "more": "more_day"}


def say(name: str, language: str, **values: object) -> str:
    """A phrase of a language, its places filled."""
    return PHRASES[name][LANGUAGES.index(language)].format(**values)


def counted(name: str, count: int, language: str) -> str:
    """A phrase that counts: its singular for one."""
    return say(SINGULAR[name] if count == 1 else name, language, n=count)


def hear(text: str) -> Iterator[Heard]:
    """Every phrase that this text is, in any language; the text is in small letters."""
    for name, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is None:
            continue
        groups = found.groupdict()
        day = weekday_of(groups["day"]) if "day" in groups else None
        if "day" in groups and day is None:
            continue
        yield Heard(name, int(groups.get("n", 1)), day)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """One pattern for each phrase and language; the frames around other phrases are not heard."""
    frames = {"then", "discount"}
    return tuple(
        (name, re.compile(_pattern(phrase)))
        for name, phrases in PHRASES.items()
        if name not in frames
        for phrase in phrases
    )


def _pattern(phrase: str) -> str:
    quoted = re.escape(folded(phrase))
    return quoted.replace(r"\{n\}", _NUMBER).replace(r"\{day\}", _DAY)


def folded(text: str) -> str:
    """Small letters, one kind of apostrophe and of space."""
    return " ".join(text.replace("’", "'").lower().split())


def weekday_of(word: str) -> int | None:
    """The number of a weekday by its name or the first letters of it, Monday is 0."""
    for names in WEEKDAYS:
        for number, name in enumerate(names):
            known = name.lower()
            if word == known or (names is WEEKDAYS[0] and word in (known[:3], known[:4])):
                return number
    return None


def clauses(text: str) -> list[str]:
    """A text in small letters, cut where one thing is counted after another."""
    return re.split("|".join(PHRASES["then"]), text)
