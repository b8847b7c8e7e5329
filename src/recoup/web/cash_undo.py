"""What a person did last in Cash, so that one key takes it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from recoup.books import bank
from recoup.books.models import Creditor, StatementLine
from recoup.jobs import cash
from recoup.web import clock
from recoup.web.page import actor

KEPT_MAX = 20
DEFAULT_REASON = "Applied to the wrong account or document"


@dataclass(frozen=True)
class Done:
    """The last thing done: the payments it was about."""

    count: int
    line: StatementLine


def act_of(request: HttpRequest, creditor: Creditor, why: str) -> cash.Act:
    """Who acts, on which day, and why."""
    return cash.Act(
        today=clock.today(creditor), at=clock.now(), by=actor(request), why=why.strip()[:200]
    )


def remember(request: HttpRequest, creditor: Creditor, line_ids: list[int]) -> None:
    """Keep what was done in one go, for this person and session."""
    if line_ids:
        kept = _kept(request, creditor)
        request.session[_key(creditor)] = [*kept, line_ids][-KEPT_MAX:]


def last_done(request: HttpRequest, creditor: Creditor) -> Done | None:
    """What undoing would take back now; None when nothing is left."""
    for ids in reversed(_kept(request, creditor)):
        lines = _undoable(creditor, ids)
        if lines:
            return Done(len(lines), lines[0])
    return None


def undo_last(request: HttpRequest, creditor: Creditor, why: str) -> int:
    """Take back what was done last and is not taken back yet; how many payments."""
    kept = _kept(request, creditor)
    while kept:
        lines = _undoable(creditor, kept.pop())
        request.session[_key(creditor)] = kept
        if lines:
            take_back(lines, creditor, act_of(request, creditor, why))
            return len(lines)
    return 0


def take_back(lines: list[StatementLine], creditor: Creditor, act: cash.Act) -> None:
    """Back to the list, applied or left out, and thought over again."""
    for line in lines:
        if line.state == "ignored":
            bank.reopen_line(line=line)
        else:
            cash.undo(line, act=act)
    policy = cash.policy_of(creditor, today=act.today)
    cash.match(creditor, act=act, policy=policy, line_ids=[line.pk for line in lines])


def _key(creditor: Creditor) -> str:
    return f"cash-{creditor.pk}"


def _kept(request: HttpRequest, creditor: Creditor) -> list[list[int]]:
    return list(request.session.get(_key(creditor), []))


def _undoable(creditor: Creditor, ids: list[int]) -> list[StatementLine]:
    lines = StatementLine.objects.filter(
        pk__in=ids, creditor=creditor, state__in=["applied", "ignored"]
    )
    return list(lines.select_related("receipt__account").order_by("pk"))
