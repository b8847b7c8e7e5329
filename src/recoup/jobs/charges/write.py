"""A night's charges through the door: what is refused for one account stops no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from recoup.books import charge as door
from recoup.books.models import Charge, Creditor
from recoup.kernel.errors import Refusal

CHANGED = "payments, holds or rates have changed since"
WHY = "charges for late payment"


@dataclass(frozen=True)
class Told:
    """What every posting of a night is told."""

    creditor: Creditor
    as_of: date
    at: datetime
    by: str


@dataclass(frozen=True)
class Wrote:
    """How many went through, and the accounts of those that did not, each with its reason."""

    done: int
    refused: dict[int, str]


def taken_back(wrong: list[int], told: Told) -> Wrote:
    """Undo what is too much, charge by charge."""
    done, refused = 0, dict[int, str]()
    found = Charge.objects.filter(pk__in=wrong).select_related("account").order_by("pk")
    for each in found:
        account_id = each.account.merged_into_id or each.account_id
        if account_id in refused:
            continue
        try:
            door.take_back(charge=each, why=CHANGED, today=told.as_of, at=told.at, by=told.by)
            done += 1
        except Refusal as refusal:
            refused[account_id] = f"{each.number} cannot be taken back. {refusal.sentence}"
    return Wrote(done, refused)


def written(charges: pl.DataFrame, told: Told) -> Wrote:
    """Charge all at once; where the books refuse, account by account, to pass over that one."""
    try:
        return Wrote(_charge(charges, told), {})
    except Refusal:
        done, refused = 0, dict[int, str]()
        for account in charges.partition_by("account_id", maintain_order=True):
            try:
                done += _charge(account, told)
            except Refusal as refusal:
                refused[int(account["account_id"][0])] = refusal.sentence
        return Wrote(done, refused)


def _charge(charges: pl.DataFrame, told: Told) -> int:
    return door.charge(
        creditor=told.creditor, charges=charges, today=told.as_of, at=told.at, by=told.by, why=WHY
    )
