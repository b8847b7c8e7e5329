"""Today: what is owed, what is late, what goes out, and what needs a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
from django.db.models import Count, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from recoup.access import Act, asks
from recoup.books.charge import refused_on
from recoup.books.models import (
    Creditor,
    DebtEvent,
    Intent,
    MoneyRequest,
    Run,
    Seat,
    SetAsideRow,
    SourceFile,
)
from recoup.jobs.lawful import limitation_watch
from recoup.law.limitation import Standing
from recoup.web import clock, decided
from recoup.web.bank_state import to_apply
from recoup.web.bars import AGE_FIELDS, Bar, bar
from recoup.web.board import board, came_in
from recoup.web.page import show

GOING_SHOWN = 25
CAME_IN_DAYS = 7


@dataclass(frozen=True)
class Owed:
    """What is owed in one currency, and what came in lately."""

    currency: str
    balance_minor: int
    overdue_minor: int
    late_accounts: int
    accounts: int
    oldest_due_date: date | None
    came_in_minor: int
    bar: Bar


@dataclass(frozen=True)
class Task:
    """Something only a person can settle, and where."""

    icon: str
    count: int
    nouns: tuple[str, str]  # of one, of many
    sentence: str
    address: str
    verb: str

    @property
    def noun(self) -> str:
        """What is counted, in the number it stands in."""
        one, many = self.nouns
        return one if self.count == 1 else many


def owed(creditor: Creditor, today: date) -> list[Owed]:
    """One row per currency, the largest balance first."""
    money = ("balance_minor", "overdue_minor", *AGE_FIELDS)
    rows = (
        board(creditor.pk)
        .standings.group_by("currency")
        .agg(
            *(pl.col(name).cast(pl.Int128).sum().cast(pl.Int64) for name in money),
            accounts=pl.len(),
            late_accounts=(pl.col("overdue_minor") > 0).sum(),
            oldest_due_date=pl.col("oldest_due_date").min(),
        )
        .sort("balance_minor", "currency", descending=[True, False])
    )
    first = today - timedelta(days=CAME_IN_DAYS - 1)
    received = came_in(creditor.pk, first=first, last=today)
    return [
        Owed(
            currency=row["currency"],
            balance_minor=row["balance_minor"],
            overdue_minor=row["overdue_minor"],
            late_accounts=row["late_accounts"],
            accounts=row["accounts"],
            oldest_due_date=row["oldest_due_date"],
            came_in_minor=received.get(row["currency"], 0),
            bar=bar([row[name] for name in AGE_FIELDS]),
        )
        for row in rows.iter_rows(named=True)
    ]


def tasks(creditor: Creditor, run: Run | None, day: date) -> list[Task]:
    """What waits for a person; what waits for nobody is left out."""
    found = (
        *_of_money(creditor),
        *_of_files(creditor),
        _of_charges(creditor, run, day),
        *_of_messages(creditor, run),
        _of_time(creditor, day),
    )
    return [task for task in found if task.count]


def _of_money(creditor: Creditor) -> tuple[Task, ...]:
    return (
        Task(
            "coins",
            to_apply(creditor),
            ("payment", "payments"),
            "to look at: nobody is certain yet what they pay",
            reverse("cash", args=[creditor.code]),
            "Look",
        ),
        Task(
            "coins",
            MoneyRequest.objects.filter(creditor=creditor, state="waiting").count(),
            ("write-off or refund", "write-offs or refunds"),
            "above what one person may give away: a second one decides",
            reverse("cash_requests", args=[creditor.code]),
            "Decide",
        ),
    )


def _of_charges(creditor: Creditor, run: Run | None, day: date) -> Task:
    refused = refused_on(creditor=creditor, day=run.as_of if run else day)
    return Task(
        "triangle-alert",
        refused.values("account").distinct().count(),
        ("account was", "accounts were"),
        "not charged last night: the books refused, and say why",
        reverse("charges", args=[creditor.code]),
        "See why",
    )


def _of_time(creditor: Creditor, day: date) -> Task:
    return Task(
        "clock",
        _old_soon(creditor, day),
        ("open item becomes", "open items become"),
        "too old to claim soon",
        reverse("limitation", args=[creditor.code]),
        "Look",
    )


def _old_soon(creditor: Creditor, day: date) -> int:
    """How many debts become too old soon; kept while neither the books nor what is noted change."""
    noted = DebtEvent.objects.filter(creditor=creditor)
    state = noted.aggregate(newest=Max("pk"), taken_back=Count("taken_back_at"))
    known = board(creditor.pk).lists
    asked = ("old soon", day, *state.values())
    if asked not in known:
        watched = limitation_watch(creditor, as_of=day)
        known[asked] = watched.filter(pl.col("standing") == Standing.SOON.value).height
    return int(known[asked])


def _of_files(creditor: Creditor) -> tuple[Task, ...]:
    files = SourceFile.objects.filter(creditor=creditor, state="needs_answers")
    rows = SetAsideRow.objects.filter(creditor=creditor, state="open")
    return (
        Task(
            "file-question-mark",
            files.count(),
            ("file", "files"),
            "cannot be read without an answer from you",
            reverse("imports", args=[creditor.code]),
            "Answer",
        ),
        Task(
            "triangle-alert",
            rows.values("source_file", "line").distinct().count(),
            ("row", "rows"),
            "could not be taken from your files",
            reverse("set_aside", args=[creditor.code]),
            "Correct",
        ),
    )


def _of_messages(creditor: Creditor, run: Run | None) -> tuple[Task, ...]:
    outbox = reverse("messages", args=[creditor.code])
    actions = decided.blocked(run)
    return (
        Task(
            "mail-question-mark",
            Intent.objects.filter(creditor=creditor, state="in_doubt").count(),
            ("message", "messages"),
            "may or may not have arrived; say which, with evidence",
            f"{outbox}?tab=doubt",
            "Settle",
        ),
        Task(
            "mail-x",
            decided.with_any(actions, decided.NO_ADDRESS).height,
            ("reminder", "reminders"),
            "cannot go out: no address that works",
            f"{outbox}?tab=withheld&rule=unreachable",
            "Add addresses",
        ),
        Task(
            "coins",
            decided.with_any(actions, decided.COVERED).height,
            ("reminder", "reminders"),
            "withheld because money not yet applied covers what is due",
            f"{outbox}?tab=withheld&rule=covered-by-credit",
            "Look",
        ),
        Task(
            "flag",
            decided.finished(run).height,
            ("account is", "accounts are"),
            "late with every step said: decide what comes next",
            f"{outbox}?tab=withheld&rule={decided.FINISHED}",
            "Decide",
        ),
    )


def asked(creditor: Creditor, today: date) -> list[tuple[str, int]]:
    """What today's unsent messages ask for, by currency."""
    rows = Intent.objects.filter(creditor=creditor, cycle_date=today, state__in=Intent.UNFINISHED)
    sums = rows.values_list("currency").annotate(Sum("net_minor")).order_by("currency")
    return [(currency, int(minor)) for currency, minor in sums]


@asks(Act.SEE)
def today(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The page an owner opens once a day."""
    creditor = seat.creditor
    day = clock.today(creditor)
    run = decided.run_of(creditor, day)
    of_today = Intent.objects.filter(creditor=creditor, cycle_date=day)
    states = dict(of_today.values_list("state").annotate(Count("pk")).order_by("state"))
    going = of_today.filter(state__in=Intent.UNFINISHED).select_related("account")
    context = {
        "here": "today",
        "owed": owed(creditor, day),
        "run": run,
        "states": states,
        "asked": asked(creditor, day),
        "going": going.order_by("-priority", "pk")[:GOING_SHOWN],
        "going_count": sum(states.get(state, 0) for state in Intent.UNFINISHED),
        "tasks": tasks(creditor, run, day),
        "last_import": SourceFile.objects.filter(creditor=creditor, state="done").aggregate(
            at=Max("received_at")
        )["at"],
    }
    return show(request, seat, "today.html", context)
