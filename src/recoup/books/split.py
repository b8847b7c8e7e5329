"""The door of splitting: what was one debtor becomes two, each with what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Unpack

from django.db import transaction

from recoup.books.agree import hand_on_terms
from recoup.books.carry import carry_account_holds, contact_on
from recoup.books.lock import hold, hold_open
from recoup.books.models import Account, ContactPoint
from recoup.books.move import Piece, move
from recoup.books.record import record
from recoup.books.register import PARTIES, enroll
from recoup.books.told import Told, When
from recoup.kernel.errors import Refusal


@dataclass(frozen=True)
class Second:
    """The debtor that is split off: number, name, what is theirs of what stands on the account."""

    number: str
    name: str
    pieces: Sequence[Piece] = ()
    contact_point_ids: Sequence[int] = ()


def split_off(
    *, account: Account, second: Second, today: date, at: datetime, by: str, why: str
) -> Account:
    """Open an account for a second debtor and move what is theirs there.

    It begins with the country, language, kind and agreed terms of the first, and held like it.
    Merging it back undoes it. Raises Refusal `account-name`, `account-known`, and what moving
    raises.
    """
    number, name = second.number.strip()[:100], second.name.strip()[:300]
    if not number or not name:
        raise Refusal("account-name", "Give the second debtor a number and a name.")
    told = When(today=today, at=at, by=by)
    with transaction.atomic():
        if Account.objects.filter(creditor_id=account.creditor_id, number=number).exists():
            raise Refusal("account-known", f"There is an account {number} already. Move it there.")
        made = _open(account, number, name, told)
        hold([account.pk, made.pk])
        hold_open([account.pk])
        carry_account_holds(account, made, name=f"split/{made.pk}", **told)
        hand_on_terms(account, made, merge=None, **told)
        _give_contacts(account, made, second.contact_point_ids, at)
        if second.pieces:
            move(pieces=second.pieces, to=made, why=why, **told)
        _tell(account, "split_off", made, why=why, **told)
        _tell(made, "split_from", account, why=why, **told)
    return made


def _open(account: Account, number: str, name: str, when: When) -> Account:
    debtor = account.debtor
    row = {
        "number": number,
        "name": name,
        "email": "",
        "phone": "",
        "person": "",
        "postal_address": "",
        "country": debtor.country,
        "language": debtor.language,
        "legal_kind": debtor.legal_kind,
        "tier": account.tier,
        "terms": account.terms,
    }
    creditor, source = account.creditor, f"account {account.number}"
    enroll(creditor=creditor, parties=PARTIES.of([row]), source=source, **when)
    return Account.objects.get(creditor=creditor, number=number)


def _give_contacts(account: Account, made: Account, ids: Sequence[int], at: datetime) -> None:
    """Their contact points end here and begin there, with what is known of consent."""
    theirs = ContactPoint.objects.filter(account=account, pk__in=list(ids), until=None)
    ContactPoint.objects.bulk_create(contact_on(made, each, at=at) for each in theirs)
    theirs.update(until=at)


def _tell(account: Account, kind: str, other: Account, **told: Unpack[Told]) -> None:
    record(
        account=account,
        kind=kind,
        business_date=told["today"],
        at=told["at"],
        by=told["by"],
        facts={"other": other.number, "why": told["why"]},
    )
