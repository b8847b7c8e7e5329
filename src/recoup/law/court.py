"""Before and at court: the letter that must go first, how long to wait, the fee."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from recoup.kernel.errors import Refusal
from recoup.kernel.money import exponent
from recoup.law.bands import by_size
from recoup.law.debt import Happened, day_words
from recoup.law.step import (
    Case,
    Ruling,
    done,
    later,
    never,
    not_late,
    open_,
    stopped,
    too_old,
    unknown,
)


def after(start: date, days: int) -> date:
    """The first day after so many whole days; the starting day does not count."""
    return start + timedelta(days=days + 1)


def letter(case: Case) -> Ruling:
    """The letter that must go before a claim, and what must be in it."""
    found = _barred(case) or stopped(case) or not_late(case)
    if found:
        return found
    sent = case.debt.last(Happened.LETTER_OF_CLAIM, on=case.on)
    required = case.is_so("preaction.required")
    name = case.words("preaction.name")
    if sent is not None:
        return done(f"Sent on {day_words(sent)}.")
    if not required:
        known = (
            "No letter is required" if required is False else "No letter is known to be required"
        )
        return open_(f"{known}; a last fair warning costs little.")
    said = [name or "A letter must go before a claim."]
    for topic, title in (
        ("preaction.contents", "It says"),
        ("preaction.enclosures", "Enclose"),
        ("preaction.channel", "Send it"),
    ):
        words = case.words(topic)
        if words:
            said.append(f"{title}: {words}")
    return open_(" ".join(each if each.endswith(".") else f"{each}." for each in said))


def demand(case: Case) -> Ruling:
    """A statutory demand, which threatens insolvency: only for what is large and not contested."""
    threshold = case.value("demand.threshold")
    if threshold is None:
        return unknown("The law document says nothing about it.")
    try:
        least, currency = case.law.amount_minor("demand.threshold", on=case.on, kind=case.debt.kind)
    except Refusal as refusal:
        return unknown(refusal.sentence)
    if currency != case.debt.currency:
        return unknown(f"The threshold is in {currency}, the debt in {case.debt.currency}.")
    if any(each.word == "dispute" for each in case.debt.stops_on(case.on)):
        return never("The debt is contested, and a statutory demand is not for contested debts.")
    if case.debt.amount_minor <= least:
        whole = least // 10 ** exponent(currency)
        return never(f"The debt is not above {whole:,} {currency}.")
    found = _barred(case) or stopped(case) or not_late(case)
    if found:
        return found
    sent = case.debt.last(Happened.STATUTORY_DEMAND, on=case.on)
    if sent is not None:
        return done(f"Served on {day_words(sent)}.")
    days = case.number("demand.days")
    wait = "" if days is None else f" The debtor has {days} days to pay or to contest it."
    return open_(f"The debt is large enough and not contested.{wait}")


def claim(case: Case) -> Ruling:
    """A claim at court: the earliest day, the route, and the fee."""
    found = _barred(case) or stopped(case, but=("dispute", "represented", "cease_request"))
    if found:
        return found
    filed = case.debt.last(Happened.COURT_CLAIM, Happened.CLAIM_SERVED, on=case.on)
    if filed is not None:
        return done(f"Filed on {day_words(filed)}.")
    wait = not_late(case)
    if wait:
        return wait
    fee = fee_minor(case)
    route = case.words("court.route") or "Ask which court is competent."
    required = case.is_so("preaction.required")
    said = f"{route}{_last_day(case)}"
    if not required:
        return open_(said, amount_minor=fee)
    earliest = earliest_issue(case)
    if earliest.first_date is None or case.on < earliest.first_date:
        return later(f"{earliest.why} {route}", earliest.first_date, amount_minor=fee)
    return open_(f"{earliest.why} {said}", amount_minor=fee)


@dataclass(frozen=True)
class Earliest:
    """The first day on which a claim may be made; None while the letter has not gone."""

    # By the letter and the last answer alone.
    waited_date: date | None
    # Notice still to be given, after an answer; 0 when none is.
    notice_days: int
    # With that notice, given today at the earliest.
    first_date: date | None
    why: str


def earliest_issue(case: Case) -> Earliest:
    """The first day on which a claim may be made, and why."""
    debt = case.debt
    sent = debt.last(Happened.LETTER_OF_CLAIM, on=case.on)
    days = case.number("preaction.reply_days")
    if sent is None:
        wait = "" if days is None else f" and the debtor has {days} days to answer"
        return Earliest(None, 0, None, f"A letter must go first{wait}; none is on record.")
    counts = case.value("preaction.counts_from")
    # What counts from the day after receipt takes a day for the post.
    more = 1 if counts is not None and counts.entry.value == "day_after_receipt" else 0
    first = after(sent, (days or 0) + more)
    why = f"The letter went on {day_words(sent)}."
    answered = debt.last(Happened.REPLY_FORM, Happened.DOCUMENTS_SUPPLIED, on=case.on)
    pause = case.number("preaction.after_reply_days")
    if answered is None or answered < sent or pause is None:
        return Earliest(first, 0, first, why)
    first = max(first, after(answered, pause))
    why = f"{why} The last answer was of {day_words(answered)}."
    return _with_notice(case, first, sent, why)


def _with_notice(case: Case, first: date, sent: date, why: str) -> Earliest:
    notice = case.number("preaction.notice_days")
    if notice is None:
        return Earliest(first, 0, first, why)
    given = case.debt.last(Happened.NOTICE_OF_CLAIM, on=case.on)
    if given is None or given < sent:
        why = f"{why} Then {notice} days' notice of the claim; none is on record."
        return Earliest(first, notice, max(first, after(case.on, notice)), why)
    why = f"{why} Notice was given on {day_words(given)}."
    return Earliest(first, 0, max(first, after(given, notice)), why)


def fee_minor(case: Case) -> int | None:
    """What it costs to start, on what is open today; None where it is not known."""
    for topic in ("court.fee_online", "court.fee"):
        found = case.law.find(topic, on=case.on, kind=case.debt.kind)
        if found is None:
            continue
        case.cites.append(found)
        try:
            return by_size(
                case.law, topic, amount_minor=case.debt.amount_minor, currency=case.debt.currency,
                on=case.on, kind=case.debt.kind,
            )  # fmt: skip
        except Refusal:
            return None
    return None


def _barred(case: Case) -> Ruling | None:
    """Where a court would send the creditor home: time has run out."""
    found = too_old(case)
    if found or not case.has_run_out or case.time.last_date is None:
        return found
    case.cites.extend(case.time.cites)
    return never(f"Time to claim ran out after {day_words(case.time.last_date)}.")


def _last_day(case: Case) -> str:
    return "" if case.time.last_date is None else f" {case.time.sentence}"
