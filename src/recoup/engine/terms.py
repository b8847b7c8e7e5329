"""Payment terms: from an issue date and an amount to due dates and installments.

Also reads how people write terms. `30 days EOM` and `Net 30 EOM` mean 30 days after the end
of the month of issue, as accounting programs have it; `30 jours fin de mois` means the end of
the month in which the 30th day falls, as is usual in France.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from recoup.kernel.dates import add_business_days, add_months, end_of_month
from recoup.kernel.errors import Refusal
from recoup.kernel.money import check_minor, share

DAYS_MAX = 3_650
# Longer than any terms people write.
LENGTH_MAX = 120


@dataclass(frozen=True)
class Part:
    """One installment: its weight, and its due date counted from the issue date in this order."""

    weight: int = 1
    days: int = 0
    is_business_days: bool = False
    # Then on to the end of that month …
    to_month_end: bool = False
    # … or to this day of the month after it; the last day where that month is shorter.
    day_of_next_month: int | None = None
    # Then so many days more.
    days_more: int = 0

    def __post_init__(self) -> None:
        """Refuse numbers nobody means."""
        day = self.day_of_next_month
        if not (
            self.weight > 0
            and 0 <= self.days <= DAYS_MAX
            and 0 <= self.days_more <= DAYS_MAX
            and (day is None or 1 <= day <= 31)
        ):
            raise Refusal(
                "terms-out-of-range",
                f"Terms count from 0 to {DAYS_MAX} days, on days of the month from 1 to 31, with"
                " shares above 0. Correct the number.",
            )


@dataclass(frozen=True)
class Discount:
    """What may be deducted for paying within so many days."""

    ppm: int  # of the amount, per million
    days: int


@dataclass(frozen=True)
class Terms:
    """When what part of an invoice is due, and what is deducted for paying early."""

    parts: tuple[Part, ...] = (Part(),)
    discount: Discount | None = None


@dataclass(frozen=True)
class Installment:
    """One dated part of an invoice."""

    due_date: date
    amount_minor: int


def due_date(part: Part, *, issue_date: date, country: str = "", region: str = "") -> date:
    """The day a part is due; business days are those of the place."""
    if part.is_business_days:
        day = add_business_days(issue_date, part.days, country=country, region=region)
    else:
        day = issue_date + timedelta(days=part.days)
    if part.day_of_next_month is not None:
        following = add_months(day.replace(day=1), 1)
        day = min(following + timedelta(days=part.day_of_next_month - 1), end_of_month(following))
    elif part.to_month_end:
        day = end_of_month(day)
    return day + timedelta(days=part.days_more)


def installments(
    terms: Terms, *, issue_date: date, amount_minor: int, country: str = "", region: str = ""
) -> list[Installment]:
    """The parts in order of their due dates; their amounts add up to the whole, exactly."""
    amounts = share(check_minor(amount_minor), [part.weight for part in terms.parts])
    parts = [
        Installment(due_date(part, issue_date=issue_date, country=country, region=region), amount)
        for part, amount in zip(terms.parts, amounts, strict=True)
    ]
    return sorted(parts, key=lambda part: part.due_date)


def discount_minor(terms: Terms, *, amount_minor: int) -> int:
    """What is deducted when paid early: the discount's share of the amount, half up."""
    if terms.discount is None:
        return 0
    taken, _ = share(
        check_minor(amount_minor), [terms.discount.ppm, 1_000_000 - terms.discount.ppm]
    )
    return taken


_DAYS = r"(?P<days>\d{1,4})"
_UNIT = r"(?:days?|tage?n?|jours?|d[ií]as?|d)"
_EOM = r"(?:eom|end of (?:the )?month|month end)"
_BEFORE = (
    r"(?:net|netto|n/?|due in|due within|within|payable within|zahlbar in(?:nerhalb)?"
    r"|innerhalb|a|à)?\s*"
)

# The first that fits the whole text wins.
_PHRASES: tuple[tuple[str, Callable[[dict[str, int]], Part]], ...] = (
    (
        r"(?:due |payable |payment )?(?:up)?(?:on|upon)? ?receipt"
        r"|(?:due |payable )?immediate(?:ly)?|due now|sofort(?: fällig| zahlbar)?"
        r"|zahlbar sofort|à réception|al contado|comptant",
        lambda _: Part(),
    ),
    (rf"(?:net |due )?{_EOM}|fin de mois|fin de mes|monatsende", lambda _: Part(to_month_end=True)),
    (
        rf"{_BEFORE}{_DAYS}\s*(?:jours|d[ií]as) fin de (?:mois|mes)",
        lambda found: Part(days=found["days"], to_month_end=True),
    ),
    (
        rf"{_BEFORE}{_DAYS}\s*{_UNIT}?\s*(?:after |from |ab )?(?:the )?(?:{_EOM}|monatsende)"
        rf"|{_EOM}\s*\+?\s*(?P<more>\d{{1,4}})\s*{_UNIT}?",
        lambda found: Part(to_month_end=True, days_more=found.get("more", found.get("days", 0))),
    ),
    (
        r"(?:net |on |due )?(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        r" (?:prox\.?|proximo|mfi|of (?:the )?(?:next|following) month"
        r"|of (?:the )?month (?:after|following)(?: invoice)?)",
        lambda found: Part(day_of_next_month=found["day"]),
    ),
    (
        rf"{_BEFORE}{_DAYS}\s*(?:business|working|work) days?"
        rf"|{_BEFORE}(?P<more>\d{{1,4}}) werktage?",
        lambda found: Part(days=found.get("days", found.get("more", 0)), is_business_days=True),
    ),
    (
        rf"{_BEFORE}{_DAYS}\s*{_UNIT}?\s*(?:net|netto)?"
        r"(?: (?:after|from) (?:invoice|issue)(?: date)?| fecha factura| date de facture"
        r"| nach rechnungsdatum)?",
        lambda found: Part(days=found["days"]),
    ),
)

_DISCOUNT = re.compile(
    r"(?P<percent>\d{1,2}(?:[.,]\d{1,2})?)\s*%?\s*(?:/|\s)\s*(?P<days>\d{1,3})(?: days?)?"
    r"[\s,;]+(?P<rest>.+)"
)
_SHARE = re.compile(r"(?P<percent>\d{1,3})\s*%\s*(?:in |after |at )?(?P<rest>.+)")


def read_terms(text: str) -> Terms:
    """The terms somebody wrote: `Net 30`, `2/10 net 30`, `EOM`, `50% 15 days, 50% 45 days`.

    Refusal `terms-unreadable` for anything that is not plainly one of these.
    """
    wanted = " ".join(text[: LENGTH_MAX + 1].lower().split()).strip(" .")
    if len(text) > LENGTH_MAX:
        raise _unreadable(text[:LENGTH_MAX])
    shares = [_SHARE.fullmatch(part.strip()) for part in re.split(r"[;,]| and ", wanted)]
    if len(shares) > 1 and all(shares):
        found = [share_ for share_ in shares if share_]
        if sum(int(each["percent"]) for each in found) != 100:
            raise Refusal(
                "terms-not-whole", f"The shares in {text!r} do not add up to 100 %. Correct them."
            )
        parts = (_part(each["rest"], text, int(each["percent"])) for each in found)
        return Terms(parts=tuple(parts))
    early = _DISCOUNT.fullmatch(wanted)
    if early is not None and "%" not in early["rest"]:
        whole, _, digits = early["percent"].replace(",", ".").partition(".")
        ppm = int(whole) * 10_000 + int((digits + "00")[:2]) * 100
        return Terms(
            parts=(_part(early["rest"], text, 1),), discount=Discount(ppm, int(early["days"]))
        )
    return Terms(parts=(_part(wanted, text, 1),))


def _part(wanted: str, text: str, weight: int) -> Part:
    for pattern, make in _PHRASES:
        found = re.fullmatch(pattern, wanted.strip())
        if found is not None:
            numbers = {name: int(digits) for name, digits in found.groupdict().items() if digits}
            part = make(numbers)
            return replace(part, weight=weight)
    raise _unreadable(text)


def _unreadable(text: str) -> Refusal:
    return Refusal(
        "terms-unreadable",
        f"The payment terms {text!r} are not understood. Write them as `Net 30`, `EOM + 10`,"
        " `15th of next month`, `Due on receipt` or `2/10 net 30`, or give the due date.",
    )
