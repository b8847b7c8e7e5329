"""The end of a soak: the mail server's log against the books, and the books against themselves."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from recoup.books.models import Attempt, Intent, Message
from recoup.jobs import verify
from recoup.jobs.decide import decide
from recoup.kernel.money import currency_code
from soak.seed import AS_OF, creditors, now


def check(truth: Path) -> dict[str, object]:
    """Every comparison; nothing is repaired."""
    stored = [json.loads(line) for line in truth.read_text().splitlines()]
    copies = Counter(str(each["message_id"]) for each in stored)
    said = {each.message_id: each for each in Message.objects.select_related("intent")}
    states = {name: each.intent.state for name, each in said.items()}
    doubt = [name for name, state in states.items() if state == "in_doubt"]
    findings = verify.verify(None, as_of=AS_OF, at=now(), by="soak")
    broken = [f"{each.code} {each.title}: {len(each.rows)}" for each in findings if not each.holds]
    counts = Counter(Intent.objects.values_list("state", flat=True))
    return {
        "messages": len(said),
        "delivered": len(copies),
        "states": dict(counts),
        "duplicates": sum(count - 1 for count in copies.values()),
        "false_sent": sum(s == "accepted" and n not in copies for n, s in states.items()),
        "free_to_resend": sum(states.get(name) not in ("accepted", "in_doubt") for name in copies),
        "lost": len(lost()),
        "in_doubt": len(doubt),
        "in_doubt_delivered": sum(name in copies for name in doubt),
        "wrong_bytes": _wrong_bytes(stored, said),
        "wrong_person": sum(
            each["recipient"] != said[str(each["message_id"])].recipient
            for each in stored
            if str(each["message_id"]) in said
        ),
        "after_payment": sum(len(each.rows) for each in findings if each.code == "C4"),
        "broken": broken,
        "unguarded": unguarded(),
        "not_durable": not_durable(),
        "late_answers": _events("answered late: "),
        "recovered": _events("worker gone"),
        "doubts_by_death": _events("worker gone after release"),
        "withheld": dict(
            Counter(
                str(reason).split(",")[0]
                for reason in Intent.objects.filter(state="cancelled").values_list(
                    "reason", flat=True
                )
            )
        ),
    }


def lost() -> list[object]:
    """Who should be written to by a decision of now, and no message of the day answers for it.

    The day's own messages do not count in a decision, so it names everybody again.
    """
    missing: list[object] = []
    for creditor in creditors():
        actions = decide(creditor, as_of=AS_OF).decisions.actions
        answered = set(
            Intent.objects.filter(creditor=creditor, cycle_date=AS_OF)
            .exclude(state="cancelled")
            .values_list("account_id", "currency")
        )
        for row in actions.filter(actions["blocked_bits"] == 0).iter_rows(named=True):
            case = (row["account_id"], currency_code(row["currency"]))
            if case not in answered:
                missing.append(case)
    silent = Intent.objects.filter(state="cancelled", reason="")
    stuck = Attempt.objects.filter(state__in=["claimed", "in_flight"])
    return [*missing, *silent.values_list("pk"), *stuck.values_list("pk")]


def _wrong_bytes(stored: list[dict[str, object]], said: dict[str, Message]) -> int:
    known = {name: each.sha256 for name, each in said.items()}
    return sum(known.get(str(each["message_id"])) != each["sha256"] for each in stored)


def _events(evidence: str) -> int:
    return Attempt.objects.filter(events__evidence__startswith=evidence).distinct().count()


def unguarded() -> list[str]:
    """Second copies that the database itself would take."""
    taken = []
    attempt = Attempt.objects.filter(state__in=["accepted", "in_doubt"]).first()
    intent = Intent.objects.filter(state="accepted").first()
    copies: list[tuple[Attempt | Intent | None, dict[str, object]]] = [
        (attempt, {"number": 99, "token": "copy"}),
        (intent, {"revision": 99}),
    ]
    for row, changes in copies:
        if row is None:
            continue
        row.pk = None
        for name, value in changes.items():
            setattr(row, name, value)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
                taken.append(f"a second copy of a {row._meta.model_name}")
                transaction.set_rollback(True)
        except IntegrityError:
            continue
    return taken


def not_durable() -> list[str]:
    """Settings of this connection with which a commit may be forgotten."""
    if connection.vendor == "sqlite":
        wanted = {"PRAGMA synchronous": ("2", "3"), "PRAGMA journal_mode": ("wal",)}
    else:
        wanted = {"SHOW fsync": ("on",), "SHOW synchronous_commit": ("on",)}
        wanted["SHOW full_page_writes"] = ("on",)
    wrong = []
    with connection.cursor() as cursor:
        for question, answers in wanted.items():
            cursor.execute(question)
            answer = str(cursor.fetchone()[0])
            if answer not in answers:
                wrong.append(f"{question} is {answer}")
    return wrong
