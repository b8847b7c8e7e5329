"""Terms said back in words, so exactly that they are read again as the same terms."""

from __future__ import annotations

from recoup.kernel.terms.model import PPM, Discount, Kind, Part, Roll, Terms, simplest
from recoup.kernel.terms.phrases import LANGUAGES, WEEKDAYS, counted, say

_PPM_OF_PERCENT = PPM // 100


def words(terms: Terms, language: str) -> str:
    """The terms in a language we print: `within 30 days; 2 % discount within 10 days`."""
    found = [schedule_words(terms, language)]
    found += [discount_words(each, language) for each in terms.discounts]
    if terms.roll is not Roll.NONE:
        found.append(say(terms.roll.value, language))
    return "; ".join(found)


def schedule_words(terms: Terms, language: str) -> str:
    """When what is due, without discounts and closed days."""
    if terms.kind is not Kind.CREDIT:
        return say(terms.kind.value, language)
    parts = simplest(terms.parts)
    if len(parts) == 1:
        return part_words(parts[0], language)
    total = sum(part.weight for part in parts)
    monthly = _monthly_tail(parts)
    if monthly == len(parts):
        return say("monthly", language, n=monthly)
    spoken = parts[: len(parts) - monthly] if monthly else parts
    said = [
        f"{_share(part.weight, total, language)} {part_words(part, language)}" for part in spoken
    ]
    rest = [say("rest_monthly", language, n=monthly)] if monthly else []
    return ", ".join([*said, *rest])


def _monthly_tail(parts: tuple[Part, ...]) -> int:
    """How many parts at the end are equal and one month apart, the first after one month."""
    for start in range(len(parts) - 1):
        tail = parts[start:]
        wanted = tuple(Part(weight=tail[0].weight, months=n) for n in range(1, len(tail) + 1))
        if tail == wanted:
            return len(tail)
    return 0


def part_words(part: Part, language: str) -> str:
    """When one part is due."""
    said = []
    if part.months:
        said.append(counted("months", part.months, language))
    if part.days:
        name = "business_days" if part.is_business_days else "days"
        said.append(counted(name, part.days, language))
    if part.day_of_next_month is not None:
        said.append(say("month_day", language, n=part.day_of_next_month))
    elif part.to_month_end:
        said.append(say("month_end", language))
    if part.days_more:
        said.append(counted("more", part.days_more, language))
    if part.weekday is not None:
        day = WEEKDAYS[LANGUAGES.index(language)][part.weekday]
        said.append(say("weekday", language, day=day))
    return say("then", language).join(said) or say("receipt", language)


def discount_words(discount: Discount, language: str) -> str:
    """What may be deducted, and until when: `2% discount within 10 days`."""
    within = counted("days", discount.days, language)
    return say("discount", language, share=percent(discount.ppm, language), within=within)


def percent(ppm: int, language: str) -> str:
    """A share as a percentage: `2 %`, `1.5 %`, in English without the space."""
    whole, rest = divmod(ppm, _PPM_OF_PERCENT)
    mark = "." if language == "en" else ","
    digits = f"{rest:04d}".rstrip("0")
    space = "" if language == "en" else " "
    return f"{whole}{mark if digits else ''}{digits}{space}%"


def _share(weight: int, total: int, language: str) -> str:
    """A percentage, or a fraction where that is no whole number: `1/3`."""
    if weight * 100 % total == 0:
        return percent(weight * PPM // total, language)
    return f"{weight}/{total}"
