"""What a person did last in Cash, so that one key takes it back."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest

from recoup.books import bank
from recoup.books.models import Creditor, StatementLine
from recoup.jobs import cash, cash_many
from recoup.web import clock
from recoup.web.page import actor

# So many acts, of so many payments altogether; the last one always.
KEPT_MAX = 20
LINES_MAX = 20_000
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


@dataclass(frozen=True)
class Undone:
    """How many payments were taken back, and how many of the same act are left."""

    count: int = 0
    left: int = 0
    # The first payment of the act, which names it while it is being taken back.
    begun: int = 0


def remember(
    request: HttpRequest, creditor: Creditor, line_ids: list[int], *, begun: int = 0
) -> None:
    """Keep what was done in one go, for this person and session.

    What goes on where an act has begun (named by its first payment) is one act with it.
    """
    if not line_ids:
        return
    kept = _kept(request, creditor)
    same = next((each for each in kept if begun and each[0] == begun), None)
    if same is None:
        kept.append(line_ids)
    else:
        same += line_ids
    while len(kept) > 1 and sum(map(len, kept)) > LINES_MAX:
        del kept[0]
    request.session[_key(creditor)] = kept[-KEPT_MAX:]


def last_done(request: HttpRequest, creditor: Creditor) -> Done | None:
    """What undoing would take back now; None when nothing is left."""
    for ids in reversed(_kept(request, creditor)):
        lines = _undoable(creditor, ids)
        line = lines.first()
        if line is not None:
            return Done(lines.count() if len(ids) > 1 else 1, line)
    return None


def undo_last(request: HttpRequest, creditor: Creditor, why: str, *, begun: int = 0) -> Undone:
    """Take back a slice of what was done last and is not taken back yet.

    An act that has begun to be taken back is the one that goes on, whatever was done since.
    """
    kept = _kept(request, creditor)
    acts = [each for each in kept if each[0] == begun] if begun else kept[::-1]
    for ids in acts:
        lines = list(_undoable(creditor, ids))
        kept.remove(ids)
        now, later = lines[: cash_many.SLICE], lines[cash_many.SLICE :]
        rest = [line.pk for line in later]
        request.session[_key(creditor)] = [*kept, rest] if rest else kept
        if now:
            take_back(now, creditor, act_of(request, creditor, why))
            return Undone(len(now), len(rest), rest[0] if rest else 0)
    return Undone()


def take_back(lines: list[StatementLine], creditor: Creditor, act: cash.Act) -> None:
    """Back to the list, applied or left out, and thought over again."""
    for line in lines:
        if line.state == "ignored":
            bank.reopen_line(line=line)
    cash_many.undo_many(creditor, [line for line in lines if line.state != "ignored"], act=act)
    policy = cash.policy_of(creditor, today=act.today)
    cash.match(creditor, act=act, policy=policy, line_ids=[line.pk for line in lines])


def _key(creditor: Creditor) -> str:
    return f"cash-{creditor.pk}"


def _kept(request: HttpRequest, creditor: Creditor) -> list[list[int]]:
    return list(request.session.get(_key(creditor), []))


def _undoable(creditor: Creditor, ids: list[int]) -> QuerySet[StatementLine]:
    lines = StatementLine.objects.filter(
        pk__in=ids, creditor=creditor, state__in=["applied", "ignored"]
    )
    return lines.select_related("receipt__account").order_by("pk")
