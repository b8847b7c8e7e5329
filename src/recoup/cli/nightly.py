"""`recoup nightly`: the whole day of a creditor, any number of times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import click
from django.db.models import Count, Min

from recoup.books.models import Creditor, Intent, Run, SetAsideRow
from recoup.cli import clock, decided, options, say, sending
from recoup.cli.decided import Withheld
from recoup.cli.exits import Exit
from recoup.cli.start import OnBooks
from recoup.jobs import nightly as nights
from recoup.jobs.send import Sent
from recoup.jobs.verify import verify


@dataclass(frozen=True)
class Report:
    """What the day of one creditor came to."""

    creditor: Creditor
    as_of: date
    run: Run
    night: nights.Night
    withheld: list[Withheld]
    kept_back: int
    # By step and state, the messages of the day.
    messages: Mapping[tuple[str, str], int]
    sent: Sent | None
    # Promises that do not hold, in words.
    broken: list[str]
    next_steps: list[str] = field(default_factory=list)


@click.command("nightly", cls=OnBooks)
@options.every_creditor
@options.as_of
@click.option("--no-send", is_flag=True, help="Decide and prepare; send nothing.")
@options.as_json
def command(code: str | None, as_of: date | None, no_send: bool) -> None:
    """Run the whole day: decide, prepare and write the messages, send what may go.

    Running a day again adds nothing. In production only today's messages are sent; another
    --as-of decides and prepares. Elsewhere a day is rehearsed as if it were ten in the morning.
    """
    reports = []
    for creditor in options.the_creditors(code):
        day = as_of or clock.today(creditor)
        reports.append(_run(creditor, day, no_send=no_send))
        if not say.is_json():
            show(reports[-1])
    if say.is_json():
        say.program({"creditors": [as_program(each) for each in reports]})
    if any(each.broken for each in reports):
        raise click.exceptions.Exit(Exit.REFUSED)


def _run(creditor: Creditor, as_of: date, *, no_send: bool) -> Report:
    at, by = clock.now(), clock.by()
    with say.progress() as step:
        step("recover", 0, 0)
        sending.recover()
        step("verify", 0, 0)
        broken = [
            finding.sentence
            for finding in verify(creditor, as_of=as_of, at=at, by=by)
            if not finding.holds
        ]
        creditor.refresh_from_db()
        night = nights.nightly(
            creditor, as_of=as_of, at=at, by=by, progress=lambda name, done: step(name, done, 0)
        )
        creditor.refresh_from_db()
        sent = None
        if night.may_send and not no_send and creditor.frozen_since is None:
            sent = sending.send([creditor], as_of, lambda done: step("send", done.total, 0))
    return _report(creditor, as_of, night, sent, broken)


def _report(
    creditor: Creditor, as_of: date, night: nights.Night, sent: Sent | None, broken: list[str]
) -> Report:
    run = Run.objects.get(pk=night.run.pk)
    actions = decided.actions_of(run)
    kept_back = 0 if actions is None else actions.filter(actions["blocked_bits"] != 0).height
    rows = Intent.objects.filter(creditor=creditor, cycle_date=as_of).exclude(reason="superseded")
    counted = rows.values_list("step_code", "state").annotate(Count("pk")).order_by("step_code")
    messages = {(str(step), str(state)): int(number) for step, state, number in counted}
    report = Report(
        creditor,
        as_of,
        run,
        night,
        [] if actions is None else decided.withheld(actions),
        kept_back,
        messages,
        sent,
        broken,
    )
    report.next_steps.extend(_next_steps(report))
    return report


def _number(report: Report, *states: str) -> int:
    return sum(count for (_, state), count in report.messages.items() if state in states)


def _next_steps(report: Report) -> list[str]:
    """What a person should do next, the most urgent first."""
    creditor, run = report.creditor, report.run
    reasons = {each.code: each.messages for each in report.withheld}
    unreachable = sum(reasons.get(code, 0) for code in ("no-address", "address-bounced"))
    waiting, doubtful = _number(report, "waiting"), _number(report, "in_doubt")
    found = []
    if creditor.frozen_since is not None:
        found.append(
            f"Sending is stopped: {creditor.frozen_reason}. Mend it, run `recoup verify`, then "
            f"`recoup creditor unfreeze {creditor.code}`."
        )
    refused = report.night.charged.refused
    if refused:
        found.append(
            f"{say.count(refused, 'account')} could not be charged; the page Charges says why."
        )
    if doubtful:
        found.append(
            f"{say.count(doubtful, 'message')} may or may not have arrived. Say which on the "
            "page Messages, with evidence."
        )
    if waiting:
        found.append(
            f"{say.count(waiting, 'message waits', 'messages wait')} for approval. {run.brake} "
            f"Look at them on the page Today, then `recoup approve --creditor {creditor.code} "
            f"--as-of {report.as_of}`."
        )
    if unreachable:
        found.append(f"Add an e-mail address for {say.count(unreachable, 'account')}.")
    aside = SetAsideRow.objects.filter(creditor=creditor, state="open").count()
    if aside:
        found.append(f"{say.count(aside, 'row')} of your files could not be taken: page Imports.")
    found.extend(_not_sent(report))
    return found


def _not_sent(report: Report) -> list[str]:
    pending = _number(report, "pending", "leased")
    if not pending:
        return []
    if not report.night.may_send:
        return [
            f"{say.count(pending, 'message')} of {report.as_of} stay: in production only "
            "today's messages are sent."
        ]
    earliest = Intent.objects.filter(
        creditor=report.creditor, cycle_date=report.as_of, state="pending"
    ).aggregate(at=Min("not_before"))["at"]
    since = f" from {_local(earliest, report.creditor)} on" if earliest else ""
    return [
        f"{say.count(pending, 'message')} may go{since}: `recoup work` sends them, or "
        "`recoup send`."
    ]


def _local(at: datetime, creditor: Creditor) -> str:
    return clock.local(at, creditor).strftime("%H:%M")


_COLUMNS = {
    "Sent": ("accepted",),
    "Waits for approval": ("waiting",),
    "To be sent": ("pending", "leased"),
    "Held": ("held",),
    "In doubt": ("in_doubt",),
    "Refused": ("refused",),
    "Withheld": ("cancelled",),
}


def show(report: Report) -> None:
    """The day for people: what was decided, what became of it, what to do next."""
    creditor = report.creditor
    say.line(f"{creditor.name}, {report.as_of:%A %d %B %Y}", style="bold")
    for sentence in report.broken:
        say.line(sentence, style="red")
    say.table(
        ["", "Accounts", "Owed", "Overdue", "Cleared", "Asked for"],
        [
            (
                currency,
                f"{row['accounts']:,}",
                say.money(row["balance_minor"], currency),
                say.money(row["overdue_minor"], currency),
                f"{row['messages']:,}",
                say.money(row["asked_minor"], currency),
            )
            for currency, row in sorted(report.run.tallies.items())
        ],
        right=["Accounts", "Owed", "Overdue", "Cleared", "Asked for"],
        tight=[""],
    )
    steps = sorted({step for step, _ in report.messages})
    used = [name for name, states in _COLUMNS.items() if _number(report, *states)]
    if steps:
        say.table(
            ["Message", *used],
            [(step, *(_cell(report, step, _COLUMNS[name]) for name in used)) for step in steps],
            right=used,
            tight=["Message"],
            total=["Total", *(f"{_number(report, *_COLUMNS[name]):,}" for name in used)],
        )
    else:
        say.line("Nothing is to be said today.")
        say.line()
    decided.show_withheld(report.withheld, report.kept_back)
    for sentence in report.next_steps or ["Nothing here needs you today."]:
        say.line(f"→ {sentence}")
    say.line()


def _cell(report: Report, step: str, states: tuple[str, ...]) -> str:
    number = sum(report.messages.get((step, state), 0) for state in states)
    return f"{number:,}" if number else ""


def as_program(report: Report) -> dict[str, object]:
    """The day for programs."""
    night = report.night
    return {
        "creditor": report.creditor.code,
        "as_of": report.as_of,
        "run": {"id": report.run.pk, "state": report.run.state, "brake": report.run.brake},
        "planned": vars(night.planned),
        "composed": night.composed,
        "unaddressed": night.unaddressed,
        "standings_changed": night.standings_changed,
        "may_send": night.may_send,
        "tallies": report.run.tallies,
        "messages": [
            {"step": step, "state": state, "count": number}
            for (step, state), number in report.messages.items()
        ],
        "sent": vars(report.sent) if report.sent else None,
        "withheld": decided.as_json(report.withheld),
        "broken": report.broken,
        "next": report.next_steps,
    }
