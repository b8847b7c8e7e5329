"""The demo's bank: a month of statements, made from what is open, as banks write them.

Money pays what nobody has asked for since: an item that a message named is paid after it, so no
one was reminded of what they had paid. Some name their invoice, some mistype it, some say
nothing; a few pay in part, too much, for several at once, or for somebody else.
"""

from __future__ import annotations

import io
import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import F, Max, Q

from recoup.books.models import Creditor, HoldRecord, OpenItem
from recoup.demo.business import SEED
from recoup.demo.characters import working_day
from recoup.formats.statements.base import Declared
from recoup.jobs import cash, intake
from recoup.jobs.bank import import_statements

IBAN = "DE75512108001245126199"
OPENING_MINOR = 48_210_77
# Working days that the statements cover, and how many of the open items are paid in them.
DAYS = 20
PAID_SHARE, PAID_MAX = 0.2, 80
WIDTH = 27
# What becomes of a payment on its way, and how often.
WAYS = {
    "clean": 44,
    "mistyped": 9,
    "silent": 12,
    "part": 8,
    "over": 4,
    "charges": 4,
    "merged": 10,
    "stranger": 16,
}
CLEAN = ("Invoice {}", "Rg. {}", "{} thank you", "Payment {}", "RE {} vielen Dank")
SILENT = ("payment, thanks", "Ueberweisung", "as discussed", "Zahlung", "")
STRANGERS = ("Holding Nordlicht GmbH", "J. Petersen", "Treuhand Elbe KG", "Tante Inga")
UNKNOWN = (
    (1, 840_00, "Hanse Versicherung AG", "Erstattung Schaden 2231"),
    (6, 1_250_00, "R. Albers", "Anzahlung"),
    (11, 312_40, "Finanzkasse Hamburg", "USt Guthaben"),
    (16, 96_20, "Kaffeehaus Suedwind", "Danke fuer alles"),
)
OUTGOING = (
    (0, 4_800_00, "Speicherstadt Immobilien", "Miete Kaffeespeicher 3"),
    (2, 612_35, "Stadtwerke Elbe", "Strom Abschlag"),
    (4, 18_240_00, "Import Santos SA", "Contract 7781"),
    (9, 2_118_90, "Spedition Kruse", "Fracht KW"),
    (13, 389_00, "Telefon Nord", "Rechnung"),
    (18, 21_430_00, "Gehaelter", "Sammelueberweisung"),
)


@dataclass(frozen=True)
class _Line:
    """One line of a statement, above zero money in."""

    day: date
    amount_minor: int
    name: str
    account: str
    words: str


@dataclass
class _Item:
    """An open item that may be paid, and from when."""

    account_id: int
    name: str
    number: str
    open_minor: int
    since: date
    is_used: bool = field(default=False)


def take_in(creditor: Creditor, day: date, *, at: datetime, by: str) -> cash.Matched:
    """Import the month up to the day before, and apply what is certain of it."""
    for name, content in statements(creditor, day):
        kept = intake.receive(creditor, name=name, stream=io.BytesIO(content), at=at, by=by)
        import_statements(kept, declared=Declared())
    act = cash.Act(today=day, at=at, by=by, why="certain")
    return cash.match(creditor, act=act, policy=cash.policy_of(creditor, today=day))


def statements(
    creditor: Creditor, day: date, *, days: int = DAYS, seed: int = SEED
) -> list[tuple[str, bytes]]:
    """Files of MT940, one for each week up to the day before: names and bytes.

    A statement for each working day, chained from balance to balance; the same books, day and
    seed give the same bytes.
    """
    covered = _covered(day, days)
    chance = random.Random(f"{seed}/bank/{day}")
    lines = sorted(
        [*_incoming(creditor, covered, chance), *_others(covered)],
        key=lambda line: (line.day, -line.amount_minor, line.words),
    )
    files: dict[str, list[str]] = {}
    balance = OPENING_MINOR
    for number, booked in enumerate(covered, start=1):
        of_day = [line for line in lines if line.day == booked]
        closing = balance + sum(line.amount_minor for line in of_day)
        text = _statement(number, booked, balance, closing, of_day)
        year, week, _ = booked.isocalendar()
        files.setdefault(f"statement-{year}-W{week:02d}.sta", []).append(text)
        balance = closing
    return [(name, "".join(texts).encode()) for name, texts in files.items()]


def _covered(day: date, days: int) -> list[date]:
    found: list[date] = []
    each = day - timedelta(days=1)
    while len(found) < days:
        if working_day(each) == each:
            found.append(each)
        each -= timedelta(days=1)
    return found[::-1]


def _items(creditor: Creditor, day: date) -> list[_Item]:
    """What may be paid in the bank's currency: of accounts that nobody has on hold."""
    going_on = Q(last_date=None) | Q(last_date__gte=day)
    held = HoldRecord.objects.filter(going_on, creditor=creditor).values("account_id")
    found = (
        OpenItem.objects.filter(creditor=creditor, currency=creditor.currency, open_minor__gt=0)
        .exclude(account_id__in=held)
        .annotate(
            named=Max("intentitem__intent__cycle_date"),
            number=F("document__number"),
            name=F("account__name"),
        )
        .order_by("pk")
    )
    return [
        _Item(
            account_id=each.account_id,
            name=each.name,
            number=each.number,
            open_minor=each.open_minor,
            since=max(each.issue_date + timedelta(days=5), each.named or date.min)
            + timedelta(days=1),
        )
        for each in found
    ]


def _incoming(creditor: Creditor, covered: Sequence[date], chance: random.Random) -> list[_Line]:
    items = [each for each in _items(creditor, covered[-1]) if each.since <= covered[-1]]
    wanted = min(PAID_MAX, round(len(items) * PAID_SHARE))
    chosen = chance.sample(items, wanted)
    lines = []
    for item in chosen:
        if item.is_used:
            continue
        item.is_used = True
        way = chance.choices(list(WAYS), weights=list(WAYS.values()))[0]
        day = chance.choice([each for each in covered if each >= item.since])
        lines.append(_paid(way, item, items, day, chance))
    return lines


def _paid(way: str, item: _Item, items: Sequence[_Item], day: date, chance: random.Random) -> _Line:
    amount, name, words = item.open_minor, item.name, chance.choice(CLEAN).format(item.number)
    if way == "mistyped":
        words = _mistyped(item.number, chance)
    elif way == "silent":
        words = chance.choice(SILENT)
    elif way == "part":
        amount = amount * chance.randint(30, 70) // 100
        words = chance.choice((f"part payment {item.number}", "Abschlag", "first half"))
    elif way == "over":
        amount += chance.randint(1, 8) * 5_00
    elif way == "charges":
        amount -= min(amount // 10, chance.choice((7_50, 12_00, 15_00)))
        words = f"{item.number} less bank fees"
    elif way == "merged":
        more = _more(item, items, day)
        amount += sum(each.open_minor for each in more)
        words = " ".join(each.number for each in (item, *more)) if chance.random() < 0.5 else ""
    elif way == "stranger":
        name = chance.choice(STRANGERS)
        words = words if chance.random() < 0.4 else chance.choice(SILENT)
    return _Line(day, amount, name, _iban(name), words)


def _more(item: _Item, items: Sequence[_Item], day: date) -> list[_Item]:
    """Up to two more items of the same account, paid with it."""
    more = [
        each
        for each in items
        if each.account_id == item.account_id and not each.is_used and each.since <= day
    ][:2]
    for each in more:
        each.is_used = True
    return more


def _mistyped(number: str, chance: random.Random) -> str:
    digits = number.rpartition("-")[2]
    place = chance.randrange(len(digits) - 1)
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    return chance.choice(
        (
            number.replace("-", ""),
            number.replace("-", " "),
            f"LV-{swapped}",
            f"inv {digits}",
            number.replace("0", "O", 1),
        )
    )


def _others(covered: Sequence[date]) -> Iterator[_Line]:
    """Money that is no customer's, and money that goes out."""
    for sign, rows in ((1, UNKNOWN), (-1, OUTGOING)):
        for place, amount, name, words in rows:
            if place < len(covered):
                yield _Line(covered[place], sign * amount, name, _iban(name), words)


def _iban(name: str) -> str:
    """A German account number that its name always has; the bank does not exist."""
    digits = random.Random(f"account/{name}").randrange(10**10)
    rest = f"00000000{digits:010d}"
    check = 98 - int(f"{rest}131400") % 97
    return f"DE{check:02d}{rest}"


def _statement(number: int, day: date, opening: int, closing: int, lines: Sequence[_Line]) -> str:
    rows = "".join(map(_row, lines))
    return (
        f":20:LV{day:%y%m%d}\n:25:{IBAN}\n:28C:{number}/1\n"
        f"{_balance('60F', day, opening)}\n{rows}{_balance('62F', day, closing)}\n-\n"
    )


def _row(line: _Line) -> str:
    side = "C" if line.amount_minor > 0 else "D"
    words = _swift(line.words)
    said = "".join(
        f"?{20 + place}{words[WIDTH * place : WIDTH * (place + 1)]}"
        for place in range(-(-len(words) // WIDTH))
    )
    name = _swift(line.name)
    rest = f"?33{name[WIDTH : 2 * WIDTH]}" if len(name) > WIDTH else ""
    return (
        f":61:{line.day:%y%m%d%m%d}{side}{_amount(line.amount_minor)}NTRFNONREF\n"
        f":86:166?00UMSATZ{said}?31{line.account}?32{name[:WIDTH]}{rest}\n"
    )


def _balance(tag: str, day: date, minor: int) -> str:
    return f":{tag}:{'C' if minor >= 0 else 'D'}{day:%y%m%d}EUR{_amount(minor)}"


def _amount(minor: int) -> str:
    return f"{abs(minor) // 100},{abs(minor) % 100:02d}"


def _swift(text: str) -> str:
    """The text in the few letters that banks send each other."""
    for letter, spelled in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}.items():
        text = text.replace(letter, spelled)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
