"""`recoup law`: what the state says, how we know it, and what is due for a look."""

from __future__ import annotations

from collections import Counter
from datetime import date

import click

from recoup.cli import clock, lawful, options, say
from recoup.cli.days import DAY
from recoup.cli.exits import Exit
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import KIND_OF_WORD, LegalKind
from recoup.law import inventory
from recoup.law.check import Finding, Matter
from recoup.law.check import check as look_over
from recoup.law.inventory import Held, RateHeld
from recoup.law.lookup import Law, law
from recoup.law.read import documents, version

NOT_ADVICE = "Not legal advice."
on_day = click.option("--on", type=DAY, metavar="DATE", help="The day; today by default.")


@click.group("law")
def command() -> None:
    """What the law says where debtors live, and how well that is known."""


@command.command("list")
@options.as_json
def list_() -> None:
    """List every law document: what it holds, when it was checked, who signed it."""
    found = list(documents().values())
    if say.is_json():
        listed = [
            {
                "code": each.code,
                "name": each.name,
                "within": each.within,
                "values": sum(map(len, each.values.values())),
                "rates": list(each.series),
                "checked_on": each.checked_on,
                "review_by": each.review_by,
                "lawyer_signed": each.lawyer_signed,
            }
            for each in found
        ]
        say.program({"version": version(), "documents": listed})
        return
    say.table(
        ["Code", "Law", "Within", "Values", "Rates", "Checked on", "Review by", "Signed by"],
        [
            (
                each.code,
                each.name,
                each.within,
                str(sum(map(len, each.values.values()))),
                str(len(each.series)),
                str(each.checked_on),
                str(each.review_by),
                each.lawyer_signed or "nobody",
            )
            for each in found
        ],
        right=["Values", "Rates"],
        tight=["Code", "Checked on", "Review by"],
    )


@command.command("show")
@click.argument("code")
@on_day
@click.option("--kind", type=click.Choice(list(KIND_OF_WORD)), help="Only for such a debtor.")
@click.option("--topic", metavar="TOPIC", help="Only this one, such as interest.margin.")
@options.as_json
def show(code: str, on: date | None, kind: str | None, topic: str | None) -> None:
    """Show every value of a law in force on a day: paragraph, sources, age, how well verified."""
    asked = law(code.upper())
    day = on or clock.now().date()
    wanted = None if kind is None else KIND_OF_WORD[kind]
    held = inventory.in_force(asked, on=day, kind=wanted)
    if topic is not None:
        held = _only(held, topic, asked, day, wanted)
    if not held:
        raise Refusal(
            "law-silent", f"{asked.document.name}: nothing is known for {day}. Ask for a later day."
        )
    rates = inventory.rates_in_force(asked, on=day) if topic is None else ()
    if say.is_json():
        say.program(_as_program(asked, day, held, rates))
        return
    _show(asked, day, held, rates)


@command.command("check")
@on_day
@click.option("--values", "is_each", is_flag=True, help="Name each value to verify.")
@options.as_json
def check(on: date | None, is_each: bool) -> None:
    """Check the documents: form, rates overdue or due, reviews passed, values to verify.

    Exit code 1 when something is malformed, missing or past its review; 5 when a rate is due soon.
    """
    day = on or clock.now().date()
    findings = look_over(on=day)
    if say.is_json():
        say.program({"on": day, "version": version(), "findings": _findings(findings)})
    else:
        _show_findings(findings, day, is_each)
    if any(each.is_urgent for each in findings):
        raise click.exceptions.Exit(Exit.REFUSED)
    if any(each.matter is Matter.RATE_DUE for each in findings):
        raise click.exceptions.Exit(Exit.NEEDS_PERSON)


def _only(
    held: tuple[Held, ...], topic: str, asked: Law, day: date, kind: LegalKind | None
) -> tuple[Held, ...]:
    """The values of one topic; where there are none, the law's own refusal that names it."""
    found = tuple(each for each in held if each.found.topic == topic)
    if not found:
        try:
            asked.get(topic, on=day, kind=LegalKind.UNKNOWN if kind is None else kind)
        except KeyError:
            raise Refusal("topic-unknown", f"The law documents know no topic {topic!r}.") from None
    return found


def _show(asked: Law, day: date, held: tuple[Held, ...], rates: tuple[RateHeld, ...]) -> None:
    document = asked.document
    signed = (
        f"Signed by {document.lawyer_signed}." if document.lawyer_signed else "Signed by nobody."
    )
    say.line(f"{document.name} ({document.code}) on {day}", style="bold")
    say.line(f"{document.summary.strip()} {signed} {NOT_ADVICE}")
    if rates:
        say.table(
            ["Reference rate", "Percent", "Since", "Known until", "How known"],
            [_rate_row(each) for each in rates],
            right=["Percent"],
            tight=["Since", "Known until"],
        )
    say.table(
        ["Topic", "For", "Since", "What it says, and how it is known"],
        [_row(each, day) for each in held],
        tight=["Topic", "Since"],
    )


def _rate_row(rate: RateHeld) -> tuple[str, ...]:
    if rate.step is None:
        return (rate.series.title, "missing", "", str(rate.known_until or ""), rate.missing)
    percent, used = rate.step.rate.percent, rate.step.rate
    titles = "; ".join(rate.document.sources[key].title for key in used.sources)
    return (
        rate.series.title,
        f"{percent}",
        str(rate.step.since),
        str(rate.known_until or "further notice"),
        f"{_verified(used.verified)}: {titles}",
    )


def _row(held: Held, day: date) -> tuple[str, ...]:
    entry = held.found.entry
    kinds = ", ".join(kind.word.replace("_", " ") for kind in held.kinds)
    said = [inventory.value_words(held.found), entry.note, _known(held, day)]
    return (
        held.found.topic,
        "all" if held.is_for_all else kinds,
        str(entry.since or "ever"),
        "\n".join(each for each in said if each),
    )


def _known(held: Held, day: date) -> str:
    entry = held.found.entry
    said = [f"{entry.cite}." if entry.cite else "", _verified(entry.verified) + _age(held, day)]
    if entry.verified != "memory":
        said[-1] += f": {'; '.join(held.sources)}"
    said[-1] += "."
    said.append("" if entry.is_usable else "Not calculated with.")
    said.append("Signed." if held.found.is_signed else "")
    return " ".join(each for each in said if each)


def _verified(word: str) -> str:
    return {"two": "Two sources", "one": "One source", "memory": "From memory"}[word]


def _age(held: Held, day: date) -> str:
    """How long ago it was last seen; a page without a date says nothing."""
    if held.found.entry.verified == "memory":
        return ""
    seen = held.seen_on
    return ", undated" if seen is None else f", seen {_ago(seen, day)}"


def _ago(seen: date, day: date) -> str:
    days = (day - seen).days
    if days <= 0:
        return f"{seen}"
    if days < 60:
        return f"{seen} ({say.count(days, 'day')} ago)"
    if days < 730:
        return f"{seen} ({days // 30} months ago)"
    return f"{seen} ({days // 365} years ago)"


def _as_program(
    asked: Law, day: date, held: tuple[Held, ...], rates: tuple[RateHeld, ...]
) -> dict[str, object]:
    return {
        "code": asked.code,
        "name": asked.document.name,
        "on": day,
        "lawyer_signed": asked.document.lawyer_signed,
        "rates": [_rate_as_program(each) for each in rates],
        "values": [_value_as_program(each, day) for each in held],
    }


def _rate_as_program(rate: RateHeld) -> dict[str, object]:
    step = rate.step
    return {
        "name": rate.name,
        "title": rate.series.title,
        "law": rate.document.code,
        "annual_rate_ppm": None if step is None else step.annual_rate_ppm,
        "since": None if step is None else step.since,
        "known_until": rate.known_until,
        "verified": None if step is None else step.rate.verified,
        "missing": rate.missing,
    }


def _value_as_program(held: Held, day: date) -> dict[str, object]:
    found, entry, seen = held.found, held.found.entry, held.seen_on
    return {
        "topic": found.topic,
        "law": found.document.code,
        "value": inventory.value_words(found),
        "kinds": [kind.word for kind in held.kinds],
        "since": entry.since,
        "until": entry.until,
        "cite": found.cite,
        "sources": list(held.sources),
        "seen_on": seen,
        "age_days": None if seen is None else (day - seen).days,
        "verified": entry.verified,
        "usable_for_calculation": entry.is_usable,
        "lawyer_signed": found.is_signed,
        "note": entry.note,
    }


def _findings(findings: tuple[Finding, ...]) -> list[dict[str, object]]:
    return [
        {
            "matter": each.matter.value,
            "law": each.law,
            "subject": each.subject,
            "sentence": each.sentence,
            "on": each.on,
            "is_urgent": each.is_urgent,
        }
        for each in findings
    ]


def _show_findings(findings: tuple[Finding, ...], day: date, is_each: bool) -> None:
    quiet = (Matter.UNVERIFIED, Matter.OLD)
    shown = [each for each in findings if is_each or each.matter not in quiet]
    for each in shown:
        say.line(f"{'✗' if each.is_urgent else '·'} {each.sentence}")
    if any(each.matter is Matter.MALFORMED for each in findings):
        return
    counted = Counter((each.law, each.matter) for each in findings)
    say.table(
        ["Code", "Law", "From memory", "Old or undated", "Review by"],
        [
            (
                code,
                each.name,
                str(counted[code, Matter.UNVERIFIED]),
                str(counted[code, Matter.OLD]),
                str(each.review_by),
            )
            for code, each in documents().items()
        ],
        right=["From memory", "Old or undated"],
        tight=["Code", "Review by"],
    )
    urgent = sum(each.is_urgent for each in findings)
    due = sum(each.matter is Matter.RATE_DUE for each in findings)
    say.line(
        f"{say.count(urgent, 'thing')} overdue, {say.count(due, 'rate')} due soon, on {day}."
        + ("" if is_each else " --values names each value to verify.")
    )


command.add_command(lawful.next_steps)
command.add_command(lawful.limitation)
command.add_command(lawful.happened)
