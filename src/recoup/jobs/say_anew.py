"""Saying anew: a message withheld only because its figures had changed, with the right ones."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from django.db import transaction

from recoup.books import outbox
from recoup.books.models import Creditor, Intent
from recoup.books.outbox import points
from recoup.jobs.compose import compose
from recoup.jobs.decide import decide
from recoup.jobs.gatekeeper import figures_alone
from recoup.jobs.schedule import reschedule
from recoup.kernel.errors import Refusal


def say_anew(intent_id: int, creditor: Creditor, *, as_of: date, at: datetime, by: str) -> None:
    """Decide for that debtor again, with today's figures; once, whoever comes first."""
    intent = Intent.objects.select_related("run").get(pk=intent_id)
    is_over = intent.state != "cancelled" or intent.run.state == "stopped"
    if is_over or not figures_alone(intent.reason):
        return
    with transaction.atomic():
        if not outbox.supersede(intent=intent):
            return
        fresh = decide(creditor, as_of=as_of, debtor_ids=[intent.debtor_id])
        reschedule(fresh, run=intent.run, at=at, by=by)
    points.reach("said anew")
    with suppress(Refusal):
        # Told when it is that message's turn.
        compose(creditor, at=at)


def say_anew_what_was_left(creditor: Creditor, *, as_of: date, at: datetime, by: str) -> None:
    """The same for what a worker withheld and died before deciding again."""
    left = Intent.objects.filter(
        creditor=creditor, cycle_date=as_of, state="cancelled", reason__contains="figures-changed"
    )
    for intent_id in left.order_by("pk").values_list("pk", flat=True):
        say_anew(intent_id, creditor, as_of=as_of, at=at, by=by)
