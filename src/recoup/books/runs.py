"""The door of runs: one row per decision of a day, named by its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from recoup.books import bulk
from recoup.books.models import Run
from recoup.kernel.errors import Refusal


@dataclass(frozen=True)
class NewRun:
    """The inputs of a decision, and what it adds up to."""

    creditor_id: int
    as_of: date
    bundle_fingerprint: str
    policy_fingerprint: str
    law_version: str
    code_version: str
    brake: str
    messages: int
    tallies: dict[str, dict[str, int]]


def open_run(new: NewRun, *, at: datetime) -> Run:
    """The run of these inputs, made when it is not there; equal inputs are one run.

    Raises Refusal `run-back-dated` when a later day has been run already: what was sent then
    was decided on what is decided now.
    """
    with transaction.atomic():
        latest = Run.objects.filter(creditor_id=new.creditor_id).order_by("-as_of").first()
        if latest is not None and latest.as_of > new.as_of:
            raise Refusal(
                "run-back-dated",
                f"{latest.as_of} has been run already, so {new.as_of} cannot be any more. "
                f"Run {latest.as_of} or a later day; `decide` shows any day without writing.",
            )
        run, _ = Run.objects.get_or_create(
            creditor_id=new.creditor_id,
            as_of=new.as_of,
            bundle_fingerprint=new.bundle_fingerprint,
            policy_fingerprint=new.policy_fingerprint,
            law_version=new.law_version,
            code_version=new.code_version,
            defaults={
                "state": _state(new, latest),
                "brake": new.brake,
                "messages": new.messages,
                "tallies": new.tallies,
                "started_at": at,
            },
        )
        return run


def _state(new: NewRun, latest: Run | None) -> str:
    """A day already approved stays so when it is decided again with newer figures."""
    is_same_day = latest is not None and latest.as_of == new.as_of
    if is_same_day and latest is not None and latest.state == "released":
        grown = new.messages > max(latest.messages * 3 // 2, latest.messages + 5)
        return "awaiting_approval" if new.brake and grown else "released"
    return "awaiting_approval" if new.brake else "released"


def note_planned(*, run: Run, unaddressed: int) -> None:
    """Note that the messages of a run are planned: deciding it again would change nothing."""
    Run.objects.filter(pk=run.pk).update(planned_evseq=bulk.next_event(), unaddressed=unaddressed)


def last_planned(*, creditor_id: int, as_of: date) -> Run | None:
    """The run of a day whose messages stand: the one planned last, if none was cut short since."""
    runs = Run.objects.filter(creditor_id=creditor_id)
    if runs.filter(as_of__gt=as_of).exists():
        return None
    today = runs.filter(as_of=as_of)
    if today.filter(planned_evseq=None).exists():
        return None
    return today.order_by("-planned_evseq").first()
