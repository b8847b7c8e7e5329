"""Corrections between accounts, with all that hangs on them: payments are thought over anew.

Each is a door of the books and, in the same transaction, new proposals for the payments that
may belong to the accounts concerned. `preview` does it and takes it back, so that what a person
is shown is what will be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Sum

from recoup.books import correct
from recoup.books import merge as merging
from recoup.books import move as moving
from recoup.books import split as splitting
from recoup.books.models import (
    Account,
    HoldRecord,
    Intent,
    Merge,
    MoneyRequest,
    Move,
    OpenItem,
    Proposal,
    Receipt,
)
from recoup.books.terms import agreed_from
from recoup.books.told import Told
from recoup.jobs import cash
from recoup.policy.cash import NEVER_PPM


def _told(act: cash.Act) -> Told:
    return Told(today=act.today, at=act.at, by=act.by, why=act.why)


def move(pieces: Sequence[moving.Piece], *, to: Account, act: cash.Act) -> list[Move]:
    """Move open items and money to another account; money is freed of what it paid if need be."""
    items = [each for each in pieces if isinstance(each.thing, OpenItem)]
    with transaction.atomic():
        done = moving.move(pieces=items, to=to, **_told(act))
        for each in pieces:
            if isinstance(each.thing, Receipt):
                amount = each.amount_minor
                done.append(
                    correct.move_money(
                        receipt=each.thing,
                        amount_minor=each.thing.unapplied_minor if amount is None else amount,
                        to=to,
                        **_told(act),
                    )
                )
        _think_over(to, [to.pk, *(each.thing.account_id for each in pieces)], act)
    return done


def take_back_move(done: Move, *, act: cash.Act) -> None:
    """What moved stands on its old account again."""
    ends = [done.from_item, done.to_item, done.from_receipt, done.to_receipt]
    accounts = [each.account for each in ends if each is not None]
    with transaction.atomic():
        moving.take_back_move(move=done, **_told(act))
        _think_over(accounts[0], [each.pk for each in accounts], act)


def merge(account: Account, survivor: Account, *, act: cash.Act) -> Merge:
    """Close an account in favor of another of the same debtor."""
    with transaction.atomic():
        made = merging.merge(account=account, survivor=survivor, **_told(act))
        _think_over(survivor, [account.pk, survivor.pk], act)
    return made


def take_apart(made: Merge, pieces: Sequence[moving.Piece] | None, *, act: cash.Act) -> None:
    """Open a merged account again, with what is to go back; None is all that came with it."""
    with transaction.atomic():
        merging.take_apart(merge=made, pieces=pieces, **_told(act))
        _think_over(made.survivor, [made.account_id, made.survivor_id], act)


def split_off(account: Account, second: splitting.Second, *, act: cash.Act) -> Account:
    """Open an account for a second debtor, with what is theirs."""
    with transaction.atomic():
        made = splitting.split_off(account=account, second=second, **_told(act))
        _think_over(account, [account.pk, made.pk], act)
    return made


def _think_over(one: Account, account_ids: Sequence[int], act: cash.Act) -> None:
    """Propose anew for the payments that may be one of these accounts'."""
    lines = Proposal.objects.filter(account_id__in=account_ids, line__state="open")
    ids = sorted(set(lines.values_list("line_id", flat=True)))
    if ids:
        says = cash.policy_of(one.creditor, today=act.today)
        # A correction proposes and posts nothing by itself.
        only_propose = replace(says, auto_post_ppm=NEVER_PPM)
        cash.match(one.creditor, act=act, policy=only_propose, line_ids=ids)


@dataclass(frozen=True)
class State:
    """What is true of an account and may change: balances, what is open, who is held."""

    account: Account
    # By currency: what is owed less credits.
    balances: dict[str, int]
    items: int
    receipts: int
    contacts: int
    holds: int
    waiting_messages: int
    # Write-offs and refunds that wait for a second person.
    requests: int
    # In words; empty where nothing is agreed.
    agreed: str


def _agreed(account: Account, today: date) -> str:
    """What is agreed about when to pay, today and later."""
    said = [
        each.text if each.first_date <= today else f"{each.text or 'ended'} from {each.first_date}"
        for each in agreed_from(account, today)
    ]
    return "; ".join(each for each in said if each)


def state_of(account: Account, *, today: date) -> State:
    """An account as it is now."""
    items = OpenItem.objects.filter(account=account).exclude(open_minor=0)
    money = Receipt.objects.filter(account=account).exclude(unapplied_minor=0)
    balances: dict[str, int] = {}
    for currency, minor in items.values_list("currency").annotate(Sum("open_minor")):
        balances[currency] = balances.get(currency, 0) + minor
    for currency, minor in money.values_list("currency").annotate(Sum("unapplied_minor")):
        balances[currency] = balances.get(currency, 0) - minor
    waiting = Intent.objects.filter(account=account, state__in=("waiting", "held", "pending"))
    return State(
        account=account,
        balances=dict(sorted(balances.items())),
        items=items.count(),
        receipts=money.count(),
        contacts=account.contactpoint_set.filter(until=None).count(),
        holds=HoldRecord.objects.filter(account=account, ended_at=None).aggregate(n=Count("pk"))[
            "n"
        ],
        waiting_messages=waiting.count(),
        requests=MoneyRequest.objects.filter(account=account, state="waiting").count(),
        agreed=_agreed(account, today),
    )


class Change(NamedTuple):
    """An account before a deed and after it."""

    before: State
    after: State

    @property
    def balances(self) -> list[tuple[str, int, int]]:
        """Currency by currency, what it owed and what it would owe."""
        currencies = sorted({*self.before.balances, *self.after.balances})
        sides = self.before.balances, self.after.balances
        return [(each, sides[0].get(each, 0), sides[1].get(each, 0)) for each in currencies]

    @property
    def counts(self) -> list[tuple[str, int, int]]:
        """How many of what it has now and then, as far as that changes."""
        return [
            (name, now, then)
            for name, now, then in (
                ("Open items", self.before.items, self.after.items),
                ("Payments not applied", self.before.receipts, self.after.receipts),
                ("Contacts", self.before.contacts, self.after.contacts),
                ("Holds", self.before.holds, self.after.holds),
                ("Messages that wait", self.before.waiting_messages, self.after.waiting_messages),
                ("Requests for a second person", self.before.requests, self.after.requests),
            )
            if now != then
        ]


def preview(
    deed: Callable[[], object], accounts: Sequence[Account], *, today: date
) -> list[Change]:
    """Each account before a deed and after it; nothing of it stays. Refuses as the deed does."""
    before = [state_of(each, today=today) for each in accounts]
    with transaction.atomic():
        deed()
        after = [state_of(each, today=today) for each in accounts]
        transaction.set_rollback(True)
    return [Change(*both) for both in zip(before, after, strict=True)]


class Differs(NamedTuple):
    """Something that two accounts say differently, and what holds once they are one."""

    what: str
    of_account: str
    of_survivor: str
    then: str


def differences(account: Account, survivor: Account, *, today: date) -> list[Differs]:
    """What a merge decides: where both accounts say something, the one that goes on prevails."""
    found = [
        Differs(what, theirs, ours, ours or theirs if is_handed_on else ours)
        for what, theirs, ours, is_handed_on in (
            ("Agreed terms", _agreed(account, today), _agreed(survivor, today), True),
            ("Terms in the customer file", account.terms, survivor.terms, False),
            ("Tier", account.tier, survivor.tier, False),
            ("Kind of debtor", _kind(account), _kind(survivor), False),
            ("Country", account.debtor.country, survivor.debtor.country, False),
            ("Language", account.debtor.language, survivor.debtor.language, False),
        )
    ]
    return [each for each in found if each.of_account != each.of_survivor]


def _kind(account: Account) -> str:
    return str(account.debtor.get_legal_kind_display())
