"""Races for the same money: two processes at one moment, the bank's line and a provider's word.

Every second race is for one bank line that two settle at once; every other for one payment that
the bank and a payment provider both tell of. The last line printed is the result.
"""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from time import monotonic

import django

django.setup()

import polars as pl  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from recoup.books import alike, bank, post, register  # noqa: E402
from recoup.books.models import (  # noqa: E402
    CashApplication,
    Creditor,
    OpenItem,
    Receipt,
    SourceFile,
    StatementLine,
)
from recoup.jobs import cash, verify  # noqa: E402
from recoup.jobs.intake.brought import Brought, Origin  # noqa: E402
from recoup.jobs.intake.payments import bring_receipts  # noqa: E402
from recoup.kernel.errors import Refusal  # noqa: E402
from soak.seed import AS_OF, now, party  # noqa: E402

SPAWN = get_context("spawn")
CODE = "races"
AMOUNT_MINOR = 100_00
# A process that waits longer has lost its rival.
WAIT_SECONDS = 120


def seed(races: int) -> None:
    """One debtor, one invoice and one bank line for each race."""
    call_command("migrate", verbosity=0)
    new = register.NewCreditor(CODE, "Races Ltd", "GB", "GBP", time_zone="Europe/London")
    creditor = register.enroll_creditor(new, at=now())
    parties = [party(n) | {"number": f"K{n:05}", "name": f"Debtor {n:05}"} for n in range(races)]
    accounts = register.enroll(
        creditor=creditor,
        parties=register.PARTIES.of(parties),
        source="races",
        today=AS_OF,
        at=now(),
        by="races",
    ).sort("number")
    ids = accounts["account_id"].to_list()
    post.post_documents(
        creditor=creditor,
        documents=post.DOCUMENTS.of([_invoice(n, ids[n]) for n in range(races)]),
        today=AS_OF,
        at=now(),
        by="races",
        why="races",
    )
    _statement(creditor, races)


def _invoice(number: int, account_id: int) -> dict[str, object]:
    return {
        "line": number,
        "account_id": account_id,
        "kind": "invoice",
        "key": f"R{number:05}",
        "number": f"R{number:05}",
        "reference": "",
        "issue_date": AS_OF - timedelta(days=30),
        "currency": "GBP",
        "total_minor": AMOUNT_MINOR,
        "position": 1,
        "due_date": AS_OF - timedelta(days=10),
        "amount_minor": AMOUNT_MINOR,
    }


def _statement(creditor: Creditor, races: int) -> None:
    file = SourceFile.objects.create(
        creditor=creditor,
        name="races.sta",
        sha256="7" * 64,
        size_bytes=1,
        received_at=now(),
        by="races",
        state="done",
        lines_total=races,
        lines_posted=races,
    )
    account = bank.open_bank_account(creditor=creditor, key="races", currency="GBP")
    facts = {
        "to_date": AS_OF,
        "currency": "GBP",
        "opening_minor": 0,
        "closing_minor": races * AMOUNT_MINOR,
        "sum_minor": races * AMOUNT_MINOR,
        "lines": races,
        "is_checked": True,
    }
    blank = dict.fromkeys(bank.LINES.columns)
    lines = [
        blank
        | {
            "position": n,
            "key": f"line-{n}",
            "booked_date": AS_OF,
            "amount_minor": AMOUNT_MINOR,
            "currency": "GBP",
            "counterparty_name": f"Debtor {n:05}",
            "remittance": f"R{n:05}",
            "is_return": False,
        }
        for n in range(races)
    ]
    bank.post_statement(
        statement=bank.unsaved_statement(
            account=account, source_file=file, key="races", facts=facts
        ),
        lines=bank.LINES.of(lines),
    )


def run(runner: int, races: int, barrier: Barrier) -> None:
    """One of the two processes: the same races in the same order as its rival."""
    creditor = Creditor.objects.get(code=CODE)
    lines = list(StatementLine.objects.filter(creditor=creditor).order_by("position"))
    items = list(OpenItem.objects.filter(creditor=creditor).order_by("document__number"))
    act = cash.Act(today=AS_OF, at=now(), by=f"runner {runner}", why="race")
    for number, (line, item) in enumerate(zip(lines, items, strict=True)):
        settle = cash.Settlement(line.pk, item.account_id, (cash.Part(item.pk, AMOUNT_MINOR),))
        barrier.wait(WAIT_SECONDS)
        if number % 2 and runner:
            _provider(creditor, item, number)
            continue
        try:
            cash.settle_line(settle, act=act)
        except Refusal:
            # The other was first. What the bank says is then a credit that everybody sees.
            _on_account(line, item, act)
    connection.close()


def _on_account(line: StatementLine, item: OpenItem, act: cash.Act) -> None:
    try:
        cash.settle_line(cash.Settlement(line.pk, item.account_id), act=act)
    except Refusal:
        return


def _provider(creditor: Creditor, item: OpenItem, number: int) -> None:
    """A payment provider tells of the same money."""
    row = {
        "line": number,
        "account_id": item.account_id,
        "kind": "payment",
        "source_ref": f"ch_{number}",
        "date": AS_OF,
        "currency": "GBP",
        "amount_minor": AMOUNT_MINOR,
        "reference": None,
        "document_number": f"R{number:05}",
    }
    rows = pl.DataFrame([row], schema_overrides={"reference": pl.String})
    origin = Origin(creditor, "races", AS_OF, AS_OF, now(), "provider")
    with transaction.atomic():
        bring_receipts(rows, origin, Brought())


def check(races: int) -> dict[str, object]:
    """What the races left: money lost, money applied twice, and pairs that nobody would see."""
    creditor = Creditor.objects.get(code=CODE)
    standing = CashApplication.objects.filter(creditor=creditor, reversed_entry=None)
    paid = list(standing.values_list("open_item_id", flat=True))
    receipts = Receipt.objects.filter(creditor=creditor)
    open_items = OpenItem.objects.filter(creditor=creditor).exclude(open_minor=0).count()
    told = races + races // 2
    seen = len(alike.pairs(creditor, limit=races))
    findings = verify.verify(creditor, as_of=AS_OF, at=now(), by="races")
    return {
        "races": races,
        "lost_updates": open_items + told - receipts.count(),
        "double_applications": len(paid) - len(set(paid)),
        "unseen_pairs": races // 2 - seen,
        "visible_credits": receipts.filter(unapplied_minor=AMOUNT_MINOR).count(),
        "broken": [f"{each.code} {each.title}" for each in findings if not each.holds],
    }


def main() -> None:
    """Seed, race, check."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, required=True)
    options.add_argument("--races", type=int, default=2_000)
    given = options.parse_args()
    started = monotonic()
    seed(given.races)
    connection.close()
    barrier = SPAWN.Barrier(2)
    runners = [
        SPAWN.Process(target=run, args=(number, given.races, barrier)) for number in range(2)
    ]
    for each in runners:
        each.start()
    for each in runners:
        each.join()
    found = check(given.races) | {"died": sum(each.exitcode != 0 for each in runners)}
    print(json.dumps(found | {"seconds": round(monotonic() - started)}))


if __name__ == "__main__":
    main()
