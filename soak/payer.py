"""People while the worker sends: payments, part payments, disputes, opt-outs, on what is next."""

from __future__ import annotations

import random
import time
from itertools import count
from multiprocessing.synchronize import Event
from typing import Protocol

from recoup.books import register, treat
from recoup.books.apply_cash import APPLICATIONS, apply_cash
from recoup.books.models import ContactPoint, Creditor, Intent, OpenItem, Receipt
from recoup.books.post import RECEIPTS, post_receipts
from recoup.engine.bundle import Hold
from soak.seed import AS_OF, creditors, now, unfinished

DEEDS = ("pay", "pay", "pay", "pay a part", "pay a part", "dispute", "opt out")
TOLD = {"today": AS_OF, "by": "soak payer"}


class Left(Protocol):
    value: int


def live(seed: int, per_second: float, reach: int, stop: Event, left: Left, done: Left) -> None:
    """Act on messages about to leave until told to stop; keeps the count of what is left."""
    chance = random.Random(seed)
    numbers = count(1)
    creditor = creditors()[0]
    while not stop.is_set():
        left.value = unfinished()
        # Those in a worker's hands first: that is the race.
        found = Intent.objects.filter(state__in=["leased", "pending"])
        near = list(found.order_by("state", "not_before", "pk")[:reach])
        if near and per_second:
            deed = chance.choice(DEEDS)
            act(creditor, chance.choice(near), deed, f"{seed}-{next(numbers)}")
            done.value += deed.startswith("pay")
        stop.wait(chance.expovariate(per_second) if per_second else 0.2)


def act(creditor: Creditor, intent: Intent, deed: str, ref: str) -> None:
    """Do one thing to the account of a message, through the doors."""
    if deed == "dispute":
        new = treat.NewHold(reason=Hold.DISPUTE, first_date=AS_OF)
        treat.set_hold(account=intent.account, new=new, at=now(), **TOLD)
    elif deed == "opt out":
        point = ContactPoint.objects.get(pk=intent.contact_point_id)
        register.change_contact(contact_point=point, state="opted_out", at=now(), **TOLD)
    else:
        pay(creditor, intent, ref, is_part=deed == "pay a part")


def pay(creditor: Creditor, intent: Intent, ref: str, *, is_part: bool) -> None:
    """Post and apply money for all items of the account in that currency, or half of one."""
    items = OpenItem.objects.filter(
        account_id=intent.account_id, currency=intent.currency, open_minor__gt=0
    ).order_by("pk")
    wanted = [(item, item.open_minor) for item in items]
    if is_part:
        wanted = [(item, owed // 2) for item, owed in wanted[:1] if owed > 1]
    if not wanted:
        return
    receipt = {
        "line": 1,
        "account_id": intent.account_id,
        "source": "soak",
        "source_ref": ref,
        "received_date": AS_OF,
        "currency": intent.currency,
        "amount_minor": sum(amount for _, amount in wanted),
        "reference": "",
    }
    post_receipts(creditor=creditor, receipts=RECEIPTS.of([receipt]), at=now(), why="soak", **TOLD)
    held = Receipt.objects.get(creditor=creditor, source="soak", source_ref=ref)
    applications = [
        {
            "account_id": intent.account_id,
            "receipt_id": held.pk,
            "credit_item_id": None,
            "open_item_id": item.pk,
            "currency": intent.currency,
            "amount_minor": amount,
            "applied_date": AS_OF,
            "key": f"soak/{ref}/{item.pk}",
        }
        for item, amount in wanted
    ]
    apply_cash(
        creditor=creditor,
        applications=APPLICATIONS.of(applications),
        at=now(),
        why="soak",
        **TOLD,
    )


def settle_down(stop: Event, left: Left) -> None:
    """Only keep count, after the last deed."""
    while not stop.is_set():
        left.value = unfinished()
        time.sleep(0.2)
