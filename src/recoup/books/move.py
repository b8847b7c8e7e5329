"""The door of moves: what was booked on the wrong account goes to another, and back.

An entry moves it by way of the ledger account `transit`. On the other account stands an item of
its own with the same number, dates and steps behind it, or a receipt of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.db.models import F, Q

from recoup.books.agree import copy_document_terms
from recoup.books.apply_cash import opposite
from recoup.books.carry import carry_item_holds, carry_request
from recoup.books.lock import hold, hold_open
from recoup.books.models import (
    Account,
    Document,
    Entry,
    LedgerAccount,
    Merge,
    Move,
    OpenItem,
    Receipt,
    Transfer,
)
from recoup.books.record import record, record_balances
from recoup.books.told import When
from recoup.kernel.errors import Refusal
from recoup.kernel.money import plain

# What a document that moved is called by, besides the key of the one it came from.
MARK = " moved/"
_KEY_MAX = 180


@dataclass(frozen=True)
class Piece:
    """An open item, or money that is not applied, and how much of it: all when not named."""

    thing: OpenItem | Receipt
    amount_minor: int | None = None


@dataclass(frozen=True)
class _Told:
    """What every posting of one act is told."""

    to: Account
    merge: Merge | None
    today: date
    at: datetime
    by: str
    why: str


def left_minor(thing: OpenItem | Receipt) -> int:
    """What could be moved of it, above zero for credits too."""
    return thing.unapplied_minor if isinstance(thing, Receipt) else abs(thing.open_minor)


def name_of(thing: OpenItem | Receipt) -> str:
    """What a person calls it."""
    if isinstance(thing, Receipt):
        return "Payment"
    return f"{thing.document.get_kind_display().capitalize()} {thing.document.number}"


def came_by(thing: OpenItem | Receipt) -> Move | None:
    """The move by which it came to its account; None when it was posted there."""
    if isinstance(thing, Receipt):
        return Move.objects.filter(to_receipt=thing).first()
    return Move.objects.filter(to_item=thing).first()


def everything_of(account_id: int) -> list[Piece]:
    """All that is open or not applied of an account."""
    items = OpenItem.objects.filter(account_id=account_id).exclude(open_minor=0)
    money = Receipt.objects.filter(account_id=account_id).exclude(unapplied_minor=0)
    return [*map(Piece, items.order_by("pk")), *map(Piece, money.order_by("pk"))]


def move(
    *,
    pieces: Sequence[Piece],
    to: Account,
    today: date,
    at: datetime,
    by: str,
    why: str,
    merge: Merge | None = None,
) -> list[Move]:
    """Move open items and money not applied to another account, all of them or none.

    Holds on an item go with it. Raises Refusal `move-too-large` when less is left than is to
    be moved, `same-account`, `other-creditor`, or `account-closed` when the account it is to
    stand on was merged into another.
    """
    told = _Told(to, merge, today, at, by, why)
    with transaction.atomic():
        hold([to.pk, *(each.thing.account_id for each in pieces)])
        if merge is None:
            hold_open([to.pk])
        done = [_move(each, told) for each in pieces]
        _note(done, kind="moved", today=today, at=at)
        for each in done:
            _tell(each, kinds=("moved_away", "moved_here"), told=told)
    return done


def _move(piece: Piece, told: _Told) -> Move:
    thing = piece.thing
    if thing.account_id == told.to.pk:
        raise Refusal("same-account", f"{name_of(thing)} stands on this account already.")
    if thing.creditor_id != told.to.creditor_id:
        raise Refusal("other-creditor", "Nothing is moved from one creditor to another.")
    if isinstance(thing, Receipt):
        return _move_receipt(Receipt.objects.select_for_update().get(pk=thing.pk), piece, told)
    items = OpenItem.objects.select_for_update(of=("self",)).select_related("document")
    return _move_item(items.get(pk=thing.pk), piece, told)


def _amount(held: OpenItem | Receipt, piece: Piece) -> int:
    left = left_minor(held)
    amount = left if piece.amount_minor is None else piece.amount_minor
    if not 0 < amount <= left:
        most = f"{plain(left, held.currency)} {held.currency}"
        raise Refusal(
            "move-too-large",
            f"Of {name_of(held)} {most} is left that can be moved. Move at most that.",
        )
    return amount


def _entry(key: str, since: date, told: _Told) -> Entry:
    return Entry.objects.create(
        creditor_id=told.to.creditor_id,
        kind="move",
        key=key,
        effective_date=max(told.today, since),
        recorded_at=told.at,
        by=told.by,
        why=told.why[:300],
    )


def _move_item(held: OpenItem, piece: Piece, told: _Told) -> Move:
    amount = _amount(held, piece)
    times = Move.objects.filter(from_item=held).count()
    entry = _entry(f"move/item/{held.pk}/{times + 1}", held.issue_date, told)
    sign = -1 if held.amount_minor < 0 else 1
    made = _item_there(held, sign * amount, entry, told)
    owing, transit = LedgerAccount.RECEIVABLE, LedgerAccount.TRANSIT
    away, here = ((transit, owing), (owing, transit))[::sign]
    for item, (debit, credit) in ((held, away), (made, here)):
        _transfer(entry, item, debit, credit, amount)
    OpenItem.objects.filter(pk=held.pk).update(open_minor=F("open_minor") - sign * amount)
    first = Q(first_invoice_date=None) | Q(first_invoice_date__gt=held.issue_date)
    if held.document.kind == "invoice":
        Account.objects.filter(first, pk=told.to.pk).update(first_invoice_date=held.issue_date)
    done = Move.objects.create(
        creditor_id=held.creditor_id,
        entry=entry,
        merge=told.merge,
        from_item=held,
        to_item=made,
        amount_minor=amount,
        moved_date=entry.effective_date,
    )
    when = When(today=told.today, at=told.at, by=told.by)
    carry_item_holds(held, made, name=f"move/{done.pk}", **when)
    left = left_minor(held) - amount
    carry_request(held, made, stays_minor=left, goes_minor=amount, **when)
    return done


def _item_there(held: OpenItem, amount_minor: int, entry: Entry, told: _Told) -> OpenItem:
    """The item as it stands on the other account: same number, same dates, same age."""
    before = held.document
    stem = before.key.partition(MARK)[0]
    document = Document.objects.create(
        creditor_id=held.creditor_id,
        account=told.to,
        kind=before.kind,
        key=f"{stem[:_KEY_MAX]}{MARK}{entry.pk}",
        number=before.number,
        reference=before.reference,
        issue_date=before.issue_date,
        currency=held.currency,
        total_minor=abs(amount_minor),
    )
    copy_document_terms(before, document)
    return OpenItem.objects.create(
        creditor_id=held.creditor_id,
        account=told.to,
        document=document,
        position=held.position,
        issue_date=held.issue_date,
        due_date=held.due_date,
        currency=held.currency,
        amount_minor=amount_minor,
        open_minor=amount_minor,
        imported_date=held.imported_date,
    )


def _move_receipt(held: Receipt, piece: Piece, told: _Told) -> Move:
    amount = _amount(held, piece)
    times = Move.objects.filter(from_receipt=held).count()
    entry = _entry(f"move/receipt/{held.pk}/{times + 1}", held.received_date, told)
    made = Receipt.objects.create(
        creditor_id=held.creditor_id,
        account=told.to,
        source="moved",
        source_ref=f"{held.pk}/{entry.pk}",
        received_date=held.received_date,
        currency=held.currency,
        amount_minor=amount,
        unapplied_minor=amount,
        reference=held.reference,
        recorded_at=told.at,
    )
    unapplied, transit = LedgerAccount.UNAPPLIED, LedgerAccount.TRANSIT
    _transfer(entry, held, unapplied, transit, amount)
    _transfer(entry, made, transit, unapplied, amount)
    Receipt.objects.filter(pk=held.pk).update(unapplied_minor=F("unapplied_minor") - amount)
    left, when = left_minor(held) - amount, When(today=told.today, at=told.at, by=told.by)
    carry_request(held, made, stays_minor=left, goes_minor=amount, **when)
    return Move.objects.create(
        creditor_id=held.creditor_id,
        entry=entry,
        merge=told.merge,
        from_receipt=held,
        to_receipt=made,
        amount_minor=amount,
        moved_date=entry.effective_date,
    )


def _transfer(
    entry: Entry, thing: OpenItem | Receipt, debit: int, credit: int, amount_minor: int
) -> None:
    is_receipt = isinstance(thing, Receipt)
    Transfer.objects.create(
        creditor_id=entry.creditor_id,
        entry=entry,
        account_id=thing.account_id,
        effective_date=entry.effective_date,
        debit=debit,
        credit=credit,
        currency=thing.currency,
        amount_minor=amount_minor,
        open_item_id=None if is_receipt else thing.pk,
        receipt_id=thing.pk if is_receipt else None,
    )


def take_back_move(
    *, move: Move, today: date, at: datetime, by: str, why: str, merge: Merge | None = None
) -> Entry:
    """What moved stands on its old account again, once.

    Raises Refusal `already-reversed`; `moved-on` when something was applied to it since, or it
    was moved on: that is taken back first; and `account-closed` when the old account was merged.
    """
    before, after = _ends(move)
    with transaction.atomic():
        hold([before.account_id, after.account_id])
        if merge is None:
            hold_open([before.account_id])
        if Entry.objects.filter(reverses_id=move.entry_id).exists():
            raise Refusal("already-reversed", "This move was taken back already. Reload the page.")
        _leave(after, move)
        _stand_again(before, after, move)
        reversal = opposite(entry=move.entry, today=today, at=at, by=by, why=why)
        when = When(today=today, at=at, by=by)
        if isinstance(before, OpenItem) and isinstance(after, OpenItem):
            name, came = f"unmove/{move.pk}", f"move/{move.pk}/"
            carry_item_holds(after, before, name=name, but_not=came, **when)
        carry_request(after, before, stays_minor=0, goes_minor=move.amount_minor, **when)
        _note([move], kind="move_undone", today=today, at=at)
        told = _Told(after.account, merge, today, at, by, why)
        _tell(move, kinds=("move_undone", "move_undone"), told=told)
        return reversal


def _ends(move: Move) -> tuple[OpenItem | Receipt, OpenItem | Receipt]:
    """Where it stood, and where it stands, each with its account."""
    ends = ("from_item", "to_item", "from_receipt", "to_receipt")
    items = [f"{each}__document" for each in ends[:2]]
    moves = Move.objects.select_related(*(f"{each}__account" for each in ends), *items)
    held = moves.get(pk=move.pk)
    before, after = held.from_item or held.from_receipt, held.to_item or held.to_receipt
    assert before is not None
    assert after is not None
    return before, after


def is_all_there(move: Move) -> bool:
    """Whether all of what moved is still open, or not applied, where it went."""
    return left_minor(_ends(move)[1]) == move.amount_minor


def _leave(after: OpenItem | Receipt, move: Move) -> None:
    if isinstance(after, Receipt):
        whole = Receipt.objects.filter(pk=after.pk, unapplied_minor=move.amount_minor)
        is_whole = whole.update(unapplied_minor=0)
    else:
        whole_item = OpenItem.objects.filter(pk=after.pk, open_minor=after.amount_minor)
        is_whole = whole_item.update(open_minor=0)
    if not is_whole:
        raise Refusal(
            "moved-on",
            f"{name_of(after)} was paid, applied or moved on since. Take that back first.",
        )


def _stand_again(before: OpenItem | Receipt, after: OpenItem | Receipt, move: Move) -> None:
    if isinstance(after, Receipt):
        money = Receipt.objects.filter(pk=before.pk)
        money.update(unapplied_minor=F("unapplied_minor") + move.amount_minor)
    else:
        items = OpenItem.objects.filter(pk=before.pk)
        items.update(open_minor=F("open_minor") + after.amount_minor)


def _note(done: Iterable[Move], *, kind: str, today: date, at: datetime) -> None:
    """What both accounts owe now, for the gate and the lists."""
    ends = [each for move in done for each in _ends(move)]
    if not ends:
        return
    touched = pl.DataFrame(
        [(each.account_id, each.currency) for each in ends],
        schema={"account_id": pl.Int64, "currency": pl.String},
        orient="row",
    )
    record_balances(creditor_id=ends[0].creditor_id, touched=touched, kind=kind, today=today, at=at)


def _tell(move: Move, *, kinds: tuple[str, str], told: _Told) -> None:
    """On both timelines what moved, how much, and where to or from."""
    before, after = _ends(move)
    ways = (before.account, after.account, "from"), (after.account, before.account, "to")
    for kind, (account, other, way) in zip(kinds, ways, strict=True):
        record(
            account=account,
            kind=kind,
            business_date=told.today,
            at=told.at,
            by=told.by,
            facts={
                "what": name_of(before),
                "amount": f"{plain(move.amount_minor, before.currency)} {before.currency}",
                "amount_minor": move.amount_minor,
                "currency": before.currency,
                "other": other.number,
                "way": way,
                "why": told.why,
                "move": move.pk,
            },
        )
