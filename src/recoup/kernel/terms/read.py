"""Reading terms: how people write them, and how we print them.

`30 days EOM` and `Net 30 EOM` mean 30 days after the end of the month of issue, as accounting
programs have it; `30 jours fin de mois` means the end of the month in which the 30th day falls,
as is usual in France. `on order` is the day of issue: the order itself is not in our books.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import lcm

from recoup.kernel.errors import Refusal
from recoup.kernel.terms.model import PPM, Discount, Kind, Part, Roll, Terms, simplest
from recoup.kernel.terms.phrases import SINGULAR, Heard, clauses, folded, hear, weekday_of

# Longer than any terms people write or we print.
LENGTH_MAX = 400

_DAYS = r"(?P<days>\d{1,4})"
_UNIT = r"(?:days?|tage?n?|jours?|d[ií]as?|d)"
_EOM = r"(?:eom|end of (?:the )?month|month end)"
_BEFORE = (
    r"(?:net|netto|n/?|due in|due within|within|payable within|zahlbar in(?:nerhalb)?"
    r"|innerhalb|a|à|after|in)?\s*"
)


@dataclass(frozen=True)
class _Found:
    """The numbers a phrase held, by name."""

    days: int = 0
    more: int = 0
    day: int = 0


# The first that fits the whole text wins.
_PHRASES: tuple[tuple[str, Callable[[_Found], Part]], ...] = (
    (
        r"(?:due |payable |payment )?(?:up)?(?:on|upon)? ?receipt"
        r"|(?:due |payable )?immediate(?:ly)?|due now|sofort(?: fällig| zahlbar)?"
        r"|zahlbar sofort|al contado|comptant"
        r"|(?:deposit |down payment )?(?:on|with|upon) (?:the )?order|down payment|deposit"
        r"|anzahlung"
        r"|bei (?:bestellung|auftrag)|à la commande|acompte|al pedido",
        lambda _: Part(),
    ),
    (rf"(?:net |due )?{_EOM}|fin de mois|fin de mes|monatsende", lambda _: Part(to_month_end=True)),
    (
        rf"{_BEFORE}{_DAYS}\s*(?:jours|d[ií]as) fin de (?:mois|mes)",
        lambda found: Part(days=found.days, to_month_end=True),
    ),
    (
        rf"{_BEFORE}{_DAYS}\s*{_UNIT}?\s*(?:after |from |ab |nach )?(?:the )?(?:{_EOM}|monatsende)"
        rf"|{_EOM}\s*\+?\s*(?P<more>\d{{1,4}})\s*{_UNIT}?",
        lambda found: Part(to_month_end=True, days_more=found.more or found.days),
    ),
    (
        r"(?:net |on |due )?(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        r" (?:prox\.?|proximo|mfi|of (?:the )?(?:next|following) month"
        r"|of (?:the )?month (?:after|following)(?: invoice)?)",
        lambda found: Part(day_of_next_month=found.day),
    ),
    (
        rf"{_BEFORE}{_DAYS}\s*(?:business|working|work) days?"
        rf"|{_BEFORE}(?P<more>\d{{1,4}}) werktage?",
        lambda found: Part(days=found.days or found.more, is_business_days=True),
    ),
    (rf"{_BEFORE}{_DAYS} months?|{_BEFORE}(?P<more>\d{{1,3}}) monate?", lambda found: Part(
        months=found.days or found.more
    )),
    (
        rf"{_BEFORE}{_DAYS}\s*{_UNIT}?\s*(?:net|netto)?"
        r"(?: (?:after|from) (?:invoice|issue)(?: date)?| fecha factura| date de facture"
        r"| nach rechnungsdatum)?",
        lambda found: Part(days=found.days),
    ),
)  # fmt: skip
_KINDS = (
    (
        Kind.ADVANCE,
        r"(?:payment |cash |paid |100\s*% )?in advance|advance payment|pre-?payment|pre-?paid|cia"
        r"|pia|cbd|cash before delivery|(?:against )?pro-?forma(?: invoice)?|vorkasse|vorauskasse"
        r"|vorauszahlung|paiement (?:d'avance|à l'avance)|prépaiement"
        r"|pago (?:por adelantado|anticipado)|prepago",
    ),
    (
        Kind.ON_DELIVERY,
        r"(?:cash|payment|collect) on delivery|cod|c\.o\.d|nachnahme|per nachnahme"
        r"|contre[- ]remboursement|contra ?reembolso",
    ),
)
_ROLLS = (
    (Roll.MODIFIED, r"modified following"),
    (Roll.FOLLOWING, r"(?:following|next) (?:business|working) day"),
    (Roll.PRECEDING, r"(?:preceding|previous) (?:business|working) day"),
)
_PERCENT = r"(?P<percent>\d{1,2}(?:[.,]\d{1,4})?)"
# `2/10`, `2% 10 days`, `3 % 8 Tage`, at the start of terms.
_SHORT_DISCOUNT = re.compile(
    rf"{_PERCENT}\s*%?\s*(?:skonto\s*)?(?:/|\s)\s*(?:in |within )?(?P<days>\d{{1,3}})"
    r"(?: (?:days?|tagen?))?[\s,;]+(?P<rest>.+)"
)
_SAID_DISCOUNT = re.compile(
    rf"{_PERCENT} ?% (?:discount|skonto|d'escompte|de descuento) (?P<within>.+)"
)
_SHARE = re.compile(
    r"(?:(?P<percent>\d{1,3}(?:[.,]\d{1,4})?)\s*%|(?P<over>\d{1,4})/(?P<under>\d{1,5}))"
    r"\s*(?P<when>.+)"
)
_REST = re.compile(
    r"(?:the )?(?:rest|balance|remainder) (?P<en>.+)|(?:der )?rest (?P<de>.+)"
    r"|(?:le )?(?:reste|solde) (?P<fr>.+)|(?:el )?resto (?P<es>.+)"
)
_MONTHLY = re.compile(
    r"(?:in )?(?P<n>\d{1,2}) (?:equal )?monthly (?:parts|installments|instalments|payments)"
    r"|(?:in )?(?P<de>\d{1,2}) monatsraten|en (?P<fr>\d{1,2}) mensualit[eé]s"
    r"|en (?P<es>\d{1,2}) mensualidades"
)
_WEEKDAYS = (
    re.compile(
        r"(?:the )?(?:next |first )?(?P<day>\w+)(?: (?:after|following|from) (?P<base>.+))?"
    ),
    re.compile(
        r"(?P<base>.+?),? (?:and )?(?:the )?(?:next |following )?(?P<day>\w+)"
        r"(?: (?:after|following))?"
    ),
)
# What may follow what when days are counted on: the order in which a part counts.
_ORDER = ("months", "days", "month", "more", "weekday")


@lru_cache(maxsize=4_096)
def read_terms(text: str) -> Terms:
    """The terms somebody wrote: `Net 30`, `2/10 net 30`, `EOM`, `50% 15 days, 50% 45 days`.

    Refusal `terms-unreadable` for anything that is not plainly one of these.
    """
    if len(text) > LENGTH_MAX:
        raise _unreadable(text[:LENGTH_MAX])
    said = _said(folded(text).strip(" ."), text)
    for kind, pattern in _KINDS:
        if re.fullmatch(pattern, said.schedule):
            return Terms(kind=kind, discounts=said.discounts, roll=said.roll)
    for each in hear(said.schedule):
        if each.name in set(Kind):
            return Terms(kind=Kind(each.name), discounts=said.discounts, roll=said.roll)
    parts = _shared(_pieces(said.schedule), text) or (_part(said.schedule, text),)
    return Terms(parts=parts, discounts=said.discounts, roll=said.roll)


@dataclass(frozen=True)
class _Said:
    """A text taken apart: when, what may be deducted, and what a closed day does."""

    schedule: str
    discounts: tuple[Discount, ...]
    roll: Roll


def _said(wanted: str, text: str) -> _Said:
    """Discounts and roll as we print them, after the schedule; or as the trade puts them."""
    discounts: list[Discount] = []
    roll = Roll.NONE
    kept: list[str] = []
    for piece in (each.strip() for each in wanted.split(";")):
        found = _SAID_DISCOUNT.fullmatch(piece)
        within = _counted_on(found["within"]) if found else None
        if found and within:
            discounts.append(Discount(_ppm(found["percent"]), within.days))
            continue
        rolls = [Roll(each.name) for each in hear(piece) if each.name in set(Roll)]
        roll = rolls[0] if rolls else roll
        kept += [] if rolls else [piece]
    schedule = "; ".join(kept)
    for each, pattern in _ROLLS:
        ending = re.fullmatch(rf"(?P<rest>.+?)[ ,;]+{pattern}", schedule)
        if ending is not None:
            schedule, roll = ending["rest"], each
            break
    if _shares(_pieces(schedule)) is None:
        while (early := _SHORT_DISCOUNT.fullmatch(schedule)) is not None:
            discounts.append(Discount(_ppm(early["percent"]), int(early["days"])))
            schedule = early["rest"]
    if not schedule:
        raise _unreadable(text)
    return _Said(schedule, tuple(discounts), roll)


def _ppm(percent: str) -> int:
    """A percentage as people write it, in millionths."""
    whole, _, digits = percent.replace(",", ".").partition(".")
    return int(whole) * 10_000 + int((digits + "0000")[:4])


def _pieces(schedule: str) -> list[str]:
    return [each.strip() for each in re.split(r"[;,]| and | und | et ", schedule)]


@dataclass(frozen=True)
class _Share:
    """What of the whole is due when; without a number it is the rest."""

    when: str
    of_whole: Fraction | None = None


def _shares(pieces: list[str]) -> list[_Share] | None:
    """The pieces as shares of the whole; None where one of them is none."""
    if len(pieces) < 2:
        return None
    found = []
    for piece in pieces:
        share, rest = _SHARE.fullmatch(piece), _REST.fullmatch(piece)
        if share is not None and share["percent"]:
            found.append(_Share(share["when"], Fraction(_ppm(share["percent"]), PPM)))
        elif share is not None and int(share["under"]):
            found.append(_Share(share["when"], Fraction(int(share["over"]), int(share["under"]))))
        elif rest is not None and piece is pieces[-1]:
            found.append(_Share(next(filter(None, rest.groups()))))
        else:
            return None
    return found


def _shared(pieces: list[str], text: str) -> tuple[Part, ...]:
    """The parts of terms in shares, or in monthly parts; none where they are neither."""
    shares = _shares(pieces) or ([_Share(pieces[0])] if _months(pieces[0]) else [])
    given = sum((each.of_whole for each in shares if each.of_whole), Fraction(0))
    if not shares:
        return ()
    if given > 1 or (given == 1) == (shares[-1].of_whole is None):
        raise Refusal(
            "terms-not-whole", f"The shares in {text!r} do not add up to 100 %. Correct them."
        )
    weighed: list[tuple[Fraction, Part]] = []
    for each in shares:
        share = 1 - given if each.of_whole is None else each.of_whole
        count = _months(each.when)
        if count:
            weighed += [(share / count, Part(months=month)) for month in range(1, count + 1)]
        else:
            weighed.append((share, _part(each.when, text)))
    common = lcm(*(share.denominator for share, _ in weighed))
    parts = (replace(part, weight=int(share * common)) for share, part in weighed if share > 0)
    return simplest(tuple(parts))


def _months(when: str) -> int:
    """How many monthly parts; 0 where the words say none."""
    found = _MONTHLY.fullmatch(when)
    return int(next(filter(None, found.groups()))) if found else 0


def _part(wanted: str, text: str) -> Part:
    part = _counted_on(wanted) or _as_written(wanted.strip()) or _to_weekday(wanted.strip())
    if part is None:
        raise _unreadable(text)
    return part


def _counted_on(wanted: str) -> Part | None:
    """A part as we print it: one clause after the other, in the order in which it counts."""
    part, reached = Part(), -1
    for clause in clauses(wanted):
        if len(clause) == len(wanted) and any(each.name == "receipt" for each in hear(clause)):
            return part
        for heard in hear(clause):
            changed = _counts(heard)
            if changed is not None and _ORDER.index(changed[0]) > reached:
                reached = _ORDER.index(changed[0])
                part = changed[1](part)
                break
        else:
            return None
    return part


def _counts(heard: Heard) -> tuple[str, Callable[[Part], Part]] | None:
    """What a clause changes of a part, and its place in the order."""
    number, weekday = heard.number, heard.weekday
    known: dict[str, tuple[str, Callable[[Part], Part]]] = {
        "month": ("months", lambda part: replace(part, months=number)),
        "day": ("days", lambda part: replace(part, days=number)),
        "business_day": (
            "days",
            lambda part: replace(part, days=number, is_business_days=True),
        ),
        "month_end": ("month", lambda part: replace(part, to_month_end=True)),
        "month_day": ("month", lambda part: replace(part, day_of_next_month=number)),
        "more_day": ("more", lambda part: replace(part, days_more=number)),
        "weekday": ("weekday", lambda part: replace(part, weekday=weekday)),
    }
    return known.get(SINGULAR.get(heard.name, heard.name))


def _as_written(wanted: str) -> Part | None:
    for pattern, make in _PHRASES:
        found = re.fullmatch(pattern, wanted)
        if found is not None:
            numbers = {name: int(digits) for name, digits in found.groupdict().items() if digits}
            return make(_Found(**numbers))
    return None


def _to_weekday(wanted: str) -> Part | None:
    """`the Friday after 30 days`, `net 30, Friday`."""
    for pattern in _WEEKDAYS:
        found = pattern.fullmatch(wanted)
        day = weekday_of(found["day"]) if found else None
        if found and day is not None:
            base = _as_written(found["base"].strip()) if found["base"] else Part()
            if base is not None:
                return replace(base, weekday=day)
    return None


def _unreadable(text: str) -> Refusal:
    return Refusal(
        "terms-unreadable",
        f"The payment terms {text!r} are not understood. Write them as `Net 30`, `EOM + 10`,"
        " `15th of next month`, `Due on receipt` or `2/10 net 30`, or give the due date.",
    )
