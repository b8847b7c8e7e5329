"""How payers write: names as banks print them, numbers as hands type them, words around both."""

from __future__ import annotations

from random import Random

_FIRST = (
    "Alba Berg Cort Delm Edel Faro Gril Hain Isar Jost Kelm Lind Mora Nord Olde Pohl Quer Rast "
    "Silv Tann Ulme Vent Wald Xan Yber Zell Brun Cast Dorn Falk Grun Holm Kraf Luis Mull Stein"
)
_LAST = (
    "mann hofer werk bach tec feld moda sol er berg ina ova stad mark holz lux dorf ner au wick "
    "kamp rini eau etti ström ñez gård üller ière"
)
_TRADES = (
    "Bau Technik Handel Logistik Druck Catering Systems Textil Energie Metall Medien Transport "
    "Foods Garten Optik Consulting Travaux Muebles Impianti Elektro"
)
_FORMS = ("GmbH", "GmbH & Co. KG", "AG", "Ltd", "S.A.R.L.", "SL", "e.K.", "B.V.", "S.r.l.", "")
_CITIES = "Ulm Graz Lyon Turin Gent Bonn Leeds Bilbao Aarhus Zug"
_PLAIN = str.maketrans("öñåüè", "onaue")
_UMLAUTS = {"ö": "oe", "ü": "ue", "å": "a", "ñ": "n", "è": "e"}

_AROUND = (
    "{refs}",
    "Rechnung {refs}",
    "Rechnung {refs} vom {day}",
    "Invoice {refs}",
    "payment for invoice {refs} thank you",
    "Facture no {refs} du {day}",
    "Kd-Nr {customer} Rg {refs}",
    "Zahlung {amount} EUR Beleg {refs}",
    "SVWZ+{refs} DATUM {day}",
    "Fra. {refs} / cliente {customer}",
    "/INV/{refs} {day}",
)
_SILENT = (
    "",
    "Zahlung",
    "Invoice payment",
    "Rechnung",
    "Danke",
    "Monatsrechnung {month}",
    "akonto",
)
_SLIPS = {"0": "O", "1": "Il", "5": "S", "8": "B", "2": "Z"}


_OWNERS, _ENDS, _FIELDS, _PLACES = (each.split(" ") for each in (_FIRST, _LAST, _TRADES, _CITIES))


def company(dice: Random) -> str:
    """A name that no real company bears by intent."""
    owner = dice.choice(_OWNERS) + dice.choice(_ENDS)
    words = [owner, dice.choice(_FIELDS)]
    if dice.random() < 0.4:
        words.insert(dice.choice((0, 1, 2)), dice.choice(_PLACES))
    if dice.random() < 0.3:
        words.append(dice.choice(_OWNERS) + dice.choice(_ENDS))
    return " ".join([*words, dice.choice(_FORMS)]).strip()


def person(dice: Random) -> str:
    """The name of somebody who pays for a firm."""
    return f"{dice.choice(_OWNERS)}a {dice.choice(_OWNERS)}{dice.choice(_ENDS)}"


def on_statement(name: str, dice: Random) -> str:
    """A name as a bank prints it: capitals, cut, without its form, or as a person's."""
    roll = dice.random()
    for mark, spelled in _UMLAUTS.items():
        if dice.random() < 0.5:
            name = name.replace(mark, spelled)
    if roll < 0.35:
        return name.translate(_PLAIN).upper()
    if roll < 0.55:
        return " ".join(word for word in name.split() if word not in " ".join(_FORMS))
    if roll < 0.65:
        return name.upper()[:27]
    if roll < 0.72:
        place = dice.randrange(1, len(name) - 1)
        return name[:place] + name[place + 1 :]
    if roll < 0.77:
        words = name.split()
        return " ".join([*words[1:], words[0]])
    return person(dice) if roll < 0.82 else name


def clean(number: str, dice: Random) -> str:
    return number


def slipped(number: str, dice: Random) -> str:
    """A digit read as the letter it looks like."""
    places = [place for place, letter in enumerate(number) if letter in _SLIPS]
    for place in dice.sample(places, min(len(places), dice.choice((1, 1, 2)))):
        number = number[:place] + dice.choice(_SLIPS[number[place]]) + number[place + 1 :]
    return number


def mistyped(number: str, dice: Random) -> str:
    """A digit wrong, missing, doubled, or two of them swapped."""
    places = [place for place, letter in enumerate(number) if letter.isdigit()][-5:]
    place = dice.choice(places)
    roll = dice.random()
    if roll < 0.4:
        return number[:place] + dice.choice("0123456789") + number[place + 1 :]
    if roll < 0.7 and place + 1 < len(number):
        return number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    return number[:place] + (number[place] * 2 if roll < 0.85 else "") + number[place + 1 :]


def respaced(number: str, dice: Random) -> str:
    """Other separators, none, the prefix or leading zeros left out, a space somewhere."""
    roll = dice.random()
    if roll < 0.3:
        return "".join(letter for letter in number if letter.isalnum())
    if roll < 0.5:
        return "".join(letter if letter.isalnum() else " " for letter in number)
    if roll < 0.7:
        return number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ-")
    place = dice.randrange(2, len(number))
    return number[:place] + " " + number[place:]


def wrapped(number: str, dice: Random) -> str:
    """A line of the statement ends within the number."""
    place = dice.randrange(2, len(number))
    return number[:place] + "\n" + number[place:]


def truncated(number: str, dice: Random) -> str:
    """The text ends before the number does."""
    return number[: -dice.choice((1, 2))]


def tail(number: str, dice: Random) -> str:
    """Only the last digits, as people who know each other write."""
    digits = "".join(letter for letter in number if letter.isdigit())
    return digits[-4:].lstrip("0") or digits


FORMS = {
    "clean": clean,
    "slipped": slipped,
    "mistyped": mistyped,
    "respaced": respaced,
    "wrapped": wrapped,
    "truncated": truncated,
    "tail": tail,
}


def listed(numbers: list[str], form: str, dice: Random) -> str:
    """Several numbers in one text: listed, glued together, or the later ones for short."""
    if form == "merged":
        bare = ["".join(letter for letter in number if letter.isalnum()) for number in numbers]
        return "".join(bare)
    written = [FORMS[form](number, dice) for number in numbers]
    if form == "clean" and len(numbers) > 1 and dice.random() < 0.2:
        written[1:] = [tail(number, dice) for number in numbers[1:]]
    return dice.choice((", ", " ", " + ", "; ", " und ")).join(written)


def around(refs: str, *, day: str, amount: str, customer: str, is_last: bool, dice: Random) -> str:
    """The words around references; a bank prints 140 characters."""
    shape = dice.choice(_AROUND[:2] if is_last else _AROUND)
    return shape.format(refs=refs, day=day, amount=amount, customer=customer)[:140]


def silent(month: str, dice: Random) -> str:
    """Words that name nothing."""
    return dice.choice(_SILENT).format(month=month)
