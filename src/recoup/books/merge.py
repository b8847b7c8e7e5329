"""The door of merging: two accounts of one debtor become one, and are taken apart again.

Nothing is rewritten. What is open moves to the account that goes on; what happened stays where
it happened; the closed account points to the other, and whoever names it is led there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Unpack

from django.db import transaction

from recoup.books import outbox
from recoup.books.agree import end_handed_on, hand_on_terms
from recoup.books.carry import carry_account_holds, contact_on, end_carried
from recoup.books.lock import hold
from recoup.books.models import Account, ContactPoint, Merge, Move, Proposal
from recoup.books.move import (
    Piece,
    came_by,
    everything_of,
    is_all_there,
    left_minor,
    move,
    take_back_move,
)
from recoup.books.record import record
from recoup.books.register import search_text
from recoup.books.told import Told, When
from recoup.kernel.errors import Refusal

# From the one that forbids least to the one that forbids most.
_STATES = ("usable", "bounced", "opted_out")


def merge(
    *, account: Account, survivor: Account, today: date, at: datetime, by: str, why: str
) -> Merge:
    """Close an account in favor of another of the same creditor; what is open goes there.

    Holds and contact points go along, the stricter word of two prevails; terms agreed with the
    survivor prevail over those of the closed account. Messages that wait for it are withdrawn.
    Raises Refusal `same-account`, `other-creditor` or `account-closed`.
    """
    if account.pk == survivor.pk:
        raise Refusal("same-account", "Choose two accounts: this is one and the same.")
    if account.creditor_id != survivor.creditor_id:
        raise Refusal("other-creditor", "Accounts of two creditors are never merged.")
    with transaction.atomic():
        hold([account.pk, survivor.pk])
        _check_open(account, survivor)
        made = Merge.objects.create(
            creditor_id=account.creditor_id,
            account=account,
            survivor=survivor,
            business_date=today,
            recorded_at=at,
            by=by,
            why=why[:300],
        )
        _point(account.creditor_id)
        told = When(today=today, at=at, by=by)
        carry_account_holds(account, survivor, name=f"merge/{made.pk}", **told)
        hand_on_terms(account, survivor, merge=made, **told)
        pieces = everything_of(account.pk)
        if pieces:
            move(pieces=pieces, to=survivor, why=made.why, merge=made, **told)
        brought = _bring_contacts(account, survivor, at)
        Merge.objects.filter(pk=made.pk).update(contact_point_ids=brought)
        outbox.withdraw_all(account=account, reason="account-merged", at=at, by=by)
        # What may be the closed account's payment may be the survivor's.
        Proposal.objects.filter(account=account).update(account=survivor)
        _tell(made, "merged_away", "merged_here", why=why, **told)
        made.refresh_from_db()
        return made


def _check_open(*accounts: Account) -> None:
    for each in accounts:
        into = Merge.objects.filter(account=each, undone_at=None).select_related("survivor").first()
        if into is not None:
            raise Refusal(
                "account-closed",
                f"Account {each.number} was merged into {into.survivor.number} already. "
                f"Use {into.survivor.number}, or take them apart first.",
            )


def _point(creditor_id: int) -> None:
    """Let every closed account lead to the one that goes on, and be found there by its name."""
    onward = dict(
        Merge.objects.filter(creditor_id=creditor_id, undone_at=None).values_list(
            "account_id", "survivor_id"
        )
    )
    last = {each: _last(each, onward) for each in onward}
    mine = Account.objects.filter(creditor_id=creditor_id)
    changed = {each for each in mine.exclude(merged_into=None) if each.pk not in last}
    changed |= {each for each in mine.filter(pk__in=last) if each.merged_into_id != last[each.pk]}
    for each in changed:
        mine.filter(pk=each.pk).update(merged_into=last.get(each.pk))
    concerned = {each.merged_into_id for each in changed} | {last.get(e.pk) for e in changed}
    for survivor in mine.filter(pk__in=[each for each in concerned if each is not None]):
        _let_find(survivor)


def _last(account_id: int, onward: dict[int, int]) -> int:
    while account_id in onward:
        account_id = onward[account_id]
    return account_id


def _let_find(survivor: Account) -> None:
    """The survivor is found by the numbers and names of what was merged into it."""
    texts = [search_text(survivor.number, survivor.name)]
    texts += [search_text(each.number, each.name) for each in survivor.absorbed.order_by("pk")]
    Account.objects.filter(pk=survivor.pk).update(search_text=" ".join(texts)[:700])


def _bring_contacts(account: Account, survivor: Account, at: datetime) -> list[int]:
    """The survivor can be reached where the other could; an opt-out or bounce counts for both."""
    held = {(each.kind, each.value): each for each in _current(survivor)}
    brought = []
    for each in _current(account):
        known = held.get((each.kind, each.value))
        if known is not None:
            _take_stricter(known, each)
            continue
        made = contact_on(survivor, each, at=at)
        made.save(force_insert=True)
        brought.append(made.pk)
    return brought


def _current(account: Account) -> list[ContactPoint]:
    return list(ContactPoint.objects.filter(account=account, until=None).order_by("pk"))


def _take_stricter(known: ContactPoint, other: ContactPoint) -> None:
    """Of two words about one address, keep the one that forbids more."""
    state = max(known.state, other.state, key=_STATES.index)
    consent = "none" if "none" in (known.consent, other.consent) else known.consent
    ContactPoint.objects.filter(pk=known.pk).update(state=state, consent=consent)


def take_apart(
    *,
    merge: Merge,
    pieces: Sequence[Piece] | None,
    today: date,
    at: datetime,
    by: str,
    why: str,
) -> list[Move]:
    """Open a merged account again and give back `pieces`; None is what came with the merge.

    What was paid meanwhile stays where it was paid. Contact points that came along go back with
    what is known of them; holds stand on both. Answers with the moves of what could not simply be
    moved back, because a part of it was paid. Raises Refusal `taken-apart` when that was done
    before, and `merged-since` when the survivor was merged into another meanwhile.
    """
    account, survivor = merge.account, merge.survivor
    told = Told(today=today, at=at, by=by, why=why)
    with transaction.atomic():
        hold([account.pk, survivor.pk])
        held = Merge.objects.select_for_update().get(pk=merge.pk)
        if held.undone_at is not None:
            raise Refusal("taken-apart", "They were taken apart already. Reload the page.")
        _check_open(survivor)
        wanted = came_along(held) if pieces is None else pieces
        held.undone_at, held.undone_by, held.undone_why = at, by, why[:300]
        held.save(update_fields=["undone_at", "undone_by", "undone_why"])
        _point(account.creditor_id)
        done = _give_back(held, wanted, told)
        _give_contacts_back(held, account, at)
        _part_holds(held, When(today=today, at=at, by=by))
        end_handed_on(held, today=today, at=at, by=by)
        _tell(held, "taken_apart", "taken_apart", **told)
    return done


def came_along(merge: Merge) -> list[Piece]:
    """What came with a merge and is still open, or not applied, on the survivor."""
    moves = merge.moves.filter(entry__reversed_by=None)
    found = []
    for each in moves.select_related("to_item__document", "to_receipt").order_by("pk"):
        thing = each.to_item or each.to_receipt
        if thing is not None and left_minor(thing):
            found.append(Piece(thing))
    return found


def _give_back(merge: Merge, pieces: Sequence[Piece], told: Told) -> list[Move]:
    """Back as it stood where all of it is still there; else the rest of it as it is."""
    rest: list[Piece] = []
    for each in pieces:
        came = came_by(each.thing)
        is_of_merge = came is not None and came.merge_id == merge.pk and each.amount_minor is None
        if came is not None and is_of_merge and is_all_there(came):
            take_back_move(move=came, **told)
        else:
            rest.append(each)
    return move(pieces=rest, to=merge.account, **told)


def _give_contacts_back(merge: Merge, account: Account, at: datetime) -> None:
    own = {(each.kind, each.value): each for each in _current(account)}
    brought = ContactPoint.objects.filter(pk__in=merge.contact_point_ids, until=None)
    for each in brought:
        if (each.kind, each.value) in own:
            _take_stricter(own[each.kind, each.value], each)
    brought.update(until=at)


def _part_holds(merge: Merge, when: When) -> None:
    """What was held of both by word of one: each keeps its own, and both what came since."""
    name = f"merge/{merge.pk}"
    carry_account_holds(
        merge.survivor,
        merge.account,
        name=f"apart/{merge.pk}",
        since=merge.recorded_at,
        but_not=f"{name}/",
        **when,
    )
    end_carried(merge.survivor, name=name, **when)


def _tell(merge: Merge, on_account: str, on_survivor: str, **told: Unpack[Told]) -> None:
    sides = (
        (on_account, merge.account, merge.survivor),
        (on_survivor, merge.survivor, merge.account),
    )
    for kind, mine, other in sides:
        record(
            account=mine,
            kind=kind,
            business_date=told["today"],
            at=told["at"],
            by=told["by"],
            facts={"other": other.number, "why": told["why"], "merge": merge.pk},
        )
