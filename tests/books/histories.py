"""Messages that were sent, by the doors of the outbox only; for tests of what was said."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from django.db import transaction

from recoup.books import outbox
from recoup.books.models import Attempt, Intent, Message, OpenItem, Run
from recoup.books.outbox.compose import pack
from recoup.books.runs import NewRun, open_run
from recoup.engine.actions import ACTIONS, LINES
from recoup.jobs.schedule import artefact_folder
from recoup.kernel.dates import utc
from recoup.kernel.money import currency_number
from tests.books.ledgers import BY, Ledger

WORKER = "worker-1"


def run_of(ledger: Ledger, items: list[OpenItem], *, keep: bool = True) -> Run:
    """A run that cleared one action for each account of the items, with its kept decision."""
    new = NewRun(
        creditor_id=ledger.creditor.pk,
        as_of=ledger.today,
        bundle_fingerprint="b" * 64,
        policy_fingerprint="p" * 64,
        law_version="law",
        code_version="code",
        brake="",
        messages=len(items),
        tallies={},
    )
    run = open_run(new, at=ledger.at)
    if keep:
        _keep(run, items)
    return run


def _keep(run: Run, items: list[OpenItem]) -> None:
    """Write the three frames of a decision as the job of the day does."""
    folder = artefact_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    zeros = dict.fromkeys(ACTIONS.columns, 0)
    rows = [
        zeros
        | {
            "debtor_id": item.account.debtor_id,
            "account_id": item.account_id,
            "currency": currency_number(item.currency),
            "step": 1,
        }
        for item in items
    ]
    ACTIONS.of(rows).write_parquet(folder / "actions.parquet")
    LINES.empty().write_parquet(folder / "lines.parquet")
    balances = pl.DataFrame(
        [(item.account_id, currency_number(item.currency), item.open_minor) for item in items],
        schema={"account_id": pl.Int64, "currency": pl.Int16, "balance_minor": pl.Int64},
        orient="row",
    )
    balances.write_parquet(folder / "aging.parquet")


def plan(ledger: Ledger, run: Run, items: list[OpenItem]) -> list[Intent]:
    """One intent for each item, step 1 of the standard procedure, to be sent at once."""
    actions = [
        {
            "account_id": item.account_id,
            "debtor_id": item.account.debtor_id,
            "contact_point_id": ledger.contact_point(item.account).pk,
            "currency": item.currency,
            "channel": "email",
            "procedure": "standard",
            "step_no": 1,
            "step_code": "reminder",
            "template": "reminder",
            "net_minor": item.open_minor,
            "credit_minor": 0,
            "item_count": 1,
            "oldest_days_past_due": 10,
            "priority": 0,
            "not_before": utc(ledger.at),
        }
        for item in items
    ]
    named = [
        {
            "account_id": item.account_id,
            "currency": item.currency,
            "open_item_id": item.pk,
            "role": 1,
            "step_no": 1,
            "open_minor": item.open_minor,
        }
        for item in items
    ]
    outbox.plan(
        run=run,
        actions=outbox.PLANNED.of(actions),
        items=outbox.PLANNED_ITEMS.of(named),
        scope=None,
        at=ledger.at,
        by=BY,
    )
    return list(Intent.objects.filter(run=run).order_by("pk"))


def render(ledger: Ledger, intents: list[Intent]) -> None:
    """Keep some bytes as the message of each intent."""
    rows = []
    for intent in intents:
        content, digest = pack(f"Please pay {intent.net_minor}.".encode())
        rows.append(
            {
                "creditor_id": intent.creditor_id,
                "intent_id": intent.pk,
                "message_id": f"<{intent.pk}@example>",
                "recipient": "ap@example",
                "subject": "Reminder",
                "language": "en",
                "template_version": "t" * 64,
                "content": content,
                "sha256": digest,
            }
        )
    outbox.store_messages(outbox.STORED.of(rows), at=ledger.at)


def send(ledger: Ledger, *, outcome: str = "accepted") -> list[Attempt]:
    """Lease what may go, let it through the gate, and settle each with the outcome."""
    leased = outbox.lease(
        worker=WORKER,
        creditor_ids=[ledger.creditor.pk],
        limit=100,
        now=ledger.at,
        at=ledger.at,
    )
    for each in leased:
        with transaction.atomic():
            outbox.release(
                attempt_id=each.attempt_id,
                token=each.token,
                message=Message.objects.get(intent_id=each.intent_id),
                gate=lambda intent: outbox.Verdict((), intent.net_minor),
                at=ledger.at,
            )
        if outcome != "in_flight":
            outbox.settle(
                attempt_id=each.attempt_id,
                state=outcome,
                code=250,
                reply="as told",
                retry_at=ledger.at + timedelta(hours=1),
                at=ledger.at,
            )
    return list(Attempt.objects.filter(pk__in=[each.attempt_id for each in leased]))


def remind(ledger: Ledger, items: list[OpenItem], *, outcome: str = "accepted") -> Run:
    """Decide, plan, render and send one message for each item; the run."""
    run = run_of(ledger, items)
    intents = plan(ledger, run, items)
    Run.objects.filter(pk=run.pk).update(state="released")
    Intent.objects.filter(run=run, state="waiting").update(state="pending")
    render(ledger, intents)
    send(ledger, outcome=outcome)
    return run
